"""Which language the package speaks, and who decides it."""

import locale

import pytest

from d2lutil import i18n, language, use_language


@pytest.fixture(autouse=True)
def nobody_decides(monkeypatch, tmp_path):
    """No choice, no variable, no edition, no locale."""
    monkeypatch.setattr(i18n, "_chosen", None)
    for variable in ("D2LUTIL_LANG", "JPY_SESSION_NAME", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(locale, "getlocale", lambda *args: (None, None))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def edition(monkeypatch, tmp_path):
    """Puts the running notebook into an edition: by the working folder."""

    def put(name):
        folder = tmp_path / "notebooks" / name
        folder.mkdir(parents=True)
        monkeypatch.chdir(folder)

    return put


def test_where_nobody_decides_it_is_english():
    assert language() == "en"


@pytest.mark.parametrize("name", ["en", "zh"])
def test_the_choice_decides_over_everything_else(monkeypatch, edition, name):
    other = {"en": "zh", "zh": "en"}[name]
    use_language(name)
    monkeypatch.setenv("D2LUTIL_LANG", other)
    monkeypatch.setenv("LANG", other)
    edition(other)
    assert language() == name


@pytest.mark.parametrize("name", ["en", "zh"])
def test_the_variable_decides_over_edition_and_locale(monkeypatch, edition, name):
    other = {"en": "zh", "zh": "en"}[name]
    monkeypatch.setenv("D2LUTIL_LANG", name)
    monkeypatch.setenv("LANG", other)
    edition(other)
    assert language() == name


def test_a_variable_that_names_no_language_decides_nothing(monkeypatch):
    monkeypatch.setenv("D2LUTIL_LANG", "fr")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert language() == "zh"


@pytest.mark.parametrize("name", ["en", "zh"])
def test_the_edition_of_the_working_folder_decides_over_the_locale(monkeypatch, edition, name):
    monkeypatch.setenv("LANG", {"en": "zh_CN.UTF-8", "zh": "en_US.UTF-8"}[name])
    edition(name)
    assert language() == name


@pytest.mark.parametrize("name", ["en", "zh"])
def test_the_edition_that_jupyterlab_names_decides_over_the_locale(monkeypatch, name):
    monkeypatch.setenv("LANG", {"en": "zh_CN.UTF-8", "zh": "en_US.UTF-8"}[name])
    monkeypatch.setenv("JPY_SESSION_NAME", f"/home/me/d2l/notebooks/{name}/02_pooling.ipynb")
    assert language() == name


def test_another_folder_called_zh_is_no_edition(monkeypatch, tmp_path):
    (tmp_path / "letters" / "zh").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "letters" / "zh")
    assert language() == "en"


@pytest.mark.parametrize("variable", ["LC_ALL", "LC_MESSAGES", "LANG"])
@pytest.mark.parametrize(
    "value, expected", [("zh_CN.UTF-8", "zh"), ("zh_TW", "zh"), ("en_US.UTF-8", "en"), ("C", "en")]
)
def test_the_locale_decides_where_nothing_else_does(monkeypatch, variable, value, expected):
    monkeypatch.setenv(variable, value)
    assert language() == expected


def test_lc_all_overrides_the_other_locale_variables(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setenv("LC_MESSAGES", "zh_CN.UTF-8")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert language() == "en"


@pytest.mark.parametrize("name, expected", [("Chinese (Simplified)_China", "zh"), ("zh_CN", "zh"), ("German", "en")])
def test_without_variables_the_system_is_asked(monkeypatch, name, expected):
    monkeypatch.setattr(locale, "getlocale", lambda *args: (name, "cp936"))
    assert language() == expected


def test_the_later_choice_counts():
    use_language("zh")
    use_language("en")
    assert language() == "en"


def test_an_unknown_language_is_named_with_the_known_ones_and_not_chosen():
    use_language("zh")
    with pytest.raises(ValueError, match="^unknown language 'fr': the languages are 'en', 'zh'$"):
        use_language("fr")
    assert language() == "zh"
