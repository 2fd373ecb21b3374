// The window explorer: an image, a kernel, and what the window answers, with the arithmetic.

const WORDS = {
  en: {
    title: "Window explorer", mode: "operation", first: "First", back: "Back", step: "Step", play: "Play", pause: "Pause", speed: "speed",
    padding: "padding", stride: "stride", dilation: "dilation", more: "each side and axis, other kinds of padding",
    top: "top", bottom: "bottom", left: "left", right: "right", rows: (f) => `rows: ${f}`, cols: (f) => `columns: ${f}`,
    strideRows: "stride, rows", strideCols: "stride, columns", dilationRows: "dilation, rows", dilationCols: "dilation, columns",
    kind: "kind of padding", ceil: "ceil_mode", include: "count_include_pad", copy: "Copy", copied: "Copied", not_copied: "Select the line to copy it",
    inputRows: "input rows", inputCols: "input columns", kernelRows: "kernel rows", kernelCols: "kernel columns",
    modes: { correlation: "cross-correlation", convolution: "convolution", max: "max pooling", average: "average pooling", gradient: "gradient to the input" },
    kinds: { zeros: "zeros", reflect: "reflect", replicate: "replicate", circular: "circular" },
    input: "input", kernel: "kernel", flipped: "kernel, turned by 180°", window: "window", output: "output", gradient: "gradient to the input", upstream: "gradient of the output",
    cell: (r, c) => `row ${r}, column ${c}:`, pad: "padding", at: (r, c) => `output [${r}, ${c}]`, gradAt: (r, c) => `gradient [${r}, ${c}]`,
    uses: (n) => `This pixel is used ${n} ${n === 1 ? "time" : "times"}.`,
    droppedRows: (n) => `${n} ${n === 1 ? "row" : "rows"} at the bottom ${n === 1 ? "is" : "are"} never read.`,
    droppedCols: (n) => `${n} ${n === 1 ? "column" : "columns"} at the right ${n === 1 ? "is" : "are"} never read.`,
    between: (a, b) => `a whole number from ${a} to ${b}`, number: "Not a number; the last valid one is used.",
    nobody: "no output reads this pixel: 0",
    wrong: {
      "too large": ({ which, span, room }) => `The kernel spans ${span} ${which ? "columns" : "rows"}, the padded input has only ${room}.`,
      reflect: ({ n, most }) => `Reflecting ${most} cells needs more than ${most}; there are ${n}.`,
      uneven: () => "Pooling pads opposite sides alike.",
      half: () => "Pooling pads by at most half the window.",
      circular: ({ n, most }) => `Wrapping ${most} cells needs at least ${most}; there are ${n}.`,
    },
  },
  zh: {
    title: "窗口演示", mode: "运算", first: "回到开头", back: "后退", step: "前进", play: "播放", pause: "暂停", speed: "速度",
    padding: "填充", stride: "步幅", dilation: "膨胀率", more: "各侧、各轴，以及其他填充方式",
    top: "上", bottom: "下", left: "左", right: "右", rows: (f) => `行：${f}`, cols: (f) => `列：${f}`,
    strideRows: "步幅（行）", strideCols: "步幅（列）", dilationRows: "膨胀率（行）", dilationCols: "膨胀率（列）",
    kind: "填充方式", ceil: "ceil_mode", include: "count_include_pad", copy: "复制", copied: "已复制", not_copied: "请选中后复制",
    inputRows: "输入行数", inputCols: "输入列数", kernelRows: "核行数", kernelCols: "核列数",
    modes: { correlation: "互相关", convolution: "卷积", max: "最大汇聚", average: "平均汇聚", gradient: "对输入的梯度" },
    kinds: { zeros: "填零", reflect: "镜像", replicate: "复制边缘", circular: "循环" },
    input: "输入", kernel: "卷积核", flipped: "旋转 180° 的卷积核", window: "窗口", output: "输出", gradient: "对输入的梯度", upstream: "输出的梯度",
    cell: (r, c) => `第 ${r} 行，第 ${c} 列：`, pad: "填充", at: (r, c) => `输出 [${r}, ${c}]`, gradAt: (r, c) => `梯度 [${r}, ${c}]`,
    uses: (n) => `这一格被用到 ${n} 次。`,
    droppedRows: (n) => `最下面有 ${n} 行从未被读到。`, droppedCols: (n) => `最右边有 ${n} 列从未被读到。`,
    between: (a, b) => `请填 ${a} 到 ${b} 的整数`, number: "不是数，仍用原来的数。",
    nobody: "没有哪个输出读到这一格：0",
    wrong: {
      "too large": ({ which, span, room }) => `卷积核跨 ${span} ${which ? "列" : "行"}，填充后的输入只有 ${room} ${which ? "列" : "行"}。`,
      reflect: ({ n, most }) => `镜像填充 ${most} 格需要多于 ${most} 格，这里只有 ${n} 格。`,
      uneven: () => "汇聚时，相对两侧的填充必须相同。",
      half: () => "汇聚时，填充不能超过窗口的一半。",
      circular: ({ n, most }) => `循环填充 ${most} 格至少需要 ${most} 格，这里只有 ${n} 格。`,
    },
  },
};

