# Every target does its own set-up: .venv is made when it is missing or older than the lock.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
SETUP := .venv/.made-from-lock

.PHONY: help setup daily extract export status test crash endurance bench bench-check-ins bench-connections bench-timeline bench-sync bench-webhooks check format unions lock clean

help: ## list every target with a line of help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

$(SETUP): requirements.lock pyproject.toml
	@echo "setting up .venv from requirements.lock (about a minute)"
	@rm -rf .venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' \
		|| { echo "Basin needs Python 3.11 or 3.12: run make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -m venv .venv
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pip install -qq --disable-pip-version-check --compile --require-hashes -r requirements.lock
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(SETUP) ## create or renew .venv from the lock

daily: $(SETUP) ## a day's work: extract, build, test, publish, export; sends nothing to anybody
	@$(BIN)/basin daily

extract: $(SETUP) ## only copy the sources into the raw schemas of the working file
	@$(BIN)/basin extract

export: $(SETUP) ## write the CSV and parquet exports again from the published file
	@$(BIN)/basin export

status: $(SETUP) ## one screen: mode, last run, sources, tests, customers, events
	@$(BIN)/basin status

test: $(SETUP) ## the test suite
	@$(BIN)/python -m pytest

crash: $(SETUP) ## kill a day's work in each of its steps, and try what else takes long (a quarter of an hour)
	@$(BIN)/python -m pytest tests/behaviour/test_kills.py tests/behaviour/test_decisions.py tests/behaviour/test_order.py tests/behaviour/test_acceptance.py -m 'crash or not crash'

endurance: $(SETUP) ## live sixty days with syncs, cut off every third day, beside undisturbed ones (two hours)
	@$(BIN)/python -m pytest -n0 -s -m crash tests/behaviour/test_endurance.py

bench: $(SETUP) ## time a first day, a next day and dbt alone on the default town (some minutes)
	@$(BIN)/python -m scripts.bench

bench-check-ins: $(SETUP) ## land a million of Capitan's check-ins (half a minute)
	@$(BIN)/python -m scripts.bench_check_ins

bench-webhooks: $(SETUP) ## 300 signed calls a second to the webhook receiver for half a minute
	@$(BIN)/python -m scripts.bench_webhooks

bench-sync: $(SETUP) ## plan a sync for a hundred thousand customers (some minutes)
	@$(BIN)/python -m scripts.bench_sync

bench-connections: $(SETUP) ## who comes with whom over 1 and 10 million check-ins (some minutes)
	@$(BIN)/python -m scripts.bench_connections

bench-timeline: $(SETUP) ## the timeline over 1, 10 and 100 million source rows, and a day of each (an hour, 30 GB of disk)
	@$(BIN)/python -m scripts.bench_timeline

bench-identity: $(SETUP) ## who is who among 100,000 and a million records, beside Splink (some minutes)
	@$(BIN)/python -m scripts.bench_identity

check: $(SETUP) ## ruff, mypy, sqlfluff, current union lists, drift tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint dbt_project/models tests/dbt
	@$(BIN)/python -m scripts.unions --check
	@$(BIN)/python -m pytest -q -p no:cacheprovider tests/test_project.py

format: $(SETUP) ## let ruff and sqlfluff put the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix dbt_project/models tests/dbt

unions: $(SETUP) ## write the lists of adapters and flags between their marks
	@$(BIN)/python -m scripts.unions

lock: ## resolve pyproject.toml anew into requirements.lock (needs uv)
	@uv pip compile pyproject.toml --all-extras --generate-hashes --no-emit-index-url --no-header --no-strip-extras \
		--universal --python-version 3.11 --quiet --output-file requirements.lock

clean: ## delete .venv and caches; the data folder stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache *.egg-info
