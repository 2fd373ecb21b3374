// Checks the scripts that go into pages: `npm run lint`. A page gets the files of an explorer one after the other, as one module;
// so that module is what ESLint and TypeScript are given, and what they find is told at its place in the file.
//
//   node tools/lint/scripts.mjs               all scripts of d2lutil; the modules stay in build/scripts/
//   node tools/lint/scripts.mjs --write       writes the modules only, for which nothing must be installed
//   node tools/lint/scripts.mjs NAME.js ...   an explorer's script anywhere, with its NAME_*.js
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const BUILD = join(ROOT, "build");
const EXPLORERS = join(ROOT, "d2lutil/explorers/static");
const EXAMPLE = join(ROOT, "tests/explorers/example/static");
const WIDGETS = join(ROOT, "d2lutil/widgets/static");
const VIEW = join(WIDGETS, "view.js");
const SHARED = [join(EXPLORERS, "core.js"), VIEW, join(EXPLORERS, "grid.js")]; // as d2lutil/explorers/base.py has them

// An explorer's own files, NAME_*.js before NAME.js.
function ownFiles(script) {
  const [folder, name] = [dirname(script), basename(script, ".js")];
  const parts = readdirSync(folder).filter((file) => file.startsWith(`${name}_`) && file.endsWith(".js")).sort();
  return [...parts.map((file) => join(folder, file)), script];
}

// The files of each module. Whatever has a style sheet is an explorer.
function modulesOf(scripts) {
  const named = scripts.map((script) => [basename(script, ".js"), [...SHARED, ...ownFiles(resolve(script))]]);
  if (named.length) return Object.fromEntries(named);
  const styles = [EXPLORERS, EXAMPLE].flatMap((folder) => readdirSync(folder).map((file) => join(folder, file))).filter((file) => file.endsWith(".css"));
  return {
    ...modulesOf(styles.map((file) => file.replace(/css$/, "js"))),
    monitor: [VIEW, join(WIDGETS, "monitor.js")],
    alone: [join(EXPLORERS, "alone.js")],
  };
}

// The module's text, and from which file each line comes: [{file, line}]. `export` becomes blanks, or every function of the
// shared files would count as used.
function put(files) {
  const [lines, origins] = [[], []];
  for (const file of files) {
    readFileSync(file, "utf8").trimEnd().split("\n").forEach((text, k) => {
      lines.push(text.replace(/^export (?!default)/, "       "));
      origins.push({ file, line: k + 1 });
    });
  }
  if (files.every((file) => basename(file) === "alone.js")) lines.push('alone("", {});', "export {};"); // as a page ends it
  return { text: `${lines.join("\n")}\n`, origins };
}

// What ESLint finds: [{name, line, column, rule, message}] by the module's lines.
async function lint(modules, folder) {
  const { ESLint } = await import("eslint");
  const eslint = new ESLint({ cwd: ROOT });
  const found = [];
  for (const [name, { text }] of Object.entries(modules)) {
    const [{ messages }] = await eslint.lintText(text, { filePath: join(folder, `${name}.js`) });
    for (const { line, column, ruleId, message } of messages) found.push({ name, line, column, rule: ruleId ?? "syntax", message });
  }
  return found;
}

// The same of TypeScript.
function typeCheck(folder) {
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", include: ["*.js"] }));
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const { stdout, stderr, status } = spawnSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { cwd: folder, encoding: "utf8" });
  const found = [];
  for (const text of stdout.split("\n")) {
    const place = text.match(/^(\w+)\.js\((\d+),(\d+)\): error (TS\d+): (.*)$/);
    if (place) found.push({ name: place[1], line: Number(place[2]), column: Number(place[3]), rule: place[4], message: place[5] });
    else if (text.startsWith("  ") && found.length) found.at(-1).message += `\n  ${text}`;
    else if (text) throw new Error(text);
  }
  if (status && !found.length) throw new Error(stderr || `tsc ended with ${status}`);
  return found;
}

// Each finding once, at its place: a shared file is in many modules. A shared function is unused if no module uses it.
function placed(found, modules, complete) {
  const places = new Map();
  for (const { name, line, column, rule, message } of found) {
    const { file, line: at } = modules[name].origins[line - 1] ?? { file: join(BUILD, `scripts/${name}.js`), line };
    const key = `${relative(ROOT, file)}:${at}:${column}  ${rule}  ${message}`;
    places.set(key, { file, rule, names: new Set([...(places.get(key)?.names ?? []), name]) });
  }
  const holding = (file) => Object.values(modules).filter(({ files }) => files.includes(file)).length;
  const shared = (file) => SHARED.includes(file);
  return [...places].filter(([, { file, rule, names }]) => rule !== "no-unused-vars" || !shared(file) || (complete && names.size === holding(file)))
    .map(([text]) => text).sort();
}

const scripts = process.argv.slice(2).filter((argument) => argument !== "--write");
const modules = Object.fromEntries(Object.entries(modulesOf(scripts)).map(([name, files]) => [name, { files, ...put(files) }]));
mkdirSync(join(BUILD, "scripts"), { recursive: true });
const folder = scripts.length ? mkdtempSync(join(BUILD, "scripts-")) : join(BUILD, "scripts");
for (const file of readdirSync(folder)) rmSync(join(folder, file));
for (const [name, { text }] of Object.entries(modules)) writeFileSync(join(folder, `${name}.js`), text);
if (!process.argv.includes("--write")) {
  const found = placed([...(await lint(modules, folder)), ...typeCheck(folder)], modules, !scripts.length);
  for (const text of found) console.log(text);
  console.log(found.length ? `${found.length} to be put right` : `${Object.keys(modules).length} scripts: nothing found`);
  process.exitCode = found.length ? 1 : 0;
}
if (scripts.length) rmSync(folder, { recursive: true });
