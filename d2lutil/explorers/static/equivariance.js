// The equivariance explorer: an image to be dragged, and for four layers "shift, then compute" beside "compute, then shift".

const LAYERS = ["fully connected", "convolution", "pooling", "global pooling"];
const EXACT = 1e-9; // what rounding may do

const WORDS = {
  en: {
    title: "Equivariance explorer", image: "image", border: "beyond the border", pooling: "pooling", window: "window",
    down: "down", right: "right", home: "Back to the start", shift: "shift",
    images: { cross: "cross", corner: "corner", frame: "frame", line: "line", dot: "dot", three: "handwritten 3", own: "own image" },
    borders: { zeros: "zeros", circular: "circular" },
    poolings: { max: "maximum", average: "average" },
    drag: "Drag the image, or go to it and press the arrow keys. What leaves on one side comes in on the other.",
    canvas: "Image. The arrow keys shift it, with Shift by a whole window; Home brings it back.",
    columns: ["shift, then compute", "compute, then shift", "largest difference"],
    layers: { "fully connected": "Fully connected", convolution: "Convolution", pooling: "Pooling", "global pooling": "Global pooling" },
    after: { "fully connected": (s) => `${s.X.data.length} × ${s.X.data.length} random weights`,
      convolution: (s) => `${s.K.rows} × ${s.K.rows} kernel`,
      pooling: (s) => `after the convolution; the shift is ${cells(s, 0)} cells down, ${cells(s, 1)} right`,
      "global pooling": (s) => `${s.pooling === "max" ? "maximum" : "average"} of the whole convolution` },
    verdicts: { still: "not shifted yet", exact: "moves along exactly", luck: "moves along this time", unchanged: "does not change at all",
      border: "differs at the border", lost: "does not move along" },
    globalBorder: "changes at the border",
    maps: (layer, way, m) => `${layer}, ${way}: ${m.rows} × ${m.cols} numbers from ${format(Math.min(...m.data))} to ${format(Math.max(...m.data))}. The arrow keys point at a number.`,
    said: (s, list) => `Shifted by ${format(s.shift[0])} down, ${format(s.shift[1])} right. ${list.join(". ")}.`,
    one: (layer, verdict, difference) => `${layer}: ${verdict}, difference ${difference}`,
    hint: "Point at a position of a map to read its numbers, and to see which pixels of the image it depends on.",
    at: (layer, i, j, a, b) => `${layer}, row ${i}, column ${j}: ${a === b ? `${a} both ways` : `${a} and ${b}`}`,
    key: ["positive", "negative", "the two differ"],
    between: (a, b) => `a whole number from ${format(a)} to ${format(b)}`,
  },
  zh: {
    title: "等变性演示", image: "图像", border: "边界之外", pooling: "汇聚", window: "窗口",
    down: "向下", right: "向右", home: "回到起点", shift: "平移",
    images: { cross: "十字", corner: "直角", frame: "方框", line: "竖线", dot: "一个点", three: "手写的 3", own: "自己的图像" },
    borders: { zeros: "填零", circular: "循环" },
    poolings: { max: "取最大", average: "取平均" },
    drag: "拖动图像，或选中它再按方向键。从一边移出去的，从另一边进来。",
    canvas: "图像。方向键平移一格，加 Shift 键一次平移一个窗口，Home 键回到起点。",
    columns: ["先平移，再计算", "先计算，再平移", "最大差别"],
    layers: { "fully connected": "全连接", convolution: "卷积", pooling: "汇聚", "global pooling": "全局汇聚" },
    after: { "fully connected": (s) => `${s.X.data.length} × ${s.X.data.length} 个随机权重`,
      convolution: (s) => `${s.K.rows} × ${s.K.rows} 卷积核`,
      pooling: (s) => `接在卷积之后；在这里相当于下移 ${cells(s, 0)} 格，右移 ${cells(s, 1)} 格`,
      "global pooling": (s) => `整张卷积输出的${s.pooling === "max" ? "最大值" : "平均值"}` },
    verdicts: { still: "还没有平移", exact: "严格地跟着移动", luck: "这一次碰巧跟着移动", unchanged: "完全不变",
      border: "在边界处有差别", lost: "不跟着移动" },
    globalBorder: "因边界而变",
    maps: (layer, way, m) => `${layer}，${way}：${m.rows} × ${m.cols} 个数，从 ${format(Math.min(...m.data))} 到 ${format(Math.max(...m.data))}。用方向键查看各个数。`,
    said: (s, list) => `下移 ${format(s.shift[0])} 格，右移 ${format(s.shift[1])} 格。${list.join("；")}。`,
    one: (layer, verdict, difference) => `${layer}：${verdict}，差别 ${difference}`,
    hint: "把指针移到图上的某一格，就能读出两边的数，并看到它用到图像的哪些格。",
    at: (layer, i, j, a, b) => `${layer}，第 ${i} 行，第 ${j} 列：${a === b ? `两边都是 ${a}` : `${a} 与 ${b}`}`,
    key: ["正数", "负数", "两边不同"],
    between: (a, b) => `请填 ${format(a)} 到 ${format(b)} 的整数`,
  },
};

