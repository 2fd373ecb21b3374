// The threshold explorer: the numbers of a table that lie above a level light up.

const WORDS = {
  en: {
    title: "Threshold explorer", input: "input", level: "level", between: (a, b) => `From ${a} to ${b}.`,
    cell: (r, c) => `row ${r}, column ${c}:`, above: (n, all, level) => `${n} of ${all} numbers are above ${level}.`,
  },
  zh: {
    title: "阈值演示", input: "输入", level: "阈值", between: (a, b) => `请填 ${a} 到 ${b}。`,
    cell: (r, c) => `第 ${r} 行，第 ${c} 列：`, above: (n, all, level) => `${all} 个数中有 ${n} 个大于 ${level}。`,
  },
};

const TRAITS = ["input", "level", "lang"];

function render({ model, el }) {
  const words = WORDS[model.get("lang")] ?? WORDS.en;
  const main = root(el, "threshold", model.get("lang"), words.title);
  const field = numberField({ label: words.level, value: model.get("level"), min: -9, max: 9, words, accept: (level) => tell(model, { level }) });
  let pointed = null; // [row, column] of the number that is looked at
  const table = grid({ label: words.input, visit: (row, col) => ((pointed = [row, col]), draw()) });
  const sum = h("div", { class: "d2l-sum", "aria-live": "polite", "aria-atomic": "true" });
  main.append(h("div", { class: "d2l-controls" }, field), table.element, sum);

  const draw = eachFrame(() => {
    const { input, level } = traitsOf(model, TRAITS);
    const output = input.map((row) => row.map((x) => x > level));
    table.show({ rows: input.length, cols: input[0].length, title: words.input, name: words.cell,
      text: (r, c) => format(input[r][c]), mark: (r, c) => (output[r][c] ? "d2l-lit" : "") });
    const all = output.flat();
    const number = pointed && input[pointed[0]][pointed[1]];
    sum.textContent = words.above(all.filter(Boolean).length, all.length, format(level))
      + (pointed ? ` ${words.cell(...pointed)} ${format(number)} ${number > level ? ">" : "≤"} ${format(level)}` : "");
    field.show(level);
    main.dataset.output = JSON.stringify(output); // for tests
  });

  const stop = watch(model, TRAITS, draw);
  draw();
  return () => {
    stop();
    draw.cancel();
    main.remove(); // JupyterLab keeps the element of a view that is gone
  };
}

export default { render };
