// The kernel studio: a photograph, a kernel, and its answer at every place, in colours that show the sign.

const WORDS = {
  en: {
    title: "Kernel studio", presets: "presets",
    names: { identity: "identity", blur: "blur", sharpen: "sharpen", emboss: "emboss", difference: "difference", sobelX: "Sobel x", sobelY: "Sobel y", laplacian: "Laplacian" },
    image: "photograph", kernel: "kernel", answer: "output", size: "size", angle: "angle", noAngle: "Move it, and Sobel's kernel stands here, turned.",
    degrees: (d) => `${d}°`, directions: ["right", "lower right", "bottom", "lower left", "left", "upper left", "top", "upper right"],
    brighter: (where) => `Positive where it gets brighter towards the ${where}.`,
    normalise: (d) => `normalise: ÷ ${d}`,
    sum: (s) => `Sum ${s}`, flatZero: "flat regions give 0", flatSame: "flat regions keep their brightness", flatTimes: (s) => `flat regions give ${s} × their brightness`,
    bySum: (d) => `${d} is the sum: divided by it, the kernel leaves flat parts as they are.`,
    byAbsolute: (d) => `The sum is 0, so divide by the sum of the absolute values, ${d}: then no output is beyond ±0.5.`,
    byNothing: "Nothing to divide by: all numbers are 0.",
    own: "Your own image…", first: "The first image again", hint: "Or drop one here. It goes nowhere but into this notebook.",
    unreadable: "This file is no image that the browser can read.",
    colours: "colours", kinds: { auto: "automatic", signed: "sign", grey: "grey" },
    range: (a, b) => `outputs from ${a} to ${b}`, told: (sum, flat, range) => `${sum}, ${flat}; ${range}.`, legend: "colours and numbers", below: "≤", above: "≥",
    look: "Output. The arrow keys move the place whose window is shown, with Shift by 10.", lookImage: "The photograph, with the window marked",
    window: "window", products: "window · kernel", value: (r, c) => `output [${r}, ${c}]`, adds: "sum of the products",
    cell: (r, c) => `row ${r}, column ${c}:`, number: "Not a number; the last valid one is used.", range1000: "From −1000 to 1000; the last valid number is used.",
    guide: "Point at the output, or walk through it with the arrow keys.", row: "row", column: "column",
  },
  zh: {
    title: "卷积核工作室", presets: "现成的核",
    names: { identity: "恒等", blur: "模糊", sharpen: "锐化", emboss: "浮雕", difference: "差分", sobelX: "Sobel x", sobelY: "Sobel y", laplacian: "拉普拉斯" },
    image: "照片", kernel: "卷积核", answer: "输出", size: "大小", angle: "角度", noAngle: "拖动滑块，就换成转到这个角度的 Sobel 核。",
    degrees: (d) => `${d}°`, directions: ["右", "右下", "下", "左下", "左", "左上", "上", "右上"],
    brighter: (where) => `向${where}变亮的地方，输出为正。`,
    normalise: (d) => `归一化：÷ ${d}`,
    sum: (s) => `各数之和为 ${s}`, flatZero: "平坦处输出 0", flatSame: "平坦处亮度不变", flatTimes: (s) => `平坦处输出为亮度的 ${s} 倍`,
    bySum: (d) => `${d} 是各数之和，除以它，平坦处的亮度就保持不变。`,
    byAbsolute: (d) => `和为 0，就改除以各数绝对值之和 ${d}，这样任何输出都不会超出 ±0.5。`,
    byNothing: "各数全是 0，没有什么可除。",
    own: "换成自己的图片…", first: "换回原来的照片", hint: "也可以把图片拖到这里。图片只进这份笔记本，不会发往别处。",
    unreadable: "浏览器读不了这个文件，它不是图片。",
    colours: "颜色", kinds: { auto: "自动", signed: "正负", grey: "灰度" },
    range: (a, b) => `输出在 ${a} 到 ${b} 之间`, told: (sum, flat, range) => `${sum}，${flat}；${range}。`, legend: "颜色与数值", below: "≤", above: "≥",
    look: "输出。用方向键移动所看的位置，按住 Shift 一次移动 10 格。", lookImage: "照片，标出了窗口",
    window: "窗口", products: "窗口 · 卷积核", value: (r, c) => `输出 [${r}, ${c}]`, adds: "各乘积之和",
    cell: (r, c) => `第 ${r} 行，第 ${c} 列：`, number: "不是数，仍用原来的数。", range1000: "请填 −1000 到 1000 的数；仍用原来的数。",
    guide: "指向输出中的任意一处，或用方向键移动。", row: "行", column: "列",
  },
};

