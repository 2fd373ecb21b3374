// The drawing pad: what is drawn goes to Python while it is drawn, and comes back as steps and scores.

const WORDS = {
  en: {
    title: "Drawing pad", drawing: "drawing", size: (rows, cols) => `${rows} × ${cols}`,
    pad: "Pad. Arrow keys move the pen, with Shift in longer steps; Space puts it down or lifts it; Backspace undoes, Delete clears.",
    hint: "Draw with mouse or finger. On the keyboard: arrows move (Shift: further), Space puts the pen down or lifts it, Backspace undoes, Delete clears.",
    pen: "pen", eraser: "eraser", undo: "undo", clear: "clear",
    answer: "the network's output", nothing: "Nothing is drawn yet.", sure: (a, p) => `It reads ${a}, ${p}.`, unsure: (a, b) => `Not sure: ${a} or ${b}?`,
    trouble: (said) => `The network could not be run: ${said}`, busy: "No result yet: the kernel is busy, or it has stopped.",
    alone: "This pad needs a running notebook: open it in JupyterLab and run its cell, then you can draw.",
    down: "pen down", up: "pen up", place: (row, col, pen) => `row ${row}, column ${col} of 32, ${pen}.`, undone: "Undone.", cleared: "Cleared.", percent: (p) => `${p}%`,
    steps: "From the drawing to the network's input",
    names: { box: "cut out, stretched", pen: "pen made even", upright: "set upright", counts: "ink counted in blocks, 0 to 16", fitted: "cut out, made small", image: "the network's input" },
  },
  zh: {
    title: "手写板", drawing: "所写", size: (rows, cols) => `${rows} × ${cols}`,
    pad: "手写板。方向键移动画笔，按住 Shift 一次走得更远；空格键落笔或提笔；退格键撤销，Delete 键清空。",
    hint: "用鼠标或手指书写。键盘操作：方向键移动（按住 Shift 走得更远），空格键落笔或提笔，退格键撤销，Delete 键清空。",
    pen: "笔", eraser: "橡皮", undo: "撤销", clear: "清空",
    answer: "网络的输出", nothing: "还没有写。", sure: (a, p) => `读作 ${a}，${p}。`, unsure: (a, b) => `拿不准：是 ${a} 还是 ${b}？`,
    trouble: (said) => `网络未能运行：${said}`, busy: "还没有结果：内核正忙，或已经停止。",
    alone: "手写板需要运行中的笔记本：请在 JupyterLab 中打开并运行此单元格，然后就能书写。",
    down: "笔已落下", up: "笔已提起", place: (row, col, pen) => `第 ${row} 行，第 ${col} 列（共 32），${pen}。`, undone: "已撤销。", cleared: "已清空。", percent: (p) => `${p}%`,
    steps: "从笔迹到网络的输入",
    names: { box: "裁下并拉伸", pen: "统一粗细", upright: "扶正", counts: "逐块数墨，0 到 16", fitted: "裁下并缩小", image: "网络的输入" },
  },
};

const CELLS = 96; // rows and columns of what is sent
const STEP = 3; // cells that a key moves the pen
const SHARP = 6; // dots of the visible pad in a cell, along one side
const SURE = 0.6; // below that the answer is "not sure"
const PATIENCE = 1500; // ms without an answer, after which the page says so

const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

// A drawing as a canvas of its own size, white where there is ink and clear elsewhere.
function inkCanvas(view) {
  const bytes = bytesOf(view);
  const [rows, cols] = [bytes[0] + 1, bytes[1] + 1];
  const bitmap = new ImageData(cols, rows);
  bitmap.data.fill(255);
  for (let k = 0; k < rows * cols; k++) bitmap.data[4 * k + 3] = bytes[2 + k];
  const canvas = h("canvas", { width: cols, height: rows });
  canvas.getContext("2d").putImageData(bitmap, 0, 0);
  return canvas;
}

