// The network explorer: every map of a network on an image, and of each unit what it sees and how it is computed.

const NETWORK_TRAITS = ["plan", "weights", "pixels", "size", "whole", "given", "labels", "classes", "chosen", "joined", "lang"]; // but the unit
const SCORES = 24; // up to so many outputs are shown as a list with names

function render({ model, el }) {
  const get = (name) => model.get(name);
  const lang = get("lang");
  const words = WORDS[lang] ?? WORDS.en;
  const main = root(el, "network", lang, words.title);
  let first = get("pixels"); // before the reader drew
  let ends = [0, 1]; // the numbers that are shown black and white
  let plan, size, numbers, images, outputs, stages, scales;
  let seenTraits = {}; // what was read before
  let verdicts = []; // of each image: its scores' largest, once it was computed
  let hover = null; // {layer, unit} under the mouse
  let pinned = false;
  let drawing = false;
  let pen = [0, 0];
  let mine = false; // a change of the images that was drawn here
  let talk = 0;
  let idle = 0;

  const set = (values) => tell(model, values);
  const nameOf = (k) => get("classes")[k] ?? String(k);
  const width = () => size[3] * panesOf(size[1]);
  const shapeOf = (k) => (k < 0 ? size.slice(1) : plan[k].shape);
  const outputAt = (k) => (k < 0 ? images[chosen()] : outputs[k]);
  const chosen = () => Math.min(get("chosen"), images.length - 1);
  const unitIn = (layer, unit) => shapeOf(layer).map((n, k) => Math.max(0, Math.min(n - 1, unit[k] ?? Math.floor(n / 2) * Number(k > 0))));
  const kept = () => {
    const layer = Math.max(0, Math.min(plan.length - 1, get("layer")));
    return { layer, unit: unitIn(layer, get("unit")) };
  };
  const stageOf = (layer) => stages.find(({ members }) => members.includes(layer));
  const place = () => (hover && !pinned ? hover : kept());
  const alike = (a, b) => a && b && a.layer === b.layer && String(a.unit) === String(b.unit);

  function choose(there) {
    hover = null;
    if (!alike(kept(), there)) set(there);
    point();
  }

  // --- what there is on the page
  const painted = painter(main);
  const { themed, paint, paintMaps, paintCells } = painted;
  const field = numberField({ label: words.image, value: get("chosen"), min: 0, max: 59,
    words: { between: (a) => words.between(a, images.length - 1) }, accept: (k) => (k < images.length ? set({ chosen: k }) : words.between(0, images.length - 1)) });
  const summary = div("net-summary");
  const next = button(words.next, () => {
    const from = chosen();
    const wrong = range(images.length).map((k) => (from + 1 + k) % images.length).find((k) => wrongAt(k));
    if (wrong !== undefined) set({ chosen: wrong });
  });
  const tally = quiet();
  const strip = imageStrip(words, () => chosen(), (k) => set({ chosen: k }));
  const joined = checkbox({ label: words.joined, value: get("joined"), accept: (on) => set({ joined: on }) });
  const total = quiet();
  const flow = div("net-flow");
  const legend = div("net-quiet", words.legend);

  const imageView = zoom({ role: "img", "aria-label": words.look });
  const priorView = zoom({ role: "img" }); // of the layer before
  const unitView = zoom({ role: "application", tabindex: 0 });
  const sketch = imageView.element;
  const draws = button(words.draw, () => { drawing = !drawing; point(); }, { "aria-pressed": "false" });
  const undo = button(words.undo, () => set({ pixels: first }));
  const drawHint = div("net-quiet d2l-net-hint");
  imageView.panel.append(div("controls", draws, undo), drawHint);

  const pin = button(words.pin, () => hold(!pinned), { "aria-pressed": "false" });
  const guide = quiet(words.released);
  const heading = div("net-heading");
  const layerText = h("code", {});
  const layerFacts = h("span", {});
  const sum = div("sum");
  const sight = div("net-quiet");
  const working = workingView(words, painted, () => point());
  const detail = div("net-detail", imageView.panel, priorView.panel, working.element, unitView.panel);
  const spoken = h("div", { class: "d2l-hidden", "aria-live": "polite", "aria-atomic": "true" });
  main.append(div("controls", field, next, tally, summary), strip.element, flow,
    div("controls", joined, total, legend), div("controls d2l-net-about", heading, pin, guide), div("net-quiet", layerText, layerFacts), sum, sight, detail, spoken);

  // --- the images to choose from
  const wrongAt = (k) => verdicts[k] !== undefined && get("labels").length > k && verdicts[k] !== get("labels")[k];
  function nameImages() {
    const labels = get("labels");
    strip.name(labels.map(nameOf), verdicts.map((says, k) => (wrongAt(k) ? nameOf(says) : null)));
    const known = verdicts.every((says) => says !== undefined);
    const wrong = range(images.length).filter(wrongAt).length;
    next.hidden = tally.hidden = !labels.length || !scored();
    next.disabled = !wrong;
    tally.textContent = known ? (wrong ? words.mistakes(wrong, images.length) : words.noMistake) : "";
  }
  // One image after the other, when there is nothing else to do.
  const scored = () => sizeOf(plan.at(-1).shape) > 1 && cellsOnly(plan.at(-1).shape);
  const percents = () => (plan.at(-1).kind === "softmax" ? outputs.at(-1).data : shares(outputs.at(-1).data));
  const best = (data) => data.reduce((b, x, k) => (x > data[b] ? k : b), 0);
  function judge() {
    clearTimeout(idle);
    const k = verdicts.findIndex((v) => v === undefined);
    nameImages();
    if (!scored() || k < 0) return;
    idle = setTimeout(() => {
      verdicts[k] = best(forward(plan, numbers, images[k]).at(-1).data);
      judge();
    }, 0);
  }

  // --- the stages
  function buildStages() {
    stages = stagesOf(plan, get("joined")).map((members) => {
      const buttons = members.map((k) => button(plan[k].name, () => { stage.shown = k; choose({ layer: k, unit: mapped(kept(), k) }); }, { class: "d2l-net-name" }));
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
    const share = shareOf(event, at);
    if (!cellsOnly(shape)) return { layer: stage.shown, unit: unitIn(stage.shown, [which, Math.floor(share[0] * shape[1]), Math.floor(share[1] * shape[2])]) };
    const { rows, cols } = columnsOf(shape[0]);
    const k = Math.floor(share[1] * cols) * rows + Math.min(rows - 1, Math.floor(share[0] * rows));
    return k < shape[0] ? { layer: stage.shown, unit: unitIn(stage.shown, [k, 0, 0]) } : null;
  }

  function hold(on) {
    if (on && hover) {
      pinned = true;
      return choose(hover);
    }
    pinned = on;
    hover = null;
    point();
  }

  // Mouse, finger and keys on a holder of units.
  function reach(element, find) {
    on(element, "pointermove", (event) => {
      const found = find(event);
      if (event.pointerType !== "mouse") return found && choose(found);
      if (alike(found, hover) || (!found && !hover)) return;
      hover = found;
      point();
    });
    on(element, "pointerleave", () => { hover = null; point(); });
    on(element, "pointerdown", (event) => {
      const found = find(event);
      if (!found) return;
      if (event.pointerType === "mouse") pinned = !(pinned && alike(found, kept()));
      choose(found);
    });
    on(element, "keydown", (event) => keys(event, element));
  }

  // The same place in another layer, as far as there is one.
  function mapped({ layer, unit }, to) {
    const [a, b] = [shapeOf(layer), shapeOf(to)];
    if (a.length === b.length) return unitIn(to, unit.map((x, k) => (k && a[k] !== b[k] ? Math.floor(((x + 0.5) * b[k]) / a[k]) : x)));
    return unitIn(to, [0]);
  }

  function keys(event, element) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    let { layer, unit } = kept();
    const here = stages.find(({ holder }) => holder === element);
    if (here && !here.members.includes(layer)) { // the first key brings the unit to where the focus is
      unit = mapped({ layer, unit }, here.shown);
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
      unit = mapped({ layer, unit }, to);
      layer = to;
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      hold(!pinned);
      return choose({ layer, unit });
    } else if (event.key === "Escape") return hold(false);
    else return;
    event.preventDefault();
    choose({ layer, unit: unitIn(layer, unit) });
    const stage = stageOf(layer);
    if (element !== stage.holder && element !== unitView.element) stage.holder.focus();
  }

  const about = (data) => [least(data), -least(data.map((x) => -x)), added(data) / data.length].map((x) => format(x));
  const listScores = () => scored() && sizeOf(plan.at(-1).shape) <= SCORES;

  // The maps, cells or scores of a stage's layer.
  function paintStage(stage) {
    const layer = stage.shown;
    const { shape, name } = plan[layer];
    const flat = cellsOnly(shape);
    const scores = layer === plan.length - 1 && listScores();
    const X = outputs[layer];
    if (stage.built !== `${shape} ${scores}`) {
      stage.built = `${shape} ${scores}`;
      layOut(stage, shape, scores, words);
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
    if (stage === stages.input) return put(stage.box, found, shape[1], shape[2] * panesOf(size[1]));
    stage.frames.forEach((each, c) => {
      if (!each.box) return each.element.classList.toggle("d2l-net-here", Boolean(places?.includes(c)));
      each.element.classList.toggle("d2l-net-here", kind === "unit" && !flat && found.maps.includes(c));
      if (!flat) return put(each.box, found?.maps.includes(c) ? found : null, shape[1], shape[2]);
      const { rows, cols } = columnsOf(shape[0]);
      put(each.box, places && !everything ? { rows: [places[0] % rows], cols: [Math.floor(places[0] / rows)] } : null, rows, cols);
    });
  }

  // The unit that is looked at: its boxes everywhere, its sum, its window.
  function show() {
    const { layer, unit } = place();
    const { shape, name, kind, text } = plan[layer];
    const home = stageOf(layer);
    if (home.shown !== layer) {
      home.shown = layer;
      paintStage(home);
    }
    const prior = home.members[0] - 1;
    const seenIn = (target) => seen(plan, size.slice(1), layer, unit, target);
    const field = seenIn(-1);
    const there = seenIn(Math.max(-1, prior));
    for (const stage of stages) {
      const own = stage === home;
      box(stage, own ? (shape.length === 1 ? { numbers: [unit[0]] } : { maps: [unit[0]], rows: [unit[1]], cols: [unit[2]] }) : stage.members.includes(prior) ? there : null, own ? "unit" : "");
      stage.element.classList.toggle("d2l-net-home", own);
      stage.buttons.forEach((each, k) => aria(each, "pressed", stage.members[k] === stage.shown));
    }
    box(stages.input, field, "");
    put(imageView.box, drawing ? { rows: [pen[0]], cols: [pen[1]] } : field, size[2], width());

    const told = explain({ plan, numbers, outputAt }, words, layer, unit);
    const called = layer ? words.plainMap : words.channel;
    const channel = working.show(plan[layer], told, called, layer ? scales[layer - 1] : Math.max(...ends.map(Math.abs)), scales[layer]);

    // The layer before, where it is not the image itself; and the unit's own map.
    const before = layer ? plan[layer - 1].shape : [];
    const beforeMap = kind === "conv" ? channel : unit[0];
    priorView.panel.hidden = before.length !== 3 || cellsOnly(before) || kind === "flatten";
    if (!priorView.panel.hidden) {
      zoomTo(priorView, before, `${plan[layer - 1].name} · ${words.plainMap(beforeMap)}`);
      aria(priorView.element, "label", priorView.caption.textContent);
      paintOnce(priorView, layer - 1, beforeMap);
      put(priorView.box, seenIn(layer - 1), before[1], before[2]);
    }
    unitView.panel.hidden = cellsOnly(shape);
    if (!unitView.panel.hidden) {
      zoomTo(unitView, shape, `${name} · ${words.plainMap(unit[0])}`);
      paintOnce(unitView, layer, unit[0]);
      put(unitView.box, { rows: [unit[1]], cols: [unit[2]] }, shape[1], shape[2]);
      aria(unitView.element, "label", `${words.stage(name, shape)}, ${words.plainMap(unit[0])}${words.stop}${words.keys}`);
    }

    const value = outputs[layer].data[indexOf(unit, shape)];
    const title = words.unit(name, shape.length === 3 ? unit : [unit[0]]);
    heading.textContent = `${title} = ${format(value)}`;
    sum.textContent = told.text;
    const { rows, cols } = field;
    const whole = rows.length >= size[2] && cols.length >= size[3];
    const outside = rows[0] < 0 || cols[0] < 0 || rows.at(-1) >= size[2] || cols.at(-1) >= size[3];
    const eyes = !rows.length || !cols.length ? words.seesNothing : whole ? words.seesAll : words.sees(listed(rows, words), listed(cols, words));
    sight.textContent = outside && !whole ? eyes + words.outside : eyes;
    layerText.textContent = text;
    layerFacts.textContent = factsOf(plan[layer], shapeOf(layer - 1), words);
    aria(pin, "pressed", pinned);
    guide.textContent = pinned ? words.held : words.released;
    aria(draws, "pressed", drawing);
    sketch.setAttribute("role", drawing ? "application" : "img");
    if (drawing) sketch.tabIndex = 0;
    else sketch.removeAttribute("tabindex");
    drawHint.textContent = drawing ? words.drawing : "";
    undo.hidden = get("pixels") === first;
    sketch.classList.toggle("d2l-net-draws", drawing);
    Object.assign(main.dataset, { layer, unit: JSON.stringify(unit), value, rows: JSON.stringify(rows), cols: JSON.stringify(cols), pinned });
    clearTimeout(talk);
    talk = setTimeout(() => (spoken.textContent = heading.textContent + words.stop + sight.textContent), 300);
  }
  function paintOnce(view, layer, c) {
    const key = `${version} ${layer} ${c}`;
    if (view.key === key) return;
    view.key = key;
    paint(view.canvas, plane(outputs[layer], c), scales[layer]);
  }

  reach(unitView.element, (event) => {
    const { layer, unit } = place();
    const [down, right] = shareOf(event, event.target.closest(".d2l-net-map"));
    const [, rows, cols] = plan[layer].shape;
    return { layer, unit: unitIn(layer, [unit[0], Math.floor(down * rows), Math.floor(right * cols)]) };
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
      let [low, high] = [0, 1];
      for (const { data } of images) for (const x of data) { if (x < low) low = x; if (x > high) high = x; }
      ends = low < 0 || high > 1 ? [low, high] : [0, 1];
      strip.show(images, ends);
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
    if (structure || imaged || changed("weights", "chosen")) outputs = forward(plan, numbers, images[chosen()]);
    scales = [];
    outputs.forEach(({ data }, k) => {
      const most = greatest(data);
      scales[k] = k && ["relu", "leaky", "same", "flatten"].includes(plan[k].kind) ? scales[k - 1] : Number.isFinite(most) && most > 0 ? most : 1;
    });
    seenTraits = now;
    version++;
    const { layer } = kept();
    stageOf(layer).shown = layer;
    for (const stage of stages) paintStage(stage);
    for (const canvas of [stages.input.canvas, imageView.canvas]) paintImage(canvas, images[chosen()], ends);
    const wide = [size[1], size[2], width()];
    zoomTo(imageView, wide, `${words.image} ${chosen()}`);
    const px = 112 / Math.max(wide[1], wide[2]);
    sized(stages.input.canvas, px * wide[2], px * wide[1]);
    stages.input.facts.textContent = words.black(format(ends[0], 2), format(ends[1], 2));
    const { data } = outputs.at(-1);
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
    const [down, right] = shareOf(event, sketch);
    return [Math.floor(down * size[2]), Math.floor(right * width()) % size[3]];
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

  const stops = [watch(model, NETWORK_TRAITS, draw), watch(model, ["layer", "unit"], point),
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
