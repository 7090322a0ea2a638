# The front door. A machine with Python >= 3.11 and make needs nothing else for `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST := $(BIN)/pytest -q

.DEFAULT_GOAL := help
.PHONY: help quickstart setup test lint types contracts fmt docs check cluster-test e2e bench lock clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  %-14s %s\n", $$1, $$2 }'

setup: $(READY) ## make .venv and install the locked dependencies into it

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "headwater needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

quickstart: $(READY) ## run the whole system on this machine: server, cluster, operator, three apps
	@$(BIN)/headwater quickstart

test: $(READY) ## run every test that needs only Python (others are skipped, and say what they need)
	$(PYTEST) -n 2 --dist loadfile --ignore tests/cluster --ignore tests/e2e

lint: $(READY) ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## mypy --strict
	$(BIN)/mypy

contracts: $(READY) ## the import contracts of .importlinter
	$(BIN)/lint-imports

fmt: $(READY) ## format, and fix what can be fixed safely
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY) ## write the generated pages of docs/reference anew
	$(BIN)/python -m tools.reference

check: lint types contracts test ## all that must be green before a commit

cluster-test: $(READY) ## the operator and the client on a real kube-apiserver (needs Go; builds it once)
	$(PYTHON) -m tools.controlplane build
	$(PYTEST) tests/cluster

e2e: $(READY) ## all programs together: doppler CLI, server, operator, kube-apiserver
	$(PYTHON) -m tools.controlplane build
	$(PYTEST) -s tests/e2e

bench: $(READY) ## print figures as ratios to something run at the same time
	$(BIN)/python -m bench

lock: ## resolve the dependencies anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--no-emit-find-links --extra quickstart pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--no-emit-find-links --extra quickstart --group dev pyproject.toml --output-file requirements-dev.lock

clean: ## remove what setup and the tools made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
