"""Check the workflows of the CI: ``python -m tools.lint.workflows`` prints what is wrong, and then exits with 1.

Their schema is checked always; actionlint, which also knows runners and expressions, where ``npm ci`` has installed it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WORKFLOWS = ROOT / ".github" / "workflows"
ACTIONLINT = ROOT / "node_modules" / "@tktco" / "node-actionlint" / "bin" / "node-actionlint.js"


def main() -> int:
    files = sorted(WORKFLOWS.glob("*.yml"))
    found = by_schema(files)
    if actionlint_is_here():
        found += by_actionlint(files)
    else:
        print("workflows: actionlint is not installed (npm ci), only the schema is checked")
    print(found or f"workflows: {len(files)} checked", end="\n" if not found else "")
    return 1 if found else 0


def by_schema(files: list[Path]) -> str:
    """What the schema of workflows says against the files; "" if nothing."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    return _complaints([*command, *map(str, files)])


def by_actionlint(files: list[Path]) -> str:
    """What actionlint says against the files; "" if nothing."""
    return "".join(_complaints(["node", str(ACTIONLINT), file.name], file.parent) for file in files)


def actionlint_is_here() -> bool:
    return ACTIONLINT.exists() and shutil.which("node") is not None


def _complaints(command: list[str], folder: Path = ROOT) -> str:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=folder)
    nothing_checked = "No workflow files found" in done.stdout  # says actionlint, and exits with 0
    return done.stdout + done.stderr if done.returncode or nothing_checked else ""


if __name__ == "__main__":
    sys.exit(main())