const TRAITS = ["images", "image", "shift", "border", "pooling", "window", "kernel", "lang"];
// Visible on white and on black, and apart for every kind of colour vision.
const COLOURS = { positive: "#1f83c4", negative: "#d6423a", differs: "#b5578c", window: "#e69f00", line: "rgb(128 128 128 / 0.3)", faint: "rgb(128 128 128 / 0.75)" };

// The same numbers as `weights` in Python: 1, 2, 3, ... shaken until nothing of their order is left, then from −3 to 3.
const drawn = new Map();
function weights(n) {
  if (!drawn.has(n)) {
    drawn.set(n, Int8Array.from({ length: n * n }, (_, k) => {
      let h = k + 1;
      h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
      h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
      return ((h ^ (h >>> 16)) >>> 0) % 7 - 3;
    }));
  }
  return drawn.get(n);
}

function dense(X) {
  const n = X.data.length;
  const W = weights(n);
  const Y = matrix(X.rows, X.cols);
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) Y.data[i] += W[k] * X.data[j];
  return Y;
}

/** @returns {Traits & {X: Matrix, K: Matrix}} */
function read(model) {
  const t = traitsOf(model, TRAITS);
  return { ...t, X: fromRows(t.images[t.image]), K: fromRows(t.kernel) };
}

// The image with what the convolution sees around it: r more cells on every side.
const geometry = (s) => {
  const r = (s.K.rows - 1) / 2;
  return { padding: { top: r, bottom: r, left: r, right: r }, paddingMode: s.border };
};

// The shift of a pooled map, in its cells.
const cells = (s, which) => format(s.shift[which] / s.window, 2);

function answers(s, X) {
  const Y = correlate(X, s.K, geometry(s));
  const pooling = (rows, cols) => pool(Y, matrix(rows, cols), { stride: [rows, cols] }, { kind: s.pooling === "max" ? "max" : "avg" });
  return { "fully connected": dense(X), convolution: Y, pooling: pooling(s.window, s.window), "global pooling": pooling(Y.rows, Y.cols) };
}

