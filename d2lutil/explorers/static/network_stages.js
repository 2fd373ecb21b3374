// The network explorer's stages: the places where layers are shown, their maps, cells or scores, and boxes around parts of them.

const GAP = 4; // between the maps of a stage

// A map with a box that can be put around a part of it.
function frame(attributes = {}, canvas = screen()) {
  const box = h("div", { class: "d2l-net-box", hidden: true });
  return { canvas, box, element: h("div", { class: "d2l-net-map", ...attributes }, canvas, box) };
}

// The same with a caption, larger.
function zoom(attributes) {
  const framed = frame(attributes);
  const caption = div("caption");
  return { ...framed, caption, panel: div("net-panel", caption, framed.element), key: "" };
}

function zoomTo({ canvas, caption }, shape, title) {
  const px = Math.min(28, 200 / Math.max(shape[1], shape[2]));
  sized(canvas, Math.round(px * shape[2]), Math.round(px * shape[1]));
  if (caption.textContent !== title) caption.textContent = title;
}

// Puts a box around places of a map of that size.
function put(box, places, rows, cols) {
  box.hidden = !places || !places.rows.length || !places.cols.length;
  if (box.hidden) return;
  // What reaches far into the padding is cut off: there is room for a little of it.
  const ends = (of, n) => [Math.max(-8, (100 * of[0]) / n), Math.min(108, (100 * (of.at(-1) + 1)) / n)];
  const [[top, bottom], [left, right]] = [ends(places.rows, rows), ends(places.cols, cols)];
  Object.assign(box.style, { top: `${top}%`, left: `${left}%`, height: `${bottom - top}%`, width: `${right - left}%` });
}

// Makes the elements of a stage for a layer of that shape: a row for each score, one block of cells, or a frame for each map.
function layOut(stage, shape, scores, words) {
  const { holder } = stage;
  const [maps, rows, cols] = shape;
  const flat = cellsOnly(shape);
  if (scores) {
    stage.frames = range(maps).map((k) => {
      const [label, bar, share, score] = [h("th", { scope: "row" }), div("net-bar"), h("td", {}), h("td", {})];
      return { label, bar, share, score, element: h("tr", { "data-map": k }, label, h("td", { class: "d2l-net-track" }, bar), share, score) };
    });
    holder.replaceChildren(h("table", { class: "d2l-net-scores", "aria-label": words.score }, h("thead", {}, h("tr", {}, ...[words.class, "", "softmax", words.score].map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, ...stage.frames.map(({ element }) => element))));
  } else {
    stage.frames = range(flat ? 1 : maps).map((k) => frame({ role: "img", "data-map": k }, null));
    holder.replaceChildren(stage.canvas, ...stage.frames.map(({ element }) => element));
  }
  const columns = flat || maps === 1 ? 1 : maps <= 8 ? 2 : maps <= 16 ? 4 : maps <= 36 ? 6 : 8;
  const side = maps === 1 ? 112 : Math.floor(((maps > 16 ? 200 : 124) - GAP * (columns - 1)) / columns);
  holder.className = scores ? "d2l-net-holder" : "d2l-net-holder d2l-net-maps";
  holder.style.gridTemplateColumns = flat ? "" : `repeat(${columns}, auto)`;
  if (flat) return;
  const most = Math.max(rows, cols);
  const [width, height] = [cols, rows].map((n) => Math.max(1, Math.round((Math.min(side, 14 * most) * n) / most)));
  stage.places = range(maps).map((c) => [(c % columns) * (width + GAP), Math.floor(c / columns) * (height + GAP), width, height]);
  for (const { element } of stage.frames) sized(element, width, height);
}
