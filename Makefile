# `make` alone lists what there is.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    ?= out
CORES  ?= 2
DATA   := $(or $(SEATWISE_DATA),../shared/data)
PEERS  := $(OUT)/peers
BESIDE := $(OUT)/capacity
OTHERS := $(OUT)/scheduling
CLIENT := $(OUT)/client
PY312  ?= $(or $(firstword $(wildcard $(HOME)/.pyenv/versions/3.12*/bin/python3.12)),python3.12)
ONE    := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 NUMBA_NUM_THREADS=1

.PHONY: help setup demo test lint types contracts real client bench bench-forecast peers-page bench-capacity peers-rosters bench-scheduling bench-nurses bench-service lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(VENV)/.ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

setup: $(VENV)/.ready ## make the environment from the lock

demo: setup ## plan the reference centre's next week
	$(BIN)/seatwise example reference --out $(OUT)/reference
	$(BIN)/seatwise plan $(OUT)/reference --week 2026-11-23 --cores $(CORES) --out $(OUT)/plan

test: setup ## run the tests
	$(BIN)/python -m pytest -n $(CORES)

lint: setup ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## mypy --strict
	$(BIN)/mypy

contracts: setup ## the order of imports
	$(BIN)/lint-imports

real: setup ## a real log: reproduce its service, plan its last full week
	$(BIN)/python -m benchmarks.real --out $(OUT)/real

$(CLIENT)/venv/.ready: api/client/generator.lock
	$(PYTHON) -m venv $(CLIENT)/venv
	$(CLIENT)/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

client: setup $(CLIENT)/venv/.ready ## a typed Python client of the service, made from its document
	$(BIN)/python -m api.document $(CLIENT)/openapi.json
	$(CLIENT)/venv/bin/openapi-python-client generate --path $(CLIENT)/openapi.json --config api/client/generator.yaml \
		--output-path $(CLIENT)/seatwise-client --overwrite --fail-on-warning
	$(CLIENT)/venv/bin/mypy --strict $(CLIENT)/seatwise-client/seatwise_client

bench: setup ## speed, gaps and cost, with peers beside them
	$(BIN)/python -m benchmarks.run --out benchmarks/results

$(OTHERS)/venv/.ready: benchmarks/scheduling/peers.lock
	$(PY312) -m venv $(OTHERS)/venv
	$(OTHERS)/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

peers-rosters: $(OTHERS)/venv/.ready
	$(ONE) $(OTHERS)/venv/bin/python -m benchmarks.scheduling.peers $(OTHERS)/peers.json

bench-scheduling: setup ## rosters: proven gaps by size, repair, the rest of a day, other tools
	@if $(PY312) --version >/dev/null 2>&1 && javac -version >/dev/null 2>&1; \
	then $(MAKE) --no-print-directory peers-rosters; \
	else echo "other tools skipped: they need Python 3.12 (PY312 names one) and a Java 17 development kit"; fi
	$(BIN)/python -m benchmarks.scheduling --cores $(CORES) \
		$$(test ! -f $(OTHERS)/peers.json || echo --peers $(OTHERS)/peers.json)

bench-forecast: ## forecasts beside other libraries', on real arrivals
	@if [ -d "$(DATA)" ]; then $(MAKE) --no-print-directory peers-page; \
	else echo "skipped: no data at $(DATA) (SEATWISE_DATA names its folder)"; fi

$(PEERS)/venv/.ready: benchmarks/forecasting/peers.lock
	$(PYTHON) -m venv $(PEERS)/venv
	$(PEERS)/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

# Each step keeps what is finished, so that a run that was ended goes on.
peers-page: setup $(PEERS)/venv/.ready
	$(ONE) $(BIN)/python -m benchmarks.forecasting.peers_export $(PEERS)/work
	$(ONE) $(PEERS)/venv/bin/python -m benchmarks.forecasting.peers $(PEERS)/work --cores $(CORES)
	$(ONE) $(BIN)/python -m benchmarks.forecasting.peers_ours $(PEERS)/work --cores $(CORES)
	$(BIN)/python -m benchmarks.forecasting.peers_page $(PEERS)/work

$(BESIDE)/venv/.ready: benchmarks/capacity/peers.lock
	@$(PY312) --version >/dev/null 2>&1 || { echo "pyworkforce needs Python 3.12: PY312 names one"; exit 1; }
	$(PY312) -m venv $(BESIDE)/venv
	$(BESIDE)/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

bench-capacity: setup $(BESIDE)/venv/.ready ## formulas and simulator beside other libraries'
	$(ONE) $(BESIDE)/venv/bin/python -m benchmarks.capacity.peers $(BESIDE)/peers.json
	$(ONE) $(BIN)/python -m benchmarks.capacity.page $(BESIDE)/peers.json

bench-service: setup ## the service under load, its workers killed
	$(BIN)/python -m benchmarks.service
	$(BIN)/python -m benchmarks.service --postgres

bench-nurses: setup ## rosters of nurses beside the best known, on public instances
	$(BIN)/python -m benchmarks.nurse_rostering --record --out $(OUT)/nurses

lock: ## renew the locks (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra dev pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url -c requirements-dev.lock pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url api/client/generator.in -o api/client/generator.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url benchmarks/forecasting/peers.in -o benchmarks/forecasting/peers.lock
	uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-emit-index-url benchmarks/capacity/peers.in -o benchmarks/capacity/peers.lock
	uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-emit-index-url benchmarks/scheduling/peers.in -o benchmarks/scheduling/peers.lock

clean: ## remove what the commands made
	rm -rf $(OUT) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