const TRAITS = ["input", "kernel", "upstream", "mode", "padding", "padding_mode", "stride", "dilation", "ceil_mode",
  "count_include_pad", "position", "lang"];

/** @returns {Traits & {pooling: boolean, geometry: any, X: Matrix, K: Matrix, used: Matrix, wrong: any}} */
function read(model) {
  const t = traitsOf(model, TRAITS);
  const pooling = t.mode === "max" || t.mode === "average";
  const geometry = {
    padding: t.padding,
    paddingMode: pooling ? "zeros" : t.padding_mode,
    stride: t.stride,
    dilation: t.mode === "average" ? [1, 1] : t.dilation,
    ceilMode: pooling && t.ceil_mode,
  };
  const [X, K] = [fromRows(t.input), fromRows(t.kernel)];
  return { ...t, pooling, geometry, X, K, used: t.mode === "convolution" ? rotated(K) : K,
    wrong: complaint(X, K, geometry) ?? (pooling ? poolingComplaint(K, geometry.padding) : null) };
}

// What PyTorch's pooling refuses beyond what does not fit.
function poolingComplaint(window, { top, bottom, left, right }) {
  if (top !== bottom || left !== right) return { code: "uneven" };
  return top > window.rows / 2 || left > window.cols / 2 ? { code: "half" } : null;
}

// Numbers in parentheses where a sign would touch an operator.
const operand = (value) => (value < 0 ? `(${format(value)})` : format(value));

// What is said about output (i, j).
function arithmetic(s, i, j) {
  const cells = windowCells(s.X, s.used, s.geometry, i, j);
  if (s.pooling) {
    const options = { r: axis(s.geometry, s.X.rows, s.K.rows, 0), c: axis(s.geometry, s.X.cols, s.K.cols, 1),
      kind: s.mode === "max" ? "max" : "avg", countIncludePad: s.count_include_pad };
    const { value, count } = pooled(cells, s.X, options);
    const real = cells.filter((cell) => cell.inside).map((cell) => format(cell.value));
    return s.mode === "max"
      ? `max(${real.join(", ")}) = ${format(value)}`
      : `(${cells.filter((c) => c.inside).map((c) => operand(c.value)).join(" + ")}) / ${count} = ${format(value)}`;
  }
  const terms = cells.map((cell) => `${operand(cell.value)}·${operand(s.used.data[cell.a * s.K.cols + cell.b])}`);
  const total = cells.reduce((sum, cell) => sum + cell.value * s.used.data[cell.a * s.K.cols + cell.b], 0);
  return `${terms.join(" + ")} = ${format(total)}`;
}

// The gradient of output (i, j): what was given, else 1.
const upstreamAt = (s, i, j) => s.upstream[i]?.[j] ?? 1;

function gradientArithmetic(s, row, col, words) {
  const from = readers(s.X, s.K, s.geometry, row, col);
  if (!from.length) return words.nobody;
  const parts = from.map(({ i, j, a, b }) => [upstreamAt(s, i, j), s.K.data[a * s.K.cols + b]]);
  const total = parts.reduce((sum, [g, k]) => sum + g * k, 0);
  return `${parts.map(([g, k]) => `${operand(g)}·${operand(k)}`).join(" + ")} = ${format(total)}`;
}

// The shape formula of one axis with the numbers in place.
function formula(s, which) {
  const a = axis(s.geometry, which ? s.X.cols : s.X.rows, which ? s.K.cols : s.K.rows, which);
  const [open, close] = a.ceil ? ["⌈", "⌉"] : ["⌊", "⌋"];
  return `${open}(${a.n} + ${a.before} + ${a.after} − ${a.dilation}·(${a.k} − 1) − 1) / ${a.stride}${close} + 1 = ${outputLength(a)}`;
}

