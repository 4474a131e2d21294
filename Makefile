# `make demo` shows the widget; `make lint test` is what a change has to pass.

PYTHON ?= python3
NPM ?= npm
VENV ?= .venv
# What the benchmark is given, as in `make bench BENCH="--steps 1000000 --cells 650"`.
BENCH ?=
VERSIONS ?=

BIN := $(VENV)/bin
DEMO_INSTALLED := $(VENV)/.demo-installed
TEST_INSTALLED := $(VENV)/.test-installed
# Hosts of widgets that would change the JupyterLab beside them.
HOSTS := $(VENV)/hosts
HOSTS_INSTALLED := $(HOSTS)/.installed
# What says what to install: the package, and its sample data.
PROJECTS := pyproject.toml data/pyproject.toml
INSTALL := $(BIN)/python -m pip install --quiet
# npm writes this file at the end of an install.
JS_INSTALLED := js/node_modules/.package-lock.json
STATIC := lstmvis_widget/static
# In a container one is often root, which Jupyter asks to be told.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.DEFAULT_GOAL := help
.PHONY: help demo test test-python test-js lint docs bench cases picture protocol bundle bundle-check browser hosts \
	test-versions release-check clean

help:
	@echo 'make demo     open the example notebook in JupyterLab'
	@echo 'make test     every test: Python, the page, and the two together in a browser'
	@echo 'make hosts    install Voila, Solara and Panel, which the tests drive, into $(HOSTS)'
	@echo 'make lint     ruff, mypy, pyright, tsc and biome'
	@echo 'make docs     build the documentation into build/docs; every warning is an error'
	@echo 'make bench    time the numeric side and the page (BENCH="--steps 1000000 --cells 650")'
	@echo 'make cases    run the examples and case studies anew (two fetch texts); take their pictures and findings'
	@echo 'make picture  take the pictures of the README, and those that tests compare with'
	@echo 'make protocol write down what travels between Python and the page'
	@echo 'make bundle   build $(STATIC) from js/'
	@echo 'make test-versions  the Python tests on the lowest versions allowed, and on each Python that is here'
	@echo 'make release-check  build what is published, check it, and try it in new environments'
	@echo 'make clean    remove what these installed and built'

demo: $(DEMO_INSTALLED)
	$(BIN)/jupyter lab $(AS_ROOT) notebooks/quickstart.ipynb

test: test-js bundle-check test-python

test-python: $(TEST_INSTALLED) browser hosts
	$(BIN)/python -m pytest -m "not browser" --numprocesses auto
	LSTMVIS_REQUIRE_BROWSER=1 $(BIN)/python -m pytest -m browser --numprocesses auto

test-js: $(JS_INSTALLED)
	cd js && $(NPM) test

lint: $(TEST_INSTALLED) $(JS_INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy tests/typed_sample.py
	js/node_modules/.bin/pyright --pythonpath $(BIN)/python
	cd js && $(NPM) run check

# Nothing is fetched for it, and its pages fetch nothing. A page that is kept from an earlier build keeps its warnings
# to itself, and depends on the package in ways that Sphinx doesn't see: so all are made anew.
docs: $(TEST_INSTALLED)
	rm -rf build/docs docs/_static/live
	$(BIN)/python -m sphinx --builder html --fail-on-warning --keep-going --quiet docs build/docs
	$(BIN)/python -m tests.documentation build/docs

bench: $(TEST_INSTALLED)
	$(BIN)/python -m tests.benchmarks $(BENCH)

cases: $(TEST_INSTALLED)
	$(BIN)/python -m tests.run_notebooks
	$(BIN)/python -m tests.pictures
	$(BIN)/python -m tests.findings

picture: $(TEST_INSTALLED) browser
	$(BIN)/python -m tests.browser.picture
	$(BIN)/python -m tests.browser.states
	$(BIN)/python -m tests.pictures

protocol: $(TEST_INSTALLED)
	$(BIN)/python -m tests.protocol

bundle: $(JS_INSTALLED)
	cd js && $(NPM) run build

# The committed bundle is what the sources in js/ build. Where it is not, the newly built one is left to commit.
bundle-check: $(JS_INSTALLED)
	@committed=$$(mktemp -d) && trap 'rm -rf "$$committed"' EXIT && cp -R $(STATIC)/. "$$committed" && \
	(cd js && $(NPM) run --silent build) && diff -rq "$$committed" $(STATIC) || \
	{ echo 'The bundle in $(STATIC) was not what js/ builds. It is now: commit it.' >&2; exit 1; }
	@echo 'The bundle is what js/ builds.'

# An environment a version, in build/versions: minutes and gigabytes. VERSIONS="lowest 3.13" runs some.
test-versions: | $(BIN)/python
	$(BIN)/python -m tests.publishing.versions $(VERSIONS)

release-check: $(TEST_INSTALLED)
	$(INSTALL) --group release
	$(BIN)/python -m tests.publishing.release_check

# A Chromium for the browser tests: the one that is there, else Debian's, else Playwright's.
browser: $(TEST_INSTALLED)
	@$(BIN)/python -m tests.browser.chromium || { \
		echo 'no Chromium found; installing one'; \
		if [ "$$(id -u)" = 0 ] && [ -f /etc/debian_version ] && grep -q '^ID=debian' /etc/os-release; then \
			apt-get update -q && \
			DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium fonts-dejavu-core; \
		else \
			$(BIN)/python -m playwright install chromium; \
		fi && $(BIN)/python -m tests.browser.chromium; }
	@$(BIN)/python -m tests.browser.firefox || { \
		echo 'no Firefox found; installing one'; \
		if [ "$$(id -u)" = 0 ] && [ -f /etc/debian_version ] && grep -q '^ID=debian' /etc/os-release; then \
			apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends firefox-esr; \
		else \
			echo 'Install Firefox, or name one: make FIREFOX=/path/to/firefox ...' >&2; \
		fi && $(BIN)/python -m tests.browser.firefox; }

# Voila, Solara and Panel, and what the page of Solara is made of.
hosts: $(HOSTS_INSTALLED)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ...' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || \
		{ echo 'This Python has no venv (on Debian: apt-get install python3-venv).' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The first pip that installs dependency groups; that of a new environment may be older.
$(DEMO_INSTALLED): $(PROJECTS) | $(BIN)/python
	$(INSTALL) 'pip>=25.1'
	$(INSTALL) -e '.[analysis]' -e ./data --group demo
	@touch $@

# All of the demo is in the tests.
$(TEST_INSTALLED): $(PROJECTS) | $(BIN)/python
	$(INSTALL) 'pip>=25.1'
	$(INSTALL) -e '.[analysis,distributed,lstmvis]' -e ./data --group test
	@touch $@ $(DEMO_INSTALLED)

$(HOSTS_INSTALLED): $(PROJECTS) | $(BIN)/python
	$(BIN)/python -m venv $(HOSTS)
	$(HOSTS)/bin/python -m pip install --quiet 'pip>=25.1'
	$(HOSTS)/bin/python -m pip install --quiet -e . --group hosts
	NPM="$$(command -v $(NPM))" $(HOSTS)/bin/python -m tests.browser.solara_assets
	@touch $@

$(JS_INSTALLED): js/package.json js/package-lock.json
	@command -v $(NPM) >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || \
		{ echo 'Node 20 or newer, with npm, is needed.' >&2; exit 1; }
	cd js && $(NPM) ci --no-audit --no-fund
	@touch $@

clean:
	rm -rf $(VENV) js/node_modules dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis docs/api docs/_static/images docs/_static/live
