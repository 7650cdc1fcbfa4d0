# Impasto: make demo shows what it does; make test lint checks it.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# Tests and CI share two cores; more threads than cores make torch twenty times slower.
TESTS ?= tests
QUIET := OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1

.PHONY: demo test lint bench dist clean

demo: $(VENV)/.installed
	$(BIN)/impasto demo

test: $(VENV)/.installed-test
	$(QUIET) $(BIN)/python -m pytest -n 2 --dist worksteal $(TESTS)

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.installed-test
	$(QUIET) $(BIN)/python -m benchmarks

dist: $(VENV)/.installed-test
	rm -rf build dist
	$(BIN)/pip wheel --no-deps --wheel-dir dist .
	$(BIN)/python tests/check_wheel.py dist/*.whl

clean:
	rm -rf build dist *.egg-info demo-output .mypy_cache .pytest_cache .ruff_cache .hypothesis

# ---- the environment: made once, and again when what it is made from changes -------------------

$(BIN)/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Impasto needs Python 3.11 or newer: install it, or say make PYTHON=/path/to/python."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "This Python cannot make environments. On Debian: sudo apt install python3-venv"; exit 1; }

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e '.[test,train]'
	@touch $@
