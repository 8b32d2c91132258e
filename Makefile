# Two commands do everything on a fresh machine with Python 3.11+ and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEV_STAMP := $(VENV)/.dev-installed

.DEFAULT_GOAL := help
.PHONY: help demo test test-browser screenshots run assets lint types walls bench mutants acceptance test-real wapiti install lock

help: ## Show what can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(DEV_STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked requirements into $(VENV) (about a minute the first time) ..."
	@$(BIN)/python -m pip install --disable-pip-version-check -qq --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --disable-pip-version-check -qq --no-deps --no-build-isolation -e .
	@touch $@

install: $(DEV_STAMP) ## Make the virtual environment and install the locked requirements

demo: install ## Run the main job once, end to end, in real time against pretend platforms
	@$(BIN)/gateway demo

ASSETS := gateway/web/static/govuk/govuk-frontend.min.css

assets: $(ASSETS) ## Bring the pages' styles in (npm, or Node from pip where there is none)

$(ASSETS): package-lock.json gateway/web/styling.py | $(DEV_STAMP)
	@command -v npm >/dev/null || $(BIN)/python -m pip install --disable-pip-version-check -qq --require-hashes -r requirements-assets.lock
	@$(BIN)/python -m gateway.web.styling $(if $(GOV_UK),--gov-uk)

run: install assets ## Run a gateway in ./var (first start: ORGANISATION="Office for ...")
	@$(BIN)/gateway run $(if $(ORGANISATION),--organisation "$(ORGANISATION)")

# The order of the tests is drawn from their own hash: whoever tests this tree meets this order. Another: make test ORDER=7
ORDER := $(shell printf '%d' "0x$$(git rev-parse --short=7 HEAD:tests 2>/dev/null || echo 1)")

test: install ## Run every test on SQLite and on PostgreSQL (from pip), nothing skipped
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --randomly-seed=$(ORDER) -m "not real and not acceptance and not browser"

test-browser: install assets ## Use the pages in Chromium (Debian's chromium), with and without JavaScript
	@$(BIN)/python -m pip install --disable-pip-version-check -qq --require-hashes -r requirements-browser.lock
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m browser tests/browser

screenshots: install assets ## Renew the README's pictures of the pages (Debian's chromium)
	@$(BIN)/python -m pip install --disable-pip-version-check -qq --require-hashes -r requirements-browser.lock
	@$(BIN)/python -m tests.browser.screenshots

acceptance: install ## Run the full-size campaigns of the promises (long)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m acceptance --hypothesis-profile acceptance --timeout 7200 || [ $$? = 5 ]

test-real: install ## Publish to a real Bluesky server and a real snac2 (Debian, Node 20 and npm; installs into var/real)
	@$(BIN)/python -m tests.servers.install_real
	@$(BIN)/python -m pytest -m real tests/real

WAPITI := var/wapiti/.installed

$(WAPITI): requirements-wapiti.lock
	@echo "Installing wapiti into var/wapiti, an environment of its own ..."
	@$(PYTHON) -m venv var/wapiti
	@var/wapiti/bin/python -m pip install --disable-pip-version-check -qq --require-hashes -r requirements-wapiti.lock
	@touch $@

wapiti: install $(WAPITI) ## Let wapiti look for weaknesses in a running gateway (a minute; WHOLE=--whole: every module)
	@$(BIN)/python -m tests.scan $(WHOLE)

mutants: install ## Take each safety control out and see its test fail
	@$(BIN)/python -m tests.mutants.run

bench: install ## Measure the figures that the promises name (some minutes; quiet machines tell more)
	@$(BIN)/python -m tests.benchmarks $(NAME)

lint: install ## Style, types, walls
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

lock: ## Renew the locked requirements (needs uv): pins and hashes, no addresses
	@uv lock -q --upgrade
	@uv export -q --no-dev --format requirements-txt --no-emit-project --no-header -o requirements.lock
	@uv export -q --format requirements-txt --no-emit-project --no-header -o requirements-dev.lock
	@uv export -q --group assets --group browser --format requirements-txt --no-emit-project --no-header -o requirements-browser.lock
	@uv export -q --only-group assets --format requirements-txt --no-emit-project --no-header -o requirements-assets.lock
	@echo wapiti3 | uv pip compile -q --upgrade --generate-hashes --no-header --no-annotate --no-emit-index-url - -o requirements-wapiti.lock
