# csm_xl: every target sets up .venv when it is missing or older than pyproject.toml.
# Another interpreter: make test PYTHON=python3.12
# Where this is set, every command compiles the package anew, which takes a second or two each time.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCK := requirements/constraints.txt
# A file's tests stay in one process, so that what they share is built once. JOBS=1 runs them in turn.
JOBS ?= auto
PYTEST = $(BIN)/python -m pytest -n $(JOBS) --dist loadfile

PYTHON ?= $(shell for candidate in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	echo $$candidate; break; fi; done)

# The stamp says for which folder the environment was made: a moved or broken one is made anew.
SOUND := $(shell [ "$$(cat $(READY) 2>/dev/null)" = "$(CURDIR)" ] && $(BIN)/python -c '' 2>/dev/null && echo yes)
ifneq ($(SOUND),yes)
$(shell rm -f $(READY))
endif

.DEFAULT_GOAL := help
.PHONY: help setup demo quick test test-all lock dist bench mutants check lint types vba reference docs docs-live pictures fmt clean hooks

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1	\2/' | expand -t 20

setup: $(READY) ## the Python environment in .venv

$(READY): pyproject.toml $(LOCK)
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer was not found; name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version): a minute or two"
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && [ -e $(BIN)/pip ] \
		|| $(PYTHON) -m venv --clear $(VENV) \
		|| { echo "The venv module is missing; on Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK) --editable '.[dev,docs]'
	@# olevba, the tests' second reader of VBA, is BSD; a tool that it can call, and is never asked for, is GPL.
	@# The grammar of VBA (MIT) asks for a program that installs Java, to make what it ships with.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK) --no-deps oletools antlr4_vba
	@printf '%s\n' "$(CURDIR)" > $@

demo: $(READY) ## build workbooks/csm_plan.xlsx, pay the sample people, prove every formula
	@$(BIN)/python -m csm_xl.cli demo

quick: $(READY) ## pay, plans, engine and functions: under a minute on two cores
	$(PYTEST) -m "not slow" @tests/quick.txt $(ARGS)

test: $(READY) ## every test that needs no LibreOffice, on a third of the made-up companies; the docstrings' examples
	$(PYTEST) -m "not office and not measures" $(ARGS)

test-all: export CSM_XL_SWEEPS := whole
test-all: $(READY) ## every test, with LibreOffice, all made-up companies and a short run of the benchmarks
	$(PYTEST) $(ARGS)

lock: ## the newest versions of all packages, written to requirements/constraints.txt
	$(PYTHON) tools/lock.py

dist: $(READY) ## wheel and source archive, in dist
	$(BIN)/python -m build --outdir dist .

bench: $(READY) ## the benchmarks; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

mutants: $(READY) ## break the arithmetic of pay in thousands of ways: which do the tests miss? (an hour or so)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[mutants]'
	$(BIN)/mutmut run
	$(BIN)/mutmut results

check: lint types reference docs test ## lint, types, generated reference, docs site, tests

lint: $(READY) ## ruff: rules and format
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

types: $(READY) ## mypy: the product strictly, the benchmarks, tools and what tests share too
	$(BIN)/python -m mypy

vba: $(READY) ## the macros: build csm_xl/excel/vbaProject.bin
	$(BIN)/python tools/make_vba.py

reference: $(READY) ## are the generated pages up to date?
	$(BIN)/python -m csm_xl.functions.reference --check
	$(BIN)/python -m csm_xl.analysis.lint | diff docs/LINT.md -
	$(BIN)/python -m tools.docs_pages | diff docs/TABLES.md -

docs: $(READY) ## the docs site, in site; a broken link is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

docs-live: $(READY) ## the docs site in a browser, built again whenever a page changes
	$(BIN)/python -m mkdocs serve

hooks: $(READY) ## run lint, types and the reference before each commit (needs pre-commit)
	pre-commit install

pictures: $(READY) ## the workbook's sheets and charts, and a statement, drawn into docs/pictures
	$(BIN)/python tools/make_pictures.py

fmt: $(READY) ## format and sort
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

clean: ## remove the environment and what tools cached
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis mutants build dist site
