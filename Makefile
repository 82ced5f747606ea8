# make run    start the daemon on the embedded default (SQLite, mail intake on loopback, outgoing mail into ./var)
# make test   run the tests
# make check  format, lint, types, imports, house rules, examples in the docs

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: run test check format bench clean

run: .venv/core
	@$(BIN)/maild --config config.toml run

test: .venv/dev
	@tests/parts/install_dovecot.sh
	@$(BIN)/python -m pytest -n auto

check: .venv/dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/test_house_rules.py tests/test_docs.py
	@$(BIN)/python -m pytest -q --doctest-modules --doctest-continue-on-failure --ignore=maild/store/migrations maild classifiers replies

format: .venv/dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/dev
	@$(BIN)/python benchmarks/parse.py
	@$(BIN)/python benchmarks/pipeline.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# Debian's python3 comes without ensurepip unless python3-venv is installed: virtualenv from PyPI serves as well.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "maild needs Python 3.11 or newer; set PYTHON=..." >&2; exit 2)
	@$(PYTHON) -m venv .venv 2>/dev/null || (rm -rf .venv && $(PYTHON) -m pip install --quiet --user --break-system-packages virtualenv && $(PYTHON) -m virtualenv --quiet .venv)

.venv/core: $(BIN)/python requirements.lock pyproject.toml
	@test -e .venv/dev || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/dev: $(BIN)/python requirements-dev.lock pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@
