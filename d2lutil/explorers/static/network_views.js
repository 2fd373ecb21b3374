// What the network explorer's page is made of.

const div = (name, ...children) => h("div", { class: `d2l-${name}` }, ...children);
const on = (element, name, f) => element.addEventListener(name, f);
const aria = (element, name, text) => element.setAttribute(`aria-${name}`, text);
// How far down and to the right in an element the mouse is, as shares of its height and width.
const shareOf = ({ clientX, clientY }, element) => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [(clientY - top) / height, (clientX - left) / width];
};
const quiet = (text = "") => h("span", { class: "d2l-net-quiet" }, text);

// A small table of numbers, each cell as strong as its number; one may be marked as the one that counts.
function numberTable(label, tint) {
  const caption = div("caption");
  const body = h("table", { class: "d2l-grid", "aria-label": label });
  const element = h("div", {}, caption, body);
  let cells = [];
  function show({ rows, cols, data }, title, most, marked = -1) {
    caption.textContent = title;
    if (cells.length !== rows * cols || body.rows.length !== rows) {
      body.replaceChildren(...range(rows).map(() => h("tr", {}, ...range(cols).map(() => h("td", { class: "d2l-cell" })))));
      cells = [...body.querySelectorAll("td")];
    }
    cells.forEach((cell, k) => {
      cell.textContent = Number.isNaN(data[k]) ? "" : data[k] && Math.abs(data[k]) < 0.005 ? "0.00" : format(data[k], Math.abs(data[k]) < 100 ? 2 : 0);
      cell.style.background = tint(0.6 * Math.max(-most, Math.min(most, data[k])) || 0, most);
      cell.classList.toggle("d2l-net-winner", k === marked);
    });
  }
  return { element, show };
}

// The images to choose from. `chosen` says which one is looked at, `choose` is told of another.
function imageStrip(words, chosen, choose) {
  const element = h("div", { class: "d2l-net-strip", role: "radiogroup", "aria-label": words.images });
  let thumbs = [];
  on(element, "keydown", (event) => {
    const [n, now] = [thumbs.length, chosen()];
    const to = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: n - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const k = (to + n) % n;
    choose(k);
    thumbs[k].choice.focus();
  });
  function show(images, ends) {
    if (images.length !== thumbs.length) {
      thumbs = images.map((_, k) => {
        const icon = h("img", { alt: "" }); // a browser lays out few canvases faster than many
        const text = h("span", {});
        const choice = h("button", { type: "button", role: "radio", onclick: () => choose(k) }, icon, text);
        return { icon, text, choice };
      });
      element.replaceChildren(...thumbs.map(({ choice }) => choice));
    }
    const brush = screen();
    images.forEach((image, k) => {
      paintImage(brush, image, ends);
      thumbs[k].icon.src = brush.toDataURL();
    });
  }
  // What the images are called, and what the network says instead: null where it is right or has not been asked.
  function name(labels, mistakes) {
    thumbs.forEach(({ choice, text }, k) => {
      const on = k === chosen();
      aria(choice, "checked", on);
      choice.tabIndex = on ? 0 : -1;
      const label = labels[k] ?? "";
      const wrong = mistakes[k] !== null;
      text.textContent = label && wrong ? `✗ ${label}` : label;
      choice.classList.toggle("d2l-net-wrong", wrong);
      aria(choice, "label", words.thumb(k, label) + (wrong ? words.thumbWrong(mistakes[k]) : ""));
    });
  }
  return { element, show, name };
}

