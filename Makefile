# `make` alone lists the targets. Everything runs in .venv, from the exact versions in requirements.lock.

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN  := $(VENV)/bin
# Set by the first target that needs it; a change of either file installs anew.
READY := $(VENV)/.ready

# The edition that `make lab` opens: CHAPTERS=en or CHAPTERS=zh, else what the user's locale says.
LOCALE   := $(firstword $(LC_ALL) $(LC_MESSAGES) $(LANG))
CHAPTERS ?= $(if $(filter zh%,$(LOCALE)),zh,en)

.PHONY: help setup lab test test-fast test-order build solutions slides site present class bench latency mutate times runs screenshot lock lint \
        coverage clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(READY)  ## create .venv with the pinned versions

$(READY): requirements.lock pyproject.toml
	@sh tools/setup.sh $(VENV)
	@touch $@

lab: $(READY)  ## open the notebooks in JupyterLab (CHAPTERS=zh for Chinese)
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks --LabApp.default_url=/lab/tree/$(CHAPTERS)

# One thread a process: two processes of two threads each on two cores hinder one another, up to tenfold.
# Chapter 10 trains for minutes, in one language: tests/publish/test_training_in_chinese.py tests the other.
test: $(READY)  ## run every test: the package, the builder, all notebooks with nbval
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder --nbval --nbval-current-env \
	    --nbval-cell-timeout 300 --ignore notebooks/zh/10_lenet_fashion_mnist.ipynb

test-fast: $(READY)  ## run what needs no browser, no kernel and no notebook: two minutes (TESTS=tests/plots for some)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist load -q -m "not browser and not slow" \
	    $(or $(TESTS),tests d2lutil)

test-order: $(READY)  ## run cells twice, and from bottom to top: they must give the same (CHAPTER=03 for one chapter; 15 min)
	OMP_NUM_THREADS=1 $(BIN)/python -m tools.publish.order $(CHAPTER)

build: $(READY)  ## execute changed chapters and write notebooks/ (FORCE=1 for all)
	$(BIN)/python -m tools.publish.notebooks $(if $(FORCE),--force)

solutions: $(READY)  ## write solutions/: every notebook with its exercises solved, for instructors
	$(BIN)/python -m tools.publish.notebooks --solutions

slides: $(READY)  ## write slides/: a deck for each chapter and language (CHAPTER=03 for one chapter)
	$(BIN)/python -m tools.publish.slides $(CHAPTER)

site: $(READY)  ## write site/: all chapters as static pages, to be opened from a file or put on any server
	$(BIN)/python -m tools.publish.site

present: $(READY)  ## open a chapter in JupyterLab for a projector: make present CHAPTER=03 (CHAPTERS=zh for Chinese)
	$(BIN)/python -m tools.publish.present $(or $(CHAPTER),$(error say which chapter: make present CHAPTER=03)) --lang $(CHAPTERS)

class: $(READY)  ## print who is stuck and write class.html, from handed-in records: make class FOLDER=handed_in (CHAPTERS=zh for Chinese)
	@$(BIN)/python -m tools.classroom "$(or $(FOLDER),$(error say which folder: make class FOLDER=handed_in))" --lang $(CHAPTERS) \
	    $(if $(OUT),--out "$(OUT)")

bench: $(READY)  ## measure speed in paired runs and write docs/benchmarks.md (an hour; PART=training for one table)
	$(BIN)/python -m tools.measure.bench $(PART)

latency: $(READY)  ## measure how soon explorers answer in a real JupyterLab (needs Chromium)
	$(BIN)/python -m tools.measure.latency

mutate: $(READY)  ## see whether the tests of a file notice mistakes in it (FILE=d2lutil/ops.py, N=25 for a sample)
	$(BIN)/python -m tools.measure.mutate $(or $(FILE),$(error say which file: make mutate FILE=d2lutil/ops.py)) \
	    $(if $(N),--number $(N))

times: $(READY)  ## measure each chapter's Run All and its memory, and print the table
	$(BIN)/python -m tools.measure.times

runs: $(READY)  ## train what chapters 09 and 10 quote over several seeds (two hours)
	$(BIN)/python -m tools.record.digits_runs
	$(BIN)/python -m tools.record.fashion_runs --seeds 10 LeNet
	$(BIN)/python -m tools.record.fashion_runs
	$(BIN)/python -m tools.record.fashion_runs --validation

screenshot: $(READY)  ## take the screenshot in the README, in a real JupyterLab (needs Chromium)
	$(BIN)/python -m tools.browser.screenshot --run --at "5 · Edges at any angle" --width 1200 --height 1000

lock: $(READY)  ## resolve pyproject.toml's ranges into requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra book --group dev \
	    --no-header --no-emit-index-url --upgrade pyproject.toml --output-file requirements.lock

lint: $(READY)  ## check style, types, workflows and Chinese typography; scripts, too, after `npm ci`
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tools.lint.chinese
	$(BIN)/python -m tools.lint.workflows
	@if [ -d node_modules ]; then npm run lint; else echo "scripts are not checked: npm ci installs eslint and tsc"; fi

coverage: $(READY)  ## what the tests reach without a browser, and the ten least covered files (TESTS=tests/plots for some)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist loadscope -m "not browser" --cov --cov-report= $(or $(TESTS),tests d2lutil)
	@$(BIN)/coverage report --sort=cover | sed -n -e 1,12p -e '/^TOTAL/p'

clean:  ## remove .venv and caches; data/ and notebooks/ stay
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis .coverage build dist
