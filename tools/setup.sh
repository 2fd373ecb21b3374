#!/bin/sh
# Creates the virtual environment given as $1 with exactly what requirements.lock says, and d2lutil itself, editable.
# Called by `make setup`. Needs Python 3.11 or newer; uv does the installing and comes along where it is missing.
set -eu
venv=$1

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "No Python 3.11 or newer found. Install one, or name it: make setup PYTHON=/path/to/python3" >&2
    exit 1
}

if [ ! -x "$venv/bin/python" ]; then
    python=$(find_python)
    echo "Creating $venv with $("$python" --version)"
    "$python" -m venv "$venv"
fi
if [ ! -x "$venv/bin/uv" ]; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
fi
echo "Installing the pinned packages (PyTorch is large: about 5 GB on Linux, once)"
# --no-deps: the lock is complete, and d2l's own pins contradict it (see pyproject.toml).
# --compile-bytecode: half a minute now, so that the first `import torch` of every notebook takes half as long.
VIRTUAL_ENV=$venv "$venv/bin/uv" pip install --no-deps --compile-bytecode --requirement requirements.lock
VIRTUAL_ENV=$venv "$venv/bin/uv" pip install --quiet --no-deps --editable .