const LONGEST = 256;

const centred = (size, middle) => {
  const out = matrix(size, size);
  const edge = (size - middle.length) / 2;
  middle.forEach((row, i) => row.forEach((x, j) => (out.data[(i + edge) * size + j + edge] = x)));
  return toRows(out);
};
const five = (rows) => rows.map((row) => row.split(" ").map(Number));

// Each preset is a whole state: the kernel, for both sizes, and whether it is normalised.
const PRESETS = {
  identity: (n) => ({ kernel: centred(n, [[1]]), normalise: false }),
  blur: (n) => ({ kernel: Array.from({ length: n }, () => Array(n).fill(1)), normalise: true }),
  sharpen: (n) => ({ kernel: n === 3 ? five(["0 -1 0", "-1 5 -1", "0 -1 0"])
    : five(["-1 -1 -1 -1 -1", "-1 2 2 2 -1", "-1 2 8 2 -1", "-1 2 2 2 -1", "-1 -1 -1 -1 -1"]), normalise: n === 5 }),
  emboss: (n) => ({ kernel: n === 3 ? five(["-2 -1 0", "-1 1 1", "0 1 2"])
    : five(["-1 -1 -1 -1 0", "-1 -1 -1 0 1", "-1 -1 1 1 1", "-1 0 1 1 1", "0 1 1 1 1"]), normalise: false }),
  difference: (n) => ({ kernel: centred(n, [[0, 0, 0], [0, 1, -1], [0, 0, 0]]), normalise: false }),
  sobelX: (n) => ({ kernel: toRows(edgeKernel(n, 0)), normalise: false }),
  sobelY: (n) => ({ kernel: toRows(edgeKernel(n, 90)), normalise: false }),
  laplacian: (n) => ({ kernel: n === 3 ? five(["0 1 0", "1 -4 1", "0 1 0"])
    : five(["0 0 1 0 0", "0 1 2 1 0", "1 2 -16 2 1", "0 1 2 1 0", "0 0 1 0 0"]), normalise: false }),
};

const alike = (a, b) => a.length === b.length && a.every((row, i) => row.every((x, j) => Math.abs(x - b[i][j]) < 1e-6));

// The other size of a kernel: a preset or a turned edge stays what it is; other kernels get zeros around, or lose the rim.
function resized(kernel, n) {
  const preset = Object.values(PRESETS).find((make) => alike(make(kernel.length).kernel, kernel));
  if (preset) return preset(n);
  const angle = edgeAngle(fromRows(kernel));
  if (angle !== null) return { kernel: toRows(edgeKernel(n, angle)) };
  return { kernel: n > kernel.length ? centred(n, kernel) : kernel.slice(1, -1).map((row) => row.slice(1, -1)) };
}

// The trait `pixels`: rows - 1, columns - 1, then the greys. In and out.
function unpacked(view) {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return { rows: bytes[0] + 1, cols: bytes[1] + 1, greys: bytes.subarray(2) };
}
function packed(rows, cols, greys) {
  const bytes = new Uint8Array(2 + rows * cols);
  bytes.set([rows - 1, cols - 1]);
  bytes.set(greys, 2);
  return new DataView(bytes.buffer);
}