// For each layer {after, moved, difference, verdict}: shift then compute, compute then shift. A pooled map moves by whole cells
// only: of both neighbours of a shift that is none, the one that differs least.
function compare(s) {
  const [before, after] = [answers(s, s.X), answers(s, rolled(s.X, ...s.shift))];
  const whole = s.shift.every((by) => by % s.window === 0);
  const result = {};
  for (const layer of LAYERS) {
    const cell = layer === "pooling" ? s.window : 1;
    const [downs, rights] = s.shift.map((by) => (layer === "global pooling" ? [0] : [...new Set([Math.floor(by / cell), Math.ceil(by / cell)])]));
    const tried = downs.flatMap((down) => rights.map((right) => rolled(before[layer], down, right)));
    const gaps = tried.map((one) => largestDifference(one, after[layer]));
    const least = Math.min(...gaps);
    const difference = least < EXACT ? 0 : least;
    let verdict = difference ? "border" : "exact";
    if (!s.shift.some(Boolean)) verdict = "still";
    else if (layer === "fully connected") verdict = difference ? "lost" : "exact";
    else if (layer === "global pooling") verdict = difference ? "border" : "unchanged";
    else if (layer === "pooling" && !whole) {
      verdict = difference ? "lost" : largestDifference(before[layer], after[layer]) < EXACT ? "unchanged" : "luck";
    }
    result[layer] = { after: after[layer], moved: tried[gaps.indexOf(least)], difference, verdict };
  }
  return result;
}

