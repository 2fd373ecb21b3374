// The network explorer's arithmetic: what the layers of a network compute, what a unit depends on. Held to PyTorch by tests.

/** An output: [maps, rows, columns] or [numbers], and all numbers one after another. @typedef {{shape: number[], data: Float64Array}} Output */

const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);
const added = (numbers) => numbers.reduce((sum, x) => sum + x, 0);
/** @type {(X: Output, c: number) => Matrix} */
const plane = ({ shape: [, rows, cols], data }, c) => matrix(rows, cols, data.subarray(c * rows * cols, (c + 1) * rows * cols));
const mapsOf = (X) => Array.from({ length: X.shape[0] }, (_, c) => plane(X, c));

// Layers whose every number comes from the number at the same place, and how; a batch norm has numbers of its own for each map.
const CELL = {
  norm: (x, { eps }, [mean, variance, gamma, beta]) => ((x - mean) / Math.sqrt(variance + eps)) * gamma + beta,
  relu: (x) => (x < 0 ? 0 : x),
  leaky: (x, { slope }) => (x < 0 ? slope * x : x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  same: (x) => x,
};
const normOf = ({ at }, numbers, channels, c) => [0, 1, 2, 3].map((k) => numbers[at + k * channels + c]);

// The kernel of a convolution's output o for the c-th input channel of its group.
function kernelOf({ at, kernel: [rows, cols], groups }, numbers, inputs, o, c) {
  const start = at + (o * (inputs / groups) + c) * rows * cols;
  return matrix(rows, cols, numbers.subarray(start, start + rows * cols));
}
const biasOf = (layer, numbers, inputs, o) =>
  layer.bias ? numbers[layer.at + layer.shape[0] * (layer.kind === "conv" ? (inputs / layer.groups) * sizeOf(layer.kernel) : inputs) + o] : 0;
// The input channels that output channel o reads.
const groupOf = ({ groups, shape: [outputs] }, inputs, o) => {
  const many = inputs / groups;
  const first = Math.floor(o / (outputs / groups)) * many;
  return Array.from({ length: many }, (_, k) => first + k);
};

// A pooling window over one map: {value, cells, count, winner}; count is what an average divides by.
function poolAt(layer, image, i, j) {
  const { kind, size, kernel, geometry, include, divide } = layer;
  if (kind === "adaptive") {
    const ends = [image.rows, image.cols].map((n, a) => [Math.floor(([i, j][a] * n) / size[a]), Math.ceil((([i, j][a] + 1) * n) / size[a])]);
    const cells = [];
    for (let row = ends[0][0]; row < ends[0][1]; row++) {
      for (let col = ends[1][0]; col < ends[1][1]; col++) cells.push({ row, col, inside: true, value: image.data[row * image.cols + col] });
    }
    return { value: added(cells.map((cell) => cell.value)) / cells.length, cells, count: cells.length, winner: null };
  }
  const window = { rows: kernel[0], cols: kernel[1] };
  const [r, c] = [axis(geometry, image.rows, kernel[0], 0), axis(geometry, image.cols, kernel[1], 1)];
  const cells = windowCells(image, window, geometry, i, j);
  const found = pooled(cells, image, { r, c, kind, countIncludePad: include });
  if (kind === "max" || !divide) return { ...found, cells };
  return { value: (found.value * found.count) / divide, cells, count: divide, winner: null };
}

// The output of a layer for X; `numbers` are the weights of all layers.
function layerOutput(layer, numbers, X) {
  const { kind, shape } = layer;
  const Y = { shape, data: new Float64Array(sizeOf(shape)) };
  const inputs = X.shape[0];
  if (kind === "conv") {
    const planes = mapsOf(X);
    for (let o = 0; o < shape[0]; o++) {
      const sum = plane(Y, o).data.fill(biasOf(layer, numbers, inputs, o));
      groupOf(layer, inputs, o).forEach((from, c) => {
        const part = correlate(planes[from], kernelOf(layer, numbers, inputs, o, c), layer.geometry).data;
        for (let k = 0; k < part.length; k++) sum[k] += part[k];
      });
    }
  } else if (kind === "linear") {
    for (let o = 0; o < shape[0]; o++) {
      let sum = biasOf(layer, numbers, inputs, o);
      const start = layer.at + o * inputs;
      for (let k = 0; k < inputs; k++) sum += numbers[start + k] * X.data[k];
      Y.data[o] = sum;
    }
  } else if (["max", "average", "adaptive"].includes(kind)) {
    mapsOf(X).forEach((image, c) => {
      const { rows, cols, data } = plane(Y, c);
      for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) data[i * cols + j] = poolAt(layer, image, i, j).value;
    });
  } else if (kind === "softmax") {
    for (let k = 0; k < Y.data.length; k++) Y.data[k] = softmaxAt(layer, X, k).value;
  } else if (kind === "flatten") {
    Y.data.set(X.data);
  } else {
    const each = X.data.length / inputs;
    for (let c = 0; c < inputs; c++) {
      const own = kind === "norm" ? normOf(layer, numbers, inputs, c) : null;
      for (let k = c * each; k < (c + 1) * each; k++) Y.data[k] = CELL[kind](X.data[k], layer, own);
    }
  }
  return Y;
}

