#!/bin/sh
# Runs a program of .venv, wherever the system keeps it there: sh tools/lint/in_venv.sh ruff check
# Git starts hooks with a PATH of its own. Without .venv (conda) the program is looked for on the PATH.
PATH="$PWD/.venv/bin:$PWD/.venv/Scripts:$PATH"
export PATH
exec "$@"
