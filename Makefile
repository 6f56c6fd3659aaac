# Two commands on a fresh machine with python3 (3.11 or newer), its venv module, and make:
#   make report   sets everything up, analyses samples/, writes report.html
#   make test     sets everything up, runs linters, types, tests, doctests and the notebooks

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: help report test lint types tests benchmark notebooks clean

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

benchmark: $(VENV)/.installed
	$(BIN)/python benchmarks/speed.py

clean:
	rm -rf $(VENV) report.html
