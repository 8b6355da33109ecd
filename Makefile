# `make` tells what there is. Everything runs in $(VENV), which `setup` makes from requirements.lock,
# and to which `setup-dev` adds what requirements-dev.lock names.
PYTHON ?= python3
VENV ?= .venv

# so that a report's own last line is the last; heeded under `make -C` from GNU make 4.4 on
MAKEFLAGS += --no-print-directory
RUN := $(VENV)/bin
LOCKS := requirements.lock requirements-dev.lock

# one more than there are cores, since some tests wait
export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

# versions and hashes for all supported Pythons and systems, but no place to get them from
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(RUN)/uv pip compile --quiet --no-config \
	--universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-emit-build-options $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev report test test-pythons fast lint fix types lock golden samples docs bench january soak wheel clean system-packages

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## the environment that makes reports, from its lock; quick when nothing changed
	@$(PYTHON) tools/setup.py $(VENV) requirements.lock

setup-dev: ## and what tests, lint and types need
	@$(PYTHON) tools/setup.py $(VENV) $(LOCKS)

report: setup ## one report, from a workbook to HTML and PDF
	@$(RUN)/nianbao run params/xixia-2020.yaml

test: setup-dev system-packages lint types ## everything that CI runs
	@$(RUN)/pytest -n auto

test-pythons: system-packages ## the suite on each supported Python found on this machine
	@tools/pythons | while read -r version python; do \
		echo "== Python $$version: $$python"; \
		"$$python" tools/setup.py ".venv-$$version" $(LOCKS) </dev/null || exit 1; \
		".venv-$$version/bin/pytest" -n auto </dev/null || exit 1; \
	done
	@tools/pythons --missing | sed 's/^/not found on this machine, not tested: Python /'

fast: setup-dev ## the tests that need no browser, kernel, LibreOffice or Java
	@$(RUN)/pytest -n auto -m "not chromium and not kernel and not libreoffice and not java and not soak"

lint: setup-dev ## ruff: rules and format
	@$(RUN)/ruff check --quiet
	@$(RUN)/ruff format --check --quiet

fix: setup-dev ## what ruff can mend by itself
	@$(RUN)/ruff check --fix
	@$(RUN)/ruff format

types: setup-dev ## mypy, strict
	@$(RUN)/mypy --no-error-summary pkg

lock: setup-dev ## the two locks from pyproject.toml; UPGRADE=1 for the newest versions
	@$(COMPILE) pyproject.toml --group build --output-file requirements.lock >/dev/null
	@$(COMPILE) --group dev --constraints requirements.lock --output-file requirements-dev.lock >/dev/null

golden: setup-dev ## the golden files anew; read the diff before you commit it
	@NIANBAO_GOLDEN=1 $(RUN)/pytest -k golden

samples: setup ## the sample workbooks in sources/
	@$(RUN)/python tools/make_samples.py

docs: setup ## the reference pages that are made from the code
	@$(RUN)/python tools/make_reference.py

bench: setup ## what a report costs
	@$(RUN)/python bench/run.py

january: setup ## a made-up public office (示例) from its inbox to its roll-up, checked
	@$(RUN)/python tools/january.py

soak: setup-dev ## kills a batch at random moments, starts 500 kernels, runs the benchmark in short; ROUNDS=20
	@$(RUN)/python tools/soak.py $(if $(ROUNDS),--rounds $(ROUNDS))
	@$(RUN)/python tools/soak_kernels.py
	@$(RUN)/python tools/january.py
	@$(RUN)/python tools/search_faults.py
	@$(RUN)/python bench/run.py --quick
	@$(RUN)/pytest -n auto -q -m soak
	@NIANBAO_RANDOM=1 $(RUN)/pytest -n auto -q tests/published tests/filing tests/checks tests/demo

wheel: setup-dev ## dist/*.whl and *.tar.gz
	@$(RUN)/python -m build --no-isolation

clean: ## remove environments, caches and dist; outputs/ stays
	@rm -rf .venv* build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find bench notebooks pkg tests tools -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

system-packages:
	@tools/system-packages
