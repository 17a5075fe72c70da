# Every target sets up what it needs: a Python 3.11+ and, for servers that are not there, Go, a JDK and Maven.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
EXAMPLE := examples/order_fulfillment
EXAMPLES := $(patsubst %/buf.gen.yaml,%,$(wildcard examples/*/buf.gen.yaml))
# Two workers: the suite starts Temporal servers, and more of them than cores only makes each slower.
TEST_WORKERS ?= 2
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The suite starts hundreds of interpreters, and each would compile this project anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test soak lint golden bench servers dev-server protos clean

help: ## List the targets.
	@grep -hE '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

$(INSTALLED): requirements.lock pyproject.toml hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: Python 3.11 or newer is needed, but $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	    "Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "Set-up: $$(grep -c == requirements.lock) packages of requirements.lock into $(VENV) (about a minute, once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@echo "Set-up: this project into $(VENV), editable"
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

servers: $(INSTALLED) ## Obtain the servers of tests: Temporal's two, NATS, Kafka (downloads, else builds of minutes, once).
	@echo "Set-up: the servers of tests, in the user's cache unless they are installed: Temporal's dev and time-skipping one, NATS, Kafka"
	@$(BIN)/python -m process_runtime.testing.servers

dev-server: $(INSTALLED)
	@$(BIN)/python -m process_runtime.testing.servers dev

demo: $(INSTALLED) dev-server ## Three orders on a real Temporal, faults included; BROKER=kafka or nats, KEEP=1 stays up.
	@cd $(EXAMPLE) && $(CURDIR)/$(BIN)/python -m demo $(if $(BROKER),--broker $(BROKER)) $(if $(KEEP),--keep)

test: $(INSTALLED) servers lint ## Check style and types, then run the whole test suite.
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup $(ARGS)

soak: $(INSTALLED) servers ## The ledger test for minutes, all that runs killed at random; BROKER=nats, MINUTES=, SEED=.
	$(BIN)/python -m tests.ledger --broker $(or $(BROKER),kafka) --events 20000 --keys 500 \
	  --minutes $(or $(MINUTES),5) $(if $(SEED),--seed $(SEED))

lint: $(INSTALLED) ## Check style, types and protos.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	for example in $(EXAMPLES); do (cd $$example && $(CURDIR)/$(BIN)/mypy --cache-dir $(CURDIR)/.mypy_cache .); done
	$(BIN)/buf lint
	for example in $(EXAMPLES); do $(BIN)/buf lint $$example; done

golden: $(INSTALLED) ## Rewrite the golden trees in testdata/ from the templates.
	$(BIN)/python -m pytest tests/golden/test_golden.py --snapshot-update $(ARGS)

bench: $(INSTALLED) ## Measure every figure of the documentation, or one: make bench ONLY=generate.
	$(BIN)/python -m benchmarks $(ONLY)

protos: $(INSTALLED) ## Rebuild gen/ from proto/.
	$(BIN)/buf generate
	@find gen -mindepth 1 -maxdepth 1 -type d -exec touch {}/py.typed \;

clean: ## Remove the virtual environment, builds and caches; built servers stay in the user's cache.
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