// The same in PyTorch.
function call(s) {
  const pair = ([a, b]) => (a === b ? `${a}` : `(${a}, ${b})`);
  const { top, bottom, left, right } = s.geometry.padding;
  const even = top === bottom && left === right;
  const plain = even && (s.pooling || s.geometry.paddingMode === "zeros");
  const options = [];
  if (s.geometry.stride.some((x) => x > 1) || s.pooling) options.push(`stride=${pair(s.geometry.stride)}`);
  if (plain && (top || left)) options.push(`padding=${pair([top, left])}`);
  if (s.geometry.dilation.some((x) => x > 1)) options.push(`dilation=${pair(s.geometry.dilation)}`);
  if (s.geometry.ceilMode) options.push("ceil_mode=True");
  if (s.mode === "average" && !s.count_include_pad) options.push("count_include_pad=False");
  const mode = { zeros: "", reflect: ', mode="reflect"', replicate: ', mode="replicate"', circular: ', mode="circular"' };
  const X = plain || !(top || bottom || left || right)
    ? "X[None, None]"
    : `F.pad(X[None, None], (${left}, ${right}, ${top}, ${bottom})${mode[s.geometry.paddingMode]})`;
  const rest = options.length ? `, ${options.join(", ")}` : "";
  const size = pair([s.K.rows, s.K.cols]);
  if (s.mode === "max") return `F.max_pool2d(${X}, ${size}${rest})`;
  if (s.mode === "average") return `F.avg_pool2d(${X}, ${size}${rest})`;
  if (s.mode === "convolution") return `F.conv2d(${X}, K.flip(0, 1)[None, None]${rest})`;
  if (s.mode === "gradient") return `F.conv2d(${X}, K[None, None]${rest}).backward(G[None, None])  # X.grad`;
  return `F.conv2d(${X}, K[None, None]${rest})`;
}

