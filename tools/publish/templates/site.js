// What a page does beyond showing itself: the other language at the same place, light and dark, the search.

// The other language: the first cell that is still to be seen has the same id there.
const other = document.querySelector("a.other");
const page = other.getAttribute("href");
other.addEventListener("click", () => {
  const here = [...document.querySelectorAll("main > section.cell")].find((cell) => cell.getBoundingClientRect().bottom > 80);
  if (here && scrollY > 40) other.setAttribute("href", `${page}#${here.id}`);
});

document.querySelector("button.theme").addEventListener("click", () => {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try { localStorage.setItem("theme", theme); } catch { /* a page from a file may have no memory */ }
});

// The search: every word must occur in a section; where it occurs in the heading counts most.
const field = document.querySelector(".search input");
const found = document.querySelector("#found");
const RESULTS = 8;

function matches(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return null;
  return PLACES.map((place) => {
    const [heading, text] = [`${place.title} ${place.heading}`.toLowerCase(), place.text.toLowerCase()];
    if (!words.every((word) => heading.includes(word) || text.includes(word))) return null;
    return { place, at: text.indexOf(words[0]), score: words.filter((word) => heading.includes(word)).length };
  }).filter(Boolean).sort((a, b) => b.score - a.score).slice(0, RESULTS);
}

function show() {
  const hits = matches(field.value);
  found.hidden = hits === null;
  if (hits === null) return;
  found.replaceChildren(...hits.map(({ place, at }) => {
    const [item, link, name, snippet] = ["li", "a", "b", "span"].map((tag) => document.createElement(tag));
    link.href = place.page;
    name.textContent = place.heading === place.title ? place.title : `${place.title} › ${place.heading}`;
    snippet.textContent = at < 0 ? "" : `… ${place.text.slice(Math.max(0, at - 40), at + 80)} …`;
    link.append(name, snippet);
    item.append(link);
    return item;
  }));
  if (!hits.length) found.append(Object.assign(document.createElement("li"), { textContent: WORDS.nothing }));
}

field.addEventListener("input", show);
field.addEventListener("keydown", (event) => {
  if (event.key === "Escape") field.value = "", show();
  if (event.key === "Enter") found.querySelector("a")?.click();
  if (event.key === "ArrowDown") event.preventDefault(), found.querySelector("a")?.focus();
});
found.addEventListener("click", () => (found.hidden = true));
