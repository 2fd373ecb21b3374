// The training monitor: how far fit() is, and a button that stops it.

const WORDS = {
  en: {
    title: "Training", stop: "Stop", label: "Stop the training; the network keeps what it has learned", stopping: "Stopping…",
    after: "Stopping after the batch at hand.",
    elsewhere: "To stop the training, interrupt the kernel with the notebook's own button: the network keeps what it has learned.",
  },
  zh: {
    title: "训练", stop: "停止", label: "停止训练，网络会保留已学到的参数", stopping: "正在停止…",
    after: "当前批量结束后停止。",
    elsewhere: "要停止训练，请用笔记本自带的按钮中断内核，网络会保留已学到的参数。",
  },
};

// What interrupts the kernel, if the page can do that. (VS Code's kernel has the method, and no server behind it.)
function interrupter(model) {
  const manager = model.widget_manager;
  if (manager?.kernel?.serverSettings?.wsUrl?.startsWith("ws")) return () => manager.kernel.interrupt();
  const classic = manager?.notebook?.kernel; // in nbclassic, whose kernel calls back
  if (!classic?.ws_url?.startsWith("ws")) return null;
  return () => new Promise((done, fail) => {
    classic.interrupt(done, fail);
  });
}

function render({ model, el }) {
  const lang = model.get("lang");
  const words = WORDS[lang];
  const main = root(el, "monitor", lang, words.title);
  const line = h("div", { class: "d2l-words", tabindex: -1 });
  // Not `disabled` while it stops: that would take the focus from the reader.
  const stop = button(words.stop, interrupt, { class: "d2l-stop", "aria-label": words.label, title: words.label });
  const bar = h("div", { class: "d2l-bar", role: "progressbar", "aria-label": words.title, "aria-valuemin": 0, "aria-valuemax": 100 }, h("div"));
  const note = h("div", { class: "d2l-note" });
  const said = h("div", { class: "d2l-hidden", role: "status", "aria-live": "polite" });
  const curves = h("div");
  main.append(line, h("div", { class: "d2l-work" }, bar, stop), note, curves, said);

  // An interrupt is a request that fit() honours after a batch, but a second one stops at once: so one click, one interrupt.
  // "stop" belongs to the model, as a training may be shown in several places; Python does not learn of it.
  async function interrupt() {
    if (!model.get("running") || model.get("stop")) return;
    model.set("stop", "asked");
    try {
      await interrupter(model)();
    } catch {
      model.set("stop", "failed");
    }
  }

  const draw = eachFrame(() => {
    const percent = 100 * model.get("done");
    const parts = model.get("words").split(/(?<=·) /); // a line may break after a dot
    line.replaceChildren(...parts.flatMap((part) => [h("span", {}, part), " "]));
    bar.setAttribute("aria-valuenow", Math.round(percent));
    bar.firstChild.style.width = `${percent}%`;
    curves.innerHTML = model.get("curves");
  });

  // The button at once, not in the next frame: a page in the background has none.
  function arm() {
    const [running, asked] = [model.get("running"), model.get("stop")];
    const here = running && asked !== "failed" && interrupter(model) !== null;
    if (!here && stop.contains(stop.getRootNode().activeElement)) line.focus(); // or the reader's place on the page would be lost
    stop.hidden = !here;
    stop.setAttribute("aria-disabled", asked === "asked");
    stop.textContent = asked ? words.stopping : words.stop;
    if (asked) stop.removeAttribute("aria-label"), stop.removeAttribute("title");
    note.textContent = !running ? "" : !here ? words.elsewhere : asked ? words.after : "";
    said.textContent = running ? note.textContent : model.get("words"); // not every redraw is worth saying
  }

  const over = () => model.set("running", false);
  model.on("comm_live_update", over); // the kernel was restarted
  const unwatch = [watch(model, ["words", "done", "curves"], draw), watch(model, ["running", "stop"], arm)];
  arm();
  draw();
  return () => {
    unwatch.forEach((f) => f());
    model.off("comm_live_update", over);
    draw.cancel();
    main.remove(); // JupyterLab keeps the element of a view that is gone
  };
}

export default { render };
