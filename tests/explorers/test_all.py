"""What holds for every explorer: keyboard, focus, names, touch, zoom, themes, languages, copies, wrong entries.

Samples are in samples.py, what is measured in audit.js."""

import json
import re
import subprocess
from pathlib import Path

import pytest

import d2lutil as d2l
from d2lutil.explorers import WindowExplorer
from explorers.samples import SAMPLES
from explorers.test_core import CORE, node

HERE = Path(__file__).parent
STATIC = CORE.parent
AUDIT = (HERE / "audit.js").read_text(encoding="utf-8")
MAIN = "document.querySelectorAll('.d2l-explorer')"
HAN = re.compile(r"[一-鿿]")

every = pytest.mark.parametrize("name", SAMPLES)
each_kind = pytest.mark.parametrize("name", [name for name in SAMPLES if "," not in name])


def settle(page):
    """Wait for the next painted frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def calm(page):
    """Wait until what is shown has not changed for a while: some explorers draw in parts, and speak a moment later."""
    page.evaluate(
        f"""() => new Promise((done) => {{
            let [last, since] = ["", performance.now()];
            const look = () => {{
                const now = [...{MAIN}].map(audit.state).join();
                if (now !== last) [last, since] = [now, performance.now()];
                if (performance.now() - since > 500) done();
                else requestAnimationFrame(look);
            }};
            look();
        }})"""
    )


@pytest.fixture
def shown(alone):
    """The page with one explorer or several of its kind, everything folded open, and the audit at hand."""

    def show(name, lang="en", copies=1, **options):
        d2l.use_language(lang)
        page = alone(*(SAMPLES[name].make() for _ in range(copies)), **options)
        page.add_script_tag(content=AUDIT)
        page.evaluate("document.querySelectorAll('.d2l-explorer details').forEach((d) => (d.open = true))")
        page.wait_for_function(
            "[...document.querySelectorAll('.d2l-explorer')].every((e) => Object.keys(e.dataset).length)"
        )
        settle(page)
        return page

    return show


def asked(page, question, number=0):
    """What the audit says about an explorer."""
    return page.evaluate(f"audit.{question}({MAIN}[{number}])")


def changes(page, before, number=0):
    """Wait until the explorer shows something else."""
    page.wait_for_function(f"(before) => audit.state({MAIN}[{number}]) !== before", arg=before)


def test_the_audit_finds_what_is_wrong(shown):
    """A measure that never finds anything would be worth nothing."""
    page = shown("window")
    assert asked(page, "faint") == asked(page, "cramped") == []
    page.add_style_tag(content=".d2l-sum { color: #999 !important } .d2l-shapes { margin-top: -30px }")
    page.add_style_tag(content=".d2l-explorer button { border-color: #ccc !important }")
    assert any(line.startswith("text") for line in asked(page, "faint"))
    assert any(line.startswith("edge") for line in asked(page, "faint"))
    assert any(line.startswith("overlap") for line in asked(page, "cramped"))
    page.add_style_tag(content=".d2l-panels { width: 2000px }")
    assert any("wide" in line for line in asked(page, "cramped"))


# --- keyboard


@each_kind
def test_every_control_is_reached_with_tab_and_its_focus_is_seen(shown, name):
    page = shown(name)
    count = page.evaluate(f"audit.focusable({MAIN}[0]).length")
    assert count
    rings = []
    for k in range(count):
        page.keyboard.press("Tab")
        ring = page.evaluate("audit.ring(document.activeElement)")
        assert page.evaluate(f"audit.focusable({MAIN}[0]).indexOf(document.activeElement)") == k, ring["label"]
        rings.append(ring)
    assert [ring for ring in rings if ring["width"] < 2 or ring["contrast"] < 3] == []
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.d2l-explorer')"), "Tab leads out again"


@each_kind
def test_nothing_that_the_mouse_can_use_is_beyond_the_keyboard(shown, name):
    page = shown(name)
    # What Tab leaves out is a cell of a table or one of several choices, which the arrow keys reach, or does the same
    # as another control.
    left_out = page.evaluate(
        f"""() => {{
            const main = {MAIN}[0];
            const reached = audit.focusable(main);
            const twins = (e) => reached.some((other) => e.ariaLabel && other.ariaLabel === e.ariaLabel);
            const all = [...main.querySelectorAll("button, input, select, textarea, summary, a, [tabindex]")];
            return all.filter((e) => audit.seen(e) && !e.disabled && !reached.includes(e))
                .filter((e) => !e.closest("table[role=grid], [role=radiogroup]") && !twins(e)).map(audit.label);
        }}"""
    )
    assert left_out == []
    tables = page.locator(".d2l-explorer table[role=grid]:visible")
    for k in range(tables.count()):
        table = tables.nth(k)
        rows, cols = table.locator("tr").count(), table.locator("tr").first.locator("td").count()
        table.locator("[tabindex='0']").focus()
        for key in ["ArrowDown"] * (rows - 1) + ["End"]:
            page.keyboard.press(key)
        at = "[document.activeElement.closest('tr').rowIndex, document.activeElement.closest('td').cellIndex]"
        assert page.evaluate(at) == [rows - 1, cols - 1]
    # What is no ordinary control answers to the arrow keys.
    special = page.locator(".d2l-explorer [tabindex='0']:visible:not(td *)")
    for k in range(special.count()):
        if k == special.count():  # what was done to the others has hidden the last
            break
        special.nth(k).focus()
        settle(page)
        before = asked(page, "state")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        changes(page, before)
    # And ordinary ones are not kept from what they do.
    controls = page.locator(".d2l-explorer :is(select, [type=range]:not([tabindex]), [type=checkbox]):visible:enabled")
    for control in [controls.nth(k) for k in range(controls.count())]:
        value = "(e) => (e.type === 'checkbox' ? e.checked : e.value)"
        before = control.evaluate(value)
        control.focus()
        found = set()
        for key in {"checkbox": ["Space"]}.get(control.evaluate("(e) => e.type"), ["ArrowDown", "ArrowUp"]):
            page.keyboard.press(key)
            found.add(control.evaluate(value))
        assert found != {before}, control.evaluate("audit.label")


# --- names, and what is said


@every
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_everything_has_a_name_in_the_reader_s_language(shown, name, lang):
    page = shown(name, lang)
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    named = {"button", "textbox", "spinbutton", "combobox", "checkbox", "slider", "image", "img", "application", "grid",
             "table", "Canvas", "group", "DisclosureTriangle", "graphics-document"}  # fmt: skip
    asks = [node for node in tree if not node["ignored"] and node.get("role", {}).get("value") in named]
    assert len(asks) > 3
    nameless = [node["role"]["value"] for node in asks if not node.get("name", {}).get("value", "").strip()]
    # The group of a <details> takes its name from the summary inside it, which is in the tree as well.
    details = page.locator(".d2l-explorer details:visible").count()
    assert nameless.count("group") <= details
    assert [role for role in nameless if role != "group"] == []
    assert page.locator(".d2l-explorer").get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[lang]
    unseen = page.evaluate(
        f"""[...{MAIN}[0].querySelectorAll("canvas, svg")].filter((e) =>
                !e.closest("[aria-hidden=true]") && !e.closest("[aria-label]:is(canvas, svg)")).map(audit.label)"""
    )
    assert unseen == []


@each_kind
def test_an_act_is_said_politely(shown, name):
    sample = SAMPLES[name]
    page = shown(name)
    page.evaluate(
        f"""() => {{
            window.said = [];
            for (const region of {MAIN}[0].querySelectorAll("[aria-live]")) {{
                if (region.getAttribute("aria-live") !== "polite") continue;
                new MutationObserver(() => window.said.push(region.textContent))
                    .observe(region, {{childList: true, characterData: true, subtree: true}});
            }}
        }}"""
    )
    calm(page)
    page.evaluate("window.said.length = 0")
    page.locator(".d2l-explorer").locator(sample.on).first.focus()
    page.keyboard.press(sample.key)
    page.wait_for_function("window.said.some((text) => /\\d/.test(text))")


@every
def test_the_chinese_edition_has_no_english_word_and_the_english_one_no_chinese(shown, name):
    allowed = {*SAMPLES[name].code, "Shift", "Home", *"xXYTft"}
    texts = asked(shown(name, "zh"), "texts")
    assert any(HAN.search(text) for text in texts)
    left = {word for text in texts for word in re.findall(r"[A-Za-z][A-Za-z_]*", text)} - allowed
    assert left == set()
    assert [text for text in asked(shown(name, "en"), "texts") if HAN.search(text)] == []


def test_both_languages_have_the_same_words():
    """In every script: the same keys, functions of as many arguments, lists of the same length, nothing empty."""
    scripts = {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")}
    tables = {
        name: re.search(r"^const WORDS = .*?^};", text, re.MULTILINE | re.DOTALL) for name, text in scripts.items()
    }
    tables = {name: found.group() for name, found in tables.items() if found}
    assert len(tables) >= 5
    program = """
        const shape = (x) => {
            if (typeof x === "function") return `function of ${x.length}`;
            if (typeof x === "string") return x ? "text" : "EMPTY";
            if (Array.isArray(x)) return x.map(shape);
            return Object.fromEntries(Object.keys(x).sort().map((k) => [k, shape(x[k])]));
        };
        const tables = Object.entries(JSON.parse(require("fs").readFileSync(0, "utf8")));
        const words = (text) => Object.entries(new Function(`${text} return WORDS;`)());
        const found = tables.map(([name, text]) => [name, words(text).map(([lang, all]) => [lang, shape(all)])]);
        console.log(JSON.stringify(found));
    """
    done = subprocess.run(
        [node(), "-e", program], input=json.dumps(tables), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    for name, languages in json.loads(done.stdout):
        words = dict(languages)
        assert set(words) == {"en", "zh"}, name
        assert words["en"] == words["zh"], name
        assert "EMPTY" not in json.dumps(words["en"]), name


# --- touch


@each_kind
def test_a_finger_can_tap_and_draw(shown, name):
    page = shown(name, has_touch=True)
    place = page.locator(".d2l-explorer").locator(SAMPLES[name].touch).first
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    at = [[box["x"] + share * box["width"], box["y"] + 0.7 * box["height"]] for share in (0.2, 0.4, 0.6, 0.8)]
    before = asked(page, "state")
    if name != "equivariance":  # there only a drag means something
        page.touchscreen.tap(*at[0])
        changes(page, before)
    settle(page)
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": at[0][0], "y": at[0][1]}]})
    settle(page)
    begun = asked(page, "state")
    for x, y in at[1:]:
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
        settle(page)
    changes(page, begun)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


# --- sizes, themes, movement


@every
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_is_cut_or_covered(shown, name, lang):
    """On a wide screen, on a narrow one, and at 200 %: that halves the width that a page of 1280 pixels has."""
    page = shown(name, lang)
    for width in (1280, 800, 640):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert asked(page, "cramped") == [], width
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.body.style.zoom = 2")
    settle(page)
    assert asked(page, "cramped") == []


@every
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_edges_stand_out(shown, name, theme):
    page = shown(name, theme=theme)
    assert asked(page, "faint") == []
    dark = page.evaluate(f"getComputedStyle({MAIN}[0]).backgroundColor.match(/\\d+/g).slice(0, 3).every((x) => x < 60)")
    assert dark == (theme == "dark")


def test_text_and_edges_stand_out_in_jupyterlab_s_themes(lab):
    page = lab(
        f"import sys; sys.path.insert(0, {str(HERE.parent)!r})\nfrom explorers.samples import SAMPLES",
        "display(*(sample.make() for sample in SAMPLES.values()))",
    )
    page.wait_for_function(f"{MAIN}.length === {len(SAMPLES)}")
    page.add_script_tag(content=AUDIT)
    for theme in ("Dark", "Light"):
        page.evaluate(f"jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})")
        page.wait_for_function(f"document.body.dataset.jpThemeName === 'JupyterLab {theme}'")
        settle(page)
        found = {name: asked(page, "faint", number) for number, name in enumerate(SAMPLES)}
        assert {name: faint for name, faint in found.items() if faint} == {}, theme


@each_kind
def test_nothing_moves_for_those_who_do_not_want_it(shown, name):
    page = shown(name, reduced_motion="reduce")
    sample = SAMPLES[name]
    assert asked(page, "moving") == []
    page.locator(".d2l-explorer").locator(sample.on).first.focus()
    page.keyboard.press(sample.key)
    settle(page)
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("name", ["window", "learner"])
def test_play_goes_on_in_steps_for_them(shown, name):
    page = shown(name, reduced_motion="reduce")
    play = page.get_by_role("button", name="Play")
    play.click()
    for _ in range(3):
        changes(page, asked(page, "state"))
    assert page.evaluate("document.getAnimations().length") == 0
    page.get_by_role("button", name="Pause").click()


# --- copies and neighbours


@each_kind
def test_two_copies_do_not_disturb_each_other(shown, name):
    page = shown(name, copies=2)
    calm(page)
    first, second = asked(page, "state"), asked(page, "state", 1)
    acted = page.locator(".d2l-explorer").nth(1).locator(SAMPLES[name].on).first
    acted.focus()
    page.keyboard.press(SAMPLES[name].key)
    changes(page, second, 1)
    calm(page)
    assert asked(page, "state") == first


@each_kind
def test_other_explorers_styles_change_nothing(shown, name):
    """Styles are global: JupyterLab keeps those of every explorer of every open notebook."""
    page = shown(name, reduced_motion="reduce")
    page.mouse.move(1279, 899)
    calm(page)
    before = asked(page, "looks")
    mine = SAMPLES[name].make()._css
    for other in {sample.make()._css for sample in SAMPLES.values()} - {mine}:
        page.add_style_tag(content=other)
    settle(page)
    after = asked(page, "looks")
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == []


# --- wrong entries


@every
def test_wrong_entries_are_shown_beside_their_field_and_change_nothing(shown, name):
    page = shown(name)
    fields = page.locator(".d2l-explorer input:is([type=text], [type=number]):visible")
    assert fields.count() or name.startswith("studio")
    image = f"JSON.stringify({{...{MAIN}[0].dataset}})"
    for k in range(fields.count()):
        field = fields.nth(k)
        # Of a table the first one: all of them are made by the same lines of grid.js.
        if field.evaluate("(e) => e.closest('table') && e !== e.closest('table').querySelector('input')"):
            continue
        field.focus()
        settle(page)
        before, value = page.evaluate(image), field.input_value()
        number = field.get_attribute("type") == "number"
        for wrong in ["", "e", "1e999"] + (["2.5", "-99", "99"] if number else ["a1", "1 2"]):
            field.select_text()
            page.keyboard.press("Delete")
            page.keyboard.insert_text(wrong)
            settle(page)
            about = (field.evaluate("audit.label"), wrong)
            assert field.get_attribute("aria-invalid") == "true", about
            assert field.evaluate("audit.told"), about
            assert page.evaluate(image) == before, about
        field.select_text()
        page.keyboard.insert_text(value.replace("−", "-"))
        settle(page)
        assert field.get_attribute("aria-invalid") in (None, "false"), about
        assert page.evaluate(image) == before, about
    assert page.locator(".d2l-explorer .d2l-error:visible").count() == 0


def test_a_kernel_too_large_and_a_stride_of_0_are_named(alone):
    page = alone(WindowExplorer([[1.0, 2], [3, 4]], [[1.0]]))
    main = page.locator(".d2l-explorer")
    page.get_by_text("each side and axis").click()
    for label, value, said in [
        ("kernel rows", "3", "spans 3 rows, the padded input has only 2"),
        ("stride, rows", "0", "from 1"),
    ]:
        field = page.get_by_label(label, exact=True)
        before = main.get_attribute("data-output")
        field.fill(value)
        settle(page)
        assert said in page.locator(".d2l-field", has_text=label).locator(".d2l-error").inner_text()
        assert main.get_attribute("data-output") == before
