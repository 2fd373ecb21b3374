// What the channel explorer is made of: images and small tables of numbers that can be pointed at, fields in the matrix.

// How numbers become colours, as tables of 511 entries for -255 to 255: cut off, signed, and cut off with red below 0.
const COLOURS = (() => {
  const table = (colour) => Uint32Array.from({ length: 511 }, (_, k) => {
    const [r, g, b] = colour(k - 255).map(Math.round);
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
  const grey = (v) => [v, v, v];
  const toward = (end, share) => end.map((e) => 255 + (e - 255) * share);
  return {
    cut: table((v) => grey(Math.max(0, v))),
    signed: table((v) => (v < 0 ? toward([178, 24, 43], -v / 255) : toward([33, 102, 172], v / 255))),
    below: table((v) => (v < 0 ? [-0.95 * v, -0.2 * v, -0.16 * v] : grey(v))),
  };
})();

// An image on a canvas that can be pointed at. paint(planes, ...) draws one plane by a table of colours, or three as colours.
/** @param {{label: string, visit: any, press?: any, result?: boolean}} options */
function image({ label, visit, press = null }) {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const spot = h("span", { class: "d2l-spot" });
  const element = h("div", { class: "d2l-image", role: press ? "application" : "img", "aria-label": label, tabindex: press ? 0 : null }, canvas, spot);
  let painted = "";
  let size = [1, 1];
  const place = (event) => {
    const box = element.getBoundingClientRect();
    const along = (at, from, length, n) => Math.max(0, Math.min(n - 1, Math.floor(((at - from) / length) * n)));
    visit(along(event.clientY, box.top, box.height, size[0]), along(event.clientX, box.left, box.width, size[1]));
  };
  element.addEventListener("pointerdown", (event) => (press?.(), place(event)));
  element.addEventListener("pointermove", place);
  element.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!move || !press) return;
    event.preventDefault();
    press(move.map((by) => by * (event.shiftKey ? 10 : 1)));
  });
  function show({ planes, key, colours, scale = 255, at, reach = 0 }) {
    const { rows, cols } = planes[0];
    size = [rows, cols];
    if (painted !== key) {
      painted = key;
      if (canvas.width !== cols || canvas.height !== rows) [canvas.width, canvas.height] = [cols, rows];
      const bitmap = new ImageData(cols, rows);
      if (planes.length === 3) {
        for (let c = 0; c < 3; c++) planes[c].data.forEach((value, k) => (bitmap.data[4 * k + c] = value));
        for (let k = 3; k < bitmap.data.length; k += 4) bitmap.data[k] = 255;
      } else {
        const pixels = new Uint32Array(bitmap.data.buffer);
        const { data } = planes[0];
        const factor = 255 / scale;
        for (let k = 0; k < data.length; k++) pixels[k] = colours[Math.max(-255, Math.min(255, Math.round(data[k] * factor))) + 255];
      }
      canvas.getContext("2d").putImageData(bitmap, 0, 0);
    }
    const side = 2 * reach + 1;
    const values = { left: (at[1] - reach) / cols, top: (at[0] - reach) / rows, width: side / cols, height: side / rows };
    for (const [name, value] of Object.entries(values)) spot.style[name] = `${100 * value}%`;
  }
  return { element, show, name: (text) => element.getAttribute("aria-label") === text || element.setAttribute("aria-label", text) };
}

// The same for a few numbers.
function figures({ label, words, visit, press = null, result = Boolean(press), edit = null }) {
  const table = grid({ label, edit, wrong: words.wrong,
    visit: (row, col, how) => {
      if (how !== "pointer") press?.();
      visit(row, col);
    } });
  table.element.classList.add("d2l-figures");
  const show = ({ planes: [{ rows, cols, data }], at, reach = 0 }) =>
    table.show({ rows, cols, title: "", text: (r, c) => format(data[r * cols + c]), name: words.cell,
      mark: (r, c) => (Math.abs(r - at[0]) > reach || Math.abs(c - at[1]) > reach ? "" : result ? "d2l-answer" : "d2l-lit") });
  return { element: table.element, show, name: () => {} };
}

// A field for a number, in its place in the matrix: text, so that fractions and both minus signs are understood.
function entry({ label, limit, step, words, accept }) {
  const control = h("input", { type: "text", class: "d2l-entry", inputmode: "text", autocomplete: "off", "aria-label": label, role: "spinbutton",
    "aria-valuemin": -limit, "aria-valuemax": limit });
  const message = h("div", { class: "d2l-error", role: "alert" });
  const take = () => {
    const value = parse(control.value);
    const fault = value === null ? words.number : Math.abs(value) > limit ? words.between(format(-limit), format(limit)) : "";
    message.textContent = fault;
    control.setAttribute("aria-invalid", fault ? "true" : "false");
    if (!fault) accept(value);
  };
  control.addEventListener("input", take);
  control.addEventListener("focus", () => control.select());
  control.addEventListener("keydown", (event) => {
    const by = { ArrowUp: step, ArrowDown: -step }[event.key];
    const value = parse(control.value);
    if (!by || value === null) return;
    event.preventDefault();
    control.value = format(Math.max(-limit, Math.min(limit, value + by)), 6);
    take();
  });
  const show = (value) => {
    control.setAttribute("aria-valuenow", value);
    const typing = document.activeElement === control;
    if (typing && (control.getAttribute("aria-invalid") === "true" || parse(control.value) === value)) return;
    if (control.getAttribute("aria-invalid") === "true") (message.textContent = ""), control.setAttribute("aria-invalid", "false");
    if (parse(control.value) !== Number(value.toFixed(4))) control.value = format(value, 4);
  };
  return { control, message, show };
}