// A reader's file as greys, here in the browser.
async function greysOf(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const [cols, rows] = [bitmap.width, bitmap.height].map((n) => Math.min(LONGEST, Math.max(5, Math.round(n * scale))));
  const context = h("canvas", { width: cols, height: rows }).getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white"; // where an image is transparent
  context.fillRect(0, 0, cols, rows);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, cols, rows);
  bitmap.close();
  const { data } = context.getImageData(0, 0, cols, rows);
  const greys = Uint8Array.from({ length: rows * cols }, (_, k) => Math.round(0.299 * data[4 * k] + 0.587 * data[4 * k + 1] + 0.114 * data[4 * k + 2]));
  return packed(rows, cols, greys);
}

// The next round number, so that the colours do not flicker while a kernel is turned.
function roundUp(x) {
  if (!(x > 1e-9)) return 1;
  const power = 10 ** Math.floor(Math.log10(x));
  return [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((step) => step * power >= x * 0.9999) * power;
}

// What 99.5 % of the answers do not exceed: a few extreme ones must not make all others pale.
function bulk(values, most) {
  const counts = new Uint32Array(1024);
  const scale = 1024 / most;
  for (let k = 0; k < values.length; k++) counts[Math.min(1023, Math.abs(values[k]) * scale) | 0]++;
  let left = values.length * 0.005;
  let bin = 1023;
  while (bin > 0 && (left -= counts[bin]) > 0) bin--;
  return ((bin + 1) / 1024) * most;
}

const clean = (x) => (Math.abs(x) < 1e-9 ? 0 : x);
const mix = (a, b, share) => a.map((x, k) => Math.round(x + (b[k] - x) * share));

// `last` is what was read before: an image is turned into numbers once, not for every kernel.
function read(model, last) {
  const pixels = model.get("pixels");
  let X = last?.X;
  if (last?.pixels !== pixels) {
    const { rows, cols, greys } = unpacked(pixels);
    X = matrix(rows, cols);
    for (let k = 0; k < X.data.length; k++) X.data[k] = greys[k] / 255;
  }
  const K = fromRows(model.get("kernel"));
  const by = model.get("normalise") ? divisor(K) : 1;
  const W = matrix(K.rows, K.cols, K.data.map((x) => x / by));
  const Y = correlate(X, W);
  let low = Infinity;
  let high = -Infinity;
  let sum = 0;
  for (let k = 0; k < Y.data.length; k++) {
    const value = Y.data[k];
    if (value < low) low = value;
    if (value > high) high = value;
    sum += value;
  }
  const flat = balanced(K) ? 0 : kernelSum(W);
  const wish = model.get("colours");
  const kind = wish === "auto" ? (flat > 0 ? "grey" : "signed") : wish;
  // The colours' numbers: at both ends and in the middle. Grey runs from what black answers to what white answers.
  const reach = Math.max(Math.abs(low), Math.abs(high));
  const limit = reach > 1e-9 ? roundUp(bulk(Y.data, reach)) : 1;
  const ends = (kind === "grey" && flat > 0 ? [0, flat] : [-limit, limit]).map((x) => Number(x.toPrecision(12)));
  return { pixels, X, K, W, Y, by, flat, kind, ends, low: clean(low), high: clean(high), mean: clean(sum / Y.data.length) };
}

function render({ model, el }) {
  const words = WORDS[model.get("lang")] ?? WORDS.en;
  const main = root(el, "studio", model.get("lang"), words.title);
  const first = model.get("pixels");
  let s = read(model);
  let hovered = null; // where the mouse is, for as long as it is there
  let epoch = 0; // rebuilds the kernel's fields, where one holds something invalid
  let own = false; // a change of the kernel that came out of its own fields
  let gone = false;
  let talk = 0;

  const set = (values) => tell(model, values);
  const size = () => model.get("kernel").length;

  // --- what there is on the page
  const presets = Object.keys(PRESETS).map((name) => button(words.names[name], () => set(PRESETS[name](size())), { "aria-pressed": "false" }));
  const names = Object.keys(PRESETS);
  const bar = h("div", { class: "d2l-controls d2l-presets", role: "group", "aria-label": words.presets }, ...presets);

  const kernelGrid = grid({ label: words.kernel, wrong: words.number,
    edit: (row, col, value) => {
      if (!(Math.abs(value) <= 1000)) return words.range1000;
      own = true;
      set({ kernel: model.get("kernel").map((line, i) => line.map((x, j) => (i === row && j === col ? value : x))) });
      own = false;
      return "";
    } });
  const sizes = [3, 5].map((n) => button(`${n} × ${n}`, () => n !== size() && set(resized(model.get("kernel"), n)), { "aria-pressed": "false" }));
  const slider = h("input", { type: "range", min: 0, max: 360, step: 5, "aria-label": words.angle });
  slider.addEventListener("input", () => set({ kernel: toRows(edgeKernel(size(), Number(slider.value))) }));
  const dial = h("span", { class: "d2l-dial", "aria-hidden": "true" });
  dial.innerHTML = '<svg viewBox="-14 -14 28 28" width="28" height="28"><circle r="13"/><path d="M-8 0H8M3-5 8 0 3 5"/></svg>';
  const degrees = h("output", { class: "d2l-degrees" });
  const facing = h("div", { class: "d2l-why" });
  const check = h("input", { type: "checkbox" });
  check.addEventListener("change", () => set({ normalise: check.checked }));
  const checkText = h("span", {});
  const about = h("div", { class: "d2l-about" });
  const why = h("div", { class: "d2l-why" });
  const middle = h("div", { class: "d2l-middle" }, kernelGrid.element, about,
    h("div", { class: "d2l-turn" }, h("span", { class: "d2l-caption" }, words.angle), slider, dial, degrees), facing,
    h("div", { class: "d2l-controls", role: "group", "aria-label": words.size }, h("span", { class: "d2l-caption" }, words.size), ...sizes),
    h("label", { class: "d2l-check" }, check, checkText), why);

  const frame = (attributes) => {
    const canvas = h("canvas", { "aria-hidden": "true" });
    const box = h("div", { class: "d2l-box", hidden: true });
    return { canvas, box, element: h("div", { class: "d2l-frame", ...attributes }, canvas, box) };
  };
  const left = frame({ role: "img", "aria-label": words.lookImage });
  const right = frame({ role: "application", tabindex: 0, "aria-label": words.look });
  const leftCaption = h("div", { class: "d2l-caption" });
  const rightCaption = h("div", { class: "d2l-caption" });
  const file = h("input", { type: "file", accept: "image/*", class: "d2l-hidden", tabindex: -1, "aria-hidden": "true" });
  const trouble = h("div", { class: "d2l-error", role: "alert" });
  const back = button(words.first, () => { trouble.textContent = ""; set({ pixels: first }); });
  const photoPanel = h("div", { class: "d2l-image" }, leftCaption, left.element,
    h("div", { class: "d2l-controls" }, button(words.own, () => file.click()), back, file), h("div", { class: "d2l-why" }, words.hint), trouble);

  const ramp = h("div", { class: "d2l-ramp" });
  const [lowest, between, highest] = [0, 1, 2].map(() => h("span", {}));
  const legend = h("div", { class: "d2l-legend", role: "img", "aria-label": words.legend }, ramp, h("div", { class: "d2l-ends" }, lowest, between, highest));
  const range = h("div", { class: "d2l-why" });
  const colours = menu({ label: words.colours, value: model.get("colours"), options: words.kinds, accept: (kind) => set({ colours: kind }) });
  const answerPanel = h("div", { class: "d2l-image" }, rightCaption, right.element, legend, h("div", { class: "d2l-controls" }, colours, range));

  const windowGrid = grid({ label: words.window });
  const productGrid = grid({ label: words.products });
  const result = h("div", { class: "d2l-sum" });
  const under = h("div", { class: "d2l-under" }, windowGrid.element, productGrid.element, h("div", { class: "d2l-result" }, result, h("div", { class: "d2l-why" }, words.guide)));
  const spoken = h("div", { class: "d2l-hidden", "aria-live": "polite", "aria-atomic": "true" });
  const stage = h("div", { class: "d2l-stage" }, photoPanel, middle, answerPanel, under);
  main.append(bar, stage, spoken);

  // --- a reader's own image
  async function take(chosen) {
    if (!chosen) return;
    try {
      const pixels = await greysOf(chosen);
      if (gone) return;
      trouble.textContent = "";
      set({ pixels });
    } catch {
      trouble.textContent = words.unreadable;
    }
  }
  file.addEventListener("change", () => { take(file.files[0]); file.value = ""; });
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    photoPanel.addEventListener(name, (event) => {
      event.preventDefault();
      event.stopPropagation();
      photoPanel.classList.toggle("d2l-drop", name === "dragenter" || name === "dragover");
      if (name === "drop") take(event.dataTransfer.files[0]);
    });
  }

  // --- pointing
  const rim = () => (s.K.rows - 1) / 2;
  const inside = ([row, col]) => [Math.max(0, Math.min(s.Y.rows - 1, row)), Math.max(0, Math.min(s.Y.cols - 1, col))];
  const place = () => inside(hovered ?? model.get("position"));
  const underneath = (event, { canvas }) => {
    const { left: x, top: y, width, height } = canvas.getBoundingClientRect();
    return inside([Math.floor(((event.clientY - y) / height) * s.X.rows) - rim(), Math.floor(((event.clientX - x) / width) * s.X.cols) - rim()]);
  };
  for (const panel of [left, right]) {
    panel.element.addEventListener("pointermove", (event) => {
      hovered = underneath(event, panel);
      if (event.pointerType !== "mouse") set({ position: hovered });
      point();
    });
    panel.element.addEventListener("pointerdown", (event) => {
      set({ position: underneath(event, panel) });
      hovered = null;
      point();
    });
    for (const name of ["pointerleave", "pointercancel"]) panel.element.addEventListener(name, () => { hovered = null; point(); });
  }
  right.element.addEventListener("keydown", (event) => {
    const [row, col] = place();
    const far = event.shiftKey ? 10 : 1;
    const target = { ArrowUp: [row - far, col], ArrowDown: [row + far, col], ArrowLeft: [row, col - far], ArrowRight: [row, col + far],
      Home: [row, 0], End: [row, s.Y.cols - 1] }[event.key];
    if (!target || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    hovered = null;
    set({ position: inside(target) });
    point();
  });

  // Screen readers hear where things came to rest, not every step on the way.
  const say = (text) => {
    clearTimeout(talk);
    talk = setTimeout(() => (spoken.textContent = text), 300);
  };

  // --- drawing
  // Numbers as colours: the lowest and the highest number, and a palette for what lies between. `edge` pixels around stay empty.
  /** @type {(canvas: HTMLCanvasElement, X: Matrix, edge: number, ends: number[], colours: Uint32Array) => void} */
  function paint(canvas, { rows, cols, data }, edge, [from, to], colours) {
    const [height, width] = [rows + 2 * edge, cols + 2 * edge];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const raster = new ImageData(width, height);
    const dots = new Uint32Array(raster.data.buffer);
    const most = colours.length - 1;
    const factor = most / (to - from);
    for (let i = 0; i < rows; i++) {
      const target = (i + edge) * width + edge;
      for (let j = 0; j < cols; j++) {
        const k = ((data[i * cols + j] - from) * factor + 0.5) | 0;
        dots[target + j] = colours[k < 0 ? 0 : k > most ? most : k];
      }
    }
    canvas.getContext("2d").putImageData(raster, 0, 0);
  }
  const STEPS = 255; // colours on each side of the middle
  const dot = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  const greys = Uint32Array.from({ length: 256 }, (_, k) => dot([k, k, k]));
  function palette() {
    if (s.kind === "grey") return greys;
    const { zero, positive, negative } = signs(main);
    return Uint32Array.from({ length: 2 * STEPS + 1 }, (_, k) => dot(mix(zero, k < STEPS ? negative : positive, Math.abs(k - STEPS) / STEPS)));
  }

  // Cells of a table as pale or strong as their numbers, in the colours of the answer.
  function tint(element, data, most) {
    element.querySelectorAll("td").forEach((cell, k) => {
      const share = most > 0 ? Math.min(1, Math.abs(data[k]) / most) : 0;
      cell.style.background = share < 1e-6 ? "" : `color-mix(in srgb, var(--d2l-${data[k] < 0 ? "negative" : "positive"}) ${Math.round(55 * share)}%, var(--d2l-paper))`;
    });
  }
  const greatest = (data) => data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

  let shown = null; // the image that has been drawn
  const draw = eachFrame(() => {
    s = read(model, s);
    const { X, K, Y, kind, ends } = s;
    if (s.pixels !== shown) {
      shown = s.pixels;
      paint(left.canvas, X, 0, [0, 1], greys);
      for (const { element, canvas } of [left, right]) {
        element.style.maxWidth = `${Math.round(Math.min(480, (420 * X.cols) / X.rows))}px`;
        canvas.classList.toggle("d2l-coarse", X.cols < 100);
      }
      leftCaption.textContent = `${words.image} (${X.rows} × ${X.cols})`;
      back.hidden = s.pixels === first;
    }
    paint(right.canvas, Y, rim(), ends, palette());

    rightCaption.textContent = `${words.answer} (${Y.rows} × ${Y.cols})`;
    ramp.style.background = kind === "grey" ? "linear-gradient(to right, black, white)" : `linear-gradient(to right, var(--d2l-negative), var(--d2l-paper), var(--d2l-positive))`;
    const [a, b] = ends.map((x) => format(x));
    lowest.textContent = s.low < ends[0] - 1e-9 ? `${words.below} ${a}` : a;
    highest.textContent = s.high > ends[1] + 1e-9 ? `${words.above} ${b}` : b;
    between.textContent = format((ends[0] + ends[1]) / 2);
    range.textContent = words.range(format(s.low), format(s.high));

    kernelGrid.show({ rows: K.rows, cols: K.cols, plan: String(epoch), title: `${words.kernel} (${K.rows} × ${K.cols})`, name: words.cell,
      text: (r, c) => {
        /** @type {any} */
        const typing = document.activeElement;
        const value = K.data[r * K.cols + c];
        const mine = typing?.tagName === "INPUT" && typing.closest("td")?.cellIndex === c && typing.closest("tr")?.rowIndex === r && kernelGrid.element.contains(typing);
        return mine && parse(typing.value) === value ? typing.value : format(value);
      } });
    kernelGrid.element.classList.toggle("d2l-small", K.rows === 5);
    tint(kernelGrid.element, K.data, greatest(K.data));
    const sum = balanced(K) ? 0 : kernelSum(K);
    const told = sum * (model.get("normalise") ? 1 / s.by : 1);
    const flat = !told ? words.flatZero : Math.abs(told - 1) < 1e-6 ? words.flatSame : words.flatTimes(format(told));
    about.replaceChildren(h("strong", {}, words.sum(format(sum))), h("span", {}, flat));
    const by = divisor(K);
    check.checked = model.get("normalise");
    checkText.textContent = words.normalise(format(by));
    why.textContent = !greatest(K.data) ? words.byNothing : sum ? words.bySum(format(by)) : words.byAbsolute(format(by));
    const angle = edgeAngle(K);
    if (angle !== null && Number(slider.value) % 360 !== angle) slider.value = angle;
    const where = angle === null ? -1 : Math.round(angle / 45) % 8;
    degrees.textContent = angle === null ? "–" : words.degrees(format(angle));
    dial.style.visibility = angle === null ? "hidden" : "visible";
    dial.querySelector("path").setAttribute("transform", `rotate(${angle ?? 0})`);
    facing.textContent = angle === null ? words.noAngle : words.brighter(words.directions[where]);
    slider.setAttribute("aria-valuetext", `${degrees.textContent} ${facing.textContent}`);
    slider.classList.toggle("d2l-idle", angle === null);
    presets.forEach((preset, k) => preset.setAttribute("aria-pressed", String(alike(PRESETS[names[k]](K.rows).kernel, model.get("kernel")))));
    sizes.forEach((choice, k) => choice.setAttribute("aria-pressed", String(K.rows === [3, 5][k])));
    colours.show(model.get("colours"));

    Object.assign(main.dataset, { kernel: JSON.stringify(toRows(K)), rows: Y.rows, cols: Y.cols, min: s.low, max: s.high, mean: s.mean, divisor: s.by,
      colours: kind, ends: JSON.stringify(ends), angle: angle ?? "" }); // for tests
    show();
    say(words.told(words.sum(format(sum)), flat, range.textContent));
  });

  // The place that is looked at.
  function show() {
    const { X, K, Y } = s;
    const [i, j] = place();
    const cells = windowCells(X, K, {}, i, j);
    const values = cells.map((cell) => cell.value);
    const products = values.map((x, k) => x * K.data[k]);
    const value = clean(Y.data[i * Y.cols + j]);
    const put = (box, row, col, rows, cols) => {
      Object.assign(box.style, { top: `${(100 * row) / X.rows}%`, left: `${(100 * col) / X.cols}%`, height: `${(100 * rows) / X.rows}%`, width: `${(100 * cols) / X.cols}%` });
      box.hidden = false;
    };
    put(left.box, i, j, K.rows, K.cols);
    put(right.box, i + rim(), j + rim(), 1, 1);
    const small = K.rows === 5;
    windowGrid.show({ rows: K.rows, cols: K.cols, title: words.window, text: (r, c) => format(values[r * K.cols + c], small ? 2 : 3), name: words.cell });
    productGrid.show({ rows: K.rows, cols: K.cols, title: words.products, text: (r, c) => format(clean(products[r * K.cols + c]), small ? 2 : 3), name: words.cell });
    for (const panel of [windowGrid, productGrid]) panel.element.classList.toggle("d2l-small", small);
    windowGrid.element.querySelectorAll("td").forEach((cell, k) => {
      const grey = Math.round(255 * values[k]);
      cell.style.background = `rgb(${grey} ${grey} ${grey})`;
      cell.style.color = grey > 117 ? "black" : "white"; // where both have the same contrast
    });
    tint(productGrid.element, products, greatest(products));
    const raw = format(clean(products.reduce((sum, x) => sum + x, 0)));
    const steps = s.by === 1 ? `${words.adds} = ` : `${raw} ÷ ${s.by < 0 ? `(${format(s.by)})` : format(s.by)} = `;
    result.replaceChildren(h("div", {}, words.value(i, j)), h("div", {}, steps, h("strong", {}, format(value))));
    Object.assign(main.dataset, { place: JSON.stringify([i, j]), value });
  }
  const point = eachFrame(() => {
    show();
    say(`${words.value(...place())} = ${format(Number(main.dataset.value))}`);
  });

  const refreshed = () => {
    if (!own && kernelGrid.element.querySelector('[aria-invalid="true"]')) epoch++;
    draw();
  };
  const stops = [watch(model, ["pixels", "kernel", "normalise", "colours"], refreshed), watch(model, ["position"], () => point()), followTheme(draw)];
  draw();
  return () => {
    gone = true;
    stops.forEach((stop) => stop());
    clearTimeout(talk);
    draw.cancel();
    point.cancel();
    main.remove(); // JupyterLab keeps the element of a view that is gone
  };
}

export default { render };
