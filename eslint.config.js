// What is looked for in the scripts: those of explorers as one module each, which tools/lint/scripts.mjs puts together, those of
// pages as they are, and those for Node.
import js from "@eslint/js";
import globals from "globals";

const rules = {
  ...js.configs.recommended.rules,
  "array-callback-return": "error",
  eqeqeq: "error",
  "no-promise-executor-return": "error",
  "no-self-compare": "error",
  "no-template-curly-in-string": "error",
  "no-unmodified-loop-condition": "error",
  "no-unreachable-loop": "error",
  "no-unused-vars": ["error", { args: "after-used", caughtErrors: "all" }],
  "no-var": "error",
  "prefer-const": ["error", { destructuring: "all" }],
};

// What decks and the site define in the page itself.
const page = { Reveal: "readonly", RevealNotes: "readonly", WORDS: "readonly", PLACES: "readonly" };

export default [
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  { ignores: ["**/static/*.js"] }, // checked as modules
  { files: ["build/scripts*/*.js"], rules, languageOptions: { globals: globals.browser } },
  { files: ["tools/publish/templates/*.js", "tests/**/*.js"], rules, languageOptions: { globals: { ...globals.browser, ...page }, sourceType: "script" } },
  { files: ["**/*.mjs", "eslint.config.js"], rules, languageOptions: { globals: globals.node } },
];