// How a unit is computed, as `explain` says it: windows and kernels channel by channel, an activation's curve, or the largest
// products. The reader may choose a channel, of which `chose` is told.
function workingView(words, { tint, paint }, chose) {
  const tiles = div("net-tiles");
  const windowTable = numberTable(words.window, tint);
  const kernelTable = numberTable(words.kernel, tint);
  const listHead = div("caption", words.largest);
  const list = h("ol", { class: "d2l-net-list", "aria-label": words.largest });
  const curve = h("div", { class: "d2l-net-curve", role: "img", "aria-label": words.curve });
  const element = div("net-working", div("panels", windowTable.element, kernelTable.element), tiles, curve, h("div", {}, listHead, list));
  let part = -1; // the input channel whose numbers are shown; −1: the strongest
  let tileList = [];

  function showParts({ kind }, parts, called, reach) {
    const most = parts ? Math.max(...parts.map(({ kernel }) => greatest(kernel.data)), 1e-12) : 1;
    const strongest = parts && (parts.find(({ c }) => c === part) ?? strongestFirst(parts)[0]);
    const small = strongest && Math.max(strongest.kernel.rows, strongest.kernel.cols) <= 5;
    windowTable.element.hidden = kernelTable.element.hidden = !small;
    if (small) {
      const where = parts.length > 1 ? ` · ${called(strongest.c)}` : "";
      windowTable.show(strongest.window, words.window + where, reach);
      kernelTable.show(strongest.kernel, (kind === "conv" ? words.kernel : words.weights) + where, most);
    }
    const many = parts && (parts.length > 1 || !small) ? parts : [];
    const shown = many.length > 16 ? strongestFirst(many).slice(0, 16) : many;
    const built = `${shown.length} ${many.length}`;
    if (tiles.dataset.kind !== built) {
      tiles.dataset.kind = built;
      tileList = shown.map(() => {
        const [window, kernel, text] = [screen(), screen(), h("span", {})];
        const tile = { c: -1, window, kernel, text, element: h("button", { type: "button", class: "d2l-net-tile", onclick: () => { part = tile.c; chose(); } }, window, "·", kernel, text) };
        return tile;
      });
      tiles.replaceChildren(...tileList.map((tile) => tile.element), quiet());
    }
    shown.forEach((each, k) => {
      const tile = tileList[k];
      tile.c = each.c;
      paint(tile.window, each.window, reach);
      paint(tile.kernel, each.kernel, most);
      const { rows, cols } = each.kernel;
      for (const canvas of [tile.window, tile.kernel]) canvas.style.width = `${((many.length === 1 ? 140 : 38) * cols) / Math.max(rows, cols)}px`;
      tile.text.textContent = `= ${format(each.sum)}`;
      aria(tile.element, "pressed", each === strongest);
      tile.element.title = called(each.c);
      aria(tile.element, "label", `${called(each.c)}: ${format(each.sum)}`);
    });
    const rest = many.length - shown.length;
    tiles.lastChild.textContent = rest > 0 ? words.others(rest) + format(totalOf(many.filter((each) => !shown.includes(each)))) : "";
    return strongest;
  }

  function showPool({ include }, pooling, most) {
    const small = Math.max(pooling.rows, pooling.cols) <= 7;
    windowTable.element.hidden = !small;
    if (!small) return;
    const data = pooling.cells.map(({ inside, value }) => (inside ? value : include ? 0 : NaN));
    windowTable.show({ ...pooling, data }, words.window, most, pooling.cells.indexOf(pooling.winner));
  }

  function showCurve(layer, x) {
    const f = CELL[layer.kind];
    curve.hidden = !Number.isFinite(x);
    if (curve.hidden) return;
    const far = Math.max(4, 1.2 * Math.abs(x));
    const high = Math.max(...[-far, far].map((at) => Math.abs(f(at, layer))), 1);
    const at = (t) => `${((t / far) * 90).toFixed(1)} ${((-f(t, layer) / high) * 52).toFixed(1)}`;
    const line = range(81).map((k) => at(((k - 40) / 40) * far)).join("L");
    const [cx, cy] = at(x).split(" ");
    curve.innerHTML = `<svg viewBox="-96 -60 192 120" width="192" height="120"><path class="d2l-net-axes" d="M-96 0H96M0 -60V60"/><path d="M${line}"/><circle r="5" cx="${cx}" cy="${cy}"/></svg>`;
  }

  /**
   * `reach` and `most` are the strongest colours of the layer's input and output. Gives the input channel that is shown large.
   * @param {any} layer
   * @param {ReturnType<typeof explain>} explained
   */
  function show(layer, { parts, pooling, terms = [], curve: x }, called, reach, most) {
    const shown = showParts(layer, parts, called, reach);
    if (pooling) showPool(layer, pooling, most);
    showCurve(layer, x);
    const top = strongestFirst(terms).slice(0, 6);
    const rest = terms.length - top.length;
    const others = totalOf(terms) - totalOf(top);
    listHead.hidden = list.hidden = !top.length;
    list.replaceChildren(...top.map(({ c, x, w, sum }) => h("li", {}, `${words.number(c)}${operand(x)} · ${operand(w)} = ${format(sum)}`)), ...(rest > 0 ? [h("li", {}, words.others(rest) + format(others))] : []));
    return shown?.c;
  }
  return { element, show };
}
