// The network explorer: every map of a network on an image, and of each unit what it sees and how it is computed.

const NETWORK_TRAITS = ["plan", "weights", "pixels", "size", "whole", "given", "labels", "classes", "chosen", "layer", "unit", "joined", "lang"];
const SCORES = 24; // up to so many outputs are shown as a list with names
const GAP = 4; // between the maps of a stage
const FINE = 3; // pixels of its canvas for each of the page's: an odd number, so that the page shows the middle one
const cellsOnly = (shape) => shape.length === 1 || shape[1] * shape[2] === 1; // one number a map: drawn as a column of cells
const times = (shape) => shape.join(" × ");
const operand = (x, digits = 3) => (x < 0 ? `(${format(x, digits)})` : format(x, digits));
const count = (n) => n.toLocaleString("en");
const greatest = (data) => data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
// What is added up, {sum} each.
const totalOf = (terms) => added(terms.map(({ sum }) => sum));
const strongestFirst = (terms) => [...terms].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
const least = (data) => data.reduce((low, x) => Math.min(low, x), Infinity);

const div = (name, ...children) => h("div", { class: `d2l-${name}` }, ...children);
const on = (element, name, f) => element.addEventListener(name, f);
const aria = (element, name, text) => element.setAttribute(`aria-${name}`, text);
const sized = ({ style }, width, height) => Object.assign(style, { width: `${width}px`, height: `${height}px` });
const quiet = (text = "") => h("span", { class: "d2l-net-quiet" }, text);
const screen = () => h("canvas", { "aria-hidden": "true" });

// Places in words: a run as its ends, others one by one.
function listed(places, words) {
  const run = places.at(-1) - places[0] === places.length - 1;
  if (run) return places.length > 1 ? words.to(format(places[0]), format(places.at(-1))) : format(places[0]);
  return places.map((x) => format(x)).join(", ");
}

// How many columns of cells, and how large: at most 170 pixels high.
function columnsOf(n) {
  const side = [20, 14, 11, 9, 7, 6, 5, 4, 3, 2].find((s) => Math.ceil(n / Math.floor(176 / s)) * s <= 132) ?? 2;
  const rows = Math.min(n, Math.floor(176 / side));
  return { side, rows, cols: Math.ceil(n / rows) };
}

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

