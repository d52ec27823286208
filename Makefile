# One command each. `make help` lists them.
#
# Needs make and Python 3.11 or newer; Node is taken from the machine, or from a Python package where there is none.

PYTHON ?= python3
JOBS   ?= 2
TESTS  ?= tests

VENV  := .venv
BIN   := $(VENV)/bin
FRONT := platform/formwork/web/front
NEWER := import sys; sys.version_info < (3, 11) and sys.exit("Formwork needs Python 3.11 or newer; set PYTHON=its path")

export PATH := $(PATH):$(CURDIR)/$(BIN)
export PYTHONPATH := $(CURDIR)/platform
# Compiled files are kept, or every process the tests start compiles the house again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test proof look lint bench clean setup run-setup front

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: run-setup front ## make a demo tenant and serve it; prints address and sign-in (ARGS="--with crm-sales")
	$(BIN)/python cli.py demo $(ARGS)

test: setup front ## the promise suite, below 8 minutes on two cores (TESTS=tests/records for a part)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not proof" $(ARGS) $(TESTS)

proof: setup front ## what draws seeds, with all of them, and what is too long for a push; below 30 minutes on two cores
	FORMWORK_SEEDS=full $(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "seeded or proof" -o faulthandler_timeout=1500 $(ARGS) $(TESTS)

look: setup front ## pictures of every page type into look/
	$(BIN)/python -m tests.look $(ARGS)

lint: setup ## ruff, mypy and the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: setup front ## measure against the hand-written application and raw SQL
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## remove everything these commands made, but for the data folder
	rm -rf $(VENV) .tools look build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf $(FRONT)/node_modules platform/formwork/web/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- set-up -----------------------------------------------------------------------------------------------------------

run-setup: $(VENV)/.stamp-run
setup: $(VENV)/.stamp-dev

$(BIN)/python:
	$(PYTHON) -c '$(NEWER)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.stamp-run: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.stamp-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.stamp-run

# The front end is built again when any of its files has changed, appeared or gone.
front: | $(BIN)/python
	@test -f $(FRONT)/package.json || exit 0; mkdir -p .tools; \
	sum=$$(find $(FRONT) -name node_modules -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum); \
	if test "$$sum" = "$$(cat .tools/front-built 2>/dev/null)" && test -f platform/formwork/web/static/manifest.json; then exit 0; fi; \
	command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[node]' || exit 1; \
	echo "building the front end"; \
	(cd $(FRONT) && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build) && echo "$$sum" > .tools/front-built
