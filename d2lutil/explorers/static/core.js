// The arithmetic of the explorers: sizes, windows, correlation, pooling, gradients. It knows nothing of a page, and is held
// to PyTorch by tests, under node and in a browser. A matrix is {rows, cols, data}, row by row; indices count from 0.
// Numbers are doubles, as in JavaScript always.

/** @typedef {{rows: number, cols: number, data: Float64Array}} Matrix */
/** @type {(rows: number, cols: number, data?: Float64Array) => Matrix} */
export const matrix = (rows, cols, data = new Float64Array(rows * cols)) => ({ rows, cols, data });

export const fromRows = (rows) => matrix(rows.length, rows[0]?.length ?? 0, Float64Array.from(rows.flat()));

export const toRows = ({ rows, cols, data }) =>
  Array.from({ length: rows }, (_, i) => Array.from(data.slice(i * cols, (i + 1) * cols)));

// What a geometry says if nobody says anything: one value for the rows, one for the columns.
export const DEFAULTS = {
  padding: { top: 0, bottom: 0, left: 0, right: 0 },
  paddingMode: "zeros", // "zeros", "reflect", "replicate", "circular"
  stride: [1, 1],
  dilation: [1, 1],
  ceilMode: false,
};

// One axis of a geometry: n cells, k kernel cells, and what lies between them.
export function axis(geometry, n, k, which) {
  const { padding, stride, dilation, ceilMode } = { ...DEFAULTS, ...geometry };
  const [before, after] = which === 0 ? [padding.top, padding.bottom] : [padding.left, padding.right];
  return { n, k, before, after, stride: stride[which], dilation: dilation[which], ceil: ceilMode };
}

// How many cells a dilated kernel spans.
export const span = ({ k, dilation }) => dilation * (k - 1) + 1;

// Positions of the window along an axis; 0 if it does not fit. With ceil a last window may reach beyond the end, if it begins
// inside the image or the padding before it: PyTorch's rule.
export function outputLength(a) {
  const room = a.n + a.before + a.after - span(a);
  let length = (a.ceil ? Math.ceil(room / a.stride) : Math.floor(room / a.stride)) + 1;
  if (a.ceil && (length - 1) * a.stride >= a.n + a.before) length -= 1;
  return Math.max(0, length);
}

// Cells of the padded axis that no window reaches, because the last step would not fit.
export const dropped = (a) => {
  const length = outputLength(a);
  return length ? Math.max(0, a.n + a.before + a.after - ((length - 1) * a.stride + span(a))) : 0;
};

// Which cell of the image stands at place i of the axis (padding has i < 0 or i >= n); -1 where nothing stands.
export function source(i, n, mode) {
  if (i >= 0 && i < n) return i;
  if (mode === "replicate") return i < 0 ? 0 : n - 1;
  if (mode === "circular") return ((i % n) + n) % n;
  if (mode === "reflect") return i < 0 ? -i : 2 * (n - 1) - i;
  return -1;
}

// Why a geometry gives no output, as {code, ...numbers}, or null if it does. The words are the page's business.
export function complaint(image, kernel, geometry) {
  const { padding, paddingMode, stride, dilation } = { ...DEFAULTS, ...geometry };
  const counts = [...Object.values(padding), ...stride, ...dilation];
  if (!counts.every((c) => Number.isInteger(c) && c >= 0)) return { code: "not a count" };
  if (stride.some((s) => s < 1)) return { code: "stride" };
  if (dilation.some((d) => d < 1)) return { code: "dilation" };
  for (const which of [0, 1]) {
    const [n, k] = which === 0 ? [image.rows, kernel.rows] : [image.cols, kernel.cols];
    if (n < 1 || k < 1) return { code: "empty" };
    const a = axis(geometry, n, k, which);
    const most = Math.max(a.before, a.after);
    if (paddingMode === "reflect" && most >= n) return { code: "reflect", which, n, most };
    if (paddingMode === "circular" && most > n) return { code: "circular", which, n, most };
    if (outputLength(a) < 1) {
      return { code: "too large", which, span: span(a), room: n + a.before + a.after };
    }
  }
  return null;
}

