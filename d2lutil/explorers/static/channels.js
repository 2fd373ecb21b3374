// The channel explorer: three input channels, the matrix that mixes them, and what each output channel sums.

const TRAITS = ["image", "numbers", "size", "matrix", "kernels", "bias", "groups", "display", "chosen", "position", "lang"];

const EYE = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
const GRAY = [0.299, 0.587, 0.114];
const PRESETS = {
  identity: { matrix: EYE, bias: [0, 0, 0] },
  gray: { matrix: [GRAY, GRAY, GRAY], bias: [0, 0, 0] },
  swap: { matrix: [EYE[2], EYE[1], EYE[0]], bias: [0, 0, 0] },
  sepia: { matrix: [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]], bias: [0, 0, 0] },
  negative: { matrix: [[-1, 0, 0], EYE[1], EYE[2]], bias: [255, 0, 0] },
};
const EDGE = [[-0.25, -0.5, -0.25], [0, 0, 0], [0.25, 0.5, 0.25]];
const KERNELS = {
  identity: [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
  blur: [[1 / 9, 1 / 9, 1 / 9], [1 / 9, 1 / 9, 1 / 9], [1 / 9, 1 / 9, 1 / 9]],
  "horizontal edge": EDGE,
  "vertical edge": EDGE.map((_, i) => EDGE.map((row) => row[i])),
};
const SAME = { padding: { top: 1, bottom: 1, left: 1, right: 1 } };

const alike = (a, b) => JSON.stringify(a) === JSON.stringify(b);
// As far as a reader can tell: sums of decimals are rarely exact.
const near = (a, b) => {
  const [x, y] = [a.flat(2), b.flat(2)];
  return x.length === y.length && x.every((value, k) => Math.abs(value - y[k]) < 1e-9);
};
const kernelName = (kernel) => Object.keys(KERNELS).find((name) => near(kernel, KERNELS[name])) ?? "own";
const ownOnly = (matrix) => matrix.map((row, o) => row.map((value, c) => (o === c ? value : 0)));
const blended = (base, t) => {
  const mix = (value, plain) => Number(((1 - t) * plain + t * value).toFixed(6));
  return {
    matrix: base.matrix.map((row, o) => row.map((value, c) => mix(value, EYE[o][c]))),
    bias: base.bias.map((value) => mix(value, 0)),
  };
};
// The three planes of the input, as matrices.
function planesOf(model) {
  const numbers = model.get("numbers");
  if (numbers.length) return numbers.map(fromRows);
  const [rows, cols] = model.get("size");
  const bytes = model.get("image");
  return [0, 1, 2].map((c) =>
    matrix(rows, cols, Float64Array.from(new Uint8Array(bytes.buffer, bytes.byteOffset + c * rows * cols, rows * cols))));
}

// Numbers in parentheses where a sign would touch an operator.
const operand = (value) => (value < 0 ? `(${format(value)})` : format(value));

function render({ model, el }) {
  const words = WORDS[model.get("lang")] ?? WORDS.en;
  const main = root(el, "channels", model.get("lang"), words.title);
  const replaced = (list, k, value) => list.map((old, i) => (i === k ? value : old));

  let few; // whether the numbers themselves are shown
  let base = null; // {matrix, bias}: what amount 1 stands for
  let amount = 1;
  let unlocked = null; // the matrix before the groups locked it
  let note = "";

  // Choosing, pointing and changing all tell Python; the rest is drawn from the traits.
  const set = (values) => tell(model, values);
  const rowsNow = () => model.get("matrix").length;
  const chosenNow = () => Math.min(model.get("chosen"), rowsNow() - 1);
  const choose = (o) => chosenNow() !== o && set({ chosen: o });
  const visit = (row, col) => alike(model.get("position"), [row, col]) || set({ position: [row, col] });
  const stepOf = (o) => (move) => {
    choose(o);
    if (!move) return;
    visit(...model.get("position").map((p, k) => Math.max(0, Math.min(model.get("size")[k] - 1, p + move[k]))));
  };
  const change = (values) => {
    note = "";
    set(values);
  };
  const setWeight = (o, c, value) => change({ matrix: replaced(model.get("matrix"), o, replaced(model.get("matrix")[o], c, value)) });
  const setKernel = (o, c, kernel) => change({ kernels: replaced(model.get("kernels"), o, replaced(model.get("kernels")[o], c, kernel)) });

  // A preset, or a share of it. What the groups lock stays 0.
  function apply(name) {
    const { matrix: wanted, bias } = name ? PRESETS[name] : blended(base, amount);
    const kept = model.get("groups") === 3 ? ownOnly(wanted) : wanted;
    if (name) [base, amount] = [{ matrix: kept, bias }, 1];
    note = name && !alike(kept, wanted) ? words.only(words.names[name]) : name ? "" : note;
    set({ matrix: kept, bias });
  }
  const named = ({ matrix: m, bias }) => {
    const name = Object.keys(PRESETS).find((key) => near(PRESETS[key].matrix, m) && near(PRESETS[key].bias, bias));
    return name ? words.names[name] : words.yours;
  };
  function regroup(groups) {
    const now = model.get("matrix");
    if (groups === 3) {
      unlocked = now;
      change({ groups, matrix: ownOnly(now) });
    } else {
      change({ groups, matrix: unlocked && alike(ownOnly(unlocked), now) ? unlocked : now });
    }
  }

  const presets = Object.fromEntries(Object.entries(words.names).map(([name, text]) => [name, button(text, () => apply(name))]));
  const slide = h("input", { type: "range", min: -1, max: 2, step: 0.05, "aria-label": words.amount });
  const said = h("span", { class: "d2l-amount" });
  slide.addEventListener("input", () => {
    amount = Number(slide.value);
    apply(null);
  });
  const presetBar = h("div", { class: "d2l-controls d2l-presets", role: "group", "aria-label": words.presets },
    h("span", { class: "d2l-quiet" }, words.presets), ...Object.values(presets));
  const amountBar = h("div", { class: "d2l-controls" },
    h("label", { class: "d2l-field" }, h("span", {}, words.amount), slide), said);
  const all = menu({ label: words.kernelOfAll, value: "identity", options: { ...words.kernels, own: words.mixed },
    accept: (name) => {
      if (KERNELS[name]) change({ kernels: model.get("kernels").map((row) => row.map(() => KERNELS[name])) });
    } });
  const groups = menu({ label: words.groups, value: "1", options: { 1: "1", 3: "3" }, accept: (n) => regroup(Number(n)) });
  const display = menu({ label: words.display, value: "cut", options: words.displays, accept: (kind) => set({ display: kind }) });
  const settings = h("div", { class: "d2l-controls" }, all, groups, display);
  const notice = h("div", { class: "d2l-note", role: "status" });
  const board = h("div", { class: "d2l-board" });
  const sum = h("div", { class: "d2l-sum", "aria-live": "polite", "aria-atomic": "true" });
  const facts = h("div", { class: "d2l-shapes" });
  const code = h("code", {});
  const copy = copyButton(words, () => code.textContent);
  const summary = h("summary", {});
  const names = () => (few ? words.plain : words.colours);
  const editors = [0, 1, 2].map((c) => grid({ label: words.colours[c], wrong: words.wrong,
    edit: (row, col, value) => {
      if (Math.abs(value) > 10) return words.between("−10", "10");
      const kernel = model.get("kernels")[chosenNow()][c];
      setKernel(chosenNow(), c, replaced(kernel, row, replaced(kernel[row], col, value)));
    } }));
  const panels = h("div", { class: "d2l-panels" }, ...editors.map(({ element }) => element));
  const more = h("details", { class: "d2l-more" }, summary, panels);
  more.addEventListener("toggle", () => draw());
  main.append(presetBar, amountBar, settings, notice, board, sum, facts, h("div", { class: "d2l-call" }, code, copy), more);

  // The board: a row of inputs, a row for each output with its weights under the inputs, and a row for what is summed.
  let parts; // its elements
  function build(rows) {
    const plane = few ? (options) => figures({ words, ...options }) : image;
    const put = (element, row, column, ...classes) => {
      element.style.gridArea = `${row} / ${column}`;
      element.classList.add(...classes);
      board.append(element);
      return element;
    };
    const caption = () => h("div", { class: "d2l-caption" });
    const framed = (row, column, view, text, ...classes) => put(h("div", {}, text, view.element), row, column, "d2l-tile", ...classes);
    board.replaceChildren();
    board.classList.toggle("d2l-few", few);
    parts = { rows: [], inputs: [], sums: [], before: null, after: null, sumHead: null, sumBias: null, total: null };
    if (few) put(h("div", {}, words.input), 1, 1, "d2l-quiet");
    else {
      parts.before = image({ label: words.inputs, visit });
      framed(1, 1, parts.before, h("div", { class: "d2l-caption" }, words.inputs));
    }
    for (let c = 0; c < 3; c++) {
      const text = caption();
      const edit = few && ((row, col, value) => {
        const old = model.get("numbers");
        change({ numbers: replaced(old, c, replaced(old[c], row, replaced(old[c][row], col, value))) });
      });
      const view = plane({ label: `${words.input} ${c}: ${names()[c]}`, visit, ...(few && { edit }) });
      framed(1, 2 + c, view, text);
      parts.inputs.push({ view, text });
    }
    put(h("div", {}, words.bias), 1, 5, "d2l-quiet", "d2l-heading");
    if (!few && rows === 3) {
      parts.after = image({ label: words.outputs, visit });
      framed(1, 6, parts.after, h("div", { class: "d2l-caption" }, words.outputs), "d2l-result");
    }
    for (let o = 0; o < rows; o++) {
      const row = { weights: [] };
      const at = 2 + o;
      row.band = put(h("div", { "aria-hidden": "true" }), at, "1 / auto / 6", "d2l-band");
      row.pick = button(words.output(o), () => choose(o));
      const head = h("div", {}, row.pick);
      if (!few && rows === 3) head.append(h("div", { class: "d2l-small" }, words.shownAs(words.colours[o])));
      put(head, at, 1, "d2l-head");
      for (let c = 0; c < 3; c++) {
        const field = entry({ label: words.weight(o, names()[c]), limit: 10, step: 0.1, words, accept: (value) => setWeight(o, c, value) });
        const range = h("input", { type: "range", min: -2, max: 2, step: 0.1, "aria-label": words.weight(o, names()[c]), tabindex: -1 });
        range.addEventListener("input", () => setWeight(o, c, Number(range.value)));
        const kernel = h("select", { "aria-label": words.kernelOf(o, names()[c]) },
          ...Object.entries({ ...words.kernels, own: words.own }).map(([value, text]) => h("option", { value }, text)));
        kernel.addEventListener("change", () => {
          if (KERNELS[kernel.value]) setKernel(o, c, KERNELS[kernel.value]);
          else more.open = true, draw();
        });
        const open = h("div", { class: "d2l-open" }, field.control, range, kernel, field.message);
        const locked = h("div", { class: "d2l-locked", title: words.locked }, "0", h("span", { class: "d2l-hidden" }, words.locked));
        const cell = put(h("div", {}, open, locked), at, 2 + c, "d2l-weight");
        cell.addEventListener("focusin", () => choose(o));
        row.weights.push({ field, range, kernel, open, locked });
      }
      row.bias = entry({ label: words.biasOf(o), limit: 1000, step: 5, words,
        accept: (value) => change({ bias: replaced(model.get("bias"), o, value) }) });
      put(h("div", {}, row.bias.control, row.bias.message), at, 5, "d2l-weight").addEventListener("focusin", () => choose(o));
      row.view = plane({ label: words.image(words.output(o)), visit, press: stepOf(o) });
      put(h("div", {}, row.view.element), at, 6, "d2l-tile", "d2l-out");
      parts.rows.push(row);
    }
    const last = 2 + rows;
    parts.sumHead = put(h("div", {}), last, 1, "d2l-head", "d2l-sumhead");
    for (let c = 0; c < 3; c++) {
      const text = caption();
      const view = plane({ label: names()[c], visit });
      const tile = framed(last, 2 + c, view, text, "d2l-term");
      parts.sums.push({ view, text, tile });
    }
    parts.sumBias = put(h("div", {}), last, 5, "d2l-term", "d2l-biasterm");
    const text = caption();
    const view = plane({ label: words.outputs, visit, result: true });
    framed(last, 6, view, text, "d2l-term", "d2l-total");
    parts.total = { view, text };
  }

  // What is computed, kept until it changes.
  let planes = null;
  let raw = []; // the traits the planes were made of
  let filtered = new Map(); // input channel and kernel -> plane
  let computed = []; // for each output {key, after, plane}
  const after = (c, kernel) => {
    const name = kernelName(kernel);
    if (name === "identity") return planes[c];
    const key = `${c} ${JSON.stringify(kernel)}`;
    if (!filtered.has(key)) {
      if (filtered.size > 60) filtered = new Map(); // a kernel being typed leaves many behind
      filtered.set(key, correlate(planes[c], fromRows(kernel), SAME));
    }
    return filtered.get(key);
  };

  let version = 0; // counts images
  let built = "";
  const draw = eachFrame(() => {
    const t = traitsOf(model, TRAITS);
    const count = t.matrix.length;
    // Matrix, kernels and biases arrive one after another when their number changes: wait for all.
    if (t.kernels.length !== count || t.bias.length !== count) return;
    if (![t.image, t.numbers, t.size].every((value, k) => value === raw[k])) {
      if (!t.numbers.length && t.image.byteLength !== 3 * t.size[0] * t.size[1]) return;
      raw = [t.image, t.numbers, t.size];
      planes = planesOf(model);
      filtered = new Map();
      computed = [];
      version += 1;
    }
    few = t.numbers.length > 0;
    if (built !== `${count} ${few}`) {
      built = `${count} ${few}`;
      build(count);
      base = null;
    }
    const { rows, cols } = planes[0];
    const [i, j] = [Math.min(t.position[0], rows - 1), Math.min(t.position[1], cols - 1)];
    const k = i * cols + j;
    const chosen = Math.min(t.chosen, count - 1);
    const reads = (o, c) => t.groups === 1 || o === c;
    const shownAt = { at: [i, j] };

    const outputs = t.matrix.map((weights, o) => {
      const key = `${version} ${JSON.stringify([weights, t.kernels[o], t.bias[o], t.groups])}`;
      if (computed[o]?.key === key) return computed[o];
      const own = t.kernels[o].map((kernel, c) => (reads(o, c) ? after(c, kernel) : planes[c]));
      const plane = weighted(own, weights.map((w, c) => (reads(o, c) ? w : 0)), t.bias[o]);
      let [most, outside] = [0, 0];
      for (const value of plane.data) {
        most = Math.max(most, Math.abs(value));
        if (value < -0.5 || value > 255.5) outside += 1;
      }
      return (computed[o] = { key, after: own, plane, most, outside });
    });
    computed.length = count;
    const signed = t.display === "signed";
    const scale = signed ? Math.max(1, ...outputs.map(({ most }) => most)) : 255;
    const look = { colours: COLOURS[t.display], scale };

    // The inputs.
    const wide = [0, 1, 2].map((c) => reads(chosen, c) && kernelName(t.kernels[chosen][c]) !== "identity");
    parts.before?.show({ planes, key: `${version}`, ...shownAt });
    parts.inputs.forEach(({ view, text }, c) => {
      view.show({ planes: [planes[c]], key: `${version}`, colours: COLOURS.cut, ...shownAt, reach: wide[c] ? 1 : 0 });
      text.textContent = words.value(names()[c], format(planes[c].data[k]));
    });
    parts.after?.show({ planes: outputs.map(({ plane }) => plane), key: outputs.map(({ key }) => key).join(), ...shownAt });

    // The rows of the matrix.
    parts.rows.forEach((row, o) => {
      row.band.classList.toggle("d2l-lit", o === chosen);
      row.pick.setAttribute("aria-pressed", String(o === chosen));
      row.weights.forEach(({ field, range, kernel, open, locked }, c) => {
        open.hidden = !reads(o, c);
        locked.hidden = reads(o, c);
        field.show(t.matrix[o][c]);
        range.value = t.matrix[o][c];
        if (kernel.value !== kernelName(t.kernels[o][c])) kernel.value = kernelName(t.kernels[o][c]);
      });
      row.bias.show(t.bias[o]);
      row.view.show({ planes: [outputs[o].plane], key: `${outputs[o].key} ${t.display} ${scale}`, ...look, ...shownAt });
      row.view.element.classList.toggle("d2l-chosen", o === chosen);
      row.view.name(`${words.image(words.output(o))}: ${format(outputs[o].plane.data[k])}`);
    });

    // What the chosen output sums.
    parts.sumHead.textContent = words.sums(chosen);
    const terms = [];
    const own = outputs[chosen];
    let dark = false; // whether a term has numbers below 0
    parts.sums.forEach(({ view, text, tile }, c) => {
      tile.hidden = !reads(chosen, c);
      if (tile.hidden) return;
      const [w, name] = [t.matrix[chosen][c], kernelName(t.kernels[chosen][c])];
      const value = own.after[c].data[k];
      const term = weighted([own.after[c]], [w]);
      dark ||= term.data.some((x) => x < -0.5);
      view.show({ planes: [term], key: `${own.key} ${t.display} ${scale}`, colours: COLOURS[signed ? "signed" : "below"], scale, ...shownAt });
      view.name(words.part(names()[c], chosen));
      text.textContent = `${operand(w)} · ${operand(value)} = ${format(w * value)}`;
      terms.push(`${operand(w)}·${operand(value)}`);
      tile.dataset.kernel = name === "identity" ? "" : name;
    });
    const [bias, total] = [t.bias[chosen], own.plane.data[k]];
    parts.sumBias.hidden = !bias;
    parts.sumBias.textContent = operand(bias);
    parts.total.view.show({ planes: [own.plane], key: `${own.key} ${t.display} ${scale}`, ...look, ...shownAt });
    parts.total.view.name(words.output(chosen));
    parts.total.text.textContent = format(total);
    const visible = Math.max(0, Math.min(255, Math.round(total)));
    const beyond = !few && !signed && Math.abs(total - visible) > 0.5 ? words.shown(visible) : "";
    const sentence = `${words.at(chosen, i, j)} = ${terms.join(" + ")}${bias ? ` + ${operand(bias)}` : ""} = ${format(total)}${beyond}`;
    if (sum.textContent !== sentence) sum.textContent = sentence;

    // The layer.
    const flat = t.kernels.every((row, o) => row.every((kernel, c) => !reads(o, c) || kernelName(kernel) === "identity"));
    const [size, biases, depth] = [flat ? 1 : 3, t.bias.some(Boolean) ? count : 0, 3 / t.groups];
    const params = count * depth * size * size + biases;
    const lines = [count === 1 ? words.oneOut(depth, size, biases, params) : words.params(count, depth, size, biases, params)];
    const remarks = [];
    const share = Math.round((100 * own.outside) / own.plane.data.length);
    if (!few && signed) remarks.push(words.scale(format(Math.round(scale))));
    if (!few && !signed && share) remarks.push(words.cut(share, chosen));
    if (!few && !signed && dark) remarks.push(words.below);
    const shown = [...lines, remarks.join(" ") || words.keys];
    if (facts.dataset.text !== shown.join("\n")) {
      facts.dataset.text = shown.join("\n");
      facts.replaceChildren(...shown.map((line) => h("div", {}, line)));
    }
    const options = [flat ? "kernel_size=1" : "kernel_size=3, padding=1", t.groups === 3 && "groups=3", !biases && "bias=False"];
    code.textContent = `nn.Conv2d(3, ${count}, ${options.filter(Boolean).join(", ")})`;

    // The controls.
    presetBar.hidden = few || count !== 3;
    amountBar.hidden = presetBar.hidden;
    groups.hidden = count !== 3;
    display.hidden = few;
    if (count === 3) {
      const now = { matrix: t.matrix, bias: t.bias };
      const told = base && blended(base, amount);
      if (!base || !near(told.matrix, now.matrix) || !near(told.bias, now.bias)) [base, amount] = [now, 1];
      const still = near(base.matrix, EYE) && base.bias.every((b) => !b);
      slide.disabled = still;
      if (Number(slide.value) !== amount) slide.value = amount;
      said.textContent = still ? words.noBlend : words.blend(format(amount, 2), named(base));
      for (const [name, preset] of Object.entries(PRESETS)) {
        presets[name].setAttribute("aria-pressed", String(near(preset.matrix, t.matrix) && near(preset.bias, t.bias)));
      }
    }
    notice.textContent = note;
    const used = new Set(t.kernels.flatMap((row, o) => row.filter((_, c) => reads(o, c)).map(kernelName)));
    all.show(used.size === 1 ? [...used][0] : "own");
    groups.show(String(t.groups));
    display.show(t.display);
    summary.textContent = words.more(chosen);
    if (more.open) {
      editors.forEach((editor, c) => {
        editor.element.hidden = !reads(chosen, c);
        editor.show({ rows: 3, cols: 3, plan: `${chosen}`, title: words.kernelOf(chosen, names()[c]), name: words.cell,
          text: (r, s) => format(t.kernels[chosen][c][r][s]), mark: () => "d2l-lit" });
      });
    }
    main.dataset.pixel = JSON.stringify(outputs.map(({ plane }) => plane.data[k]));
    main.dataset.parameters = params;
    main.dataset.chosen = chosen;
    main.dataset.position = JSON.stringify([i, j]);
  });

  const stop = watch(model, TRAITS, draw);
  draw();
  return () => {
    stop();
    draw.cancel();
    main.remove(); // JupyterLab keeps the element of a view that is gone
  };
}

export default { render };
