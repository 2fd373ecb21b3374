// What the explorers' pages have in common: making elements, fields, grids of numbers, the words of both languages.

// Makes an element: h("button", {class: "d2l-x", onclick: f}, "text", child).
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

// The root of an explorer. In JupyterLab the notebook would take keys such as b or the arrows: this attribute keeps them here,
// if the element that has the focus carries it too.
export function root(el, name, lang, label) {
  const main = h("div", {
    class: `d2l-explorer d2l-${name}`,
    role: "group",
    lang: lang === "zh" ? "zh-CN" : "en",
    "aria-label": label,
    "data-lm-suppress-shortcuts": "true",
  });
  main.addEventListener("focusin", (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
  el.append(main);
  return main;
}

// Draws at most once a frame, however often it is asked to: at once, when the handler that asked has ended, so that drawing
// fills the time until the next frame instead of delaying it; a second time within one frame not before the next. The first
// drawing waits for a frame, too: before it the element may stand in no page yet, and know neither colours nor sizes.
export function eachFrame(f) {
  let [asked, begun, frame] = [false, false, 0];
  const draw = () => {
    if (asked) (asked = false), f();
  };
  const next = () => {
    begun = true;
    frame = asked ? requestAnimationFrame(next) : 0;
    draw();
  };
  const run = () => {
    if (asked) return;
    asked = true;
    if (frame) return; // drawn in this frame already
    frame = requestAnimationFrame(next);
    if (begun) queueMicrotask(draw);
  };
  run.cancel = () => {
    asked = false;
    cancelAnimationFrame(frame);
  };
  return run;
}

// Listens to traits until `stop` is called.
export function watch(model, names, f) {
  for (const name of names) model.on(`change:${name}`, f);
  return () => names.forEach((name) => model.off(`change:${name}`, f));
}

/** @typedef {{[name: string]: any}} Traits */
// The traits of these names.
/** @type {(model: any, names: string[]) => Traits} */
export const traitsOf = (model, names) => Object.fromEntries(names.map((name) => [name, model.get(name)]));

// Sets traits and tells Python.
export function tell(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

// A labelled control. `field.error(text)` shows what is wrong beside it, `field.error("")` that all is well.
function labelled(label, control) {
  const message = h("span", { class: "d2l-error", role: "alert" });
  const box = h("label", { class: "d2l-field" }, h("span", {}, label), control, message);
  box.error = (text) => {
    message.textContent = text;
    control.setAttribute("aria-invalid", text ? "true" : "false");
  };
  return box;
}

// A whole number. `accept(value)` takes a valid one; anything else is shown as wrong, and nothing else changes.
export function numberField({ label, value, min = 0, max = 9, words, accept }) {
  const control = h("input", { type: "number", min, max, step: 1, value, inputmode: "numeric" });
  const box = labelled(label, control);
  control.addEventListener("input", () => {
    const number = control.value.trim() === "" ? NaN : Number(control.value);
    const fine = Number.isInteger(number) && number >= min && number <= max;
    box.error(fine ? accept(number) ?? "" : words.between(min, max));
  });
  box.show = (number) => {
    if (document.activeElement !== control || control.valueAsNumber !== number) control.value = number;
  };
  return box;
}

export function menu({ label, value, options, accept }) {
  const control = h("select", {}, ...Object.entries(options).map(([key, text]) => h("option", { value: key }, text)));
  control.value = value;
  const box = labelled(label, control);
  control.addEventListener("change", () => box.error(accept(control.value) ?? ""));
  box.show = (key) => (control.value = key);
  return box;
}

export function checkbox({ label, value, accept }) {
  const control = h("input", { type: "checkbox" });
  control.checked = value;
  const box = labelled(label, control);
  control.addEventListener("change", () => box.error(accept(control.checked) ?? ""));
  box.show = (on) => (control.checked = on);
  return box;
}

export const button = (text, onclick, attributes = {}) => h("button", { type: "button", onclick, ...attributes }, text);

// Copies a text and says so, where it could. Browsers give the clipboard to safe pages only (https, this computer, a file); a
// selected text field can be copied from nearly everywhere.
async function copies(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = h("textarea", { readonly: "", style: "position: fixed; opacity: 0" });
    field.value = text;
    document.body.append(field);
    /** @type {any} */
    const before = document.activeElement;
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    before?.focus();
    return done;
  }
}

export function copyButton(words, text) {
  let timer = 0;
  const copy = button(words.copy, async () => {
    copy.textContent = (await copies(text())) ? words.copied : words.not_copied;
    clearTimeout(timer);
    timer = setTimeout(() => (copy.textContent = words.copy), 1500);
  });
  return copy;
}

// The theme may change at any time: the system's, JupyterLab's (on the body), or the site's (on the root). Calls f when it does, until `stop` is called.
export function followTheme(f) {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", f);
  const observer = new MutationObserver(f);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "data-jp-theme-light", "class"] });
  return () => (scheme.removeEventListener("change", f), observer.disconnect());
}

// Numbers by their sign, as [red, green, blue] for a canvas: blue above zero, red below, the paper at zero, as in the figures.
const papers = new Map();
export function signs(main) {
  const paper = getComputedStyle(main).backgroundColor;
  if (!papers.has(paper)) {
    const pen = h("canvas", { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
    pen.fillStyle = paper;
    pen.fillRect(0, 0, 1, 1);
    const zero = [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    const dark = zero[0] + zero[1] + zero[2] < 384;
    papers.set(paper, { dark, zero, positive: dark ? [103, 169, 245] : [33, 102, 172], negative: dark ? [255, 120, 104] : [178, 24, 43] });
  }
  return papers.get(paper);
}
