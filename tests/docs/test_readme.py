"""The READMEs say the same in both languages, and their commands are those of the Makefile and of environment.yml."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
README = {
    lang: (ROOT / name).read_text(encoding="utf-8") for lang, name in (("en", "README.md"), ("zh", "README.zh.md"))
}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

languages = pytest.mark.parametrize("lang", README)


def commands(lang: str) -> list[str]:
    """The indented lines, without remarks."""
    lines = re.findall(r"^    (\S.*)$", README[lang], re.MULTILINE)
    return [re.sub(r"\s+#.*", "", line).replace(" CHAPTERS=zh", "") for line in lines]


def test_both_have_the_same_commands_in_the_same_order():
    assert commands("en") == commands("zh")


def test_both_have_the_same_parts():
    shape = {lang: re.findall(r"^(#+ |<details>|</details>|- |\|)", README[lang], re.MULTILINE) for lang in README}
    assert shape["en"] == shape["zh"]


@languages
def test_links_lead_somewhere(lang):
    targets = re.findall(r"\]\(([^)]+)\)", README[lang])
    assert len(targets) > 20
    for target in targets:
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_the_chinese_readme_sends_nobody_to_the_english_one_to_install():
    before_the_table = README["zh"].partition("## 内容")[0]
    assert re.findall(r"\]\((?!https?:)([^)]+\.md)[^)]*\)", before_the_table) == ["README.md"]  # the switch at the top


def test_the_tests_run_alike_with_and_without_make():
    """`make test` may leave out what is tested otherwise, but on Windows nothing may be done that it does not do."""
    joined = MAKEFILE.replace("\\\n", " ")
    (recipe,) = re.findall(r"^test: .*\n\tOMP_NUM_THREADS=1 \$\(BIN\)/python (.*)$", joined, re.MULTILINE)
    (here,) = [line for line in commands("en") if "-m pytest" in line]
    python, *words = here.split()
    assert python == r".venv\Scripts\python" and "$env:OMP_NUM_THREADS = 1" in commands("en")
    assert words == [word for word in recipe.split() if word in words]
    assert "--nbval" in words


def test_the_conda_commands_are_those_of_the_file():
    said = re.findall(r"^#     (.*)$", (ROOT / "environment.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(said) == 4 and " ".join(said) in " ".join(commands("en"))


@languages
def test_make_targets_exist(lang):
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    named = re.findall(r"^    make ([a-z-]+)|`make ([a-z-]+)", README[lang], re.MULTILINE)
    assert len(named) > 4 and {one or other for one, other in named} <= targets


def test_the_index_of_docs_names_every_page():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in (ROOT / "docs").iterdir()} - {"README.md"} <= set(re.findall(r"\]\(([^)]+)\)", index))
    assert all((ROOT / "docs" / target).exists() for target in re.findall(r"\]\(([^)]+)\)", index))
