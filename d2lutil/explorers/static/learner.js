// The kernel learner: gradient descent on a kernel, with the learning rate in the reader's hand.

const WORDS = {
  en: {
    title: "Kernel learner", step: "Step", play: "Play", pause: "Pause", reset: "Reset", noise: "noise in Y", rate: "learning rate",
    rateField: "learning rate, as a number", mark: "mark 2 / largest eigenvalue", border: (x) => `2 / largest eigenvalue of the Hessian = ${x}`,
    between: (a, b) => `a number from ${a} to ${b}`, number: "Not a number; the last valid one is used.",
    factors: (steep, flat) => `Each step multiplies the error along the steepest eigenvector by ${steep}` + (flat === null ? "." : `, along the flattest by ${flat}.`),
    start: "start", learned: (n) => (n ? `learned, ${n} ${n === 1 ? "step" : "steps"}` : "learned, no step yet"), truth: "true",
    editable: "start (editable)", learnedName: "learned kernel", truthName: "true kernel",
    cell: (r, c) => `row ${r}, column ${c}:`, error: (x) => `Largest error of the kernel: ${x}`,
    loss: "loss (log scale)", steps: "step", taken: "steps taken", ahead: "what this rate would do", floor: "lowest possible loss",
    input: "input X", target: "target Y", residual: "residual",
    colours: "Y and residual:",
    at: (i, j, y, a, r) => `residual [${i}, ${j}] = Y − output = ${y} − ${a} = ${r}`,
    images: "The residual is Y − output. Point at a cell, or use the arrow keys, to see its numbers and its window.",
    table: (n, from, to) => `Loss curve: ${n} steps taken, from ${from} to ${to}.`,
    ready: (loss) => `Before the first step: loss ${loss}.`,
    fell: (n, loss, old) => `Step ${n}: the loss fell from ${old} to ${loss}.`,
    rose: (n, loss, old) => `Step ${n}: the loss rose from ${old} to ${loss}.`,
    same: (n, loss) => `Step ${n}: the loss stays at ${loss}, to four digits.`,
    falls: (n, loss) => `At step ${n}, with this rate: ${loss}, and it still falls.`,
    rises: (n, loss) => `At step ${n}, with this rate: ${loss}, and it rises.`,
    level: (n, loss) => `At step ${n}, with this rate: ${loss}, the minimum.`,
    bottom: (n, loss) => `Step ${n}: the minimum is reached, loss ${loss}.`, noisy: "With this noise no kernel does better.",
    diverged: (n, loss) => `Diverged: at step ${n} the loss has grown to ${loss}. Stopped before the numbers overflow: reset, and take a smaller rate.`,
    full: (n, loss) => `Step ${n}: loss ${loss}. No more steps are kept: reset to begin again.`,
  },
  zh: {
    title: "学习卷积核", step: "走一步", play: "播放", pause: "暂停", reset: "重来", noise: "给 Y 加噪声", rate: "学习率",
    rateField: "学习率（填数）", mark: "标出 2 / 最大特征值", border: (x) => `2 / 海森矩阵的最大特征值 = ${x}`,
    between: (a, b) => `请填 ${a} 到 ${b} 之间的数`, number: "不是数，仍用原来的数。",
    factors: (steep, flat) => `每走一步，最陡的特征方向上，误差乘以 ${steep}` + (flat === null ? "。" : `，最平的特征方向上乘以 ${flat}。`),
    start: "起点", learned: (n) => (n ? `学到的，${n} 步` : "学到的，尚未起步"), truth: "真实的",
    editable: "起点（可修改）", learnedName: "学到的卷积核", truthName: "真实的卷积核",
    cell: (r, c) => `第 ${r} 行，第 ${c} 列：`, error: (x) => `卷积核的最大误差：${x}`,
    loss: "损失（对数刻度）", steps: "步数", taken: "已走的步", ahead: "按此学习率走下去", floor: "损失的下限",
    input: "输入 X", target: "目标 Y", residual: "残差",
    colours: "Y 与残差：",
    at: (i, j, y, a, r) => `残差 [${i}, ${j}] = Y − 输出 = ${y} − ${a} = ${r}`,
    images: "残差就是 Y − 输出。指向一格，或用方向键移动，即可看到这一格的数和它的窗口。",
    table: (n, from, to) => `损失曲线：已走 ${n} 步，从 ${from} 到 ${to}。`,
    ready: (loss) => `尚未起步：损失 ${loss}。`,
    fell: (n, loss, old) => `第 ${n} 步：损失从 ${old} 降到 ${loss}。`,
    rose: (n, loss, old) => `第 ${n} 步：损失从 ${old} 升到 ${loss}。`,
    same: (n, loss) => `第 ${n} 步：损失保持在 ${loss}（四位有效数字）。`,
    falls: (n, loss) => `按此学习率，到第 ${n} 步：${loss}，仍在下降。`,
    rises: (n, loss) => `按此学习率，到第 ${n} 步：${loss}，正在上升。`,
    level: (n, loss) => `按此学习率，到第 ${n} 步：${loss}，已到底。`,
    bottom: (n, loss) => `第 ${n} 步：已到最低点，损失 ${loss}。`, noisy: "有这样的噪声，损失已无法再降。",
    diverged: (n, loss) => `发散了：到第 ${n} 步，损失已涨到 ${loss}。趁数值还没有溢出，先停下来；请重来，并换小一点的学习率。`,
    full: (n, loss) => `第 ${n} 步：损失 ${loss}。步数已到上限，请重来。`,
  },
};

