# Every command of this project. `make` alone lists them; each installs what it needs.
# Works with GNU make 3.81 (macOS) and in paths with spaces: every path here is relative.

.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

# $(LOCAL) and $(TESTS) are Python in an environment that is brought up to date first.
LOCAL := sh dev/venv.sh local
TESTS := sh dev/venv.sh test
OPS := sh dev/venv.sh ops

.PHONY: help
help:
	@awk -f dev/help.awk Makefile

##@ Run

.PHONY: run
run: ## the shop, in this terminal, until Ctrl-C    PORT=9000
	@$(LOCAL) -m dev run $(if $(PORT),--port $(PORT))

.PHONY: up
up: ## the shop, in the background    PORT=9000
	@$(LOCAL) -m dev up $(if $(PORT),--port $(PORT))

.PHONY: down
down: ## stop it
	@$(LOCAL) -m dev down

.PHONY: status
status: ## where it is, and whether it runs
	@$(LOCAL) -m dev status

.PHONY: logs
logs: ## follow the logs of all its processes; stopped: how they end
	@$(LOCAL) -m dev logs

.PHONY: demo
demo: ## live a customer's, a clerk's and a month's story in it, checking every step
	@$(LOCAL) -m dev up
	@$(LOCAL) -m dev.demo

.PHONY: shell
shell: ## a Python shell inside it
	@$(LOCAL) -m dev manage shell

.PHONY: manage
manage: ## a management command inside it    ARGS="check_ledger"
	@$(LOCAL) -m dev manage $(ARGS)

.PHONY: witness
witness: ## does shop, provider and stock agree?
	@$(LOCAL) -m dev.witness

##@ Data

.PHONY: seed
seed: ## load the demo shop again; nothing is doubled    SCALE=full: all 92,331 products
	@$(LOCAL) -m dev manage seed_shop $(if $(SCALE),--scale $(SCALE))

.PHONY: reset
reset: ## stop the shop and forget its data
	@$(LOCAL) -m dev reset

##@ Check

.PHONY: check
check: format lint types imports migrations docs-check test ## everything CI checks

.PHONY: format
format: ## is the code formatted?
	@$(TESTS) -m ruff format --check --quiet . && echo "format: clean"

.PHONY: lint
lint: ## ruff: names, habits, traps; deptry: what is imported is what is declared
	@$(TESTS) -m ruff check --quiet . && echo "lint: clean"
	@$(TESTS) -m deptry --config requirements/deptry.toml commerce config

.PHONY: types
types: ## mypy, strict
	@$(TESTS) -m mypy

.PHONY: imports
imports: ## who may import whom (docs/adr, pyproject.toml)
	@$(TESTS) -c 'from importlinter.cli import lint_imports_command as lint; lint()'

.PHONY: migrations
migrations: ## does a model want a migration that is not there?
	@$(TESTS) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

.PHONY: docs-check
docs-check: ## are the generated documents up to date?
	@$(TESTS) manage.py generate_docs --check

.PHONY: test
test: ## all tests, with servers of their own    ARGS="tests/unit -k money"
	@$(TESTS) -m dev test $(ARGS)

.PHONY: journeys
journeys: ## the stories of customers, over HTTP
	@$(TESTS) -m dev test tests/journeys $(ARGS)

.PHONY: faults
faults: ## killed, cut off, twice, late, at once
	@$(TESTS) -m dev test tests/faults $(ARGS)

.PHONY: bench
bench: ## figures of this machine
	@$(TESTS) -m dev test tests/benchmarks -m benchmark $(ARGS)

.PHONY: bench-coupon
bench-coupon: ## a thousand requests for a coupon of a hundred uses
	@$(TESTS) -m dev test tests/faults/test_many_at_once.py -m benchmark --durations 1 $(ARGS)

# A shop of its own, beside the one in .local; its data stays for the next time.
BENCH := COMMERCE_LOCAL_DIR=.local/bench

.PHONY: bench-catalog
bench-catalog: ## lists, pages, searches and freshness with all 92,331 products    ARGS="--seconds 30"
	@$(BENCH) $(LOCAL) -m dev up --port 0 --no-seed
	@$(BENCH) $(LOCAL) -m dev manage seed_catalog --scale full
	@$(BENCH) $(LOCAL) -m dev.bench $(ARGS); status=$$?; $(BENCH) $(LOCAL) -m dev down; exit $$status

.PHONY: lint-docker
lint-docker: ## hadolint on the Dockerfile
	@$(OPS) && .tools/ops/bin/hadolint Dockerfile && echo "Dockerfile: clean"

.PHONY: audit
audit: ## known vulnerabilities of what the image holds
	@$(OPS) -m pip_audit --requirement requirements/base.txt --disable-pip --require-hashes

##@ Write

.PHONY: fmt
fmt: ## format the code and mend what can be mended
	@$(TESTS) -m ruff format . && $(TESTS) -m ruff check --fix .

.PHONY: docs
docs: ## generate openapi.yaml, message schemas and state diagrams
	@$(TESTS) manage.py generate_docs

.PHONY: requirements
requirements: ## compile requirements/*.in into hashed locks
	@$(LOCAL) -m dev.requirements

.PHONY: clean
clean: ## remove environments and caches, keep the data of the shop
	@rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache staticfiles
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
