"""What depends on running in a notebook: whether we do, and how to end one early."""

import sys

from ..i18n import say

__all__ = ["end_here"]


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this code (not a script, a test or a terminal).

    >>> in_notebook()
    False
    """
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    shell = get_ipython()
    return shell is not None and hasattr(shell, "kernel")


def end_here(reason: Exception) -> None:
    """End a notebook at this cell: say why, and let the cells below pass with one line each instead of an error.

    *Run All* then ends cleanly. Running this very cell again, once the reason is gone, brings the others back.

    Parameters
    ----------
    reason : what is missing, such as a :class:`DataNotAvailable`; its message is shown

    Raises
    ------
    The reason itself, outside of notebooks, where nothing can be skipped.

    Examples
    --------
    >>> end_here(RuntimeError("no data"))
    Traceback (most recent call last):
        ...
    RuntimeError: no data
    """
    if not in_notebook():
        raise reason
    from IPython import get_ipython

    shell = get_ipython()
    this_cell = shell.user_ns["In"][-1].strip()
    note = say("skipped: the notebook has ended above", "已跳过：本笔记本在上面就结束了")

    def skip(lines: list[str]) -> list[str]:
        if "".join(lines).strip() != this_cell:
            return [f"print({note!r})\n"]
        shell.input_transformers_cleanup.remove(skip)
        return lines

    shell.input_transformers_cleanup.append(skip)
    print(say(f"The notebook ends here. {reason}", f"本笔记本到此为止。{reason}"))
