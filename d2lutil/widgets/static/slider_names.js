// ipywidgets' sliders have no name and speak of positions: a screen reader says "slider, 3". The text beside each is its name,
// and the readout what it stands at. In Notebook 7 their arrow keys would also move the notebook's selection.

function render({ el }) {
  el.style.display = "none";
  const observer = new MutationObserver(name);
  let frame = requestAnimationFrame(begin);

  function begin() {
    const box = el.isConnected && el.parentElement.closest(".widget-box");
    if (!box) return void (frame = requestAnimationFrame(begin)); // not yet in the page
    observer.observe(box, { childList: true, characterData: true, subtree: true });
    name();
  }

  function name() {
    for (const slider of el.parentElement?.closest(".widget-box")?.querySelectorAll("[role=slider]") ?? []) {
      const control = slider.closest(".widget-slider, .jupyter-widget-slider");
      slider.setAttribute("aria-label", control.querySelector("label")?.textContent ?? "");
      slider.setAttribute("aria-valuetext", control.querySelector(".widget-readout")?.textContent ?? "");
      slider.setAttribute("data-lm-suppress-shortcuts", "true");
    }
  }

  return () => (cancelAnimationFrame(frame), observer.disconnect());
}

export default { render };