// A canvas as sharp as the screen; gives what to draw on, in CSS pixels. Its background is the page's, light or dark.
function sheet(canvas, width, height) {
  const sharp = Math.max(1, devicePixelRatio || 1);
  const [w, h] = [Math.round(width * sharp), Math.round(height * sharp)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const pen = canvas.getContext("2d");
  pen.setTransform(w / width, 0, 0, h / height, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}

// A map of numbers: the larger, the stronger; nothing where 0.
function paint(canvas, map, { side, largest, colour = null, mark = null }) {
  const size = side / Math.max(map.rows, map.cols);
  const pen = sheet(canvas, size * map.cols, size * map.rows);
  canvas.style.aspectRatio = `${map.cols} / ${map.rows}`;
  for (let i = 0; i < map.rows; i++) {
    for (let j = 0; j < map.cols; j++) {
      const value = map.data[i * map.cols + j];
      const strength = Math.abs(value) / (largest || 1);
      if (Math.abs(value) >= EXACT) {
        pen.globalAlpha = Math.min(1, colour ? 0.4 + 0.6 * strength : 0.08 + 0.92 * strength);
        pen.fillStyle = colour ?? (value > 0 ? COLOURS.positive : COLOURS.negative);
        pen.fillRect(j * size, i * size, size, size);
      }
    }
  }
  pen.globalAlpha = 1;
  lines(pen, map, size, 0);
  if (mark) frame(pen, mark[0] * size, mark[1] * size, size, size);
}

function lines(pen, { rows, cols }, size, offset) {
  pen.strokeStyle = COLOURS.line;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let i = 0; i <= rows; i++) pen.moveTo(offset, offset + i * size), pen.lineTo(offset + cols * size, offset + i * size);
  for (let j = 0; j <= cols; j++) pen.moveTo(offset + j * size, offset), pen.lineTo(offset + j * size, offset + rows * size);
  pen.stroke();
}

function frame(pen, top, left, height, width) {
  pen.strokeStyle = COLOURS.window;
  pen.lineWidth = 3;
  pen.strokeRect(left + 1, top + 1, width - 2, height - 2);
}

// The shifted image, around it what the convolution sees there, dashed where it stood at first, and what a unit looks at.
const CELL = 20;
function paintImage(canvas, s, looked) {
  const r = geometry(s).padding.top;
  const shifted = rolled(s.X, ...s.shift);
  const [rows, cols] = [s.X.rows + 2 * r, s.X.cols + 2 * r];
  const pen = sheet(canvas, cols * CELL, rows * CELL);
  canvas.style.aspectRatio = `${cols} / ${rows}`;
  const largest = Math.max(...s.X.data.map(Math.abs));
  for (let i = -r; i < s.X.rows + r; i++) {
    for (let j = -r; j < s.X.cols + r; j++) {
      const inside = i >= 0 && j >= 0 && i < s.X.rows && j < s.X.cols;
      if (!inside && s.border === "zeros") continue;
      const value = shifted.data[source(i, s.X.rows, "circular") * s.X.cols + source(j, s.X.cols, "circular")];
      pen.globalAlpha = (inside ? 1 : 0.4) * Math.abs(value) / (largest || 1);
      pen.fillStyle = value < 0 ? COLOURS.negative : COLOURS.positive;
      pen.fillRect((j + r) * CELL, (i + r) * CELL, CELL, CELL);
    }
  }
  pen.globalAlpha = 0.5;
  lines(pen, { rows, cols }, CELL, 0);
  pen.globalAlpha = 1;
  lines(pen, s.X, CELL, r * CELL);
  pen.strokeStyle = COLOURS.faint;
  pen.lineWidth = 1.5;
  pen.strokeRect(r * CELL, r * CELL, s.X.cols * CELL, s.X.rows * CELL);
  if (s.shift.some(Boolean)) {
    pen.setLineDash([3, 3]);
    pen.beginPath();
    outline(s.X, (i, j, k, l) => {
      pen.moveTo((j + r) * CELL, (i + r) * CELL);
      pen.lineTo((l + r) * CELL, (k + r) * CELL);
    });
    pen.stroke();
    pen.setLineDash([]);
  }
  if (looked) frame(pen, ...looked.map((n, k) => (n + (k < 2 ? r : 0)) * CELL));
}

// The edges between cells with ink and cells without.
function outline(X, edge) {
  const ink = (i, j) => i >= 0 && j >= 0 && i < X.rows && j < X.cols && X.data[i * X.cols + j] !== 0;
  for (let i = 0; i <= X.rows; i++) {
    for (let j = 0; j <= X.cols; j++) {
      if (ink(i, j) !== ink(i - 1, j)) edge(i, j, i, j + 1);
      if (ink(i, j) !== ink(i, j - 1)) edge(i, j, i + 1, j);
    }
  }
}

// [top, left, height, width] of what unit (i, j) of a layer looks at, in cells of the image.
function looksAt(s, layer, i, j) {
  const r = geometry(s).padding.top;
  const w = layer === "pooling" ? s.window : 1;
  if (layer === "fully connected") return [0, 0, s.X.rows, s.X.cols];
  if (layer === "global pooling") return [-r, -r, s.X.rows + 2 * r, s.X.cols + 2 * r];
  return [i * w - r, j * w - r, w + 2 * r, w + 2 * r];
}

function render({ model, el }) {
  const words = WORDS[model.get("lang")] ?? WORDS.en;
  const main = root(el, "equivariance", model.get("lang"), words.title);
  let s = read(model);
  let found = compare(s);
  let probe = null; // {layer, i, j}: the number that the reader points at
  let speaking = 0;

  const shiftTo = (down, right) => {
    const shift = [down % s.X.rows, right % s.X.cols].map((by) => by + 0); // a minus zero becomes a zero
    if (shift.some((by, k) => by !== model.get("shift")[k])) tell(model, { shift });
  };

  // --- the image
  const canvas = h("canvas", { class: "d2l-eq-image", tabindex: 0, role: "application", "aria-label": words.canvas });
  let grip = null;
  canvas.addEventListener("pointerdown", (event) => {
    grip = { x: event.clientX, y: event.clientY, from: [...model.get("shift")] };
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ focusVisible: false, preventScroll: true });
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const size = canvas.getBoundingClientRect().width / (s.X.cols + 2 * geometry(s).padding.left);
    shiftTo(grip.from[0] + Math.round((event.clientY - grip.y) / size), grip.from[1] + Math.round((event.clientX - grip.x) / size));
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(end, () => (grip = null));
  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move && event.key !== "Home") return;
    event.preventDefault();
    const by = event.shiftKey ? model.get("window") : 1;
    const [down, right] = model.get("shift");
    if (move) shiftTo(down + by * move[0], right + by * move[1]);
    else shiftTo(0, 0);
  });

  // --- the controls
  const choice = (name, options) =>
    menu({ label: words[name], value: model.get(name), options, accept: (value) => tell(model, { [name]: value }) });
  const named = Object.fromEntries(Object.keys(s.images).map((name) => [name, words.images[name] ?? name]));
  const sides = Object.fromEntries([2, 3, 4].filter((w) => s.X.rows % w === 0 && s.X.cols % w === 0).map((w) => [w, `${w} × ${w}`]));
  const by = (which, label) => {
    const most = (which ? s.X.cols : s.X.rows) - 1;
    return numberField({ label, min: -most, max: most, value: s.shift[which], words,
      accept: (n) => tell(model, { shift: model.get("shift").map((old, k) => (k === which ? n : old)) }) });
  };
  const fields = {
    image: choice("image", named),
    border: choice("border", words.borders),
    pooling: choice("pooling", words.poolings),
    window: menu({ label: words.window, value: s.window, options: sides, accept: (value) => tell(model, { window: Number(value) }) }),
    down: by(0, words.down), right: by(1, words.right),
  };
  const bar = h("div", { class: "d2l-controls d2l-eq-bar" }, fields.image, fields.border, fields.pooling, fields.window);
  const shifts = h("div", { class: "d2l-controls" }, fields.down, fields.right, button(words.home, () => shiftTo(0, 0)));

  // --- the four answers
  const point = (layer, i, j) => {
    const map = found[layer].after;
    probe = { layer, i: Math.max(0, Math.min(map.rows - 1, i)), j: Math.max(0, Math.min(map.cols - 1, j)) };
    draw();
  };
  const leave = () => ((probe = null), draw());
  const column = (text, formula, extra = {}) => h("div", { role: "columnheader", ...extra }, text, h("span", { class: "d2l-eq-formula" }, formula));
  const rows = {};
  for (const layer of LAYERS) {
    const single = layer === "global pooling";
    const map = (way) => {
      if (single) return h("span", { class: "d2l-eq-number" });
      const drawing = h("canvas", { class: "d2l-eq-map", role: "img", tabindex: way === 0 ? 0 : null });
      drawing.addEventListener("pointermove", (event) => {
        const { left, top, width, height } = drawing.getBoundingClientRect();
        const { rows: n, cols: m } = found[layer].after;
        point(layer, Math.floor((event.clientY - top) / height * n), Math.floor((event.clientX - left) / width * m));
      });
      drawing.addEventListener("pointerleave", leave);
      drawing.addEventListener("blur", leave);
      drawing.addEventListener("keydown", (event) => {
        const move = MOVES[event.key];
        if (event.key === "Escape") leave();
        if (!move) return;
        event.preventDefault();
        if (probe?.layer !== layer) point(layer, 0, 0);
        else point(layer, probe.i + move[0], probe.j + move[1]);
      });
      return drawing;
    };
    const row = rows[layer] = { maps: [map(0), map(1)], gap: single ? null : map(2), verdict: h("div", { class: "d2l-eq-verdict" }),
      detail: h("div", { class: "d2l-eq-detail" }), difference: h("span", { class: "d2l-eq-difference" }), element: null };
    row.element = h("div", { role: "row", class: "d2l-eq-row", "data-layer": layer },
      h("div", { role: "rowheader" }, h("div", { class: "d2l-eq-layer" }, words.layers[layer]), row.verdict, row.detail),
      h("div", { role: "cell" }, row.maps[0]), h("div", { role: "cell" }, row.maps[1]),
      h("div", { role: "cell", class: "d2l-eq-gap" }, row.gap, row.difference));
  }
  const head = h("div", { role: "row", class: "d2l-eq-row d2l-eq-head" }, h("div", { role: "columnheader" }),
    column(words.columns[0], "f(T X)"), column(words.columns[1], "T f(X)"), column(words.columns[2], "|f(T X) − T f(X)|"));
  const table = h("div", { role: "table", class: "d2l-eq-table", "aria-label": words.title }, head, ...LAYERS.map((layer) => rows[layer].element));
  const reading = h("div", { class: "d2l-eq-reading", "aria-live": "polite" });
  const key = h("div", { class: "d2l-eq-key" }, ...["positive", "negative", "differs"].map((name, k) =>
    h("span", {}, h("i", { class: `d2l-eq-swatch d2l-eq-${name}` }), words.key[k])));
  const said = h("div", { class: "d2l-hidden", "aria-live": "polite", "aria-atomic": "true" });
  main.append(h("div", { class: "d2l-eq-scope" }, bar,
    h("div", { class: "d2l-eq-panels" },
      h("div", { class: "d2l-eq-left" }, canvas, shifts, h("div", { class: "d2l-eq-detail" }, words.drag)),
      h("div", { class: "d2l-eq-right" }, table, reading, key))), said);

  const verdictOf = (layer) => (layer === "global pooling" && found[layer].verdict === "border" ? words.globalBorder : words.verdicts[found[layer].verdict]);
  const setText = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  let shown = "";

  const draw = eachFrame(() => {
    s = read(model);
    found = compare(s);
    const map = probe && found[probe.layer].after;
    if (probe && (probe.i >= map.rows || probe.j >= map.cols)) probe = null; // a larger window, fewer cells
    paintImage(canvas, s, probe && looksAt(s, probe.layer, probe.i, probe.j));
    for (const layer of LAYERS) {
      const { after, moved, difference, verdict } = found[layer];
      const row = rows[layer];
      const here = probe?.layer === layer ? [probe.i, probe.j] : null;
      if (row.gap) {
        const largest = Math.max(...after.data.map(Math.abs), ...moved.data.map(Math.abs));
        const gap = matrix(after.rows, after.cols, after.data.map((value, k) => Math.abs(value - moved.data[k])));
        [after, moved].forEach((one, k) => {
          paint(row.maps[k], one, { side: 96, largest, mark: here });
          row.maps[k].setAttribute("aria-label", words.maps(words.layers[layer], words.columns[k], one));
        });
        paint(row.gap, gap, { side: 96, largest, colour: COLOURS.differs, mark: here });
        row.gap.setAttribute("aria-label", `${words.layers[layer]}, ${words.columns[2]}: ${format(difference)}`);
      } else {
        setText(row.maps[0], format(after.data[0])), setText(row.maps[1], format(moved.data[0]));
      }
      setText(row.verdict, `${verdict === "still" ? "" : difference ? "≠ " : "= "}${verdictOf(layer)}`);
      row.element.dataset.verdict = verdict;
      row.element.classList.toggle("d2l-eq-fails", difference > 0);
      setText(row.detail, words.after[layer](s));
      setText(row.difference, format(difference));
    }
    setText(reading, probe
      ? words.at(words.layers[probe.layer], probe.i, probe.j, ...["after", "moved"].map((way) => format(found[probe.layer][way].data[probe.i * map.cols + probe.j])))
      : words.hint);
    reading.classList.toggle("d2l-eq-detail", !probe);
    for (const name of ["image", "border", "pooling", "window"]) fields[name].show(s[name]);
    // What is wrong in a field stays there until the shift changes.
    if (shown !== String(s.shift)) {
      shown = String(s.shift);
      ["down", "right"].forEach((name, k) => (fields[name].show(s.shift[k]), fields[name].error("")));
    }
    main.dataset.shift = JSON.stringify(s.shift);
    main.dataset.differences = JSON.stringify(Object.fromEntries(LAYERS.map((layer) => [layer, found[layer].difference])));
    main.dataset.verdicts = JSON.stringify(Object.fromEntries(LAYERS.map((layer) => [layer, found[layer].verdict])));
    // Said when the image has come to rest.
    const text = words.said(s, LAYERS.map((layer) => words.one(words.layers[layer], verdictOf(layer), format(found[layer].difference))));
    clearTimeout(speaking);
    speaking = setTimeout(() => setText(said, text), 300);
  });

  const stop = watch(model, TRAITS, draw);
  addEventListener("resize", draw);
  draw();
  return () => {
    stop();
    removeEventListener("resize", draw);
    clearTimeout(speaking);
    draw.cancel();
    main.remove(); // JupyterLab keeps the element of a view that is gone
  };
}

export default { render };
