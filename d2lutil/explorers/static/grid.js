// A table of numbers that can be looked at, walked through with the arrow keys, and edited in place if `edit` is given.
//
//   grid({label, edit, visit}) -> {element, show({rows, cols, text, mark, name}), focus(row, col)}
//
// text(row, col) is what stands in a cell, mark(row, col) its classes, name(row, col) what a screen reader says before the
// number. edit(row, col, value) takes a number, or returns what is wrong with it; visit(row, col) is told where the reader points, with mouse, finger or keyboard.

/** @param {{label: string, edit?: any, visit?: any, wrong?: string, editable?: (row: number, col: number) => boolean}} options */
export function grid({ label, edit = null, visit = () => {}, wrong = "", editable = () => true }) {
  const caption = h("div", { class: "d2l-caption" });
  const table = h("table", { class: "d2l-grid", role: "grid", "aria-label": label });
  const message = h("div", { class: "d2l-error", role: "alert" });
  const element = h("div", { class: "d2l-panel" }, caption, table, message);
  let cells = []; // rows of {box, control}
  let shape = "";
  let current = [0, 0]; // the one cell that Tab reaches

  const at = (row, col) => cells[row]?.[col];

  function focus(row, col) {
    const cell = at(row, col);
    if (!cell) return false;
    at(...current)?.control.setAttribute("tabindex", "-1");
    current = [row, col];
    cell.control.setAttribute("tabindex", "0");
    cell.control.focus();
    cell.control.select?.();
    return true;
  }

  function key(event, row, col) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0] };
    const move = moves[event.key];
    if (event.key === "Home" || event.key === "End") {
      focus(row, event.key === "Home" ? 0 : cells[row].length - 1);
      event.preventDefault();
    }
    if (!move) return;
    const { selectionStart: start, selectionEnd: end, value } = event.target;
    const inside = event.target.tagName === "INPUT" && move[1] && start === end && (move[1] < 0 ? start > 0 : end < value.length);
    if (inside) return; // the caret moves within the number
    event.preventDefault();
    focus(row + move[0], col + move[1]);
  }

  function build(rows, cols) {
    cells = Array.from({ length: rows }, (_, row) =>
      Array.from({ length: cols }, (_, col) => {
        const control = edit && editable(row, col)
          ? h("input", { type: "text", inputmode: "text", class: "d2l-number", autocomplete: "off", tabindex: "-1" })
          : h("div", { class: "d2l-number", tabindex: "-1" });
        const box = h("td", { role: "gridcell", class: "d2l-cell" }, control);
        box.addEventListener("pointerenter", () => visit(row, col, "pointer"));
        box.addEventListener("pointerdown", (event) => {
          // A finger would stay with this cell: it is to visit those it is drawn over.
          if (event.target.hasPointerCapture?.(event.pointerId)) event.target.releasePointerCapture(event.pointerId);
          visit(row, col, "press");
        });
        control.addEventListener("focus", () => {
          at(...current)?.control.setAttribute("tabindex", "-1");
          current = [row, col];
          control.setAttribute("tabindex", "0");
          visit(row, col, "focus");
        });
        control.addEventListener("keydown", (event) => key(event, row, col));
        if (control.tagName === "INPUT") {
          control.addEventListener("focus", () => control.select());
          control.addEventListener("input", () => {
            const value = parse(control.value);
            const trouble = value === null ? wrong : edit(row, col, value) ?? "";
            control.setAttribute("aria-invalid", trouble ? "true" : "false");
            message.textContent = trouble;
          });
        }
        return { box, control };
      }),
    );
    table.replaceChildren(h("tbody", {}, ...cells.map((row) => h("tr", { role: "row" }, ...row.map(({ box }) => box)))));
    message.textContent = "";
    current = [Math.min(current[0], rows - 1), Math.min(current[1], cols - 1)];
    at(...current)?.control.setAttribute("tabindex", "0");
  }

  /**
   * `plan` names what is to be built anew: by default only the size.
   * @typedef {(row: number, col: number) => string} Cell
   * @param {{rows: number, cols: number, title: string, text: Cell, plan?: string, mark?: Cell, name?: Cell}} state
   */
  function show({ rows, cols, plan = "", title, text, mark = () => "", name = () => "" }) {
    caption.textContent = title;
    if (shape !== `${rows} ${cols} ${plan}`) {
      shape = `${rows} ${cols} ${plan}`;
      build(rows, cols);
    }
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) {
        const { box, control } = at(row, col);
        const shown = text(row, col);
        const classes = `d2l-cell ${mark(row, col)}`;
        if (box.className !== classes) box.className = classes;
        if (control.tagName !== "INPUT") {
          if (control.textContent !== shown) control.textContent = shown;
        } else if (control.getAttribute("aria-invalid") !== "true" && parse(control.value) !== parse(shown)) {
          control.value = shown; // what the reader is typing stays as typed, as long as it means the same
        }
        const spoken = `${name(row, col)} ${shown}`;
        if (control.getAttribute("aria-label") !== spoken) control.setAttribute("aria-label", spoken);
      }
    }
  }

  return { element, show, focus };
}