function render({ model, el }) {
  const words = WORDS[model.get("lang")] ?? WORDS.en;
  const main = root(el, "window", model.get("lang"), words.title);
  let hovered = model.get("mode") === "gradient" ? [0, 0] : null; // an input cell: light what uses it
  let playing = 0;
  let state = read(model);
  let valid = state; // the last one that gives an output

  const set = (values) => {
    tell(model, values);
  };
  // A change of the geometry is taken only if an output remains.
  const attempt = (values) => {
    const trial = { get: (name) => values[name] ?? model.get(name) };
    const { wrong } = read(trial);
    if (wrong) return words.wrong[wrong.code]?.(wrong) ?? wrong.code;
    set(values);
    return "";
  };
  const resized = (rows, cols, old) =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => old[i]?.[j] ?? (i * cols + j) % 10));

  const outputGrid = grid({ label: words.output, visit: (row, col) => point(row, col), edit: null });
  const gradGrid = grid({ label: words.upstream, wrong: words.number, visit: (row, col) => point(row, col),
    edit: (row, col, value) => {
      const [rows, cols] = outputSize(valid.X, valid.K, valid.geometry);
      const all = Array.from({ length: rows }, (_, a) => Array.from({ length: cols }, (_, b) => upstreamAt(state, a, b)));
      set({ upstream: changed(all, row, col, value) });
    } });
  const kernelGrid = grid({ label: words.kernel, wrong: words.number,
    edit: (row, col, value) => set({ kernel: changed(state.kernel, row, col, value) }) });
  // The input is shown with its padding around it: place (r, c) of the grid is cell (r - top, c - left) of the input.
  const offset = () => [valid.geometry.padding.top, valid.geometry.padding.left];
  const cellAt = (r, c) => [r - offset()[0], c - offset()[1]];
  const isCell = (r, c) => r >= 0 && c >= 0 && r < valid.X.rows && c < valid.X.cols;
  const inputGrid = grid({ label: words.input, wrong: words.number,
    editable: (r, c) => isCell(...cellAt(r, c)),
    visit: (r, c) => isCell(...cellAt(r, c)) && over(...cellAt(r, c)),
    edit: (r, c, value) => set({ input: changed(state.input, ...cellAt(r, c), value) }) });
  const paddedGrid = grid({ label: words.gradient, visit: (row, col) => over(row, col) });

  const changed = (rows, row, col, value) => rows.map((r, i) => (i === row ? r.map((x, j) => (j === col ? value : x)) : r));

  function point(row, col) {
    hovered = null;
    set({ position: [row, col] });
    draw();
  }
  function over(row, col) {
    hovered = [row, col];
    draw();
  }

  // Stepping goes through the outputs; in the gradient mode through the cells of the input.
  const places = () => (state.mode === "gradient" ? [valid.X.rows, valid.X.cols] : outputSize(valid.X, valid.K, valid.geometry));
  function step(by) {
    const [rows, cols] = places();
    const [i, j] = state.mode === "gradient" ? hovered ?? [0, -1] : state.position;
    const next = (((i * cols + j + by) % (rows * cols)) + rows * cols) % (rows * cols);
    const place = [Math.floor(next / cols), next % cols];
    if (state.mode === "gradient") over(...place);
    else point(...place);
  }
  const speed = h("input", { type: "range", min: 1, max: 8, value: 3, "aria-label": words.speed });
  function play(on) {
    clearTimeout(playing);
    playing = 0;
    playButton.textContent = on ? `❚❚ ${words.pause}` : `▶ ${words.play}`;
    playButton.setAttribute("aria-pressed", on ? "true" : "false");
    const next = () => {
      step(1);
      playing = setTimeout(next, 2400 / Number(speed.value));
    };
    if (on) playing = setTimeout(next, 2400 / Number(speed.value));
  }
  const playButton = button(`▶ ${words.play}`, () => play(!playing), { "aria-pressed": "false" });

  const both = (name, label, limits) =>
    numberField({ label, ...limits, value: model.get(name)[0], words, accept: (n) => attempt({ [name]: [n, n] }) });
  const one = (name, which, label, limits) =>
    numberField({ label, ...limits, value: model.get(name)[which], words,
      accept: (n) => attempt({ [name]: model.get(name).map((old, k) => (k === which ? n : old)) }) });
  const side = (name) =>
    numberField({ label: `${words.padding}, ${words[name]}`, value: model.get("padding")[name], max: 4, words,
      accept: (n) => attempt({ padding: { ...model.get("padding"), [name]: n } }) });
  const size = (name, which, label, max) =>
    numberField({ label, min: 1, max, value: which ? model.get(name)[0].length : model.get(name).length, words,
      accept: (n) => {
        const old = model.get(name);
        return attempt({ [name]: which ? resized(old.length, n, old) : resized(n, old[0].length, old) });
      } });

  const fields = {
    mode: menu({ label: words.mode, value: model.get("mode"), options: words.modes, accept: (mode) => attempt({ mode }) }),
    padding: numberField({ label: words.padding, max: 4, value: model.get("padding").top, words,
      accept: (n) => attempt({ padding: { top: n, bottom: n, left: n, right: n } }) }),
    stride: both("stride", words.stride, { min: 1, max: 5 }),
    dilation: both("dilation", words.dilation, { min: 1, max: 4 }),
    top: side("top"), bottom: side("bottom"), left: side("left"), right: side("right"),
    strideRows: one("stride", 0, words.strideRows, { min: 1, max: 5 }), strideCols: one("stride", 1, words.strideCols, { min: 1, max: 5 }),
    dilationRows: one("dilation", 0, words.dilationRows, { min: 1, max: 4 }), dilationCols: one("dilation", 1, words.dilationCols, { min: 1, max: 4 }),
    kind: menu({ label: words.kind, value: model.get("padding_mode"), options: words.kinds, accept: (padding_mode) => attempt({ padding_mode }) }),
    ceil: checkbox({ label: words.ceil, value: model.get("ceil_mode"), accept: (ceil_mode) => attempt({ ceil_mode }) }),
    include: checkbox({ label: words.include, value: model.get("count_include_pad"), accept: (count_include_pad) => attempt({ count_include_pad }) }),
    inputRows: size("input", 0, words.inputRows, 10), inputCols: size("input", 1, words.inputCols, 10),
    kernelRows: size("kernel", 0, words.kernelRows, 5), kernelCols: size("kernel", 1, words.kernelCols, 5),
  };
  const bar = h("div", { class: "d2l-controls" }, fields.mode, fields.padding, fields.stride, fields.dilation);
  const steps = h("div", { class: "d2l-controls" },
    button(words.first, () => { play(false); state.mode === "gradient" ? over(0, 0) : point(0, 0); }),
    button(`◀ ${words.back}`, () => { play(false); step(-1); }),
    button(`${words.step} ▶`, () => { play(false); step(1); }),
    playButton, h("label", { class: "d2l-field" }, h("span", {}, words.speed), speed));
  const more = h("details", { class: "d2l-more" }, h("summary", {}, words.more),
    h("div", { class: "d2l-controls" }, fields.inputRows, fields.inputCols, fields.kernelRows, fields.kernelCols),
    h("div", { class: "d2l-controls" }, fields.top, fields.bottom, fields.left, fields.right, fields.kind),
    h("div", { class: "d2l-controls" }, fields.strideRows, fields.strideCols, fields.dilationRows, fields.dilationCols, fields.ceil, fields.include));
  const sum = h("div", { class: "d2l-sum", "aria-live": "polite", "aria-atomic": "true" });
  const shapes = h("div", { class: "d2l-shapes" });
  const code = h("code", {});
  const copy = copyButton(words, () => code.textContent);
  const panels = h("div", { class: "d2l-panels" });
  main.append(bar, steps, panels, sum, shapes, h("div", { class: "d2l-call" }, code, copy), more);

  const draw = eachFrame(() => {
    state = read(model);
    if (!state.wrong) valid = state;
    const s = valid;
    const gradient = s.mode === "gradient";
    const [rows, cols] = outputSize(s.X, s.K, s.geometry);
    const [i, j] = [Math.min(s.position[0], rows - 1), Math.min(s.position[1], cols - 1)];
    const { top, bottom, left, right } = s.geometry.padding;
    const lit = new Map(); // places on the padded input that belong to the window
    const answers = new Set(); // outputs that use the hovered cell
    const used = new Set(); // kernel cells by which they do
    let text;
    if (hovered && gradient) {
      for (const { i: a, j: b, a: c, b: d } of readers(s.X, s.K, s.geometry, ...hovered)) answers.add(`${a} ${b}`), used.add(`${c} ${d}`);
      text = `${words.gradAt(...hovered)} = ${gradientArithmetic(s, ...hovered, words)}`;
    } else if (hovered) {
      const from = readers(s.X, s.used, s.geometry, ...hovered);
      for (const { i: a, j: b } of from) answers.add(`${a} ${b}`);
      text = words.uses(from.length);
    } else {
      for (const cell of windowCells(s.X, s.used, s.geometry, i, j)) lit.set(`${cell.row} ${cell.col}`, cell);
      text = gradient ? "" : `${words.at(i, j)} = ${arithmetic(s, i, j)}`;
    }

    const inside = (r, c) => r >= 0 && c >= 0 && r < s.X.rows && c < s.X.cols;
    const valueAt = (r, c) => {
      const [a, b] = [source(r, s.X.rows, s.geometry.paddingMode), source(c, s.X.cols, s.geometry.paddingMode)];
      return a < 0 || b < 0 ? (s.mode === "max" ? -Infinity : 0) : s.X.data[a * s.X.cols + b];
    };
    const markInput = (r, c) => {
      const classes = [inside(r, c) ? "" : "d2l-padding"];
      if (lit.has(`${r} ${c}`)) classes.push("d2l-lit");
      if (hovered && r === hovered[0] && c === hovered[1]) classes.push("d2l-chosen");
      const reach = (a) => (outputLength(a) - 1) * a.stride - a.before + span(a);
      const [down, across] = [reach(axis(s.geometry, s.X.rows, s.K.rows, 0)), reach(axis(s.geometry, s.X.cols, s.K.cols, 1))];
      if (r >= down || c >= across) classes.push("d2l-dropped");
      return classes.join(" ");
    };

    const dims = (r, c) => `${r} × ${c}`;
    const G = Array.from({ length: rows }, (_, a) => Array.from({ length: cols }, (_, b) => upstreamAt(s, a, b)));
    const dX = gradient && inputGradient(s.X, s.K, s.geometry, fromRows(G));
    if (gradient) {
      paddedGrid.show({ rows: s.X.rows, cols: s.X.cols, title: `${words.gradient} (${dims(s.X.rows, s.X.cols)})`,
        text: (r, c) => format(dX.data[r * s.X.cols + c]),
        mark: (r, c) => (hovered && r === hovered[0] && c === hovered[1] ? "d2l-chosen" : ""), name: words.cell });
    } else {
      inputGrid.show({ rows: s.X.rows + top + bottom, cols: s.X.cols + left + right, plan: `${top} ${left} ${s.X.rows} ${s.X.cols}`,
        title: `${words.input} (${dims(s.X.rows, s.X.cols)})`,
        text: (r, c) => format(valueAt(r - top, c - left)), mark: (r, c) => markInput(r - top, c - left),
        name: (r, c) => (inside(r - top, c - left) ? words.cell(r - top, c - left) : words.pad) });
    }
    kernelGrid.show({ rows: s.K.rows, cols: s.K.cols,
      title: `${s.pooling ? words.window : words.kernel} (${dims(s.K.rows, s.K.cols)})`,
      text: (r, c) => format(s.K.data[r * s.K.cols + c]), mark: (r, c) => (used.has(`${r} ${c}`) || lit.size ? "d2l-lit" : ""), name: words.cell });
    turned.hidden = s.mode !== "convolution";
    if (!turned.hidden) {
      turnedGrid.show({ rows: s.K.rows, cols: s.K.cols, title: words.flipped, text: (r, c) => format(s.used.data[r * s.K.cols + c]),
        mark: () => "d2l-lit", name: words.cell });
    }
    const Y = gradient ? null : s.pooling
      ? pool(s.X, s.K, s.geometry, { kind: s.mode === "max" ? "max" : "avg", countIncludePad: s.count_include_pad })
      : correlate(s.X, s.used, s.geometry);
    const markOutput = (r, c) => {
      if (hovered) return answers.has(`${r} ${c}`) ? "d2l-answer" : "";
      return r === i && c === j ? "d2l-answer d2l-chosen" : "";
    };
    (gradient ? gradGrid : outputGrid).show({ rows, cols, title: `${gradient ? words.upstream : words.output} (${dims(rows, cols)})`,
      text: (r, c) => format(gradient ? G[r][c] : Y.data[r * cols + c]), mark: markOutput, name: words.cell });
    const wanted = [gradient ? paddedGrid.element : inputGrid.element, s.pooling ? null : kernelGrid.element,
      turned.hidden ? null : turned, gradient ? gradGrid.element : outputGrid.element].filter(Boolean);
    // Only when they change: an element that is put in again loses the focus.
    if (wanted.some((panel, k) => panels.children[k] !== panel) || panels.children.length !== wanted.length) {
      panels.replaceChildren(...wanted);
    }

    if (sum.textContent !== text) sum.textContent = text;
    const r = axis(s.geometry, s.X.rows, s.K.rows, 0);
    const c = axis(s.geometry, s.X.cols, s.K.cols, 1);
    const notes = [dropped(r) && words.droppedRows(dropped(r)), dropped(c) && words.droppedCols(dropped(c))].filter(Boolean);
    shapes.replaceChildren(
      h("div", {}, words.rows(formula(s, 0))), h("div", {}, words.cols(formula(s, 1))),
      ...notes.map((note) => h("div", { class: "d2l-note" }, note)));
    code.textContent = call(s);
    main.dataset.output = JSON.stringify(gradient ? toRows(dX) : toRows(Y)); // for tests
    const p = s.padding;
    fields.padding.show(p.top === p.bottom && p.left === p.right && p.top === p.left ? p.top : "");
    for (const name of ["top", "bottom", "left", "right"]) fields[name].show(p[name]);
    fields.stride.show(s.stride[0] === s.stride[1] ? s.stride[0] : "");
    fields.dilation.show(s.dilation[0] === s.dilation[1] ? s.dilation[0] : "");
    fields.strideRows.show(s.stride[0]), fields.strideCols.show(s.stride[1]);
    fields.dilationRows.show(s.dilation[0]), fields.dilationCols.show(s.dilation[1]);
    fields.mode.show(s.mode), fields.kind.show(s.padding_mode), fields.ceil.show(s.ceil_mode), fields.include.show(s.count_include_pad);
    fields.inputRows.show(s.X.rows), fields.inputCols.show(s.X.cols), fields.kernelRows.show(s.K.rows), fields.kernelCols.show(s.K.cols);
  });

  const turnedGrid = grid({ label: words.flipped });
  const turned = turnedGrid.element;

  const stop = watch(model, TRAITS, draw);
  draw();
  return () => {
    stop();
    clearTimeout(playing);
    draw.cancel();
    main.remove(); // JupyterLab keeps the element of a view that is gone
  };
}

export default { render };
