// What core.js makes of golden cases: under node (run_core.mjs) and inside a browser (test_core.py).
export function results(core, cases) {
  return cases.map(({ kind, image, kernel, geometry, countIncludePad, upstream }) => {
    const [X, K] = [core.fromRows(image), core.fromRows(kernel)];
    const pooling = kind === "max" || kind === "avg";
    if (core.complaint(X, K, geometry)) return null;
    const size = core.outputSize(X, K, geometry);
    let Y;
    if (kind === "correlate") Y = core.correlate(X, K, geometry);
    if (kind === "gradient") Y = core.inputGradient(X, K, geometry, core.fromRows(upstream));
    if (pooling) Y = core.pool(X, K, geometry, { kind, countIncludePad });
    if (kind !== "gradient" && (Y.rows !== size[0] || Y.cols !== size[1])) return "size";
    return core.toRows(Y).map((row) => row.map(String)); // JSON knows no infinity
  });
}