export function outputSize(image, kernel, geometry) {
  return [
    outputLength(axis(geometry, image.rows, kernel.rows, 0)),
    outputLength(axis(geometry, image.cols, kernel.cols, 1)),
  ];
}

// The cells under the window of output (i, j), kernel cell by kernel cell: {a, b} in the kernel, {row, col} in the image's
// coordinates (outside of it in the padding), inside: whether a cell of the image stands there, from: that cell's index, value.
export function windowCells(image, kernel, geometry, i, j) {
  const { paddingMode } = { ...DEFAULTS, ...geometry };
  const r = axis(geometry, image.rows, kernel.rows, 0);
  const c = axis(geometry, image.cols, kernel.cols, 1);
  const cells = [];
  for (let a = 0; a < kernel.rows; a++) {
    for (let b = 0; b < kernel.cols; b++) {
      const row = i * r.stride - r.before + a * r.dilation;
      const col = j * c.stride - c.before + b * c.dilation;
      const fromRow = source(row, image.rows, paddingMode);
      const fromCol = source(col, image.cols, paddingMode);
      const from = fromRow < 0 || fromCol < 0 ? -1 : fromRow * image.cols + fromCol;
      const inside = row >= 0 && row < image.rows && col >= 0 && col < image.cols;
      cells.push({ a, b, row, col, inside, from, value: from < 0 ? 0 : image.data[from] });
    }
  }
  return cells;
}

// A true convolution is a correlation with this.
export const rotated = ({ rows, cols, data }) => matrix(rows, cols, Float64Array.from(data).reverse());

export function correlate(image, kernel, geometry = {}) {
  const { paddingMode } = { ...DEFAULTS, ...geometry };
  const r = axis(geometry, image.rows, kernel.rows, 0);
  const c = axis(geometry, image.cols, kernel.cols, 1);
  const out = matrix(outputLength(r), outputLength(c));
  const from = image.data;
  const to = out.data;
  // For each kernel cell: which rows and columns of the image it meets. Looked up once, not for each output cell.
  for (let a = 0; a < kernel.rows; a++) {
    for (let b = 0; b < kernel.cols; b++) {
      const weight = kernel.data[a * kernel.cols + b];
      if (!weight) continue;
      const first = b * c.dilation - c.before;
      const last = first + (out.cols - 1) * c.stride;
      // Cell after cell of the image itself: nothing to look up.
      const plain = c.stride === 1 && first >= 0 && last < image.cols;
      const columns = plain ? null : Int32Array.from({ length: out.cols }, (_, j) => source(first + j * c.stride, image.cols, paddingMode));
      for (let i = 0; i < out.rows; i++) {
        const row = source(i * r.stride - r.before + a * r.dilation, image.rows, paddingMode);
        if (row < 0) continue;
        const start = row * image.cols;
        const target = i * out.cols;
        if (plain) {
          for (let j = 0; j < out.cols; j++) to[target + j] += weight * from[start + first + j];
          continue;
        }
        for (let j = 0; j < out.cols; j++) {
          if (columns[j] >= 0) to[target + j] += weight * from[start + columns[j]];
        }
      }
    }
  }
  return out;
}

// Max or average pooling with a window of the kernel's size. Max pads with minus infinity. What the average divides by:
// the padded cells too, if countIncludePad says so, but never what a ceil window reaches beyond the padding.
export function pool(image, kernel, geometry = {}, { kind = "max", countIncludePad = true } = {}) {
  const r = axis(geometry, image.rows, kernel.rows, 0);
  const c = axis(geometry, image.cols, kernel.cols, 1);
  const out = matrix(outputLength(r), outputLength(c));
  for (let i = 0; i < out.rows; i++) {
    for (let j = 0; j < out.cols; j++) {
      const cells = windowCells(image, kernel, { ...geometry, paddingMode: "zeros" }, i, j);
      out.data[i * out.cols + j] = pooled(cells, image, { r, c, kind, countIncludePad }).value;
    }
  }
  return out;
}

