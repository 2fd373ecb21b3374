"""Chapters on downloaded data, on a machine that has neither the data nor a network: they say so and end cleanly."""

import nbclient
import pytest

from tools.publish import chapters


@pytest.mark.parametrize("lang, ended, skipped", [
    ("en", "The notebook ends here. Fashion-MNIST: ", "skipped: the notebook has ended above\n"),
    ("zh", "本笔记本到此为止。Fashion-MNIST: ", "已跳过：本笔记本在上面就结束了\n"),
])  # fmt: skip
@pytest.mark.slow("runs a chapter in a kernel")
def test_chapter_10_says_what_is_missing_and_ends(tmp_path, monkeypatch, lang, ended, skipped):
    monkeypatch.setenv("D2LUTIL_DATA", str(tmp_path))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody answers there
    (path,) = (path for path in chapters.chapter_files() if path.name.startswith("10"))
    notebook = chapters.edition(path, lang)
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    folder = chapters.NOTEBOOKS / lang
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    printed = ["".join(o.get("text", "") for o in cell.outputs) for cell in notebook.cells if cell.cell_type == "code"]
    (end,) = (number for number, text in enumerate(printed) if text.startswith(ended))
    assert "D2LUTIL_DATA" in printed[end]
    assert printed[end].count("\n") == 1
    assert set(printed[end + 1 :]) == {skipped}
    assert len(printed) > end + 20
