.DEFAULT_GOAL := help
.PHONY: help setup run test style lock bench rosters ihtp bars ci clean

VENV := .venv
BIN := $(VENV)/bin
experiment ?= sharing_first
instances ?= ../shared/data/rostering
timetables ?= ../shared/data/ihtp
records ?= ../shared/data
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
CHECKED := sim optimize policies experiments conf tests

# A name is not enough: the interpreter must start, have the right version and be able to make environments.
FIND_PYTHON = for candidate in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3); do \
	if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	2>/dev/null; then python=$$candidate; break; fi; done

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.ready ## build .venv from requirements.lock (does nothing when it is up to date)

$(VENV)/.locked: requirements.lock
	@$(FIND_PYTHON); if [ -z "$$python" ]; then \
	echo "CityCare needs Python 3.11, 3.12 or 3.13 with the venv module; none was found."; \
	echo "Install one, or name it: make setup PYTHON=/path/to/python3.12"; exit 1; fi; \
	echo "Building $(VENV) with $$("$$python" --version)"; rm -rf $(VENV); "$$python" -m venv $(VENV)
	@echo "Installing the packages of requirements.lock (hashes checked)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.ready: $(VENV)/.locked pyproject.toml
	@echo "Installing CityCare itself (editable)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## run one experiment and write its report: make run experiment=sharing_first
	$(BIN)/citycare run experiment=$(experiment)

test: setup ## run the test suite without benchmarks
	$(ONE_THREAD) $(BIN)/python -m pytest -q -n auto --dist worksteal

style: setup ## check lint, format and types
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/python -m mypy --strict

COMPILE := env -u UV_INDEX -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
	uv --no-config pip compile --quiet --universal --fork-strategy fewest --upgrade \
	--generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links

lock: ## write both lock files anew from pyproject.toml (needs uv)
	$(COMPILE) --extra dev --output-file requirements.lock pyproject.toml
	$(COMPILE) --constraint requirements.lock --all-extras --output-file requirements-extras.lock pyproject.toml

bench: setup ## run the benchmarks, print their table and write bench.json
	$(ONE_THREAD) $(BIN)/python -m tests.bench

rosters: setup ## solve published shift-scheduling instances and write docs/rosters.md: make rosters instances=../shared/data/rostering
	$(ONE_THREAD) $(BIN)/python -m experiments.roster_table $(instances)

bars: setup ## train on real records and write docs/diagnosis_bars.md: make bars records=../shared/data
	$(ONE_THREAD) $(BIN)/python -m experiments.bar_table $(records)

ihtp: setup ## solve published integrated timetables and write docs/timetables.md: make ihtp timetables=../shared/data/ihtp
	$(ONE_THREAD) $(BIN)/python -m experiments.timetable_table $(timetables)

ci: ## run everything that must pass before a merge
	.ci/run

clean: ## remove the environment, caches and built files
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
