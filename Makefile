# Raumwerk: `make run` to see it, `make test` to test it, `make help` for the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PYTHON := $(VENV)/bin/python
UV := $(VENV)/bin/uv
AUDITOR := tests/e2e/lighthouse/node_modules/.installed
BUNDLE := src/raumwerk/web/static/app/.vite/manifest.json
FRONTEND := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)
RAUMWERK_PORT ?= 8000

# Rewrites a lock file when the wish list changed, without naming any registry.
EXPORT = uv export --quiet --format requirements-txt --no-emit-project --no-header

.PHONY: help
help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: run
run: $(VENV)/.run $(BUNDLE)  ## Set up everything and serve http://localhost:8000
	@$(VENV)/bin/raumwerk up --port $(RAUMWERK_PORT)

.PHONY: test
test: $(VENV)/.dev $(BUNDLE) $(AUDITOR)  ## Run all tests (browser and PostgreSQL tests where they can run)
	@npm --prefix frontend run --silent test
	@$(PYTHON) -m pytest -n auto --dist loadgroup $(PYTEST_ARGS)

.PHONY: test-postgres
test-postgres: $(VENV)/.dev $(BUNDLE)  ## Run the tests of people and pages on a local PostgreSQL started for the purpose
	@scripts/with-postgres $(PYTHON) -m pytest tests/web --ignore=tests/web/atlas -n auto --dist loadgroup $(PYTEST_ARGS)

.PHONY: check
check: $(VENV)/.dev $(BUNDLE)  ## Run linters, type checks, import rules and drift checks
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports
	$(PYTHON) scripts/check_floors.py
	$(VENV)/bin/mypy
	npm --prefix frontend run --silent check
	$(PYTHON) scripts/check_tree.py
	$(PYTHON) scripts/make_reference.py --check
	$(PYTHON) scripts/api_types.py --check

.PHONY: api-types
api-types: $(VENV)/.dev frontend/node_modules/.installed  ## Write the TypeScript types of the API from its description
	$(PYTHON) scripts/api_types.py

.PHONY: bench
bench: $(VENV)/.bench $(BUNDLE)  ## Run the benchmarks against their peers and write docs/benchmarks.md
	$(PYTHON) -m benchmarks

.PHONY: format
format: $(VENV)/.dev  ## Format the code
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

.PHONY: lock
lock:  ## Renew the lock files after a change to pyproject.toml (needs uv)
	uv lock --quiet
	$(EXPORT) --no-default-groups --group build -o locks/run.txt
	$(EXPORT) --group build --group dev -o locks/dev.txt
	$(EXPORT) --group build --group dev --group bench -o locks/bench.txt
	$(EXPORT) --only-group uv -o locks/uv.txt

.PHONY: clean
clean:  ## Remove what was installed and built (not ./var, where the data are)
	rm -rf $(VENV) frontend/node_modules tests/e2e/lighthouse/node_modules src/raumwerk/web/static/app .mypy_cache .ruff_cache .pytest_cache

# --- set-up, done when needed -------------------------------------------------------------------------------------

$(UV): locks/uv.txt
	@scripts/make-venv $(VENV)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt
	@touch $@

# A later lock holds all of an earlier one, so the larger set-up serves the smaller wish.
$(VENV)/.run $(VENV)/.dev $(VENV)/.bench: $(VENV)/.%: locks/%.txt pyproject.toml | $(UV)
	@echo "Installing Python packages ($*) …"
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --require-hashes -r locks/$*.txt
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json frontend/package.json
	@echo "Installing front-end packages …"
	@npm --prefix frontend ci --silent --no-audit --no-fund
	@touch $@

$(AUDITOR): tests/e2e/lighthouse/package-lock.json
	@echo "Installing Lighthouse for the browser tests …"
	@npm --prefix tests/e2e/lighthouse ci --silent --no-audit --no-fund
	@touch $@

$(BUNDLE): frontend/node_modules/.installed $(FRONTEND)
	@echo "Building the front end …"
	@npm --prefix frontend run --silent build
	@touch $@
