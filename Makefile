# The first two commands of the README are `make demo` and `make test`. `make help` lists all.

VENV ?= .venv
SRC ?= examples/landing-zone
BIN := $(VENV)/bin
RUN := $(BIN)/python -P
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
# -P keeps the folder of the command off the path; tests are found by their own settings
PYTEST := $(BIN)/python -m pytest
CODE := src tests benchmarks tools
# seconds after which a lane is stopped: a hanging test must not look like a slow one
UNIT_LIMIT := 240
TEST_LIMIT := 780
ACCEPTANCE_LIMIT := 1900
# tests that run side by side: most of a test with services is waiting, and each lane has a home of its own
LANES := 3
# a lane gets tests that stand together, so what a module starts is started once; who is ready takes some of the others'
SIDE_BY_SIDE := -n $(LANES) --dist worksteal
# of the soak
SEED := 57
MINUTES := 15
FILES := 20000
# each command and worker that a test starts would compile all of Lading anew, each lane all of the tests
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help redis-found demo test unit acceptance acceptance-in-real-time embedded-only check fmt pages bench conformance soak screenshots lock clean
.DELETE_ON_ERROR:

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 24

demo: $(VENV)/.runtime redis-found ## bring SRC (default examples/landing-zone) into an embedded zone, twice, and show it
	@$(RUN) -m lading demo "$(SRC)"

test: $(VENV)/.dev redis-found ## every test but the acceptance ones, with the services it starts itself
	timeout $(TEST_LIMIT) $(PYTEST) -m "not acceptance" $(SIDE_BY_SIDE)

unit: $(VENV)/.dev ## unit tests, and contract tests on memory: no service is started
	timeout $(UNIT_LIMIT) $(PYTEST) -m "not acceptance and not services" -n logical --dist worksteal \
		--hypothesis-profile quick tests/unit tests/contract

acceptance: $(VENV)/.dev redis-found ## faults, other databases, the whole way: the tests marked acceptance
	timeout $(ACCEPTANCE_LIMIT) $(PYTEST) -m acceptance $(SIDE_BY_SIDE)

embedded-only: $(VENV)/.dev ## the services' tests where PATH offers no Redis
	LADING_TEST_HIDE_PATH_REDIS=1 timeout $(TEST_LIMIT) $(PYTEST) -m "not acceptance" tests/unit/services tests/integration/services

check: $(VENV)/.dev ## ruff, format, types, layers, sizes, pages, migrations
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	tools/in_fresh_home $(BIN)/mypy
	$(BIN)/lint-imports
	$(RUN) tools/sizes.py
	$(RUN) tools/error_pages.py --check
	tools/in_fresh_home env DJANGO_SETTINGS_MODULE=lading.web.settings $(RUN) -m django makemigrations --check --dry-run

fmt: $(VENV)/.dev ## format the code and mend what can be mended
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

pages: $(VENV)/.dev ## write the pages of docs/reference/errors from the catalogue of codes
	$(RUN) tools/error_pages.py

bench: $(VENV)/.dev ## the figures, as a table
	$(BIN)/python -m benchmarks

coverage: $(VENV)/.dev redis-found ## what the tests reach, commands and workers included (a quarter of an hour)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -m "not acceptance" --timeout 300
	$(BIN)/coverage run -m pytest -q tests/acceptance/test_sync.py tests/acceptance/test_faults.py tests/acceptance/test_bad_input.py --timeout 600
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

conformance: $(VENV)/.dev ## the client's own tests against the zone
	$(RUN) -m lading.zone.conformance

soak: $(VENV)/.dev redis-found ## MINUTES of random faults by SEED over FILES files, with real durations
	LADING_TEST_TIME_SCALE=1 LADING_TEST_SOAK_SEED=$(SEED) LADING_TEST_SOAK_MINUTES=$(MINUTES) LADING_TEST_SOAK_FILES=$(FILES) \
		$(PYTEST) -s tests/acceptance/test_cases_soak.py

acceptance-in-real-time: $(VENV)/.dev redis-found ## the acceptance tests with the durations of production
	LADING_TEST_TIME_SCALE=1 $(PYTEST) -m acceptance $(SIDE_BY_SIDE) --timeout 1800

screenshots: $(VENV)/.dev redis-found ## the pictures of docs/images, from real runs in a real browser (needs Chromium)
	$(RUN) tools/screenshots.py
	$(BIN)/python -m tools.cv_screenshots

lock: ## pin requirements/*.txt anew, with hashes
	tools/lock

clean: ## remove what make made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
	find src tests benchmarks tools -name __pycache__ -type d -prune -exec rm -rf {} +

redis-found: $(VENV)/.runtime
	@$(RUN) -m lading.services

# A stamp is newer than what it was made of: the second call does nothing.

$(VENV)/.made:
	@python=$$(tools/find_python) && echo "Making $(VENV) with $$python" && "$$python" -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.made requirements/runtime.txt pyproject.toml
	@echo "Installing what requirements/runtime.txt pins into $(VENV): about a minute, once"
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "Installing what requirements/dev.txt pins into $(VENV): about a minute, once"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
