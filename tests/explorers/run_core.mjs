// Computes golden cases with core.js: `node run_core.mjs path/to/core.js < cases.json > results.json`.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { results } from "./core_results.mjs";

const core = await import(pathToFileURL(process.argv[2]));
console.log(JSON.stringify(results(core, JSON.parse(readFileSync(0, "utf8")))));
