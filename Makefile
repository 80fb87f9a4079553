# Every target sets up what it needs. Works with GNU make 3.81 and newer, and any POSIX sh.
# PYTHON=/path/to/python3.x names the Python to use, PORT=8001 the port of the demo.

SHELL := /bin/sh
PORT ?= 8000
export PORT

BIN := .venv/bin
STAMP := .venv/.installed

# The gate runs with the settings of a production, none of them the user's.
PRODUCTION = env -i PATH="$$PATH" HOME="$$HOME" ENV_FILE= DEBUG=0 TLS=1 \
	DATABASE_URL="sqlite:///$(CURDIR)/.venv/check.sqlite3" \
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	FIELD_ENCRYPTION_KEY="$$($(BIN)/python -c \
	'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')"

# Three processes on two cores: much of the suite waits for real servers.
SHARED := -n 3 --dist loadgroup

# What differs between the two databases runs on both in every `make test`.
ON_POSTGRES := tests/jobs tests/config tests/sentiment_api/test_models.py \
	tests/sentiment_api/rest/test_industries.py tests/faults/test_two_of_everything.py tests/faults/test_crowd.py

.PHONY: licences audit help install demo run test test-postgres coverage looks check soak soak-postgres crowd faults-long bench bench-peers bench-growth bench-scale screenshots lighthouse fmt requirements clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

install: $(STAMP) ## .venv, packages and the built front end (the other targets do it by themselves)

demo: $(STAMP) ## everything on this machine with generated data; PORT=8000
	@$(BIN)/python -m dashboard.build
	@exec $(BIN)/python -m demo

run: $(STAMP) ## web, worker and scheduler against the source and Redis named in .env
	@test -f .env || { echo 'There is no .env: copy .env.example to .env and fill it in.' >&2; exit 1; }
	@$(BIN)/python -m dashboard.build
	@$(BIN)/python manage.py migrate --noinput
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@$(BIN)/python manage.py setup_schedules
	@PATH="$(CURDIR)/$(BIN):$$PATH"; export PATH; exec honcho -e /dev/null start --port $(PORT)

test: check ## the gate, then the test suite, and its database part on PostgreSQL too
	@$(BIN)/python -m dashboard.build
	$(BIN)/python -m pytest $(SHARED)
	$(BIN)/python -m tests.on_postgres $(SHARED) $(ON_POSTGRES)

test-postgres: $(STAMP) ## the whole test suite with its results in PostgreSQL
	@$(BIN)/python -m dashboard.build
	$(BIN)/python -m tests.on_postgres $(SHARED)

coverage: $(STAMP) ## the test suite, with the lines that it does not pass
	@$(BIN)/python -m dashboard.build
	$(BIN)/python -m pytest $(SHARED) --cov

looks: $(STAMP) ## the tests that click, on desk and phone, in light and dark
	@$(BIN)/python -m dashboard.build
	@LONG=1 $(BIN)/python -m pytest -q tests/dashboard/browser tests/desk

soak: $(STAMP) ## a simulated month of runs with random faults; HOURS=744, SEED=1 to repeat one
	@SOAK_HOURS="$(or $(HOURS),744)" SOAK_SEED="$(or $(SEED),1)" \
		$(BIN)/python -m pytest -q tests/faults/test_soak.py

soak-postgres: $(STAMP) ## the same with its results in PostgreSQL
	@SOAK_HOURS="$(or $(HOURS),744)" SOAK_SEED="$(or $(SEED),1)" \
		$(BIN)/python -m tests.on_postgres -q tests/faults/test_soak.py

crowd: $(STAMP) ## random runs overlap, a hundred times, with their results in PostgreSQL; CROWDS=9, SEED=1
	@CROWDS="$(or $(CROWDS),100)" CROWD_SEED="$(or $(SEED),1)" \
		$(BIN)/python -m tests.on_postgres -q tests/faults/test_crowd.py

faults-long: $(STAMP) ## a writer is killed 200 times; the wait for a dead worker's job passes as it is
	@LONG=1 $(BIN)/python -m pytest -q -rP tests/faults -k "writers_that_are_killed or dead_worker"

bench-scale: $(STAMP) ## what an hour costs on PostgreSQL, and what larger numbers need (docs/scale.md)
	@$(BIN)/python -m benchmarks.scale

screenshots: $(STAMP) ## the README's pictures of the dashboard
	@$(BIN)/python -m dashboard.build
	@$(BIN)/python -m tests.screenshots

lighthouse: $(STAMP) ## what Lighthouse says of the dashboard (fetches it)
	@$(BIN)/python -m dashboard.build
	@$(BIN)/python -m tests.lighthouse

check: $(STAMP) ## lint, format, types, migrations, settings of a production, contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@echo 'mypy .'; $(PRODUCTION) $(BIN)/mypy .
	@echo 'manage.py makemigrations --check'; \
		$(PRODUCTION) $(BIN)/python manage.py makemigrations --check --dry-run
	@echo 'manage.py check --deploy'; \
		$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	@echo 'manage.py export_contracts --check'; \
		$(PRODUCTION) $(BIN)/python manage.py export_contracts --check

bench: $(STAMP) ## measure side by side with what others do; ONLY="rest-page graphql" a part
	@$(BIN)/python -m benchmarks $(ONLY)

bench-growth: $(STAMP) ## how time and memory grow up to a million customers; ONLY="reads" a part
	@$(BIN)/python -m benchmarks.growth $(ONLY)

bench-peers: $(STAMP) ## the backfill side by side with dbt and DuckDB (installs them into .bench)
	@$(BIN)/python -m benchmarks peers

fmt: $(STAMP) ## put code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

licences: $(STAMP) ## what the packages say of their licences
	$(BIN)/python deploy/licences.py

audit: $(STAMP) ## known weaknesses of the packages; status 3 when nobody could be asked
	$(BIN)/python deploy/audit.py

requirements: $(STAMP) ## renew the pinned versions from requirements*.in
	for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-header --no-strip-extras --upgrade "$$name.in" -o "$$name.txt" || exit 1; \
	done

clean: ## remove .venv, caches and the demo with its data
	@if $(BIN)/python -c 'import demo.clean' 2>/dev/null; then $(BIN)/python -m demo.clean; fi
	rm -rf .venv .bench .coverage .coverage.* htmlcov staticfiles
	rm -rf dashboard/static/dashboard dashboard/frontend/node_modules
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(STAMP): requirements.txt requirements-dev.txt
	@set -e; \
	for python in "$(PYTHON)" python3 python3.14 python3.13 python3.12 python3.11; do \
		test -n "$$python" || continue; \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			new="$$python"; \
			if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then found="$$python"; break; fi; \
		fi; \
		test -z "$(PYTHON)" || break; \
	done; \
	if test -z "$$found" && test -n "$$new"; then \
		echo "$$new comes without venv: install it (Debian, Ubuntu: apt install python3-venv)." >&2; \
		exit 1; \
	fi; \
	if test -z "$$found"; then \
		echo 'Python 3.11 or newer is needed: install it, or name it (PYTHON=/path/to/python3.12).' >&2; \
		exit 1; \
	fi; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		echo "making .venv with $$found"; \
		"$$found" -m venv --clear .venv; \
	fi; \
	echo 'installing packages into .venv'; \
	$(BIN)/python -W ignore -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements.txt -r requirements-dev.txt; \
	$(BIN)/python -m dashboard.build; \
	touch $@
