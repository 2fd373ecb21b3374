// An explorer on a page without a kernel. `currentScript` is null in a module, so the place is found by taking the first one
// that nobody has taken.
async function alone(script, state) {
  /** @type {HTMLElement} */
  const place = document.querySelector(".d2l-alone:not([data-taken])");
  place.dataset.taken = "";
  for (const [name, value] of Object.entries(state)) {
    if (typeof value?.base64 !== "string") continue;
    state[name] = new DataView(Uint8Array.from(atob(value.base64), (letter) => letter.charCodeAt(0)).buffer); // as in JupyterLab
  }
  const listeners = new Map();
  const model = {
    alone: true, // nobody answers: for explorers that need a kernel
    get: (name) => state[name],
    set: (name, value) => {
      state[name] = value;
      for (const [event, listener] of listeners) if (event === `change:${name}`) listener.forEach((f) => f());
    },
    save_changes: () => {},
    on: (event, f) => listeners.set(event, [...(listeners.get(event) ?? []), f]),
    off: (event, f) => listeners.set(event, (listeners.get(event) ?? []).filter((g) => f && g !== f)),
  };
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    const { default: explorer } = await import(address);
    place.querySelector("[role=note]").remove();
    const el = document.createElement("div");
    place.append(el);
    explorer.render({ model, el });
  } finally {
    URL.revokeObjectURL(address);
  }
}
