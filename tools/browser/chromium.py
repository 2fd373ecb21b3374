"""The system's browser."""

import contextlib
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def chromium() -> str | None:
    """The path of the system's Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextlib.contextmanager
def launched(playwright):
    """The system's browser, headless and without a graphics card, for as long as a ``with`` block runs."""
    path = chromium() or sys.exit(
        "no Chromium found: install it (Debian: apt-get install chromium) or put it on the PATH"
    )
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
    try:
        yield browser
    finally:
        browser.close()