// A stroke through its points, rounded between them.
function trace(context, { points, width, erase }) {
  context.globalCompositeOperation = erase ? "destination-out" : "source-over";
  Object.assign(context, { lineWidth: width, lineCap: "round", lineJoin: "round", strokeStyle: "white", fillStyle: "white" });
  context.beginPath();
  const [first, ...others] = points;
  if (!others.length) {
    context.arc(...first, width / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.moveTo(...first);
  others.slice(0, -1).forEach(([x, y], k) => context.quadraticCurveTo(x, y, (x + others[k + 1][0]) / 2, (y + others[k + 1][1]) / 2));
  context.lineTo(...others.at(-1));
  context.stroke();
}

// What is still to be seen of all that was done: the last thing that replaced everything, and the strokes since.
const visible = (actions) => actions.slice(Math.max(0, actions.findLastIndex(({ base }) => base !== undefined)));

function redraw(context, scale, actions) {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = "source-over";
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  for (const action of visible(actions)) {
    if (action.points) trace(context, action);
    else if (action.base) context.drawImage(action.base, 0, 0, CELLS, CELLS);
  }
}

function render({ model, el }) {
  const words = WORDS[model.get("lang")] ?? WORDS.en;
  const main = root(el, "pad", model.get("lang"), words.title);
  const alone = Boolean(model.alone);
  let actions = []; // strokes {points, width, erase}, and what replaced everything: {base: a drawing, or null for nothing}
  let live = null; // the stroke that is being drawn: the last of the actions
  let pointer = null; // the pointer that draws it; null for the keyboard
  let erasing = false;
  let cursor = [CELLS / 2, CELLS / 2];
  let mine = null; // the drawing that this view has sent
  let wanted = false; // whether something is still to be sent
  let since = 0; // when the oldest of it was drawn
  let onTheWay = null; // {number, since} of what was sent and is not answered
  let talk = 0;
  let read = words.nothing; // the last answer that was told
  let patience = 0;

  // --- what there is on the page
  const sheet = h("canvas", { width: SHARP * CELLS, height: SHARP * CELLS });
  const ring = h("div", { class: "d2l-ring", "aria-hidden": "true" });
  const pad = h("div", { class: "d2l-sheet", role: alone ? "img" : "application", tabindex: alone ? false : 0, "aria-label": alone ? words.drawing : words.pad }, sheet, ring);
  const small = h("canvas", { width: CELLS, height: CELLS }).getContext("2d", { willReadFrequently: true });
  const width = h("input", { type: "range", min: 3, max: 16, step: 1, "aria-label": words.pen });
  width.addEventListener("input", () => tell(model, { pen: width.valueAsNumber }));
  const tip = h("span", { class: "d2l-tip", "aria-hidden": "true" }, h("span", {}));
  const eraser = button(words.eraser, () => { erasing = !erasing; tools(); }, { "aria-pressed": "false" });
  const bar = h("div", { class: "d2l-controls" }, h("label", { class: "d2l-field" }, h("span", {}, words.pen), width, tip), eraser,
    button(words.undo, () => undo()), button(words.clear, () => clear()));
  const hint = h("div", { class: "d2l-caption d2l-hint" }, words.hint);
  const large = h("div", { class: "d2l-large", "aria-hidden": "true" });
  const verdict = h("div", { class: "d2l-verdict" });
  const trouble = h("div", { class: "d2l-error", role: "alert" });
  const wait = h("div", { class: "d2l-caption", role: "status" });
  const bars = h("div", { class: "d2l-bars", role: "list", "aria-label": words.answer });
  const answerPanel = h("div", { class: "d2l-answer" }, h("div", { class: "d2l-caption" }, words.answer),
    h("div", { class: "d2l-told" }, large, bars), verdict, trouble, wait);
  const stages = h("div", { class: "d2l-steps", role: "list", "aria-label": words.steps });
  const heading = h("div", { class: "d2l-caption d2l-way" }, words.steps);
  const spoken = h("div", { class: "d2l-hidden", "aria-live": "polite", "aria-atomic": "true" });
  const left = h("div", { class: "d2l-left" }, ...(alone ? [pad] : [bar, pad, hint]));
  if (alone) main.append(h("p", { class: "d2l-needs", role: "note" }, words.alone));
  main.append(h("div", { class: "d2l-desk" }, left, answerPanel), heading, stages, spoken);

  // Screen readers hear what came to rest: where the pen is, then what the network reads, if that is new.
  const news = {};
  function say(kind, text) {
    news[kind] = text;
    clearTimeout(talk);
    talk = setTimeout(() => {
      const told = [news.pen, news.answer !== read && news.answer].filter(Boolean);
      read = news.answer ?? read;
      delete news.pen;
      if (told.length) spoken.textContent = told.join(" ");
    }, 400);
  }

  // --- drawing
  const place = ({ clientX, clientY }) => {
    const box = sheet.getBoundingClientRect();
    return [((clientX - box.left) / box.width) * CELLS, ((clientY - box.top) / box.height) * CELLS];
  };
  const begin = (point, erase = erasing) => {
    live = { points: [point], width: model.get("pen") * (erase ? 1.5 : 1), erase };
    actions.push(live);
  };
  const lift = () => {
    live = pointer = null;
    paint();
  };

  const paint = eachFrame(() => {
    redraw(sheet.getContext("2d"), SHARP, actions);
    const [x, y] = cursor.map((c) => `${(100 * c) / CELLS}%`);
    const size = `${(100 * model.get("pen") * (erasing ? 1.5 : 1)) / CELLS}%`;
    Object.assign(ring.style, { left: x, top: y, width: size, height: size });
    ring.classList.toggle("d2l-down", Boolean(live));
    Object.assign(main.dataset, { strokes: visible(actions).filter(({ points }) => points).length, pen: live ? "down" : "up", cursor: JSON.stringify(cursor) }); // for tests
    send();
  });

  // The drawing has changed: it is shown in the next frame, and sent as soon as nothing else is on the way.
  function changed(stamp = performance.now()) {
    if (!wanted) since = stamp;
    wanted = true;
    main.dataset.wanted = "true";
    paint();
  }

  function send() {
    if (!wanted || onTheWay) return;
    redraw(small, 1, actions);
    const { data } = small.getImageData(0, 0, CELLS, CELLS);
    const bytes = new Uint8Array(2 + CELLS * CELLS).fill(CELLS - 1, 0, 2);
    for (let k = 0; k < CELLS * CELLS; k++) bytes[2 + k] = data[4 * k + 3];
    wanted = false;
    mine = new DataView(bytes.buffer);
    onTheWay = { number: model.get("number") + 1, since };
    tell(model, { pixels: mine, number: onTheWay.number });
    Object.assign(main.dataset, { wanted: "false", sent: onTheWay.number });
    clearTimeout(patience);
    patience = setTimeout(() => (wait.textContent = words.busy), PATIENCE);
  }

  function undo() {
    if (live) live = pointer = null;
    actions.pop();
    changed();
    say("pen", words.undone);
  }
  function clear() {
    live = pointer = null;
    if (actions.length && actions.at(-1).base !== null) actions.push({ base: null });
    changed();
    say("pen", words.cleared);
  }

  function tools() {
    eraser.setAttribute("aria-pressed", String(erasing));
    width.value = model.get("pen");
    tip.firstChild.style.width = tip.firstChild.style.height = `${model.get("pen") * 1.5}px`;
    paint();
  }

  if (!alone) {
    pad.addEventListener("pointerdown", (event) => {
      if (!event.isPrimary || (event.button !== 0 && event.button !== 5)) return;
      event.preventDefault();
      pad.focus({ preventScroll: true });
      pad.setPointerCapture(event.pointerId);
      begin((cursor = place(event)), erasing || event.button === 5); // 5: a stylus turned round
      pointer = event.pointerId;
      changed(event.timeStamp);
    });
    pad.addEventListener("pointermove", (event) => {
      if (pointer !== event.pointerId || !live) return;
      const events = event.getCoalescedEvents?.() ?? [];
      for (const one of events.length ? events : [event]) live.points.push((cursor = place(one)));
      changed(event.timeStamp);
    });
    for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, (event) => pointer === event.pointerId && lift());
    pad.addEventListener("blur", () => live && pointer === null && lift());
    pad.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || pointer !== null) return;
      const far = STEP * (event.shiftKey ? 4 : 1);
      const move = { ArrowUp: [0, -far], ArrowDown: [0, far], ArrowLeft: [-far, 0], ArrowRight: [far, 0] }[event.key];
      const other = { " ": () => (live ? lift() : (begin(cursor), changed(event.timeStamp))), Escape: () => live && lift(), Backspace: undo, Delete: clear }[event.key];
      if (!move && !other) return;
      event.preventDefault();
      event.stopPropagation();
      if (move) {
        cursor = cursor.map((c, k) => Math.max(0, Math.min(CELLS, c + move[k])));
        if (live) {
          live.points.push(cursor);
          changed(event.timeStamp);
        } else paint();
      } else if (!event.repeat || other === undo) other();
      const [col, row] = cursor.map((c) => Math.round(c / STEP));
      if (move || event.key === " " || event.key === "Escape") say("pen", words.place(row, col, live ? words.down : words.up));
    });
  }

  // --- the answer
  const percent = (p) => words.percent(Math.round(100 * p));
  let rows = [];
  function label() {
    rows = model.get("classes").map((name) => {
      const [length, share] = [h("div", {}), h("span", { class: "d2l-share" })];
      const element = h("div", { class: "d2l-row", role: "listitem" }, h("span", { class: "d2l-class" }, name), h("div", { class: "d2l-track", "aria-hidden": "true" }, length), share);
      return { element, length, share };
    });
    bars.replaceChildren(...rows.map(({ element }) => element));
  }

  // A step as an image, or, where its numbers are few, as a table of them.
  function stageImage(rows, cols, most, cells, name) {
    if (rows * cols <= 64) {
      const line = (i) => h("tr", {}, ...Array.from({ length: cols }, (_, j) => {
        const grey = Math.round((255 * cells[i * cols + j]) / most);
        return h("td", { style: `background: rgb(${grey} ${grey} ${grey}); color: ${grey > 127 ? "black" : "white"}` }, String(cells[i * cols + j]));
      }));
      return h("table", { class: "d2l-counts", "aria-label": name }, h("tbody", {}, ...Array.from({ length: rows }, (_, i) => line(i))));
    }
    const bitmap = new ImageData(cols, rows);
    for (let k = 0; k < rows * cols; k++) bitmap.data.set([cells[k], cells[k], cells[k], 255], 4 * k);
    const canvas = h("canvas", { width: cols, height: rows, role: "img", "aria-label": `${name}, ${words.size(rows, cols)}` });
    canvas.getContext("2d").putImageData(bitmap, 0, 0);
    return canvas;
  }

  function show() {
    const { number, scores, trouble: said, steps } = model.get("heard");
    const classes = model.get("classes");
    const order = scores.map((_, k) => k).sort((a, b) => scores[b] - scores[a]);
    const [best, second] = order;
    const sure = scores[best] >= SURE;
    large.textContent = scores.length ? classes[best] : "–";
    large.classList.toggle("d2l-unsure", !sure);
    large.classList.toggle("d2l-word", large.textContent.length > 2);
    verdict.textContent = said ? "" : !scores.length ? words.nothing : sure ? words.sure(classes[best], percent(scores[best])) : words.unsure(classes[best], classes[second]);
    trouble.textContent = said ? words.trouble(said) : "";
    rows.forEach(({ element, length, share }, k) => {
      element.classList.toggle("d2l-best", k === best);
      length.style.width = `${100 * (scores[k] ?? 0)}%`;
      share.textContent = scores.length ? percent(scores[k]) : "–";
    });
    const all = bytesOf(model.get("stages"));
    let from = 0;
    stages.replaceChildren(...steps.map(([name, high, wide, most]) => {
      const cells = all.subarray(from, (from += high * wide));
      const title = words.names[name];
      return h("figure", { class: "d2l-step", role: "listitem", "data-step": name }, stageImage(high, wide, most, cells, title),
        h("figcaption", {}, h("span", {}, title), h("span", { class: "d2l-caption" }, words.size(high, wide))));
    }));
    const done = onTheWay && number >= onTheWay.number ? onTheWay : null;
    if (done) {
      onTheWay = null;
      clearTimeout(patience);
      wait.textContent = "";
      // After the frame that shows it.
      requestAnimationFrame(() => Object.assign(main.dataset, { latency: performance.now() - done.since, answered: done.number }));
      send();
    }
    Object.assign(main.dataset, { scores: JSON.stringify(scores), best: scores.length ? classes[best] : "", shown: number }); // for tests
    if (!said) say("answer", verdict.textContent); // trouble is an alert and speaks for itself
  }

  // A drawing that did not come from here replaces what there is, and can be undone.
  const take = () => {
    const given = model.get("pixels");
    if (given === mine) return;
    mine = given;
    live = pointer = null;
    actions.push({ base: inkCanvas(given) });
    wanted = false;
    paint();
  };

  const stops = [watch(model, ["pixels"], take), watch(model, ["heard"], show), watch(model, ["classes"], () => { label(); show(); }), watch(model, ["pen"], tools)];
  actions = [{ base: inkCanvas((mine = model.get("pixels"))) }];
  label();
  tools();
  show();
  return () => {
    stops.forEach((stop) => stop());
    for (const timer of [talk, patience]) clearTimeout(timer);
    paint.cancel();
    main.remove(); // JupyterLab keeps the element of a view that is gone
  };
}

export default { render };