const TRAITS = ["input", "target", "truth", "start", "lr", "noise", "disturbance", "rates", "border", "lang"];
const [GROWN, SETTLED, MOST_STEPS] = [1e4, 1e-12, 500]; // these and the next as in learner.py, but for what counts as settled
const [LOWEST, HIGHEST, LARGEST] = [1 / 50, 5, 1e6];
const ENDS = [25, 50, 100, 200, 500]; // of the axis of the steps
const PAD = { left: 54, right: 14, top: 10, bottom: 42, width: 520, height: 290 };

// A learning rate with three digits, and the next one up or down.
const three = (x) => Number(x.toPrecision(3));
function neighbour(x, direction) {
  let [digits, power] = x.toExponential(2).split("e").map(Number);
  digits = Math.round(digits * 100) + direction;
  if (digits < 100) [digits, power] = [999, power - 1];
  return Number(`${digits}e${power - 2}`);
}
const short = (x) => String(Number(x.toPrecision(4)));
// A loss: four digits, and powers of ten where they are easier to read.
const lossText = (x) => {
  if (x !== 0 && (x < 1e-3 || x >= 1e5)) {
    const [digits, power] = x.toExponential(1).split("e");
    return `${digits} × 10${superscript(Number(power))}`;
  }
  return String(Number(x.toPrecision(4)));
};
const superscript = (n) => String(n).replaceAll("-", "⁻").replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);
const svg = (tag, attributes = {}, ...children) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

// What follows from the images alone, whatever the rate: the curvatures, and the lowest loss that a kernel can have. The
// curvatures are those of the bowl before, if the input is the same.
function bowl(t, before) {
  const X = fromRows(t.input);
  const Y = fromRows(t.target);
  Y.data.forEach((_, i) => (Y.data[i] += t.noise * t.disturbance[Math.floor(i / Y.cols)][i % Y.cols]));
  const [rows, cols] = [t.start.length, t.start[0].length];
  const axes = before?.input === t.input && before.axes.length === rows * cols ? before.axes : eigen(curvature(X, rows, cols));
  const steepest = axes.at(-1).value;
  const curved = axes.filter(({ value }) => value > 1e-10 * steepest);
  const zero = matrix(rows, cols);
  const best = miss(X, Y, zero).gradient.data.map((g) => -g);
  const bottom = matrix(rows, cols);
  for (const { value, vector } of curved) {
    const along = dot(vector, best) / value;
    vector.forEach((v, i) => (bottom.data[i] += along * v));
  }
  const first = miss(X, Y, fromRows(t.start)).loss;
  const measure = Math.max(first, Y.data.reduce((sum, y) => sum + y * y, 0)) || 1;
  return { input: t.input, X, Y, axes, curved, limit: 2 / steepest, floor: miss(X, Y, bottom).loss, measure, course: [] };
}
const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);

