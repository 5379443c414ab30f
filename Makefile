# What `make help` prints stands behind the ##.
PYTHON ?= $(shell for name in python3 python3.12 python3.11 python3.13; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
ifeq ($(PYTHON),)
$(error Python 3.11 or newer is needed (set PYTHON=...))
endif
VENV_PYTHON = .venv/bin/python
# What Python compiles is kept, but not among the sources: each start of Odoo or the agent is seconds faster.
export PYTHONPYCACHEPREFIX = $(CURDIR)/var/pycache
# Many images forbid it for all; Odoo would then compile two thousand modules at each start, six seconds each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo serve stop reset test test-controls test-year test-slow test-faults test-tampering pictures lint bench venv update-lock

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## Odoo 19 with a sample company, a bank statement and one run of the agent
	@$(PYTHON) -m tools.demo

serve: ## start the demo's database, Odoo and agent again after `make stop`
	@$(VENV_PYTHON) -m tools.serve start

stop: ## stop whatever this checkout started
	@$(PYTHON) -m tools.serve stop

reset: ## stop and delete the demo database (downloads stay in the cache)
	@$(PYTHON) -m tools.serve reset

test: ## lint and all tests: agent, contracts, add-ons, end to end, faults, controls, a year, tampering (STAGES="agent e2e" for some)
	@$(PYTHON) -m tools.venv --quiet
	@$(VENV_PYTHON) -m tools.run_tests $(STAGES)

test-controls: ## attack the controls with all attempts, eight clients for a minute (AI_CLOSE_SEED=1 for the same again)
	@$(PYTHON) -m tools.venv --quiet
	@AI_CLOSE_CONTROLS=all $(VENV_PYTHON) -m tools.run_tests controls

test-year: ## whole years of closes by random people, a thousand acts each (AI_CLOSE_SEED=1 for the same again)
	@$(PYTHON) -m tools.venv --quiet
	@AI_CLOSE_YEAR=all $(VENV_PYTHON) -m tools.run_tests year

test-slow: ## what `make test` leaves out: six months of closes, hundreds of findings, floods, drills, OCA beside us
	@$(PYTHON) -m tools.venv --quiet
	@AI_CLOSE_SLOW=only $(VENV_PYTHON) -m tools.run_tests agent contract e2e

test-faults: ## kill the agent at every single call of a run, and start it again
	@$(PYTHON) -m tools.venv --quiet
	@AI_CLOSE_FAULTS=all AI_CLOSE_SLOW=all $(VENV_PYTHON) -m tools.run_tests faults

test-tampering: ## ten thousand random tamperings with a sealed audit trail, each found and named
	@$(PYTHON) -m tools.venv --quiet
	@AI_CLOSE_CONTROLS=all $(VENV_PYTHON) -m tools.run_tests tampering

pictures: ## take the pictures of docs/ anew, by the browser tests
	@AI_CLOSE_PICTURES=docs/pictures AI_CLOSE_SLOW=all $(VENV_PYTHON) -m tools.run_tests e2e

lint: ## ruff, and pylint with Odoo's rules on the add-ons
	@$(PYTHON) -m tools.venv --quiet
	@$(VENV_PYTHON) -m tools.lint

bench: ## benchmarks: ratios, measured side by side in one run
	@$(PYTHON) -m tools.venv --quiet
	@$(VENV_PYTHON) -m benchmarks $(NAMES)

venv: ## only the environment (.venv) with Odoo importable
	@$(PYTHON) -m tools.venv

update-lock: ## compile the hash locks anew from tools/requirements/*.in
	@$(PYTHON) -m tools.registry
