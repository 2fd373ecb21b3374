// The network explorer on canvases: numbers as colours, feature maps, images, and the frames around parts of them.

const FINE = 3; // pixels of its canvas for each of the page's: an odd number, so that the page shows the middle one
const greatest = (data) => data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const least = (data) => data.reduce((low, x) => Math.min(low, x), Infinity);

const cellsOnly = (shape) => shape.length === 1 || shape[1] * shape[2] === 1; // one number a map: drawn as a column of cells

const sized = ({ style }, width, height) => Object.assign(style, { width: `${width}px`, height: `${height}px` });
const screen = () => h("canvas", { "aria-hidden": "true" });

// How many columns of cells, and how large: at most 170 pixels high.
function columnsOf(n) {
  const side = [20, 14, 11, 9, 7, 6, 5, 4, 3, 2].find((s) => Math.ceil(n / Math.floor(176 / s)) * s <= 132) ?? 2;
  const rows = Math.min(n, Math.floor(176 / side));
  return { side, rows, cols: Math.ceil(n / rows) };
}

// Paints numbers by their sign. `themed` takes the colours from the page, and must be called once before.
function painter(main) {
  const STEPS = 255;
  const dot = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  let colours = new Uint32Array();
  function themed() {
    const { zero, positive, negative } = signs(main);
    colours = Uint32Array.from({ length: 2 * STEPS + 1 }, (_, k) => dot(zero.map((x, rgb) => Math.round(x + ((k < STEPS ? negative : positive)[rgb] - x) * (Math.abs(k - STEPS) / STEPS)))));
  }
  const shade = (x, scale) => colours[Math.max(0, Math.min(2 * STEPS, Math.round(STEPS + (STEPS * x) / scale) || 0))];
  // The same for a style: color-mix() would be worked out anew with every key.
  function tint(x, scale) {
    const colour = shade(x, scale);
    return `rgb(${colour & 255} ${(colour >> 8) & 255} ${(colour >> 16) & 255})`;
  }

  // Numbers on a canvas, a pixel each, from −scale to scale.
  function paint(canvas, { rows, cols, data }, scale) {
    if (canvas.width !== cols || canvas.height !== rows) Object.assign(canvas, { width: cols, height: rows });
    const bitmap = new ImageData(cols, rows);
    const dots = new Uint32Array(bitmap.data.buffer);
    for (let k = 0; k < dots.length; k++) dots[k] = shade(data[k], scale);
    canvas.getContext("2d").putImageData(bitmap, 0, 0);
  }
  // The maps of a stage on its one canvas: a browser lays out few canvases faster than many.
  const brush = screen();
  function paintMaps({ canvas, places }, X, scale) {
    const [, top, width, height] = places.at(-1);
    const right = Math.max(...places.map(([x]) => x)) + width;
    Object.assign(canvas, { width: right * FINE, height: (top + height) * FINE });
    sized(canvas, right, top + height);
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    places.forEach((place, c) => {
      paint(brush, plane(X, c), scale);
      context.drawImage(brush, ...place.map((x) => x * FINE));
    });
  }
  function paintCells({ canvas, frames: [{ element }] }, data, scale) {
    const { side, rows, cols } = columnsOf(data.length);
    const step = 2 * side; // two pixels of the canvas for each of the page's
    const inner = step - (side > 3 ? 2 : 1);
    Object.assign(canvas, { width: cols * step, height: rows * step });
    const context = canvas.getContext("2d");
    data.forEach((x, k) => {
      context.fillStyle = tint(x, scale);
      context.fillRect(Math.floor(k / rows) * step + 1, (k % rows) * step + 1, inner, inner);
    });
    for (const each of [canvas, element]) sized(each, cols * side, rows * side);
  }
  return { themed, tint, paint, paintMaps, paintCells };
}

// How many images stand beside each other for one: three channels are one, in colours.
const panesOf = (channels) => (channels === 3 ? 1 : channels);

/**
 * The image itself: in colours if it has three channels, otherwise grey, channel beside channel. The ends are shown black and white.
 * @param {any} canvas
 * @param {Output} image
 * @param {number[]} ends
 */
function paintImage(canvas, { shape: [channels, rows, cols], data }, [low, high]) {
  const grey = (x) => Math.max(0, Math.min(255, Math.round((255 * (x - low)) / (high - low))));
  const many = panesOf(channels);
  Object.assign(canvas, { width: cols * many, height: rows });
  const bitmap = new ImageData(cols * many, rows);
  for (let c = 0; c < many; c++) {
    for (let k = 0; k < rows * cols; k++) {
      const at = 4 * (Math.floor(k / cols) * cols * many + c * cols + (k % cols));
      for (let rgb = 0; rgb < 3; rgb++) bitmap.data[at + rgb] = grey(data[(many > 1 ? c : channels === 3 ? rgb : 0) * rows * cols + k]);
      bitmap.data[at + 3] = 255;
    }
  }
  canvas.getContext("2d").putImageData(bitmap, 0, 0);
}
