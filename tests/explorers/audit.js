// What the tests ask about an explorer's page. Everything is measured on what the browser computed.
window.audit = (() => {
  const all = (main) => [main, ...main.querySelectorAll("*")];
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !e.closest(".d2l-hidden, [hidden]");
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((x, k) => x * a + under[k] * (1 - a));
  // What lies behind an element, itself included: all backgrounds up to the page's.
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.push(rgba(getComputedStyle(e).backgroundColor));
    let paper = rgba("Canvas").slice(0, 3);
    for (const layer of layers.reverse()) paper = over(layer, paper);
    return paper;
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((x) => (x / 255 <= 0.04045 ? x / 255 / 12.92 : ((x / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [a, b] = [luminance(one), luminance(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const opacity = (element) => {
    let share = 1;
    for (let e = element; e; e = e.parentElement) share *= Number(getComputedStyle(e).opacity);
    return share;
  };
  const label = (e) => `${e.tagName.toLowerCase()}.${e.getAttribute("class") ?? ""} ${e.getAttribute("aria-label") ?? e.textContent.slice(0, 40)}`;
  const words = (e) => [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim());
  const off = (e) => e.matches(":disabled, [aria-disabled=true], :disabled *, [aria-disabled=true] *");

  // Everything that a reader sees: how the tests know that something has changed, or has not.
  const state = (main) => JSON.stringify([
    { ...main.dataset }, all(main).filter((e) => words(e) && seen(e)).map((e) => e.textContent), [...main.querySelectorAll("input, select")].map((e) => (e.type === "checkbox" ? e.checked : e.value)),
    [...main.querySelectorAll("[style]")].filter((e) => !e.matches("canvas")).map((e) => e.getAttribute("style")), [...main.querySelectorAll("td, [aria-pressed]")].map((e) => [e.className, e.ariaPressed]),
  ]);

  const focusable = (main) => all(main).filter((e) => e.tabIndex >= 0 && e.matches("button, input, select, textarea, summary, [tabindex]") && !e.disabled && seen(e));

  // Text that has less contrast than 4.5 (3 where it is large), edges and marks that have less than 3.
  function faint(main) {
    const found = [];
    for (const e of all(main)) {
      if (!seen(e) || off(e)) continue;
      const style = getComputedStyle(e);
      if (words(e) || e.matches("select, input:not([type=range], [type=checkbox])")) {
        const colour = e.namespaceURI.endsWith("svg") ? style.fill : style.color;
        const paper = behind(e);
        const [r, g, b, a] = rgba(colour);
        const ratio = contrast(over([r, g, b, a * opacity(e)], paper), paper);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        if (ratio < (large ? 3 : 4.5)) found.push(`text ${ratio.toFixed(2)}: ${label(e)}`);
      }
      if (e.matches("button, select, input:not([type=range], [type=checkbox], td input), td.d2l-cell, .d2l-lit, .d2l-answer, .d2l-chosen")) {
        const outside = behind(e.parentElement);
        const sides = [rgba(style.borderTopColor), ...(style.outlineStyle === "none" ? [] : [rgba(style.outlineColor)])];
        const most = Math.max(...sides.map((side) => contrast(over(side, outside), outside)), contrast(behind(e), outside));
        if (most < 3) found.push(`edge ${most.toFixed(2)}: ${label(e)}`);
      }
      if (e.matches("polyline, svg line:not(.d2l-rule), circle") && style.stroke !== "none" && !e.closest(".d2l-dial")) {
        const paper = behind(main);
        const ratio = Math.max(contrast(over(rgba(style.stroke), paper), paper), style.fill === "none" ? 0 : contrast(over(rgba(style.fill), paper), paper));
        if (ratio < 3) found.push(`line ${ratio.toFixed(2)}: ${label(e)}`);
      }
    }
    return [...new Set(found)];
  }

  // How well the focus is seen on an element that has it: the ring's width, and its contrast with what lies around.
  function ring(e) {
    const style = getComputedStyle(e);
    // A second ring inside, in the colour of the paper, does as well as the surroundings.
    const inner = style.boxShadow.match(/^((?:rgb|color)\(.*?\)).*inset/);
    const around = [behind(e.parentElement), ...(inner ? [rgba(inner[1]).slice(0, 3)] : [])];
    const seenOn = Math.max(...around.map((paper) => contrast(over(rgba(style.outlineColor), paper), paper)));
    return { width: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth), contrast: seenOn, label: label(e) };
  }

  // What is cut off, what lies on something else, and what makes the page wider than its window.
  function cramped(main) {
    const found = [];
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide, its window ${page.clientWidth}`);
    if (main.scrollWidth > main.clientWidth) found.push(`the explorer is ${main.scrollWidth} wide in ${main.clientWidth}`);
    const parts = all(main).filter((e) => seen(e) && !e.closest("[aria-hidden=true]") && (words(e) || e.matches("input, select, canvas, button")) && !e.matches("option"));
    for (const e of parts) {
      if (e.namespaceURI.endsWith("svg")) continue;
      const cut = getComputedStyle(e).overflowX !== "visible" || e.matches("input");
      if (cut && e.scrollWidth > e.clientWidth + 1 && !e.matches("[type=range], canvas")) found.push(`cut: ${label(e)} ${e.value ?? ""}`);
      if (e.matches("select") || e.matches("button")) {
        const room = e.clientWidth;
        pen.font = getComputedStyle(e).font;
        const text = e.matches("select") ? e.selectedOptions[0]?.textContent ?? "" : "";
        if (pen.measureText(text).width > room) found.push(`cut: ${label(e)} ${text}`);
      }
      const box = e.getBoundingClientRect();
      const text = e.closest("td")?.getBoundingClientRect();
      if (text && words(e)) {
        const range = document.createRange();
        range.selectNodeContents(e);
        const inner = range.getBoundingClientRect();
        if (inner.width > text.width + 1) found.push(`wider than its cell: ${label(e)}`);
      }
      if (box.left < -1 || box.right > page.clientWidth + 1) found.push(`outside: ${label(e)}`);
    }
    // Text line by line: what wraps may go round something.
    const boxes = parts.filter((e) => !e.namespaceURI.endsWith("svg")).map((e) => {
      if (!words(e) || e.matches("button")) return [e, [e.getBoundingClientRect()]];
      const range = document.createRange();
      range.selectNodeContents(e);
      return [e, [...range.getClientRects()]];
    });
    const meet = (one, two) => Math.min(one.right, two.right) - Math.max(one.left, two.left) > 2
      && Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 2;
    boxes.forEach(([a, mine], k) => boxes.slice(k + 1).forEach(([b, others]) => {
      if (a.contains(b) || b.contains(a)) return;
      if (mine.some((one) => others.some((two) => meet(one, two)))) found.push(`overlap: ${label(a)} / ${label(b)}`);
    }));
    return [...new Set(found)];
  }

  // Styles and places of all that there is, to be compared.
  const looks = (main) => {
    const { left, top } = main.getBoundingClientRect();
    return all(main).map((e) => {
      const box = e.getBoundingClientRect();
      const style = getComputedStyle(e);
      return [e.matches(".d2l-hidden") ? "" : label(e), [box.left - left, box.top - top, box.width, box.height].map(Math.round).join(" "),
        ["color", "backgroundColor", "borderTopColor", "fontSize", "fontWeight", "position", "outlineStyle", "display", "opacity", "boxShadow"].map((name) => style[name]).join("; ")];
    });
  };

  // Everything that is read: on the page, by a screen reader, or as a tooltip; but for code.
  const texts = (main) => [
    ...all(main).filter((e) => words(e) && !e.closest("code, script, style")).flatMap((e) => [...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.textContent)),
    ...all(main).flatMap((e) => ["aria-label", "title", "placeholder", "aria-valuetext", "alt"].map((name) => e.getAttribute(name) ?? "")),
  ].map((text) => text.trim()).filter(Boolean);

  const moving = (main) => all(main).filter((e) => {
    const style = getComputedStyle(e);
    return style.animationName !== "none" || style.transitionDuration.split(",").some((d) => parseFloat(d) > 0);
  }).map(label);

  // Whether an error is shown beside a field: in the nearest part of the page that has a place for errors.
  const told = (e) => {
    for (let near = e; !near.matches(".d2l-explorer"); near = near.parentElement) {
      if ([...near.querySelectorAll(".d2l-error")].some((x) => seen(x) && x.textContent)) return true;
    }
    return false;
  };

  return { told, state, focusable, faint, ring, cramped, looks, texts, moving, label, seen };
})();