// What a pooling window answers: {value, count, winner}: the number it divides by, or the cell (of `cells`) it took.
export function pooled(cells, image, { r, c, kind, countIncludePad }) {
  const real = cells.filter((cell) => cell.inside);
  if (kind === "max") {
    let winner = null;
    for (const cell of real) if (!winner || cell.value > winner.value) winner = cell;
    return { value: winner ? winner.value : -Infinity, count: real.length, winner };
  }
  const padded = cells.filter((cell) => cell.row < image.rows + r.after && cell.col < image.cols + c.after);
  const count = countIncludePad ? padded.length : real.length;
  const total = real.reduce((sum, cell) => sum + cell.value, 0);
  return { value: total / count, count, winner: null };
}

// The gradient to the image of sum(upstream * correlate(image, kernel)): every output cell lays its number, times the
// kernel, over the cells that it read.
export function inputGradient(image, kernel, geometry, upstream) {
  const gradient = matrix(image.rows, image.cols);
  for (let i = 0; i < upstream.rows; i++) {
    for (let j = 0; j < upstream.cols; j++) {
      const g = upstream.data[i * upstream.cols + j];
      for (const cell of windowCells(image, kernel, geometry, i, j)) {
        if (cell.from >= 0) gradient.data[cell.from] += g * kernel.data[cell.a * kernel.cols + cell.b];
      }
    }
  }
  return gradient;
}

// The output cells whose windows read a cell of the image, with the kernel cell by which they do.
export function readers(image, kernel, geometry, row, col) {
  const [rows, cols] = outputSize(image, kernel, geometry);
  const found = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      for (const cell of windowCells(image, kernel, geometry, i, j)) {
        if (cell.from === row * image.cols + col) found.push({ i, j, a: cell.a, b: cell.b });
      }
    }
  }
  return found;
}

// A number as a reader likes it: few digits, and a minus sign that is as wide as a plus.
export function format(value, digits = 3) {
  if (value === -Infinity) return "−∞";
  if (value === Infinity) return "∞";
  if (Number.isNaN(value)) return "NaN";
  const rounded = Number(value.toPrecision(digits + 1));
  const text = Math.abs(rounded) >= 1e5 || (rounded !== 0 && Math.abs(rounded) < 1e-3)
    ? rounded.toExponential(1)
    : String(Number(rounded.toFixed(digits)));
  return (text === "-0" ? "0" : text).replaceAll("-", "−");
}

