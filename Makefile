# `make demo` shows the widget; `make lint test` is what a change has to pass.

# The first Python here that is new enough; `make PYTHON=...` names another.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)
NPM ?= npm
VENV ?= .venv
# Options of JupyterLab for the demo, as in `make demo LAB="--no-browser --port=9000"`.
LAB ?=
# What the benchmark is given, as in `make bench BENCH="--steps 1000000 --cells 650"`.
BENCH ?=
VERSIONS ?=
PYODIDE ?=

BIN := $(VENV)/bin
DEMO_INSTALLED := $(VENV)/.demo-installed
TEST_INSTALLED := $(VENV)/.test-installed
# Where the Python of an environment is gone, so is what was installed for it.
$(shell test -x $(BIN)/python || rm -f $(DEMO_INSTALLED) $(TEST_INSTALLED))
# Hosts of widgets that would change the JupyterLab beside them.
HOSTS := $(VENV)/hosts
HOSTS_INSTALLED := $(HOSTS)/.installed
FIREFOX_FOLDER := $(VENV)/firefox
# What says what to install: the package, and its sample data.
PROJECTS := pyproject.toml data/pyproject.toml
INSTALL := $(BIN)/python -m pip install --quiet
# npm writes this file at the end of an install.
JS_INSTALLED := js/node_modules/.package-lock.json
STATIC := lstmvis_widget/static

# Containers often say that Python writes no bytecode. Then each of hundreds of processes compiles the package anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-python test-js lint lint-js lint-python docs bench cases picture protocol bundle \
	bundle-check browser hosts test-versions pyodide release-check clean

help:
	@echo 'make demo     open the example notebook in JupyterLab (LAB="--no-browser" and others: options of JupyterLab)'
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
	@echo 'make pyodide  run all that is public in a distribution of Pyodide that is here (PYODIDE=folder)'
	@echo 'make release-check  build what is published, check it, and try it in new environments'
	@echo 'make clean    remove what these installed and built'

demo: $(DEMO_INSTALLED)
	@$(BIN)/python demo/open_lab.py $(LAB)

test: test-js bundle-check test-python

# A run imports the modules of all tests that it is given: those in a browser are given by their folder.
test-python: $(TEST_INSTALLED) $(JS_INSTALLED) browser hosts
	$(BIN)/python -m pytest --ignore tests/browser --numprocesses auto
	LSTMVIS_REQUIRE_BROWSER=1 $(BIN)/python -m pytest tests/browser --numprocesses auto

test-js: $(JS_INSTALLED)
	cd js && $(NPM) test

lint: lint-js lint-python

lint-js: $(JS_INSTALLED)
	cd js && $(NPM) run check

# pyright is a package of npm.
lint-python: $(TEST_INSTALLED) $(JS_INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy tests/typed_sample.py
	js/node_modules/.bin/pyright --pythonpath $(BIN)/python

# Nothing is fetched for it, and its pages fetch nothing. A page that is kept from an earlier build keeps its warnings
# to itself, and depends on the package in ways that Sphinx doesn't see: so all are made anew.
# With a thread of BLAS for each core, these would wait for each other beside whatever else runs.
docs: export OMP_NUM_THREADS = 1
docs: export OPENBLAS_NUM_THREADS = 1
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

# The committed bundle is what the sources in js/ build. Where it is not, the newly built one is left to commit. Until
# then no file changes: others may be reading them.
bundle-check: $(JS_INSTALLED)
	@built=$$(mktemp -d) && trap 'rm -rf "$$built"' EXIT && (cd js && $(NPM) run --silent build -- "$$built") && \
	if ! diff -rq "$$built" $(STATIC); then \
		cp -R "$$built"/. $(STATIC); \
		echo 'The bundle in $(STATIC) was not what js/ builds. It is now: commit it.' >&2; exit 1; \
	fi
	@echo 'The bundle is what js/ builds.'

# An environment a version, in build/versions: minutes and gigabytes. VERSIONS="lowest 3.13" runs some.
test-versions: | $(BIN)/python
	$(BIN)/python -m tests.publishing.versions $(VERSIONS)

# The folder is a release of Pyodide, with its packages, unpacked.
pyodide: $(TEST_INSTALLED)
	$(BIN)/python -m tests.pyodide.real $(PYODIDE)

release-check: $(TEST_INSTALLED)
	$(INSTALL) --group release
	$(BIN)/python -m tests.publishing.release_check

# A Chromium and a Firefox for the browser tests: those that are there, else Debian's, else builds of Playwright and Mozilla.
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
			$(NPM) exec --yes -- @puppeteer/browsers install firefox@stable --path $(FIREFOX_FOLDER); \
		fi && $(BIN)/python -m tests.browser.firefox; }

# Voila, Solara and Panel, and what the page of Solara is made of.
hosts: $(HOSTS_INSTALLED)

# What is left of an environment whose Python is gone makes room for a new one.
$(BIN)/python:
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'Python 3.11 or newer is needed, and was not found. Where it has another name:' >&2; \
		echo '  make $(firstword $(MAKECMDGOALS)) PYTHON=/path/to/python3.11' >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
		echo 'This Python has no venv. On Debian and Ubuntu: sudo apt-get install python3-venv' >&2; exit 1; }
	@echo 'Making a Python environment in $(VENV): some seconds.'
	@"$(PYTHON)" -m venv $(if $(wildcard $(VENV)/pyvenv.cfg),--clear) $(VENV)

$(DEMO_INSTALLED): $(PROJECTS) | $(BIN)/python
	@$(BIN)/python demo/install.py 'Installing the widget, JupyterLab, and libraries for statistics and plots into $(VENV).' \
		'pip fetches about 160 MB: a minute or two, longer on a slow network.' \
		-- -e '.[analysis]' -e ./data --group demo
	@touch $@

# All of the demo is in the tests. pip would compile every module, for over half of its time; Python compiles those that
# are imported.
$(TEST_INSTALLED): $(PROJECTS) | $(BIN)/python
	@$(BIN)/python demo/install.py 'Installing what the tests need into $(VENV).' \
		'pip fetches about 600 MB: some minutes.' \
		-- --no-compile -e '.[analysis,distributed,lstmvis]' -e ./data --group test
	@touch $@ $(DEMO_INSTALLED)

$(HOSTS_INSTALLED): $(PROJECTS) | $(BIN)/python
	@echo 'Installing Voila, Solara and Panel, which the tests drive, into $(HOSTS): a minute or two.'
	@$(BIN)/python -m venv --clear $(HOSTS)
	$(HOSTS)/bin/python -m pip install --quiet 'pip>=25.1'
	$(HOSTS)/bin/python -m pip install --quiet --no-compile -e . --group hosts
	NPM="$$(command -v $(NPM))" $(HOSTS)/bin/python -m tests.browser.solara_assets
	@touch $@

$(JS_INSTALLED): js/package.json js/package-lock.json
	@command -v $(NPM) >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || \
		{ echo 'Node 20 or newer, with npm, is needed.' >&2; exit 1; }
	cd js && $(NPM) ci --no-audit --no-fund
	@touch $@

clean:
	rm -rf $(VENV) js/node_modules dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis docs/api docs/_static/images docs/_static/live
