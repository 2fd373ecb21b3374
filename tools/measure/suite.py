"""make test as a whole."""

import re
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def measure() -> str:
    started = time.perf_counter()
    ran = subprocess.run(["make", "test"], cwd=ROOT, capture_output=True, text=True)
    minutes = (time.perf_counter() - started) / 60
    found = re.findall(r"^=* ?(\d+ .*(?:passed|failed).*?) in [\d.]+s.*$", ran.stdout, re.MULTILINE)
    return f"`make test`: {minutes:.1f} minutes; {found[-1] if found else 'it did not end'}."