// The losses from here on at a fixed rate, up to a step: on each axis of the bowl the error is multiplied by 1 − rate·curvature.
// `excess`: above the lowest possible loss.
function forecast({ curved, floor }, gradient, rate, count) {
  const parts = curved.map(({ value, vector }) => ({ now: dot(vector, gradient.data) ** 2 / (2 * value), factor: (1 - rate * value) ** 2 }));
  const excess = [];
  for (let n = 0; n <= count; n++) {
    excess.push(parts.reduce((sum, { now }) => sum + now, 0));
    for (const part of parts) part.now *= part.factor;
  }
  return { excess, losses: excess.map((e) => floor + e) };
}

// Squares of an image on a canvas; a frame, in HTML, over the cells that are pointed at. Arrow keys and pointer visit cells.
function mosaic({ label, visit = null }) {
  const caption = h("div", { class: "d2l-caption" });
  const canvas = h("canvas", { role: "img", tabindex: visit ? "0" : null });
  const frame = h("div", { class: "d2l-frame", hidden: true });
  const box = h("div", { class: "d2l-mosaic" }, canvas, frame);
  const element = h("div", { class: "d2l-panel" }, caption, box);
  caption.textContent = label;
  let [rows, cols, size, drawn] = [1, 1, 1, ""];
  let current = [0, 0];
  if (visit) {
    const point = (event) => {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const clip = (x, n) => Math.min(n - 1, Math.max(0, Math.floor(x * n)));
      current = [clip((event.clientY - top) / height, rows), clip((event.clientX - left) / width, cols)];
      visit(...current);
    };
    canvas.addEventListener("pointermove", point);
    canvas.addEventListener("pointerdown", point);
    canvas.addEventListener("pointerleave", () => document.activeElement !== canvas && visit());
    canvas.addEventListener("focus", () => visit(...current));
    canvas.addEventListener("blur", () => visit());
    canvas.addEventListener("keydown", (event) => {
      const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!move) return;
      event.preventDefault();
      current = [Math.min(rows - 1, Math.max(0, current[0] + move[0])), Math.min(cols - 1, Math.max(0, current[1] + move[1]))];
      visit(...current);
    });
  }
  return {
    element,
    canvas,
    // color(value) -> CSS; lit: null or [row, col, height, width] in cells
    show(image, color, lit, name, cell) {
      [rows, cols, size] = [image.rows, image.cols, cell];
      const key = `${rows} ${cols} ${cell}`;
      if (drawn !== key) {
        drawn = key;
        const sharp = Math.max(1, Math.round(devicePixelRatio));
        [canvas.width, canvas.height] = [cols * size * sharp, rows * size * sharp];
        canvas.style.aspectRatio = `${cols} / ${rows}`;
        element.style.flex = `${cols} 1 0`;
        element.style.maxWidth = `${cols * size + 2}px`;
      }
      const [w, t] = [canvas.width / cols, canvas.getContext("2d")];
      const gap = size >= 10 ? w / size : 0;
      t.clearRect(0, 0, canvas.width, canvas.height);
      image.data.forEach((value, i) => {
        t.fillStyle = color(value);
        t.fillRect((i % cols) * w, Math.floor(i / cols) * w, w - gap, w - gap);
      });
      frame.hidden = !lit;
      if (lit) {
        const [r, c, high, wide] = lit;
        Object.assign(frame.style, { top: `${(100 * r) / rows}%`, left: `${(100 * c) / cols}%`, height: `${(100 * high) / rows}%`, width: `${(100 * wide) / cols}%` });
      }
      canvas.setAttribute("aria-label", name);
    },
  };
}