// One number of a softmax: {value, most, total}. The largest is taken off: e^1000 is no number.
function softmaxAt({ axis: along }, { shape, data }, k) {
  const step = sizeOf(shape.slice(along + 1));
  const first = k - (Math.floor(k / step) % shape[along]) * step;
  const of = Array.from({ length: shape[along] }, (_, i) => data[first + i * step]);
  const most = Math.max(...of);
  const total = added(of.map((x) => Math.exp(x - most)));
  return { value: Math.exp(data[k] - most) / total, most, total };
}

// The outputs of all layers.
export function forward(plan, numbers, X) {
  const found = [];
  for (const layer of plan) found.push((X = layerOutput(layer, numbers, X)));
  return found;
}

const range = (n) => Array.from({ length: n }, (_, k) => k);

// What a unit depends on in the output of layer `target`, or in the image (−1): {maps, rows, cols} or {numbers}. Cells in the
// padding are among them only if it is the padding of what is asked for: any other holds nothing.
export function seen(plan, size, index, unit, target) {
  const shapeOf = (k) => (k < 0 ? size : plan[k].shape);
  const [first, row, col] = unit;
  let found = shapeOf(index).length === 3 ? { maps: [first], rows: [row], cols: [col] } : { numbers: [first] };
  for (let k = index; k > target; k--) {
    const layer = plan[k];
    const before = shapeOf(k - 1);
    const { kind } = layer;
    if (before.length === 1) {
      if (kind === "linear" || kind === "softmax") found = { numbers: range(before[0]) };
    } else if (kind === "flatten") {
      const [maps, n, m] = before;
      const one = found.numbers.length === 1 && sizeOf(before) > 1;
      const [place] = found.numbers;
      found = one ? { maps: [Math.floor(place / (n * m))], rows: [Math.floor(place / m) % n], cols: [place % m] }
        : { maps: range(maps), rows: range(n), cols: range(m) };
    } else {
      const rim = plan.slice(target + 1, k).every((other) => other.kind in CELL);
      const maps = kind === "conv" ? [...new Set(found.maps.flatMap((o) => groupOf(layer, before[0], o)))]
        : kind === "softmax" && layer.axis === 0 ? range(before[0]) : found.maps;
      found = { maps, rows: along(layer, before, 0, found.rows, rim), cols: along(layer, before, 1, found.cols, rim) };
    }
  }
  return found;
}

// The same along the rows (0) or columns (1) of one layer.
function along(layer, before, which, cells, rim) {
  const n = before[1 + which];
  const { kind, geometry, size } = layer;
  const sorted = (places) => [...new Set(places)].sort((a, b) => a - b);
  if (kind === "softmax") return layer.axis === 1 + which ? range(n) : cells;
  if (kind === "adaptive") {
    return sorted(cells.flatMap((cell) => {
      const start = Math.floor((cell * n) / size[which]);
      return range(Math.ceil(((cell + 1) * n) / size[which]) - start).map((k) => start + k);
    }));
  }
  if (!geometry) return cells;
  const a = axis(geometry, n, layer.kernel[which], which);
  const places = cells.flatMap((cell) => range(a.k).map((k) => cell * a.stride - a.before + k * a.dilation));
  if (geometry.paddingMode !== "zeros") return sorted(places.map((i) => source(i, n, geometry.paddingMode)));
  return sorted(places.filter((i) => (rim ? i < n + a.after : i >= 0 && i < n)));
}

// The numbers of a trait that holds bytes.
const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const float32 = (view) => new Float32Array(bytesOf(view).slice().buffer);

// All images: [{shape, data}]. As in PyTorch a 255th is the nearest float32.
function imagesOf(pixels, [count, ...shape], whole) {
  const all = whole ? Float32Array.from(bytesOf(pixels), (x) => x / 255) : float32(pixels);
  const each = sizeOf(shape);
  return range(count).map((k) => ({ shape, data: Float64Array.from(all.subarray(k * each, (k + 1) * each)) }));
}

// Which layers are shown at one place: a batch norm, an activation beside the layer before them, Flatten beside the linear layer
// after it.
export function stagesOf(plan, joined) {
  if (!joined) return plan.map((_, k) => [k]);
  const stages = [];
  plan.forEach(({ kind, shape }, k) => {
    const last = stages.at(-1);
    const flat = shape.length === 1;
    const leads = last?.every((i) => ["flatten", "same"].includes(plan[i].kind)) && last.some((i) => plan[i].kind === "flatten");
    if (last && (kind in CELL || (kind === "softmax" && flat) || (kind === "linear" && leads))) last.push(k);
    else stages.push([k]);
  });
  return stages;
}

// Shares of one, from scores.
function shares(scores) {
  const most = Math.max(...scores);
  const powers = Array.from(scores, (x) => Math.exp(x - most));
  const total = added(powers);
  return powers.map((x) => x / total);
}
