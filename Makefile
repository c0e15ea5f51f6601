# Each target makes the machine ready first, from nothing if need be; the logic is in scripts/set_up.py.
PYTHON ?= python3
VENV := .venv/bin
# Python is started by the hundred here; where nothing may be kept, each start compiles all anew.
unexport PYTHONDONTWRITEBYTECODE
SET_UP = @command -v $(PYTHON) >/dev/null \
	|| { echo "Clerkwork needs Python 3.11 or newer: sudo apt-get install python3 python3-venv" >&2; exit 1; }; \
	$(PYTHON) scripts/set_up.py

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-erp soak tamper check bench format lock clean

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

setup: ## make this machine ready
	$(SET_UP)

demo: ## a back office's morning against two portals that fight back
	$(SET_UP)
	@$(VENV)/clerkwork demo

test: ## unit, integration and acceptance tests, with a real browser
	$(SET_UP) --tests
	@$(VENV)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-erp: ## the robot of SQL-Ledger against the real thing, which is installed (Debian, as root)
	$(SET_UP) --erp
	@$(VENV)/python -m pytest -q -n 2 --dist load -m erp tests/erp $(ARGS)

soak: ## 200 bad days at the portals, 300 kills, 500 slots of many machines; goes on where it stopped
	$(SET_UP) --tests
	@$(VENV)/python tests/acceptance/soak.py --seeds $(or $(SEEDS),200) --jobs $(or $(JOBS),2)
	@$(VENV)/python tests/acceptance/killings.py --kills $(or $(KILLS),300) --jobs $(or $(JOBS),2)
	@$(VENV)/python tests/acceptance/many_machines.py --slots $(or $(SLOTS),500)

tamper: ## 1,000 edits of evidence, each found and named by both verifiers; 200 honest histories
	$(SET_UP) --tests
	@$(VENV)/python tests/acceptance/tampering.py --edits $(or $(EDITS),1000) --histories $(or $(HISTORIES),200)

check: ## format, lint, types, imports
	$(SET_UP) --packages-only
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports --no-logo

bench: ## every performance claim, within a minute each (FULL=1: at full length)
	$(SET_UP) --tests
	@$(VENV)/python -m benchmarks.frame $(if $(FULL),,--quick)

format: ## put the code in its house style
	$(SET_UP) --packages-only
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

lock: ## pin the dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
		--extra dev --extra bench --extra otel --extra print-house --quiet --output-file requirements.lock pyproject.toml

clean: ## remove what was built and installed here; output/ stays, it is yours
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
