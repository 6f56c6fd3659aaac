# Two commands on a fresh machine with python3 (3.11 or newer), its venv module, and make:
#   make report   sets everything up, analyses samples/, writes report.html
#   make test     sets everything up, runs linters, types, tests, doctests and the notebooks

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: help report test lint types tests lowest benchmark clean

help:
	@sed -n 's/^#   //p' Makefile

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[test,notebook]"
	@touch $@

report: $(VENV)/.installed
	$(BIN)/traceviz report samples/traces.jsonl --output report.html

test: lint types tests

lint: $(VENV)/.installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.installed
	$(BIN)/mypy

tests: $(VENV)/.installed
	$(BIN)/pytest

# The tests with the lowest declared versions.  Old packages under new ones warn of their own future; ours must not.
lowest:
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/pip install --quiet $$($(PYTHON) tools/lowest_versions.py)
	.venv-lowest/bin/pip install --quiet --editable ".[test,notebook]"
	.venv-lowest/bin/pytest -W ignore::DeprecationWarning -W ignore::FutureWarning

# The language identifiers it compares with are the extra `benchmark`; without them they are left out.
benchmark: $(VENV)/.installed
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/language.py --sample 1
	$(BIN)/python benchmarks/legibility.py

clean:
	rm -rf $(VENV) .venv-lowest report.html