// Mixed towards the ends, one scale for all; zero a little off the paper, so that its cells are seen.
function signed(most, { dark, positive, negative }) {
  const zero = dark ? [38, 38, 40] : [246, 246, 246];
  return (value) => {
    const x = Math.max(-1, Math.min(1, value / most || 0));
    const end = x < 0 ? negative : positive;
    return `rgb(${zero.map((z, i) => Math.round(z + (end[i] - z) * Math.abs(x))).join(" ")})`;
  };
}

function render({ model, el }) {
  const words = WORDS[model.get("lang")] ?? WORDS.en;
  const main = root(el, "learner", model.get("lang"), words.title);
  let pit = null; // the bowl, while its images stay
  let known = [];
  let playing = 0;
  let pointed = null;
  let now = null; // what was computed last

  // The course so far. Steps that are known already are not computed again.
  /** @returns {Traits & {steps: number, here: any, end: number, ahead: any, status: string}} */
  function compute() {
    const t = traitsOf(model, TRAITS);
    const given = [t.input, t.target, t.start, t.noise, t.disturbance];
    if (!pit || given.some((value, i) => value !== known[i])) [pit, known] = [bowl(t, pit), given];
    const course = pit.course; // [{rate, kernel, residual, loss, gradient}]
    let same = 1;
    while (same < course.length && same <= t.rates.length && course[same].rate === t.rates[same - 1]) same += 1;
    course.length = Math.min(course.length, same);
    if (!course.length) {
      const kernel = fromRows(t.start);
      course.push({ rate: 0, kernel, ...miss(pit.X, pit.Y, kernel) });
    }
    while (course.length <= t.rates.length && course.at(-1).loss <= GROWN * pit.measure) {
      const { kernel, gradient } = course.at(-1);
      const rate = t.rates[course.length - 1];
      const next = matrix(kernel.rows, kernel.cols, kernel.data.map((k, i) => k - rate * gradient.data[i]));
      course.push({ rate, kernel: next, ...miss(pit.X, pit.Y, next) });
    }
    const steps = course.length - 1;
    const here = course[steps];
    const end = ENDS.find((e) => e > steps) ?? MOST_STEPS;
    const ahead = forecast(pit, here.gradient, t.lr, end - steps);
    const status = here.loss > GROWN * pit.measure ? "diverged" : ahead.excess[0] <= SETTLED * pit.measure ? "bottom"
      : steps >= MOST_STEPS ? "full" : steps ? "under way" : "ready";
    return { ...t, steps, here, end, ahead, status };
  }
  const can = () => now.status === "under way" || now.status === "ready";

  function take(count) {
    now = compute();
    if (!can()) return false;
    tell(model, { rates: [...now.rates, ...Array(Math.min(count, MOST_STEPS - now.steps)).fill(now.lr)] });
    now = compute();
    if (now.steps < now.rates.length) tell(model, { rates: now.rates.slice(0, now.steps) }); // it diverged on the way
    return can();
  }
  function play(on) {
    clearTimeout(playing);
    playing = 0;
    playButton.textContent = on ? `❚❚ ${words.pause}` : `▶ ${words.play}`;
    playButton.setAttribute("aria-pressed", on ? "true" : "false");
    sum.setAttribute("aria-live", on ? "off" : "polite"); // not every step is read out, but where it ends is
    if (!on) return draw();
    const next = () => {
      const further = take(Math.ceil((now.steps + 1) / 50)); // one at a time, later more
      if (further) playing = setTimeout(next, 100);
      else play(false);
    };
    playing = setTimeout(next, 0);
  }

  const playButton = button(`▶ ${words.play}`, () => play(!playing), { "aria-pressed": "false" });
  const stepButton = button(`${words.step} ▶`, () => { play(false); take(1); });
  const resetButton = button(words.reset, () => { play(false); tell(model, { rates: [] }); });
  const noiseValue = h("output", { class: "d2l-value" });
  const noise = h("input", { type: "range", min: 0, max: 1, step: 0.05, "aria-label": words.noise });
  noise.addEventListener("input", () => tell(model, { noise: Number(noise.value) }));

  // The rate: a slider whose travel is the logarithm, and a field for those who know what they want.
  const range = () => [three(LOWEST * pit.limit), three(HIGHEST * pit.limit)];
  const place = (rate) => (Math.log(rate / range()[0]) / Math.log(range()[1] / range()[0]));
  const setRate = (rate) => tell(model, { lr: Math.min(range()[1], Math.max(range()[0], three(rate))) });
  const slider = h("input", { type: "range", min: 0, max: 1, step: "any", class: "d2l-rate", "aria-label": words.rate });
  slider.addEventListener("input", () => setRate(range()[0] * (range()[1] / range()[0]) ** Number(slider.value)));
  slider.addEventListener("keydown", (event) => {
    const lr = model.get("lr");
    const moved = {
      ArrowRight: () => neighbour(lr, 1), ArrowUp: () => neighbour(lr, 1), ArrowLeft: () => neighbour(lr, -1), ArrowDown: () => neighbour(lr, -1),
      PageUp: () => lr * 1.1, PageDown: () => lr / 1.1, Home: () => range()[0], End: () => range()[1],
    }[event.key];
    if (!moved) return;
    event.preventDefault();
    setRate(moved());
  });
  const field = h("input", { type: "text", inputmode: "decimal", class: "d2l-rate-field", autocomplete: "off", "aria-label": words.rateField });
  const fieldError = h("span", { class: "d2l-error", role: "alert" });
  const wrongRate = (text) => {
    fieldError.textContent = text;
    field.setAttribute("aria-invalid", text ? "true" : "false");
  };
  field.addEventListener("input", () => {
    const value = parse(field.value);
    const [low, high] = range();
    const fine = value !== null && value >= low && value <= high;
    wrongRate(fine ? "" : words.between(low, high));
    if (fine) tell(model, { lr: value });
  });
  field.addEventListener("blur", () => { wrongRate(""); draw(); });
  const ticks = h("div", { class: "d2l-ticks", "aria-hidden": "true" });
  const limit = h("div", { class: "d2l-limit" }, h("span", {}));
  const beyond = h("div", { class: "d2l-beyond" });
  const travel = h("div", { class: "d2l-travel" }, limit, beyond, slider, ticks);
  const mark = checkbox({ label: words.mark, value: model.get("border"), accept: (border) => (tell(model, { border }), "") });
  mark.classList.add("d2l-mark");
  const factors = h("div", { class: "d2l-factors" });

  // The curve. The image's parts are made once for each shape of the axes; later only the lines change.
  const grounds = svg("g");
  const line = { floor: svg("line", { class: "d2l-floor" }), ahead: svg("polyline", { class: "d2l-ahead" }), taken: svg("polyline", { class: "d2l-taken" }) };
  const spotNow = svg("circle", { class: "d2l-now", r: 5 });
  const [wide, high] = [PAD.width - PAD.left - PAD.right, PAD.height - PAD.top - PAD.bottom];
  const inside = svg("svg", { x: PAD.left, y: PAD.top, width: wide, height: high }, line.floor, line.ahead, line.taken); // clips
  const around = svg("svg", { x: PAD.left - 8, y: PAD.top - 8, width: wide + 16, height: high + 16 }, spotNow);
  const chart = svg("svg", { class: "d2l-chart", viewBox: `0 0 ${PAD.width} ${PAD.height}`, role: "img" }, grounds, inside, around);
  const sample = (name) => svg("svg", { class: "d2l-sample", width: 30, height: 10, "aria-hidden": "true" }, svg("line", { class: name, x1: 1, x2: 29, y1: 5, y2: 5 }));
  const floorLegend = h("span", {}, sample("d2l-floor"), words.floor);
  const aheadLegend = h("span", {}, sample("d2l-ahead"), words.ahead);
  const legend = h("div", { class: "d2l-legend" }, h("span", {}, sample("d2l-taken"), words.taken), aheadLegend, floorLegend);
  const chartPanel = h("div", { class: "d2l-panel d2l-chart-panel" }, h("div", { class: "d2l-caption" }, words.loss), chart, legend);
  let axes = "";
  function ground(end, low, top) {
    if (axes === `${end} ${low} ${top}`) return;
    axes = `${end} ${low} ${top}`;
    const parts = [];
    const every = [1, 2, 4, 5, 10, 20].find((n) => (top - low) / n <= 7) ?? 50;
    for (let power = Math.ceil(low / every) * every; power <= top; power += every) {
      const y = PAD.top + (high * (top - power)) / (top - low);
      parts.push(svg("line", { class: "d2l-rule", x1: PAD.left, x2: PAD.left + wide, y1: y, y2: y }),
        svg("text", { x: PAD.left - 8, y: y + 4, "text-anchor": "end" }, power === 0 ? "1" : power === 1 ? "10" : `10${superscript(power)}`));
    }
    for (let n = 0; n <= end; n += end / 5) {
      const x = PAD.left + (wide * n) / end;
      parts.push(svg("line", { class: "d2l-axis", x1: x, x2: x, y1: PAD.top + high, y2: PAD.top + high + 5 }),
        svg("text", { x, y: PAD.top + high + 19, "text-anchor": "middle" }, String(n)));
    }
    parts.push(svg("path", { class: "d2l-axis", d: `M${PAD.left},${PAD.top}v${high}h${wide}` }),
      svg("text", { x: PAD.left + wide / 2, y: PAD.height - 6, "text-anchor": "middle" }, words.steps));
    grounds.replaceChildren(...parts);
  }

  const startGrid = grid({ label: words.editable, wrong: words.number,
    edit: (row, col, value) => {
      if (Math.abs(value) > LARGEST) return words.between("−10⁶", "10⁶");
      tell(model, { start: model.get("start").map((r, i) => r.map((x, j) => (i === row && j === col ? value : x))) });
      return "";
    } });
  const learnedGrid = grid({ label: words.learnedName });
  const truthGrid = grid({ label: words.truthName });
  truthGrid.element.hidden = !model.get("truth").length;
  const error = h("div", { class: "d2l-shapes" });
  const kernels = h("div", { class: "d2l-kernels" },
    h("div", { class: "d2l-panels" }, startGrid.element, h("div", { class: "d2l-arrow", "aria-hidden": "true" }, "→"), learnedGrid.element, truthGrid.element), error);

  const visit = (...cell) => ((pointed = cell.length ? cell : null), draw());
  const inputMosaic = mosaic({ label: words.input });
  const targetMosaic = mosaic({ label: words.target, visit });
  const residualMosaic = mosaic({ label: words.residual, visit });
  const scale = h("div", { class: "d2l-scale", "aria-hidden": "true" }, h("span", {}, words.colours), h("span", {}), h("div", {}), h("span", {}));
  const readout = h("div", { class: "d2l-shapes d2l-readout", "aria-live": "polite" });
  const images = h("div", { class: "d2l-images" },
    h("div", { class: "d2l-panels" }, inputMosaic.element, targetMosaic.element, residualMosaic.element), scale, readout);

  const sum = h("div", { class: "d2l-sum", "aria-live": "polite", "aria-atomic": "true" });
  main.append(
    h("div", { class: "d2l-controls" }, stepButton, playButton, resetButton, h("label", { class: "d2l-field" }, h("span", {}, words.noise), noise, noiseValue)),
    h("div", { class: "d2l-rates" }, h("span", { class: "d2l-rate-name" }, words.rate), travel, field, mark, fieldError),
    factors, sum, h("div", { class: "d2l-panels d2l-both" }, chartPanel, h("div", { class: "d2l-side" }, kernels, images)));

  const set = (element, text) => element.textContent !== text && (element.textContent = text);
  const draw = eachFrame(() => {
    now = compute();
    const { steps, here, end, ahead, status, lr } = now;
    const { kernel, residual, loss } = here;
    const { measure, floor } = pit;

    // controls
    const going = can() ? "false" : "true";
    stepButton.setAttribute("aria-disabled", going), playButton.setAttribute("aria-disabled", going);
    if (document.activeElement !== noise || Number(noise.value) !== now.noise) noise.value = now.noise;
    set(noiseValue, format(now.noise, 2));
    slider.value = place(lr);
    slider.setAttribute("aria-valuetext", short(lr));
    if (field.getAttribute("aria-invalid") !== "true" && parse(field.value) !== Number(short(lr))) {
      if (document.activeElement !== field || parse(field.value) !== lr) field.value = short(lr);
    }
    mark.show(now.border);
    limit.hidden = beyond.hidden = factors.hidden = !now.border;
    travel.style.setProperty("--d2l-place", place(pit.limit));
    set(limit.firstChild, words.border(short(pit.limit)));
    const [steep, flat] = [1 - (lr * 2) / pit.limit, 1 - lr * pit.axes[0].value];
    set(factors, words.factors(format(steep, 2), pit.axes.length > 1 ? format(flat, 2) : null));
    const wanted = range().join();
    if (ticks.dataset.range !== wanted) {
      ticks.dataset.range = wanted;
      const [low, most] = range();
      const marks = [];
      for (let power = Math.floor(Math.log10(low)); power <= Math.log10(most); power++) {
        for (const digit of [1, 2, 5]) {
          const rate = Number(`${digit}e${power}`);
          if (rate >= low && rate <= most) marks.push(h("span", { class: digit === 2 ? "d2l-minor" : null, style: `--d2l-place:${place(rate)}` }, h("span", {}, String(rate))));
        }
      }
      ticks.replaceChildren(...marks);
    }

    // words
    const text = [];
    const old = steps ? pit.course[steps - 1].loss : 0;
    const [a, b] = [lossText(loss), lossText(old)];
    if (status === "diverged") text.push(words.diverged(steps, a));
    else if (status === "full") text.push(words.full(steps, a));
    else if (status === "bottom") text.push(words.bottom(steps, a), ...(floor > 1e-9 * measure ? [words.noisy] : []));
    else {
      text.push(!steps ? words.ready(a) : a === b ? words.same(steps, a) : loss < old ? words.fell(steps, a, b) : words.rose(steps, a, b));
      const [last, one] = [ahead.excess.at(-1), ahead.excess.at(-2)];
      const way = last > one ? words.rises : last <= SETTLED * measure ? words.level : words.falls;
      text.push(way(end, lossText(ahead.losses.at(-1))));
    }
    set(sum, text.join(model.get("lang") === "zh" ? "" : " "));
    main.classList.toggle("d2l-diverged", status === "diverged");

    // the curve
    const losses = pit.course.map((step) => step.loss);
    const lowest = Math.max(1e-14 * measure, Math.min(...losses));
    const log = (x) => Math.log10(Math.max(x, 1e-300));
    const low = Math.min(Math.floor(log(measure)) - 8, Math.floor(log(lowest)));
    const top = Math.min(300, Math.max(Math.ceil(log(GROWN * measure)), Math.ceil(log(Math.max(...losses)))));
    ground(end, low, top);
    const xy = (n, value) => [(wide * n) / end, (high * (top - Math.max(low - 9, Math.min(top + 9, log(value))))) / (top - low)];
    const path = (values, from) => values.map((value, i) => xy(from + i, value).map((p) => p.toFixed(1)).join()).join(" ");
    line.taken.setAttribute("points", path(losses, 0));
    line.ahead.setAttribute("points", can() ? path(ahead.losses, steps) : "");
    aheadLegend.hidden = !can();
    const bottom = xy(0, floor)[1];
    const floored = log(floor) > low;
    for (const [name, value] of Object.entries({ x1: 0, x2: floored ? wide : 0, y1: bottom, y2: bottom })) line.floor.setAttribute(name, value);
    floorLegend.hidden = !floored;
    const [x, y] = xy(steps, loss);
    spotNow.setAttribute("cx", x + 8), spotNow.setAttribute("cy", Math.max(0, Math.min(high, y)) + 8);
    chart.setAttribute("aria-label", words.table(steps, lossText(losses[0]), a));

    // kernels
    const { rows, cols } = kernel;
    const cellOf = (data) => (r, c) => format(data[r * cols + c], 3);
    startGrid.show({ rows, cols, title: words.editable, text: (r, c) => format(now.start[r][c], 6), name: words.cell });
    learnedGrid.show({ rows, cols, title: words.learned(steps), text: cellOf(kernel.data), mark: () => "d2l-answer", name: words.cell });
    truthGrid.element.hidden = !now.truth.length;
    if (now.truth.length) truthGrid.show({ rows, cols, title: words.truth, text: (r, c) => format(now.truth[r][c], 3), name: words.cell });
    const truth = now.truth.flat();
    set(error, truth.length ? words.error(lossText(Math.max(...truth.map((k, i) => Math.abs(k - kernel.data[i]))))) : "");

    // images
    const most = Math.max(...[...pit.Y.data, ...pit.course[0].residual.data].map(Math.abs)) || 1;
    const size = Math.max(2, Math.min(24, Math.floor(200 / Math.max(pit.X.rows, pit.X.cols))));
    const shared = signed(most, signs(main));
    const [darkest, brightest] = [Math.min(...pit.X.data), Math.max(...pit.X.data)];
    const own = (value) => `rgb(${Array(3).fill(Math.round(20 + (225 * (value - darkest)) / (brightest - darkest || 1))).join(" ")})`;
    const spot = pointed && pointed[0] < residual.rows && pointed[1] < residual.cols ? pointed : null;
    inputMosaic.show(pit.X, own, spot && [...spot, rows, cols], words.input, size);
    targetMosaic.show(pit.Y, shared, spot && [...spot, 1, 1], words.target, size);
    residualMosaic.show(residual, shared, spot && [...spot, 1, 1], words.residual, size);
    scale.children[2].style.background = `linear-gradient(to right, ${[-1, -0.5, 0, 0.5, 1].map((v) => shared(v * most)).join()})`;
    set(scale.children[1], format(-most, 2)), set(scale.lastChild, format(most, 2));
    if (spot) {
      const i = spot[0] * residual.cols + spot[1];
      const [Y, r] = [pit.Y.data[i], residual.data[i]];
      const operand = (v) => (v < 0 ? `(${format(v)})` : format(v));
      set(readout, words.at(...spot, format(Y), operand(Y - r), format(r)));
    } else set(readout, words.images);

    Object.assign(main.dataset, { step: steps, loss, lr, limit: pit.limit, status, kernel: JSON.stringify(toRows(kernel)),
      residual: JSON.stringify(toRows(residual)), end, ahead: ahead.losses.at(-1), floor }); // for tests
    if (playing && !can()) play(false);
  });

  const stop = watch(model, TRAITS, draw);
  now = compute();
  draw();
  const untheme = followTheme(draw);
  return () => {
    stop();
    clearTimeout(playing);
    untheme();
    draw.cancel();
    main.remove(); // JupyterLab keeps the element of a view that is gone
  };
}

export default { render };