function render({ model, el }) {
  const get = (name) => model.get(name);
  const lang = get("lang");
  const words = WORDS[lang] ?? WORDS.en;
  const main = root(el, "network", lang, words.title);
  let first = get("pixels"); // before the reader drew
  let plan, size, numbers, images, made, stages, scales;
  let seenTraits = {}; // what was read before
  let verdicts = []; // of each image: its scores' largest, once it was computed
  let hover = null; // {layer, unit} under the mouse
  let pinned = false;
  let part = -1; // the input channel whose numbers are shown; −1: the first
  let drawing = false;
  let pen = [0, 0];
  let mine = false; // a change of the images that was drawn here
  let talk = 0;
  let idle = 0;

  const set = (values) => tell(model, values);
  const nameOf = (k) => get("classes")[k] ?? String(k);
  const panes = () => (size[1] === 3 ? 1 : size[1]); // images beside each other: three channels are one, in colours
  const shapeOf = (k) => (k < 0 ? size.slice(1) : plan[k].shape);
  const answerOf = (k) => (k < 0 ? images[chosen()] : made[k]);
  const chosen = () => Math.min(get("chosen"), images.length - 1);
  const unitIn = (layer, unit) => shapeOf(layer).map((n, k) => Math.max(0, Math.min(n - 1, unit[k] ?? Math.floor(n / 2) * Number(k > 0))));
  const kept = () => {
    const layer = Math.max(0, Math.min(plan.length - 1, get("layer")));
    return { layer, unit: unitIn(layer, get("unit")) };
  };
  const place = () => (hover && !pinned ? hover : kept());
  const indexOf = ([c, i = 0, j = 0], shape) => (shape.length === 1 ? c : (c * shape[1] + i) * shape[2] + j);
  const valueAt = ({ layer, unit }) => made[layer].data[indexOf(unit, plan[layer].shape)];
  const alike = (a, b) => a && b && a.layer === b.layer && String(a.unit) === String(b.unit);

  function choose(layer, unit) {
    hover = null;
    if (!alike(kept(), { layer, unit })) set({ layer, unit });
    point();
  }

  // --- what there is on the page
  const field = numberField({ label: words.image, value: get("chosen"), min: 0, max: 59,
    words: { between: (a) => words.between(a, images.length - 1) }, accept: (k) => (k < images.length ? set({ chosen: k }) : words.between(0, images.length - 1)) });
  const summary = div("net-summary");
  const next = button(words.next, () => {
    const from = chosen();
    const wrong = range(images.length).map((k) => (from + 1 + k) % images.length).find((k) => wrongAt(k));
    if (wrong !== undefined) set({ chosen: wrong });
  });
  const tally = quiet();
  const strip = h("div", { class: "d2l-net-strip", role: "radiogroup", "aria-label": words.images });
  const joined = checkbox({ label: words.joined, value: get("joined"), accept: (on) => set({ joined: on }) });
  const total = quiet();
  const flow = div("net-flow");
  const legend = div("net-quiet", words.legend);

  const frame = (attributes = {}, canvas = screen()) => {
    const box = h("div", { class: "d2l-net-box", hidden: true });
    return { canvas, box, element: h("div", { class: "d2l-net-map", ...attributes }, canvas, box) };
  };
  const zoom = (attributes) => {
    const made = frame(attributes);
    const caption = div("caption");
    return { ...made, caption, panel: div("net-panel", caption, made.element) };
  };
  const zoomed = { image: zoom({ role: "img", "aria-label": words.look }), before: zoom({ role: "img" }), unit: zoom({ role: "application", tabindex: 0 }) };
  const sketch = zoomed.image.element;
  const draws = button(words.draw, () => { drawing = !drawing; point(); }, { "aria-pressed": "false" });
  const undo = button(words.undo, () => set({ pixels: first }));
  const drawHint = div("net-quiet d2l-net-hint");
  zoomed.image.panel.append(div("controls", draws, undo), drawHint);

  const pin = button(words.pin, () => hold(!pinned), { "aria-pressed": "false" });
  const guide = quiet(words.released);
  const heading = div("net-heading");
  const layerText = h("code", {});
  const layerFacts = h("span", {});
  const sum = div("sum");
  const sight = div("net-quiet");
  const tiles = div("net-tiles");
  const windowTable = numberTable(words.window, tint);
  const kernelTable = numberTable(words.kernel, tint);
  const listHead = div("caption", words.largest);
  const list = h("ol", { class: "d2l-net-list", "aria-label": words.largest });
  const curve = h("div", { class: "d2l-net-curve", role: "img", "aria-label": words.curve });
  const working = div("net-working", div("panels", windowTable.element, kernelTable.element), tiles, curve, h("div", {}, listHead, list));
  const detail = div("net-detail", zoomed.image.panel, zoomed.before.panel, working, zoomed.unit.panel);
  const spoken = h("div", { class: "d2l-hidden", "aria-live": "polite", "aria-atomic": "true" });
  main.append(div("controls", field, next, tally, summary), strip, flow,
    div("controls", joined, total, legend), div("controls d2l-net-about", heading, pin, guide), div("net-quiet", layerText, layerFacts), sum, sight, detail, spoken);

  // --- the images to choose from
  const wrongAt = (k) => verdicts[k] !== undefined && get("labels").length > k && verdicts[k] !== get("labels")[k];
  let thumbs = [];
  function buildStrip() {
    thumbs = images.map((_, k) => {
      const icon = h("img", { alt: "" }); // a browser lays out few canvases faster than many
      const text = h("span", {});
      const choice = h("button", { type: "button", role: "radio", onclick: () => set({ chosen: k }) }, icon, text);
      return { icon, text, choice };
    });
    strip.replaceChildren(...thumbs.map(({ choice }) => choice));
  }
  on(strip, "keydown", (event) => {
    const n = images.length;
    const to = { ArrowRight: chosen() + 1, ArrowDown: chosen() + 1, ArrowLeft: chosen() - 1, ArrowUp: chosen() - 1, Home: 0, End: n - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const k = (to + n) % n;
    set({ chosen: k });
    thumbs[k].choice.focus();
  });
  function nameThumbs() {
    const labels = get("labels");
    thumbs.forEach(({ choice, text }, k) => {
      const on = k === chosen();
      aria(choice, "checked", String(on));
      choice.tabIndex = on ? 0 : -1;
      const label = labels.length ? nameOf(labels[k]) : "";
      const wrong = wrongAt(k);
      text.textContent = label && wrong ? `✗ ${label}` : label;
      choice.classList.toggle("d2l-net-wrong", wrong);
      aria(choice, "label", words.thumb(k, label) + (wrong ? words.thumbWrong(nameOf(verdicts[k])) : ""));
    });
    const known = range(images.length).every((k) => verdicts[k] !== undefined);
    const wrong = range(images.length).filter(wrongAt).length;
    next.hidden = tally.hidden = !labels.length || !scored();
    next.disabled = !wrong;
    tally.textContent = known ? (wrong ? words.mistakes(wrong, images.length) : words.noMistake) : "";
  }
  // One image after the other, when there is nothing else to do.
  const scored = () => sizeOf(plan.at(-1).shape) > 1 && cellsOnly(plan.at(-1).shape);
  const percents = () => (plan.at(-1).kind === "softmax" ? made.at(-1).data : shares(made.at(-1).data));
  const best = (data) => data.reduce((b, x, k) => (x > data[b] ? k : b), 0);
  function judge() {
    clearTimeout(idle);
    const k = verdicts.findIndex((v) => v === undefined);
    nameThumbs();
    if (!scored() || k < 0) return;
    idle = setTimeout(() => {
      verdicts[k] = best(answers(plan, numbers, images[k]).at(-1).data);
      judge();
    }, 0);
  }

  // --- the stages
  function buildStages() {
    stages = stagesOf(plan, get("joined")).map((members) => {
      const buttons = members.map((k) => button(plan[k].name, () => { stage.shown = k; const now = kept(); choose(k, mapped(now.layer, now.unit, k)); }, { class: "d2l-net-name" }));
      const shape = div("net-shape");
      const facts = div("net-quiet");
      const holder = h("div", { class: "d2l-net-holder", role: "application", tabindex: 0 });
      const stage = { members, buttons, shape, facts, holder, canvas: screen(), shown: members.at(-1), frames: [], built: "" };
      stage.element = h("div", { class: "d2l-net-stage" }, div("net-head", div("net-names", ...buttons), shape, facts), holder);
      reach(holder, (event) => within(stage, event));
      return stage;
    });
    const input = frame();
    const holder = div("net-holder", input.element);
    const shape = div("net-shape", times(size.slice(1)));
    const facts = div("net-quiet");
    stages.input = { ...input, holder, facts };
    main.style.setProperty("--d2l-members", Math.max(...stages.map(({ members }) => members.length)));
    flow.replaceChildren(h("div", { class: "d2l-net-stage" }, div("net-head", div("net-names", words.image), shape, facts), holder),
      ...stages.map(({ element }) => element));
  }

  // Where the mouse is in a stage: a unit, or null.
  function within(stage, event) {
    const shape = shapeOf(stage.shown);
    const at = event.target.closest?.("[data-map]");
    if (!at) return null;
    const which = Number(at.dataset.map);
    if (at.tagName === "TR") return { layer: stage.shown, unit: unitIn(stage.shown, [which]) };
    const box = at.getBoundingClientRect();
    const share = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
    if (!cellsOnly(shape)) return { layer: stage.shown, unit: unitIn(stage.shown, [which, Math.floor(share[0] * shape[1]), Math.floor(share[1] * shape[2])]) };
    const { rows, cols } = columnsOf(shape[0]);
    const k = Math.floor(share[1] * cols) * rows + Math.min(rows - 1, Math.floor(share[0] * rows));
    return k < shape[0] ? { layer: stage.shown, unit: unitIn(stage.shown, [k, 0, 0]) } : null;
  }

  function hold(on) {
    if (on && hover) { const { layer, unit } = hover; pinned = true; return choose(layer, unit); }
    pinned = on;
    hover = null;
    point();
  }

  // Mouse, finger and keys on a holder of units.
  function reach(element, find) {
    on(element, "pointermove", (event) => {
      const found = find(event);
      if (event.pointerType !== "mouse") return found && choose(found.layer, found.unit);
      if (alike(found, hover) || (!found && !hover)) return;
      hover = found;
      point();
    });
    on(element, "pointerleave", () => { hover = null; point(); });
    on(element, "pointerdown", (event) => {
      const found = find(event);
      if (!found) return;
      if (event.pointerType === "mouse") pinned = !(pinned && alike(found, kept()));
      choose(found.layer, found.unit);
    });
    on(element, "keydown", (event) => keys(event, element));
  }

  // The same place in another layer, as far as there is one.
  function mapped(from, unit, to) {
    const [a, b] = [shapeOf(from), shapeOf(to)];
    if (a.length === b.length) return unitIn(to, unit.map((x, k) => (k && a[k] !== b[k] ? Math.floor(((x + 0.5) * b[k]) / a[k]) : x)));
    return unitIn(to, [0]);
  }

  function keys(event, element) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    let { layer, unit } = kept();
    const here = stages.find(({ holder }) => holder === element);
    if (here && !here.members.includes(layer)) { // the first key brings the unit to where the focus is
      unit = mapped(layer, unit, here.shown);
      layer = here.shown;
    }
    const shape = shapeOf(layer);
    const flat = cellsOnly(shape);
    const rows = flat && !(layer === plan.length - 1 && listScores()) ? columnsOf(shape[0]).rows : 1;
    const by = event.shiftKey ? 5 : 1;
    const move = { ArrowUp: [-by, 0], ArrowDown: [by, 0], ArrowLeft: [0, -by], ArrowRight: [0, by] }[event.key];
    if (move) {
      if (!flat) unit = [unit[0], unit[1] + move[0], unit[2] + move[1]];
      else {
        const k = unit[0] + move[0] + move[1] * rows;
        if (k >= 0 && k < shape[0]) unit = [k, ...unit.slice(1)];
      }
    } else if (event.key === "PageUp" || event.key === "PageDown") unit = [unit[0] + (event.key === "PageUp" ? -1 : 1), ...unit.slice(1)];
    else if (event.key === "Home" || event.key === "End") {
      const end = event.key === "Home" ? 0 : Infinity;
      unit = flat ? [end, ...unit.slice(1)] : [unit[0], unit[1], end];
    } else if (event.key === "[" || event.key === "]") {
      const to = layer + (event.key === "[" ? -1 : 1);
      if (!plan[to]) return event.preventDefault();
      unit = mapped(layer, unit, to);
      layer = to;
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      hold(!pinned);
      return choose(layer, unit);
    } else if (event.key === "Escape") return hold(false);
    else return;
    event.preventDefault();
    choose(layer, unitIn(layer, unit));
    const stage = stages.find(({ members }) => members.includes(layer));
    if (element !== stage.holder && element !== zoomed.unit.element) stage.holder.focus();
  }

  // --- drawing
  const STEPS = 255;
  const dot = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  let colours = [];
  function themed() {
    const { zero, positive, negative } = signs(main);
    colours = Uint32Array.from({ length: 2 * STEPS + 1 }, (_, k) => dot(zero.map((x, rgb) => Math.round(x + ((k < STEPS ? negative : positive)[rgb] - x) * (Math.abs(k - STEPS) / STEPS)))));
  }
  const shade = (x, scale) => colours[Math.max(0, Math.min(2 * STEPS, Math.round(STEPS + (STEPS * x) / scale) || 0))];
  // The same for a style: color-mix() would be worked out anew with every key.
  function tint(x, scale) {
    const colour = shade(x, scale);
    return `rgb(${colour & 255} ${(colour >> 8) & 255} ${(colour >> 16) & 255})`;
  }

  // Numbers on a canvas, a pixel each, from −scale to scale.
  function paint(canvas, { rows, cols, data }, scale) {
    if (canvas.width !== cols || canvas.height !== rows) Object.assign(canvas, { width: cols, height: rows });
    const bitmap = new ImageData(cols, rows);
    const dots = new Uint32Array(bitmap.data.buffer);
    for (let k = 0; k < dots.length; k++) dots[k] = shade(data[k], scale);
    canvas.getContext("2d").putImageData(bitmap, 0, 0);
  }
  // The image itself: in colours if it has three channels, otherwise grey, channel beside channel.
  let ends = [0, 1];
  function paintImage(canvas, { shape: [channels, rows, cols], data }) {
    const grey = (x) => Math.max(0, Math.min(255, Math.round((255 * (x - ends[0])) / (ends[1] - ends[0]))));
    const many = panes();
    Object.assign(canvas, { width: cols * many, height: rows });
    const bitmap = new ImageData(cols * many, rows);
    for (let c = 0; c < many; c++) {
      for (let k = 0; k < rows * cols; k++) {
        const at = 4 * (Math.floor(k / cols) * cols * many + c * cols + (k % cols));
        for (let rgb = 0; rgb < 3; rgb++) bitmap.data[at + rgb] = grey(data[(many > 1 ? c : channels === 3 ? rgb : 0) * rows * cols + k]);
        bitmap.data[at + 3] = 255;
      }
    }
    canvas.getContext("2d").putImageData(bitmap, 0, 0);
  }
  // The maps of a stage on its one canvas: a browser lays out few canvases faster than many.
  const brush = screen();
  function paintMaps({ canvas, places }, X, scale) {
    const [left, top, width, height] = places.at(-1);
    const right = Math.max(...places.map(([x]) => x)) + width;
    Object.assign(canvas, { width: right * FINE, height: (top + height) * FINE });
    sized(canvas, right, top + height);
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    places.forEach((place, c) => {
      paint(brush, plane(X, c), scale);
      context.drawImage(brush, ...place.map((x) => x * FINE));
    });
  }
  function paintCells({ canvas, frames: [{ element }] }, data, scale) {
    const { side, rows, cols } = columnsOf(data.length);
    const fine = 2; // canvas pixels for each of the page's
    Object.assign(canvas, { width: cols * side * fine, height: rows * side * fine });
    const context = canvas.getContext("2d");
    data.forEach((x, k) => {
      context.fillStyle = tint(x, scale);
      context.fillRect(Math.floor(k / rows) * side * fine + 1, (k % rows) * side * fine + 1, side * fine - (side > 3 ? 2 : 1), side * fine - (side > 3 ? 2 : 1));
    });
    for (const each of [canvas, element]) sized(each, cols * side, rows * side);
  }
  const put = (box, places, rows, cols) => {
    box.hidden = !places || !places.rows.length || !places.cols.length;
    if (box.hidden) return;
    // What reaches far into the padding is cut off: there is room for a little of it.
    const ends = (of, n) => [Math.max(-8, (100 * of[0]) / n), Math.min(108, (100 * (of.at(-1) + 1)) / n)];
    const [[top, bottom], [left, right]] = [ends(places.rows, rows), ends(places.cols, cols)];
    Object.assign(box.style, { top: `${top}%`, left: `${left}%`, height: `${bottom - top}%`, width: `${right - left}%` });
  };
  const about = (data) => [least(data), -least(data.map((x) => -x)), added(data) / data.length].map((x) => format(x));
  const listScores = () => scored() && sizeOf(plan.at(-1).shape) <= SCORES;

  // The maps, cells or scores of a stage's layer.
  function paintStage(stage) {
    const layer = stage.shown;
    const { shape, name } = plan[layer];
    const flat = cellsOnly(shape);
    const scores = layer === plan.length - 1 && listScores();
    const X = made[layer];
    const plan_ = `${shape} ${scores}`;
    if (stage.built !== plan_) {
      stage.built = plan_;
      const [maps, rows, cols] = shape;
      if (scores) {
        stage.frames = range(maps).map((k) => {
          const [label, bar, share, score] = [h("th", { scope: "row" }), div("net-bar"), h("td", {}), h("td", {})];
          return { label, bar, share, score, element: h("tr", { "data-map": k }, label, h("td", { class: "d2l-net-track" }, bar), share, score) };
        });
        stage.holder.replaceChildren(h("table", { class: "d2l-net-scores", "aria-label": words.score }, h("thead", {}, h("tr", {}, ...[words.class, "", "softmax", words.score].map((text) => h("th", { scope: "col" }, text)))),
          h("tbody", {}, ...stage.frames.map(({ element }) => element))));
      } else {
        stage.frames = range(flat ? 1 : maps).map((k) => frame({ role: "img", "data-map": k }, null));
        stage.holder.replaceChildren(stage.canvas, ...stage.frames.map(({ element }) => element));
      }
      const columns = flat || maps === 1 ? 1 : maps <= 8 ? 2 : maps <= 16 ? 4 : maps <= 36 ? 6 : 8;
      const side = maps === 1 ? 112 : Math.floor(((maps > 16 ? 200 : 124) - GAP * (columns - 1)) / columns);
      stage.holder.className = scores ? "d2l-net-holder" : "d2l-net-holder d2l-net-maps";
      stage.holder.style.gridTemplateColumns = flat ? "" : `repeat(${columns}, auto)`;
      if (!flat) {
        const most = Math.max(rows, cols);
        const [width, height] = [cols, rows].map((n) => Math.max(1, Math.round((Math.min(side, 14 * most) * n) / most)));
        stage.places = range(maps).map((c) => [(c % columns) * (width + GAP), Math.floor(c / columns) * (height + GAP), width, height]);
        for (const { element } of stage.frames) sized(element, width, height);
      }
    }
    stage.shape.textContent = times(shape);
    const own = added(stage.members.map((k) => plan[k].parameters));
    stage.facts.replaceChildren(h("div", {}, words.parameters(count(own))),
      h("div", {}, `${X.data.some((x) => x < 0) ? "±" : "0 … "}${format(scales[layer], 2)}`));
    aria(stage.holder, "label", words.stage(name, shape) + words.stop + words.keys);
    if (scores) {
      const percent = percents();
      const winner = best(X.data);
      const label = get("labels")[chosen()];
      stage.frames.forEach(({ label: head, bar, share, score, element }, k) => {
        head.textContent = nameOf(k) + (k === label ? " ✓" : k === winner && label !== undefined ? " ✗" : "");
        head.title = k === label ? words.labelled : "";
        bar.style.width = `${100 * percent[k]}%`;
        share.textContent = `${(100 * percent[k]).toFixed(1)} %`;
        score.textContent = format(X.data[k], 2);
        element.classList.toggle("d2l-net-winner", k === winner);
        element.classList.toggle("d2l-net-label", k === label);
      });
      return;
    }
    if (flat) paintCells(stage, X.data, scales[layer]);
    else paintMaps(stage, X, scales[layer]);
    stage.frames.forEach(({ element }, c) => {
      const data = flat ? X.data : plane(X, c).data;
      const told = flat ? words.numbers(name, ...about(data)) : words.map(name, c, ...about(data));
      aria(element, "label", told);
      element.title = told;
    });
  }

  // The boxes of a stage around what `found` names.
  function box(stage, found, kind) {
    const shape = stage === stages.input ? size.slice(1) : shapeOf(stage.shown);
    const flat = stage !== stages.input && cellsOnly(shape);
    const places = found?.numbers ?? (flat ? found?.maps : null);
    const everything = flat && places?.length > 1 && places.length === shape[0];
    stage.holder.classList.toggle("d2l-net-all", Boolean(everything));
    if (stage === stages.input) return put(stage.box, found, shape[1], shape[2] * panes());
    stage.frames.forEach((each, c) => {
      if (!each.box) return each.element.classList.toggle("d2l-net-here", Boolean(places?.includes(c)));
      each.element.classList.toggle("d2l-net-here", kind === "unit" && !flat && found.maps.includes(c));
      if (!flat) return put(each.box, found?.maps.includes(c) ? found : null, shape[1], shape[2]);
      const { rows, cols } = columnsOf(shape[0]);
      put(each.box, places && !everything ? { rows: [places[0] % rows], cols: [Math.floor(places[0] / rows)] } : null, rows, cols);
    });
  }

  function zoomTo({ canvas, caption }, shape, title) {
    const most = Math.max(shape[1], shape[2]);
    const px = Math.min(28, 200 / most);
    sized(canvas, Math.round(px * shape[2]), Math.round(px * shape[1]));
    if (caption.textContent !== title) caption.textContent = title;
  }

  // --- one unit explained
  // What a unit adds up, input channel by input channel: [{c, window, kernel, sum}], or null where it adds no windows up.
  function partsOf(layer, unit) {
    const { kind } = plan[layer];
    const X = answerOf(layer - 1);
    const [o, i, j] = unit;
    if (kind === "conv") {
      return groupOf(plan[layer], X.shape[0], o).map((c, k) => {
        const kernel = kernelOf(plan[layer], numbers, X.shape[0], o, k);
        return { c, kernel, window: matrix(kernel.rows, kernel.cols, Float64Array.from(windowCells(plane(X, c), kernel, plan[layer].geometry, i, j), ({ value }) => value)) };
      });
    }
    let origin = layer - 1; // a linear layer that reads maps, laid out as a row: a kernel as large as the map
    while (origin >= 0 && ["flatten", "same"].includes(plan[origin].kind)) origin--;
    const shape = shapeOf(origin);
    if (kind !== "linear" || shape.length < 3 || shape[1] * shape[2] < 2) return null;
    const each = shape[1] * shape[2];
    const start = plan[layer].at + o * X.shape[0];
    return range(shape[0]).map((c) => ({ c, window: matrix(shape[1], shape[2], X.data.subarray(c * each, (c + 1) * each)),
      kernel: matrix(shape[1], shape[2], numbers.subarray(start + c * each, start + (c + 1) * each)) }));
  }

  // The sum in words and numbers, and what there is to look at: {text, parts, table, terms, curve}.
  function explain({ layer, unit }) {
    const { kind, name, shape, ...own } = plan[layer];
    const X = answerOf(layer - 1);
    const value = valueAt({ layer, unit });
    const result = ` = ${format(value)}`;
    const k = indexOf(unit, shape);
    const x = X.data[k];
    if (kind === "conv" || kind === "linear") {
      const parts = partsOf(layer, unit);
      const bias = own.bias ? biasOf(plan[layer], numbers, X.shape[0], unit[0]) : null;
      const plus = bias === null ? "" : ` + ${words.bias} ${operand(bias)}`;
      const terms = parts ? [] : range(X.data.length).map((c) => ({ c, x: X.data[c], w: numbers[own.at + unit[0] * X.data.length + c] }));
      for (const term of parts ?? []) term.sum = term.window.data.reduce((total, value, at) => total + value * term.kernel.data[at], 0);
      for (const term of terms) term.sum = term.x * term.w;
      const all = totalOf(parts ?? terms);
      const few = parts?.length === 1 && parts[0].kernel.data.length <= 9 ? Array.from(parts[0].kernel.data, (w, at) => `${operand(parts[0].window.data[at], 2)} · ${operand(w, 2)}`)
        : parts?.length > 1 && parts.length <= 8 ? parts.map(({ sum }) => operand(sum)) : null;
      const products = added((parts ?? terms).map(({ kernel }) => kernel?.data.length ?? 1));
      const text = few ? few.join(" + ") : words.sumOf(products, format(all));
      return { text: text + plus + result, parts, terms };
    }
    if (["max", "average", "adaptive"].includes(kind)) {
      const image = plane(X, unit[0]);
      const { cells, count: by, winner } = poolAt(plan[layer], image, unit[1], unit[2]);
      const real = cells.filter(({ inside }) => inside).map((cell) => cell.value);
      const short = real.length <= 9;
      const list = real.map((number) => (kind === "max" ? format(number) : operand(number))).join(kind === "max" ? ", " : " + ");
      const text = kind === "max" ? (short ? `max(${list})` : words.maxOf(real.length)) : short ? `(${list}) / ${by}` : words.meanOf(real.length, by);
      const cols = own.kernel ? own.kernel[1] : new Set(cells.map(({ col }) => col)).size;
      return { text: text + result, table: { rows: cells.length / cols, cols, cells, winner } };
    }
    if (kind === "norm") {
      const [mean, variance, gamma, beta] = normOf(plan[layer], numbers, X.shape[0], unit[0]);
      return { text: `(x − mean) / √(var + ε) · γ + β = (${format(x)} − ${operand(mean)}) / √(${format(variance)} + ${format(own.eps)}) · ${operand(gamma)} + ${operand(beta)}${result}` };
    }
    if (kind === "flatten") {
      const [, rows, cols] = X.shape;
      return { text: (cols ? words.flat(unit[0], Math.floor(k / (rows * cols)), Math.floor(k / cols) % rows, k % cols) : "") + format(value) };
    }
    if (kind === "softmax") {
      const { most, total } = softmaxAt(plan[layer], X, k);
      return { text: `e^x / Σ e^x = ${format(Math.exp(x - most))} / ${format(total)}${result}` };
    }
    const f = { relu: `max(0, ${format(x)})`, leaky: x < 0 ? `${format(own.slope ?? 0)} · ${operand(x)}` : format(x), sigmoid: `1 / (1 + e^${operand(-x)})`, tanh: `tanh(${format(x)})` }[kind];
    return { text: f ? f + result : (name === "Identity" ? words.identity : words.same) + format(value), curve: f ? x : NaN };
  }

  let tileKeys = [];
  function showParts({ layer, unit }, parts) {
    const most = parts ? Math.max(...parts.map(({ kernel }) => greatest(kernel.data)), 1e-12) : 1;
    const reach = layer ? scales[layer - 1] : Math.max(...ends.map(Math.abs));
    const strongest = parts && (parts.find(({ c }) => c === part) ?? strongestFirst(parts)[0]);
    const called = layer ? words.plainMap : words.channel;
    const small = strongest && Math.max(strongest.kernel.rows, strongest.kernel.cols) <= 5;
    windowTable.element.hidden = kernelTable.element.hidden = !small;
    if (small) {
      const where = parts.length > 1 ? ` · ${called(strongest.c)}` : "";
      windowTable.show(strongest.window, words.window + where, reach);
      kernelTable.show(strongest.kernel, (plan[layer].kind === "conv" ? words.kernel : words.weights) + where, most);
    }
    const many = parts && (parts.length > 1 || !small) ? parts : [];
    const shown = many.length > 16 ? strongestFirst(many).slice(0, 16) : many;
    const kind = `${shown.length} ${many.length}`;
    if (tiles.dataset.kind !== kind) {
      tiles.dataset.kind = kind;
      tileKeys = shown.map(() => {
        const [window, kernel, text] = [screen(), screen(), h("span", {})];
        const tile = { window, kernel, text, element: h("button", { type: "button", class: "d2l-net-tile", onclick: () => { part = tile.c; point(); } }, window, "·", kernel, text) };
        return tile;
      });
      tiles.replaceChildren(...tileKeys.map(({ element }) => element), quiet());
    }
    shown.forEach((each, k) => {
      const tile = tileKeys[k];
      tile.c = each.c;
      paint(tile.window, each.window, reach);
      paint(tile.kernel, each.kernel, most);
      const side = many.length === 1 ? 140 : 38;
      for (const canvas of [tile.window, tile.kernel]) canvas.style.width = `${(side * each.kernel.cols) / Math.max(each.kernel.rows, each.kernel.cols)}px`;
      tile.text.textContent = `= ${format(each.sum)}`;
      aria(tile.element, "pressed", String(each === strongest));
      tile.element.title = called(each.c);
      aria(tile.element, "label", `${called(each.c)}: ${format(each.sum)}`);
    });
    const rest = many.length - shown.length;
    tiles.lastChild.textContent = rest > 0 ? words.others(rest) + format(totalOf(many.filter((each) => !shown.includes(each)))) : "";
    return strongest;
  }

  function showCurve({ layer }, x) {
    const f = CELL[plan[layer].kind];
    curve.hidden = !Number.isFinite(x);
    if (curve.hidden) return;
    const far = Math.max(4, 1.2 * Math.abs(x));
    const high = Math.max(...[-far, far].map((at) => Math.abs(f(at, plan[layer]))), 1);
    const at = (t) => `${((t / far) * 90).toFixed(1)} ${((-f(t, plan[layer]) / high) * 52).toFixed(1)}`;
    const line = range(81).map((k) => at(((k - 40) / 40) * far)).join("L");
    curve.innerHTML = `<svg viewBox="-96 -60 192 120" width="192" height="120"><path class="d2l-net-axes" d="M-96 0H96M0 -60V60"/><path d="M${line}"/><circle r="5" cx="${at(x).split(" ")[0]}" cy="${at(x).split(" ")[1]}"/></svg>`;
  }

  // The unit that is looked at: its boxes everywhere, its sum, its window.
  function show() {
    const now = place();
    const { layer, unit } = now;
    const { shape, name } = plan[layer];
    const home = stages.find(({ members }) => members.includes(layer));
    if (home.shown !== layer) {
      home.shown = layer;
      paintStage(home);
    }
    const prior = home.members[0] - 1;
    const field = seen(plan, size.slice(1), layer, unit, -1);
    const there = prior < 0 ? field : seen(plan, size.slice(1), layer, unit, prior);
    for (const stage of stages) {
      const own = stage === home;
      box(stage, own ? (shape.length === 1 ? { numbers: [unit[0]] } : { maps: [unit[0]], rows: [unit[1]], cols: [unit[2]] }) : stage.members.includes(prior) ? there : null, own ? "unit" : "");
      stage.element.classList.toggle("d2l-net-home", own);
      stage.buttons.forEach((each, k) => aria(each, "pressed", String(stage.members[k] === stage.shown)));
    }
    box(stages.input, field, "");
    put(zoomed.image.box, drawing ? { rows: [pen[0]], cols: [pen[1]] } : field, size[2], size[3] * panes());

    const { text, parts, table: pooling, terms = [], curve: at } = explain(now);
    const chosenPart = showParts(now, pooling ? null : parts);
    if (pooling) {
      const small = Math.max(pooling.rows, pooling.cols) <= 7;
      windowTable.element.hidden = !small;
      if (small) {
        const data = pooling.cells.map(({ inside, value }) => (inside ? value : plan[layer].include ? 0 : NaN));
        windowTable.show({ ...pooling, data }, words.window, scales[layer], pooling.cells.indexOf(pooling.winner));
      }
    }
    showCurve(now, at);
    const top = strongestFirst(terms).slice(0, 6);
    const rest = terms.length - top.length;
    const others = totalOf(terms) - totalOf(top);
    listHead.hidden = list.hidden = !top.length;
    list.replaceChildren(...top.map(({ c, x, w, sum: s }) => h("li", {}, `${words.number(c)}${operand(x)} · ${operand(w)} = ${format(s)}`)), ...(rest > 0 ? [h("li", {}, words.others(rest) + format(others))] : []));

    // The layer before, where it is not the image itself; and the unit's own map.
    const before = layer ? plan[layer - 1].shape : [];
    const beforeMap = chosenPart && plan[layer].kind === "conv" ? chosenPart.c : unit[0];
    zoomed.before.panel.hidden = before.length !== 3 || cellsOnly(before) || plan[layer].kind === "flatten";
    if (!zoomed.before.panel.hidden) {
      zoomTo(zoomed.before, before, `${plan[layer - 1].name} · ${words.plainMap(beforeMap)}`);
      aria(zoomed.before.element, "label", zoomed.before.caption.textContent);
      paintOnce(zoomed.before, layer - 1, beforeMap);
      put(zoomed.before.box, seen(plan, size.slice(1), layer, unit, layer - 1), before[1], before[2]);
    }
    zoomed.unit.panel.hidden = cellsOnly(shape);
    if (!zoomed.unit.panel.hidden) {
      zoomTo(zoomed.unit, shape, `${name} · ${words.plainMap(unit[0])}`);
      paintOnce(zoomed.unit, layer, unit[0]);
      put(zoomed.unit.box, { rows: [unit[1]], cols: [unit[2]] }, shape[1], shape[2]);
      aria(zoomed.unit.element, "label", `${words.stage(name, shape)}, ${words.plainMap(unit[0])}${words.stop}${words.keys}`);
    }

    const value = valueAt(now);
    const title = words.unit(name, shape.length === 3 ? unit : [unit[0]]);
    heading.textContent = `${title} = ${format(value)}`;
    sum.textContent = text;
    const whole = field.rows.length >= size[2] && field.cols.length >= size[3];
    const outside = field.rows[0] < 0 || field.cols[0] < 0 || field.rows.at(-1) >= size[2] || field.cols.at(-1) >= size[3];
    const eyes = !field.rows.length || !field.cols.length ? words.seesNothing : whole ? words.seesAll : words.sees(listed(field.rows, words), listed(field.cols, words));
    sight.textContent = outside && !whole ? eyes + words.outside : eyes;
    layerText.textContent = plan[layer].text;
    layerFacts.textContent = facts(layer);
    aria(pin, "pressed", String(pinned));
    guide.textContent = pinned ? words.held : words.released;
    aria(draws, "pressed", String(drawing));
    sketch.setAttribute("role", drawing ? "application" : "img");
    if (drawing) sketch.tabIndex = 0;
    else sketch.removeAttribute("tabindex");
    drawHint.textContent = drawing ? words.drawing : "";
    undo.hidden = get("pixels") === first;
    zoomed.image.element.classList.toggle("d2l-net-draws", drawing);
    Object.assign(main.dataset, { layer, unit: JSON.stringify(unit), value, rows: JSON.stringify(field.rows), cols: JSON.stringify(field.cols), pinned });
    clearTimeout(talk);
    talk = setTimeout(() => (spoken.textContent = heading.textContent + words.stop + sight.textContent), 300);
  }
  function paintOnce(view, layer, c) {
    const key = `${version} ${layer} ${c}`;
    if (view.key === key) return;
    view.key = key;
    paint(view.canvas, plane(made[layer], c), scales[layer]);
  }
  // A layer's shapes, and how it comes by its number of parameters.
  function facts(layer) {
    const { kind, parameters, kernel, groups, bias, shape } = plan[layer];
    const before = shapeOf(layer - 1);
    const each = kind === "conv" ? [before[0] / groups, ...kernel].join(" · ") : kind === "linear" ? before[0] : "";
    const how = each ? `${shape[0]} · (${each}${bias ? " + 1" : ""}) = ` : "";
    return ` | ${times(before)} → ${times(shape)} | ${how}${words.parameters(count(parameters))}`;
  }

  reach(zoomed.unit.element, ({ clientX, clientY, target }) => {
    const { layer, unit } = place();
    const { left, top, width, height } = target.closest(".d2l-net-map").getBoundingClientRect();
    const [, rows, cols] = plan[layer].shape;
    return { layer, unit: unitIn(layer, [unit[0], Math.floor(((clientY - top) / height) * rows), Math.floor(((clientX - left) / width) * cols)]) };
  });

  let version = 0; // counts what was painted, so that a map is painted once
  const point = eachFrame(show);
  const draw = eachFrame(() => {
    const now = Object.fromEntries(NETWORK_TRAITS.map((name) => [name, get(name)]));
    const changed = (...names) => names.some((name) => now[name] !== seenTraits[name]);
    const imaged = changed("pixels", "size", "whole");
    const structure = changed("plan", "joined");
    ({ plan, size } = now);
    if (changed("weights")) numbers = float32(now.weights);
    if (imaged) {
      images = imagesOf(now.pixels, size, now.whole);
      if (images.length !== thumbs.length) buildStrip();
      let [low, high] = [0, 1];
      for (const { data } of images) for (const x of data) { if (x < low) low = x; if (x > high) high = x; }
      ends = low < 0 || high > 1 ? [low, high] : [0, 1];
      const brush = screen();
      images.forEach((image, k) => {
        paintImage(brush, image);
        thumbs[k].icon.src = brush.toDataURL();
      });
    }
    if (imaged || changed("plan", "weights")) {
      if (!mine || changed("plan", "weights")) verdicts = Array(images.length).fill(undefined);
      else verdicts[chosen()] = undefined;
    }
    if (imaged && !mine) first = now.pixels;
    mine = false;
    if (structure) {
      hover = null;
      buildStages();
    }
    if (structure || imaged || changed("weights", "chosen")) made = answers(plan, numbers, images[chosen()]);
    scales = [];
    made.forEach(({ data }, k) => {
      const most = greatest(data);
      scales[k] = k && ["relu", "leaky", "same", "flatten"].includes(plan[k].kind) ? scales[k - 1] : Number.isFinite(most) && most > 0 ? most : 1;
    });
    seenTraits = now;
    version++;
    const { layer } = kept();
    stages.find(({ members }) => members.includes(layer)).shown = layer;
    for (const stage of stages) paintStage(stage);
    for (const canvas of [stages.input.canvas, zoomed.image.canvas]) paintImage(canvas, images[chosen()]);
    const wide = [size[1], size[2], size[3] * panes()];
    zoomTo(zoomed.image, wide, `${words.image} ${chosen()}`);
    const px = 112 / Math.max(wide[1], wide[2]);
    sized(stages.input.canvas, px * wide[2], px * wide[1]);
    stages.input.facts.textContent = words.black(format(ends[0], 2), format(ends[1], 2));
    const { data } = made.at(-1);
    const label = now.labels[chosen()];
    const says = scored() ? best(data) : -1;
    summary.replaceChildren(label === undefined ? "" : words.label(nameOf(label)), says < 0 ? "" : words.says(nameOf(says), `${(100 * percents()[says]).toFixed(1)} %`),
      label === undefined || says < 0 ? "" : h("strong", {}, says === label ? words.right : words.wrong));
    total.textContent = [words.total(count(added(plan.map(({ parameters }) => parameters))), plan.length), now.given > images.length ? words.kept(images.length, now.given) : ""].filter(Boolean).join(" · ");
    field.show(chosen());
    field.querySelector("input").max = images.length - 1;
    joined.show(now.joined);
    Object.assign(main.dataset, { chosen: chosen(), output: JSON.stringify(Array.from(data)), says });
    judge();
    show();
  });

  // --- the reader's own strokes on the image: a pixel, and half of it around
  function dab(row, col, on) {
    const pixels = get("pixels");
    const bytes = bytesOf(pixels).slice();
    const all = get("whole") ? bytes : new Float32Array(bytes.buffer);
    const [low, high] = get("whole") ? [0, 255] : ends;
    if (row < 0 || col < 0 || row >= size[2] || col >= size[3]) return;
    for (let c = 0; c < size[1]; c++) all[((chosen() * size[1] + c) * size[2] + row) * size[3] + col] = on ? high : low;
    mine = true;
    model.set("pixels", new DataView(bytes.buffer));
  }
  const bright = (row, col) => images[chosen()].data[row * size[3] + col] > (ends[0] + ends[1]) / 2;
  const under = (event) => {
    const box = sketch.getBoundingClientRect();
    return [Math.floor(((event.clientY - box.top) / box.height) * size[2]), Math.floor(((event.clientX - box.left) / box.width) * size[3] * panes()) % size[3]];
  };
  let stroke = null; // whether it draws or wipes, while a button or a finger is down
  on(sketch, "pointerdown", (event) => {
    if (!drawing) return;
    event.preventDefault();
    sketch.setPointerCapture?.(event.pointerId);
    stroke = !bright(...under(event));
    dab(...under(event), stroke);
  });
  on(sketch, "pointermove", (event) => stroke !== null && dab(...under(event), stroke));
  for (const name of ["pointerup", "pointercancel"]) {
    on(sketch, name, () => {
      if (stroke !== null) model.save_changes();
      stroke = null;
    });
  }
  on(sketch, "keydown", (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], " ": [0, 0] }[event.key];
    if (!drawing || !move) return;
    event.preventDefault();
    pen = [0, 1].map((k) => Math.max(0, Math.min(size[2 + k] - 1, pen[k] + move[k])));
    if (event.key === " ") {
      dab(...pen, !bright(...pen));
      model.save_changes();
    }
    point();
  });

  const stops = [watch(model, NETWORK_TRAITS.filter((name) => name !== "layer" && name !== "unit"), draw), watch(model, ["layer", "unit"], point),
    followTheme(() => { themed(); seenTraits = { ...seenTraits, chosen: -1 }; draw(); })];
  themed();
  draw();
  return () => {
    stops.forEach((stop) => stop());
    clearTimeout(talk);
    clearTimeout(idle);
    draw.cancel();
    point.cancel();
    main.remove(); // JupyterLab keeps the element of a view that is gone
  };
}

export default { render };