// What a reader typed as a number, or null: both minus signs, a comma for a point, a fraction.
export function parse(text) {
  const plain = String(text).trim().replaceAll("−", "-").replace(",", ".");
  const fraction = plain.match(/^(-?\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/);
  if (fraction && Number(fraction[2])) return Number(fraction[1]) / Number(fraction[2]);
  const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
  return Number.isFinite(number) ? number : null;
}

// What an output channel is before any window: bias + the sum of weight times plane, all planes of one size.
export function weighted(planes, weights, bias = 0) {
  const out = matrix(planes[0].rows, planes[0].cols);
  out.data.fill(bias);
  planes.forEach(({ data }, c) => {
    const weight = weights[c];
    if (weight) for (let k = 0; k < data.length; k++) out.data[k] += weight * data[k];
  });
  return out;
}

// An image moved down and to the right; what leaves on one side comes in on the other: torch.roll.
export function rolled({ rows, cols, data }, down, right) {
  const out = matrix(rows, cols);
  for (let i = 0; i < rows; i++) {
    const target = source(i + down, rows, "circular") * cols;
    for (let j = 0; j < cols; j++) out.data[target + source(j + right, cols, "circular")] = data[i * cols + j];
  }
  return out;
}

export const largestDifference = (a, b) => a.data.reduce((most, value, k) => Math.max(most, Math.abs(value - b.data[k])), 0);

// Sobel's kernels, 3 x 3 and 5 x 5: what they weigh along an edge, and what they subtract across it.
const SOBEL = { 3: [[1, 2, 1], [-1, 0, 1]], 5: [[1, 4, 6, 4, 1], [-1, -2, 0, 2, 1]] };

// Sobel's kernel, turned: 0 degrees finds what gets brighter to the right, 90 what gets brighter downwards.
export function edgeKernel(size, degrees) {
  const [along, across] = SOBEL[size];
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const data = along.flatMap((_, i) => along.map((_, j) => cosine * along[i] * across[j] + sine * across[i] * along[j]));
  return matrix(size, size, Float64Array.from(data, (x) => Math.round(x * 1e6) / 1e6 + 0));
}

// The angle in [0, 360) of such a kernel, or null if it is none.
export function edgeAngle(kernel) {
  const product = (a, b) => a.data.reduce((sum, x, k) => sum + x * b.data[k], 0);
  const norm = product(edgeKernel(kernel.rows, 0), edgeKernel(kernel.rows, 0));
  const part = (degrees) => product(kernel, edgeKernel(kernel.rows, degrees)) / norm;
  const degrees = ((Math.atan2(part(90), part(0)) * 180) / Math.PI + 360) % 360;
  const same = edgeKernel(kernel.rows, degrees).data.every((x, k) => Math.abs(x - kernel.data[k]) < 1e-4);
  return same ? (Math.round(degrees * 1000) / 1000) % 360 : null;
}

export const kernelSum = ({ data }) => data.reduce((sum, x) => sum + x, 0);

export const absoluteSum = ({ data }) => data.reduce((sum, x) => sum + Math.abs(x), 0);

// Whether a kernel's numbers add up to 0, but for the rounding of fractions.
export const balanced = (kernel) => Math.abs(kernelSum(kernel)) <= 1e-6 * absoluteSum(kernel);

// What normalising divides by: the sum, or where that is 0 the sum of the absolute values.
export const divisor = (kernel) => (balanced(kernel) ? absoluteSum(kernel) || 1 : kernelSum(kernel));

// How a kernel misses a target, stride 1, no padding: {residual: target − answer, loss: the sum of its squares, gradient: of
// that loss to the kernel, which is minus twice the correlation of the image with the residual}.
export function miss(image, target, kernel) {
  const answer = correlate(image, kernel);
  const residual = matrix(target.rows, target.cols, target.data.map((y, i) => y - answer.data[i]));
  const loss = residual.data.reduce((sum, r) => sum + r * r, 0);
  const { rows, cols, data } = correlate(image, residual);
  return { residual, loss, gradient: matrix(rows, cols, data.map((g) => -2 * g)) };
}

// The Hessian of that loss, 2·AᵀA with a window of rows x cols in each row of A: it depends on the image alone.
export function curvature(image, rows, cols) {
  const [n, high, wide] = [rows * cols, image.rows - rows + 1, image.cols - cols + 1];
  const H = matrix(n, n);
  const corner = (p) => Math.floor(p / cols) * image.cols + (p % cols);
  for (let p = 0; p < n; p++) {
    for (let q = p; q < n; q++) {
      let sum = 0;
      for (let i = 0; i < high; i++) {
        const [a, b] = [corner(p) + i * image.cols, corner(q) + i * image.cols];
        for (let j = 0; j < wide; j++) sum += image.data[a + j] * image.data[b + j];
      }
      H.data[p * n + q] = H.data[q * n + p] = 2 * sum;
    }
  }
  return H;
}

// Eigenvalues of a symmetric matrix, the smallest first, and their vectors, by Jacobi's rotations: [{value, vector}].
export function eigen(symmetric) {
  const n = symmetric.rows;
  const A = toRows(symmetric);
  const V = A.map((_, i) => A.map((_, j) => Number(i === j)));
  const total = Math.hypot(...symmetric.data);
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off = Math.max(off, Math.abs(A[p][q]));
    if (off <= 1e-15 * total) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (!A[p][q]) continue;
        const angle = Math.atan2(2 * A[p][q], A[q][q] - A[p][p]) / 2;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (const row of [...A, ...V]) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
        for (let k = 0; k < n; k++) [A[p][k], A[q][k]] = [c * A[p][k] - s * A[q][k], s * A[p][k] + c * A[q][k]];
      }
    }
  }
  return A.map((row, i) => ({ value: row[i], vector: V.map((v) => v[i]) })).sort((a, b) => a.value - b.value);
}
