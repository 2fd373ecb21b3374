// Computes golden cases with core.js: `node run_core.mjs path/to/core.js < cases.json > results.json`. The same function
// runs inside the browser (see test_core.py).
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

export function results(core, cases) {
  return cases.map(({ kind, picture, kernel, geometry, countIncludePad, upstream }) => {
    const [X, K] = [core.fromRows(picture), core.fromRows(kernel)];
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

if (process.argv[2]) {
  const core = await import(pathToFileURL(process.argv[2]));
  console.log(JSON.stringify(results(core, JSON.parse(readFileSync(0, "utf8")))));
}
