# csm_xl: every target sets up .venv when it is missing or older than pyproject.toml.
# Another interpreter: make test PYTHON=python3.12
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCK := requirements/constraints.txt

PYTHON ?= $(shell for candidate in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	echo $$candidate; break; fi; done)

# The stamp says for which folder the environment was made: a moved or broken one is made anew.
SOUND := $(shell [ "$$(cat $(READY) 2>/dev/null)" = "$(CURDIR)" ] && $(BIN)/python -c '' 2>/dev/null && echo yes)
ifneq ($(SOUND),yes)
$(shell rm -f $(READY))
endif

.DEFAULT_GOAL := help
.PHONY: help setup demo test quick lock dist bench mutants check lint types vba reference pictures fmt clean

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1	\2/' | expand -t 20

setup: $(READY) ## the Python environment in .venv

$(READY): pyproject.toml $(LOCK)
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer was not found; name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version): a minute or two"
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && [ -e $(BIN)/pip ] \
		|| $(PYTHON) -m venv --clear $(VENV) \
		|| { echo "The venv module is missing; on Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK) --editable '.[dev]'
	@# olevba, the tests' second reader of VBA, is BSD; a tool that it can call, and is never asked for, is GPL.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK) --no-deps oletools
	@printf '%s\n' "$(CURDIR)" > $@

demo: $(READY) ## build workbooks/csm_plan.xlsx, pay the sample people, prove every formula
	@$(BIN)/python -m csm_xl.cli demo

test: $(READY) ## every test and every example in the docstrings; ARGS="-n 2 --dist loadfile" takes two processes
	$(BIN)/python -m pytest $(ARGS)

quick: $(READY) ## the tests that take two minutes and need no office
	$(BIN)/python -m pytest -n 2 @tests/quick.txt

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

check: lint types reference test ## lint, types, generated reference, tests

lint: $(READY) ## ruff: rules and format
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

types: $(READY) ## mypy, strict
	$(BIN)/python -m mypy

vba: $(READY) ## the macros: build csm_xl/excel/vbaProject.bin
	$(BIN)/python tools/make_vba.py

reference: $(READY) ## is docs/FUNCTIONS.md what the registry says?
	$(BIN)/python -m csm_xl.functions.reference --check

pictures: $(READY) ## the workbook's sheets and charts, and a statement, drawn into docs/pictures
	$(BIN)/python tools/make_pictures.py

fmt: $(READY) ## format and sort
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

clean: ## remove the environment and what tools cached
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis mutants build dist
