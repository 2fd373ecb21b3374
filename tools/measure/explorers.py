"""Key press to painted frame of each explorer, against the same view by matplotlib in an Output widget."""

from ..browser import chromium as browsers
from .pairs import table


def measure(presses: int = 60) -> str:
    if not browsers.chromium():
        return "Not measured: no Chromium was found."
    from . import latency

    times, version = latency.measure(presses)
    rows = [[name, len(values), *(f"{x:.1f}" for x in latency.summary(values))] for name, values in times.items()]
    goal = latency.GOAL
    return (
        f"In JupyterLab, headless Chromium {version} without a graphics card, milliseconds. Goal for explorers: median "
        f"at most {goal['median']:.0f}, p90 at most {goal['p90']:.0f}.\n\n"
        + table(["", "presses", "median", "p90"], rows)
    )
