// What a deck adds to reveal.js: figures as large as their slide allows, and keys that belong to the explorer while one works in it.

const inExplorer = (target) => target?.closest?.(".d2l-explorer");
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

// As large as fits: the largest zoom, up to twice, at which the content overflows its stage in no direction.
function fit(stage) {
  const content = stage.firstElementChild;
  const overflows = (zoom) => {
    content.style.zoom = zoom;
    const [outer, inner] = [stage.getBoundingClientRect(), content.getBoundingClientRect()];
    return inner.width > outer.width + 1 || inner.height > outer.height + 1;
  };
  let [low, high] = [0.3, 2];
  if (!overflows(high)) return;
  for (let k = 0; k < 7; k++) {
    const middle = (low + high) / 2;
    if (overflows(middle)) high = middle;
    else low = middle;
  }
  overflows(low);
}

function arrange() {
  dispatchEvent(new Event("resize")); // an explorer that was hidden did not know its size
  requestAnimationFrame(() => document.querySelectorAll("section.present .stage").forEach(fit));
}

// PageDown and PageUp, which a presenter's remote sends, always turn the page; Escape leaves an explorer.
addEventListener("keydown", (event) => {
  if (!inExplorer(event.target)) return;
  const turn = { PageDown: () => Reveal.next(), PageUp: () => Reveal.prev(), Escape: () => {} }[event.key];
  if (!turn) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.activeElement.blur();
  turn();
}, { capture: true });

const intoTheExplorer = () => {
  const explorer = document.querySelector("section.present .d2l-explorer");
  const image = "[role=application][tabindex='0'], [role=grid] [tabindex='0']"; // what the arrow keys move
  (explorer?.querySelector(image) ?? explorer?.querySelector("button, input, select"))?.focus();
};

for (const section of document.querySelectorAll("section")) {
  if (!section.querySelector(".d2l-alone")) continue;
  const hint = document.createElement("div");
  hint.className = "key-hint";
  hint.innerHTML = `<kbd>E</kbd> ${WORDS.explorer} · ${WORDS.leave}`;
  section.append(hint);
}

Reveal.initialize({
  width: 1280, height: 720, margin: 0, minScale: 0.2, maxScale: 4, center: false, display: "flex",
  hash: true, controls: false, slideNumber: "c/t", transition: still ? "none" : "fade", transitionSpeed: "fast", backgroundTransition: "none",
  keyboardCondition: (event) => !inExplorer(document.activeElement) || event.key === "F11",
  plugins: [RevealNotes],
}).then(() => {
  Reveal.addKeyBinding({ keyCode: 69, key: "E", description: WORDS.explorer }, intoTheExplorer);
  Reveal.on("slidechanged", arrange);
  Reveal.on("resize", arrange);
  addEventListener("load", arrange);
  setTimeout(arrange, 300); // explorers are modules: they come to life after the page
  arrange();
});
