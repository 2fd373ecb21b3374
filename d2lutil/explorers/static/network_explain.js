// The network explorer: how one unit is computed, in words and numbers.

const times = (shape) => shape.join(" × ");
const operand = (x, digits = 3) => (x < 0 ? `(${format(x, digits)})` : format(x, digits));
const count = (n) => n.toLocaleString("en");
const indexOf = ([c, i = 0, j = 0], shape) => (shape.length === 1 ? c : (c * shape[1] + i) * shape[2] + j);
// What is added up, {sum} each.
const totalOf = (terms) => added(terms.map(({ sum }) => sum));
const strongestFirst = (terms) => [...terms].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));

// Places in words: a run as its ends, others one by one.
function listed(places, words) {
  const run = places.at(-1) - places[0] === places.length - 1;
  if (run) return places.length > 1 ? words.to(format(places[0]), format(places.at(-1))) : format(places[0]);
  return places.map((x) => format(x)).join(", ");
}

// A layer's shapes, and how it comes by its number of parameters.
function factsOf({ kind, parameters, kernel, groups, bias, shape }, before, words) {
  const each = kind === "conv" ? [before[0] / groups, ...kernel].join(" · ") : kind === "linear" ? before[0] : "";
  const how = each ? `${shape[0]} · (${each}${bias ? " + 1" : ""}) = ` : "";
  return ` | ${times(before)} → ${times(shape)} | ${how}${words.parameters(count(parameters))}`;
}

// What a unit adds up, input channel by input channel: [{c, window, kernel, sum}], or null where it adds no windows up.
function partsOf({ plan, numbers, outputAt }, layer, [o, i, j]) {
  const { kind, at, geometry } = plan[layer];
  const X = outputAt(layer - 1);
  const part = (c, window, kernel) => ({ c, window, kernel, sum: window.data.reduce((sum, x, k) => sum + x * kernel.data[k], 0) });
  if (kind === "conv") {
    return groupOf(plan[layer], X.shape[0], o).map((c, k) => {
      const kernel = kernelOf(plan[layer], numbers, X.shape[0], o, k);
      const values = windowCells(plane(X, c), kernel, geometry, i, j).map(({ value }) => value);
      return part(c, matrix(kernel.rows, kernel.cols, Float64Array.from(values)), kernel);
    });
  }
  let origin = layer - 1; // a linear layer that reads maps, laid out as a row: a kernel as large as the map
  while (origin >= 0 && ["flatten", "same"].includes(plan[origin].kind)) origin--;
  const [maps, rows, cols] = outputAt(origin).shape;
  const each = rows * cols;
  if (kind !== "linear" || !(each > 1)) return null;
  const cut = (data, from) => matrix(rows, cols, data.subarray(from, from + each));
  return range(maps).map((c) => part(c, cut(X.data, c * each), cut(numbers, at + o * X.shape[0] + c * each)));
}

/**
 * How a unit comes by its number, and what there is to look at.
 * @param {{plan: any[], numbers: Float32Array, outputAt: (k: number) => Output}} network outputAt(-1) is the image
 * @returns {{text: string, parts?: any[], pooling?: any, terms?: any[], curve?: number}}
 */
function explain(network, words, layer, unit) {
  const { plan, numbers, outputAt } = network;
  const { kind, name, shape, ...own } = plan[layer];
  const X = outputAt(layer - 1);
  const k = indexOf(unit, shape);
  const value = outputAt(layer).data[k];
  const result = ` = ${format(value)}`;
  const x = X.data[k];
  if (kind === "conv" || kind === "linear") {
    const parts = partsOf(network, layer, unit);
    const bias = own.bias ? biasOf(plan[layer], numbers, X.shape[0], unit[0]) : null;
    const plus = bias === null ? "" : ` + ${words.bias} ${operand(bias)}`;
    const term = (c, x, w) => ({ c, x, w, sum: x * w });
    const terms = parts ? [] : Array.from(X.data, (x, c) => term(c, x, numbers[own.at + unit[0] * X.data.length + c]));
    const all = totalOf(parts ?? terms);
    const few = parts?.length === 1 && parts[0].kernel.data.length <= 9 ? Array.from(parts[0].kernel.data, (w, at) => `${operand(parts[0].window.data[at], 2)} · ${operand(w, 2)}`)
      : parts?.length > 1 && parts.length <= 8 ? parts.map(({ sum }) => operand(sum)) : null;
    const products = parts ? added(parts.map(({ kernel }) => kernel.data.length)) : terms.length;
    const text = few ? few.join(" + ") : words.sumOf(products, format(all));
    return { text: text + plus + result, parts, terms };
  }
  if (["max", "average", "adaptive"].includes(kind)) {
    const image = plane(X, unit[0]);
    const { cells, count: by, winner } = poolAt(plan[layer], image, unit[1], unit[2]);
    const real = cells.filter(({ inside }) => inside).map((cell) => cell.value);
    const short = real.length <= 9;
    const list = real.map((number) => (kind === "max" ? format(number) : operand(number))).join(kind === "max" ? ", " : " + ");
    const text = kind === "max" ? (short ? `max(${list})` : words.maxOf(real.length)) : short ? `(${list}) / ${by}` : words.meanOf(real.length, by);
    const cols = own.kernel ? own.kernel[1] : new Set(cells.map(({ col }) => col)).size;
    return { text: text + result, pooling: { rows: cells.length / cols, cols, cells, winner } };
  }
  if (kind === "norm") {
    const [mean, variance, gamma, beta] = normOf(plan[layer], numbers, X.shape[0], unit[0]);
    return { text: `(x − mean) / √(var + ε) · γ + β = (${format(x)} − ${operand(mean)}) / √(${format(variance)} + ${format(own.eps)}) · ${operand(gamma)} + ${operand(beta)}${result}` };
  }
  if (kind === "flatten") {
    const [, rows, cols] = X.shape;
    return { text: (cols ? words.flat(unit[0], Math.floor(k / (rows * cols)), Math.floor(k / cols) % rows, k % cols) : "") + format(value) };
  }
  if (kind === "softmax") {
    const { most, total } = softmaxAt(plan[layer], X, k);
    return { text: `e^x / Σ e^x = ${format(Math.exp(x - most))} / ${format(total)}${result}` };
  }
  const f = { relu: `max(0, ${format(x)})`, leaky: x < 0 ? `${format(own.slope ?? 0)} · ${operand(x)}` : format(x), sigmoid: `1 / (1 + e^${operand(-x)})`, tanh: `tanh(${format(x)})` }[kind];
  return { text: f ? f + result : (name === "Identity" ? words.identity : words.same) + format(value), curve: f ? x : NaN };
}
