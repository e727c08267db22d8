.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules
SHELL := bash

# The caller's shell may be configured for other databases and another Python. Installing
# may need a proxy; requests to the platform must not use it.
unexport $(filter PG% PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONOPTIMIZE,$(.VARIABLES))
local_hosts := localhost,127.0.0.1,::1
comma := ,
export no_proxy := $(local_hosts)$(addprefix $(comma),$(or $(no_proxy),$(NO_PROXY)))
export NO_PROXY := $(no_proxy)

SERVICES := user-service product-service order-service notification-service
# They have no database.
STATELESS := api-gateway
STATEFUL := $(patsubst %/tests/stateful,%,$(wildcard *-service/tests/stateful))
# Of `make test`; about as long as each other.
LANES := lane-1 lane-2 lane-3
CONSUMERS := notification-service order-service
python := .venv/bin/python
# Exported, because the path may contain characters that are special to the shell.
export ROOT := $(CURDIR)
SETTINGS := "$$ROOT/pyproject.toml"
# The mode is that of the running platform; else local mode if it has data; else containers
# if an engine responds.
ENGINE := $(shell docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1 && echo docker)
RUNNING := $(if $(wildcard .local/supervisord.pid),local,$(if $(ENGINE),$(if $(shell docker compose ps --quiet),docker)))
one-of = $(if $(word 2,$(2)),,$(filter $(1),$(2)))
MODE ?= $(or $(RUNNING),$(if $(wildcard .local/ports.json),local),$(ENGINE),local)
mode := $(or $(call one-of,local docker,$(MODE)),unknown)
SCRIPTS := tools/local/bootstrap.sh tools/compose/up.sh tools/compose/backup.sh tools/compose/tests/try_backup.sh .ci/run test-api.sh test-complete.sh \
	verify-docs.sh start.sh docs/runbooks/commands.sh

.PHONY: help up down clean doctor status dlq trace sql dev demo drill drill-hint drill-check drill-stop drills-can-run mend-drill backup restore rescue storefront stores stores-down test test-unit \
	$(LANES) test-platform test-tools test-faults test-all slow-platform runs-local begun to-look say-why-local known-mode known-service known-part known-name known-backup known-loss faults test-runbooks bench lint lint-style lint-types lint-scripts lint-pipelines lint-frontend test-frontend dev-frontend leaks audit drift hooks format contracts dashboards lock runtime tools words test-chassis \
	$(addprefix test-,$(SERVICES) $(STATELESS)) $(addprefix slow-,$(STATEFUL)) $(foreach mode,local docker,$(addsuffix -$(mode),up down clean status dlq sql rescue dev backup restore))

%-unknown: known-mode ;

known-mode:
	@$(call require,$(filter-out unknown,$(mode)),MODE must be local or docker,make up MODE=local)

# require VALUE,SENTENCE,EXAMPLE: stops with the sentence and the example if there is no value.
require = $(if $(strip $(1)),:,echo "error: $(2)$(comma) for example: $(3)" >&2; exit 1)

help:
	@$(call list,first,To begin with)
	@$(call list,run,On a running platform)
	@$(call list,check,Checks)
	@$(call list,write,Generated files)
	@printf '\n%s\n' 'MODE=docker or MODE=local chooses the platform; the default here is $(mode).'

list = printf '\n%s:\n' '$(2)' && sed -nE 's/^([a-z-]+):.*\#\# $(1): (.*)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) \
	| awk -F '\t' '{ printf "  make %-15s%s\n", $$1, $$2 }'

up: up-$(mode) ## first: Start everything, wait until it is healthy, print the URLs
down: mend-drill down-$(mode) ## first: Stop everything, keep the data
clean: clean-$(mode) ## run: Stop everything and delete the data
doctor: known-mode to-look ## run: Check memory, disk, ports, versions, proxy and host names of this machine
	@$(python) -m tools.local doctor $(mode)

status: status-$(mode) ## run: Show the state of each process or container

up-local: say-why-local runtime
	@$(python) -m tools.local up

# A person who expected containers sees why there are none.
say-why-local:
	@$(if $(or $(ENGINE),$(RUNNING),$(wildcard .local/ports.json),$(filter-out file,$(origin MODE))),:,echo '  No Docker engine responds, so the platform runs as processes (local mode).')

down-local clean-local: %-local:
	@if $(is-fresh); then echo '  Nothing to stop: no platform was ever started in this folder.'; \
		else $(ready-to-look) && $(python) -m tools.local $*; fi

status-local: begun
	@$(python) -m tools.local status
	@$(python) -m tools.drills status

begun:
	@if $(is-fresh); then echo 'error: The platform is not running: `make up` starts it.' >&2; exit 1; \
		else $(ready-to-look); fi

# A target that stops or shows something installs nothing unless it must.
ready-to-look := tools/local/bootstrap.sh --to-look tools/local/requirements.txt
is-fresh = [ ! -e "$${LOCAL_ROOT:-.local}"/ports.json ] && [ ! -e "$${LOCAL_ROOT:-.local}"/test/ports.json ] \
	&& ! $(python) -c 'import tools.local.__main__' 2>/dev/null

up-docker:
	@$(call require,$(ENGINE),no Docker engine with Compose responds: start it$(comma) or run the platform as processes,make up MODE=local)
	@tools/compose/up.sh

# Without the name of the profile, its container and the network would stay.
down-docker:
	@docker compose --profile keycloak down

clean-docker: mend-drill
	@docker compose --profile keycloak down --volumes

status-docker:
	@docker compose ps --all
	@[ ! -e "$${LOCAL_ROOT:-.local}"/drill.json ] || $(python) -m tools.drills status

dlq: dlq-$(mode) ## run: List dead letters; SHOW=<id> shows one, REPLAY=<id> or REPLAY=all replays

dlq-local: runs-local
dlq-local dlq-docker: dlq-%:
	@found= failed=; for service in $(CONSUMERS); do \
		$(in-$*) $$service python -m app.dead_letters $(dead-letters-arguments); \
		case $$? in 0) found=yes ;; $(NOT_FOUND)) ;; *) failed=yes ;; esac; \
	done; [ -n "$$found" ] && [ -z "$$failed" ]

# Prints the error once, instead of once per consumer.
runs-local: begun
	@$(python) -m tools.local status >/dev/null

# The exit code of app.dead_letters if it has no such event.
NOT_FOUND := 3
in-local := $(python) -m tools.local run
in-docker := docker compose exec -T
dead-letters-arguments = $(if $(JSON),--json) $(if $(SHOW),show "$$SHOW",$(if $(REPLAY),replay "$$REPLAY"))

trace: known-mode to-look ## run: Place an order at the gateway, and show what each service logged for it
	@$(python) -m observability.story $(mode)

sql: sql-$(mode) ## run: Open psql for SERVICE=…, or run QUERY=…

sql-local: known-service begun
	@$(in-local) $(asked) bash -c 'psql "$${DATABASE_URL/+psycopg/}" "$$@"' psql $(query)

sql-docker: known-service
	@docker compose exec $(if $(QUERY),-T) $(asked:-service=-db) psql $(subst -,_,$(asked))_db $(query)

known-service:
	@$(call require,$(asked),SERVICE must be one of $(SERVICES),make sql SERVICE=order-service)
asked = $(call one-of,$(SERVICES),$(SERVICE))
query = $(if $(QUERY),--command="$$QUERY")

rescue: rescue-$(mode) ## run: Create an administrator NAME=… if all passwords are lost

rescue-local rescue-docker: rescue-%: known-name
	@$(in-$*) user-service python -m app.rescue_administrator "$$NAME"

rescue-local: begun

known-name:
	@$(call require,$(NAME),NAME must be a free username,make rescue NAME=ada)

demo: to-look ## first: Load demo data into the running platform
	@$(python) -m tools.demo

drill: drills-can-run ## run: Break the running platform for practice, and show the alert (DRILL=)
	@$(python) -m tools.drills start $(mode) $(DRILL)

drill-hint: drills-can-run ## run: Show the next hint of the drill
	@$(python) -m tools.drills hint

drill-check: drills-can-run ## run: Score ANSWER=component:cause, show the way to the cause, end the drill
	@$(python) -m tools.drills check "$$ANSWER"

drill-stop: drills-can-run ## run: End the drill and mend the platform
	@$(python) -m tools.drills stop

drills-can-run: known-mode $(if $(filter docker,$(mode)),to-look,begun)
	@$(call require,$(filter local,$(mode))$(ENGINE),no Docker engine with Compose responds,make drill MODE=local)

# `make down` goes on even if mending fails; `make drill-stop` then mends after the next start.
mend-drill:
	@[ ! -e "$${LOCAL_ROOT:-.local}"/drill.json ] || $(python) -m tools.drills stop || true

dev: dev-$(if $(filter frontend,$(SERVICE)),frontend,$(mode)) ## first: Run SERVICE=… in this terminal, restarting it when its code changes

dev-local: known-part runtime
	@$(python) -m tools.local dev $(part)

dev-docker: known-part
	@[ -n "$$(docker compose ps --quiet $(part))" ] || { echo "error: $(part) is not running: \`make up\` starts it." >&2; exit 1; }
	@docker compose watch --no-up $(part) || [ $$? -eq 130 ] # Ctrl-C

known-part:
	@$(call require,$(part),SERVICE must be one of $(SERVICES) $(STATELESS) frontend,make dev SERVICE=order-service)
part = $(call one-of,$(SERVICES) $(STATELESS),$(SERVICE))

# Vite's server, which passes requests to the API on to the gateway that runs.
dev-frontend: runtime
	@$(python) -m tools.storefront dev

backup: backup-$(mode) ## run: Save all databases in TO=folder, or in a new one under backups/
restore: restore-$(mode) ## run: Replace all data with those of the backup FROM=folder

backup-local: runtime
	@$(python) -m tools.local backup $(if $(TO),"$$TO")

restore-local: known-backup runtime
	@$(python) -m tools.local restore "$$FROM"

backup-docker:
	@tools/compose/backup.sh backup $(if $(TO),"$$TO")

restore-docker: known-backup
	@tools/compose/backup.sh restore "$$FROM"

known-backup:
	@$(call require,$(FROM),FROM must be the folder of a backup,make restore FROM=backups/20261121T180000Z)

storefront: runtime ## run: Build the shop (frontend/build) if its sources have changed
	@$(python) -m tools.storefront build

stores: runtime ## check: Start PostgreSQL, Redis and RabbitMQ for the tests
	@$(python) -m tools.local stores

stores-down: to-look ## check: Stop the tests' PostgreSQL, Redis and RabbitMQ
	@$(python) -m tools.local stores-down

# Three lanes side by side, because a test often waits for a store or a process.
test: tools stores ## first: Run the tests that every change must pass
	@$(MAKE) --jobs=3 --keep-going $(LANES)

lane-1: parts := test-chassis $(addprefix test-,$(SERVICES))
lane-2: parts := test-platform test-frontend
lane-3: parts := test-faults $(addprefix test-,$(STATELESS)) test-tools
$(LANES):
	@set -o pipefail; { $(call one-by-one,$(parts)); } 2>&1 | sed -u 's/^/$@: /'

# one-by-one TARGETS: goes on after a failure. Tests run `make` as a person does, so they
# must not inherit the flags of this one.
one-by-one = for target in $(1); do env -u MAKEFLAGS -u MAKELEVEL make $$target \
	|| failed=1; done; exit $${failed:-0}

test-all: ## check: Run all tests, including the slow ones
	@$(call one-by-one,test $(addprefix slow-,$(STATEFUL)) slow-platform)

$(addprefix slow-,$(STATEFUL)): slow-%: tools stores
	@cd $* && "$$ROOT"/$(python) -m pytest -q -m slow tests/stateful

# Alone, because they cause faults and watch how fast the platform recovers.
slow-platform: tools
	@$(python) -m pytest -q -m "slow or last" tools tests

faults: tools ## check: Kill and hang every process in turn, then audit the data (SEEDS=, SEED=, SECONDS=)
	@$(python) -m tools.faults $(if $(SEEDS),--seeds $(SEEDS)) \
		$(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

test-runbooks: known-mode known-loss to-look ## check: Test the runbooks' commands (destroys data; needs LOSE=data)
	@$(python) -m tests.runbook_commands --lose-data $(mode) $(PARTS)

known-loss:
	@$(call require,$(filter data,$(LOSE)),this destroys all data of the running platform: LOSE must be data,make test-runbooks LOSE=data)

words: ## check: Count hard words per folder; HITS=1 also prints each place
	@python3 tools/words.py $(if $(HITS),--hits)

bench: tools ## check: Measure the CPU cost of requests (ONLY=requests|gateway|streams|machine|crowd|bodies|tracing, ROUNDS=, GROWTH=1)
	@$(python) -m tools.bench $(if $(GROWTH),--only growth,$(if $(ONLY),--only $(ONLY))) $(if $(ROUNDS),--rounds $(ROUNDS))

test-unit: tools ## check: Run the tests that need no store, in seconds
	@set -e; for part in libs/chassis $(SERVICES) $(STATELESS); do \
		(cd $$part && "$$ROOT"/$(python) -m pytest -q tests/unit); done

test-chassis: tools stores ## check: Run the tests of one part; also test-order-service and so on
	@$(call measured,libs/chassis,chassis)

$(addprefix test-,$(SERVICES) $(STATELESS)): test-%: tools stores
	@$(call measured,$*,app)

npm = $(python) -m tools.storefront npm

test-frontend: tools ## check: Run the tests of the storefront, and check its types and size
	@$(npm) run --silent check:types
	@$(npm) run --silent check:client
	@$(npm) test --silent
	@$(python) -m tools.storefront build
	@$(npm) run --silent check:size

test-platform: tools
	@$(python) -m $(PYTEST) $(addprefix --ignore=,tests/faults $(without-platform)) tests

test-tools: tools
	@$(python) -m $(PYTEST) tools observability/tests $(without-platform)

without-platform := tests/contract tests/install

# On a platform of their own, whose logs are checked too.
test-faults: tools
	@TEST_PLATFORM=faulty $(python) -m $(PYTEST) tests/faults tests/test_logs.py

PYTEST = pytest -q -m "not slow"

# measured FOLDER,PACKAGE: runs the part's tests, which must reach 90 % of its code. By
# slipcover, because coverage.py takes a third of the tests' CPU; its warning, that it does
# not measure the branches of the tests themselves, is ignored.
measured = cd $(1) && if "$$ROOT"/$(python) -c "import slipcover" 2>/dev/null; then \
	"$$ROOT"/$(python) -W "ignore:Unable to activate pytest" -m slipcover --branch \
		--source $(2) --skip-covered --fail-under 90 -m $(PYTEST) tests || { code=$$?; \
		[ $$code -ne 2 ] || echo "error: $(1) was interrupted, or its tests reach less than 90 % of it" >&2; \
		exit $$code; }; \
	else echo "not measured what the tests reach: slipcover needs Python 3.12 on this machine"; \
	"$$ROOT"/$(python) -m $(PYTEST) tests; fi

lint: leaks words lint-style lint-types lint-frontend lint-scripts lint-pipelines ## check: Check format, style, types, layers, scripts, pipelines, hard words, leaked secrets

lint-style: tools
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .

lint-types: tools
	@.venv/bin/mypy tools tests observability contracts/*.py .githooks/commit_msg.py
	@cd libs/chassis && "$$ROOT"/.venv/bin/mypy --config-file $(SETTINGS) chassis tests \
		&& "$$ROOT"/.venv/bin/lint-imports --config pyproject.toml --no-cache >/dev/null
	@set -e; for service in $(SERVICES) $(STATELESS); do echo "$$service"; (cd $$service \
		&& "$$ROOT"/.venv/bin/mypy --config-file $(SETTINGS) app tests \
		&& PYTHONPATH=. "$$ROOT"/.venv/bin/lint-imports --config $(SETTINGS) --no-cache \
			$$(test -d app/models || echo --contract layers) >/dev/null); done

lint-frontend: tools
	@$(npm) run --silent check:types
	@$(npm) run --silent check:style

lint-scripts:
	@shellcheck --version >/dev/null || { echo "error: install shellcheck" >&2; exit 1; }
	@shellcheck --external-sources --check-sourced --source-path=SCRIPTDIR $(SCRIPTS)

# Offline, because zizmor would otherwise send a request to GitHub for each action.
lint-pipelines: tools
	@.venv/bin/zizmor --offline --pedantic --quiet --no-progress .github

# Files that git ignores may contain secrets; all others, and all commits, may not.
leaks: tools
	@.venv/bin/kingfisher scan . --quiet --redact --no-validate --no-update-check \
		$(foreach path,$(shell git ls-files --others --ignored --exclude-standard --directory), \
			--exclude "$(path:/=)")

# Needs the network, because it asks PyPI and npm about each package; no response is a failure.
audit: tools ## check: Check the dependencies for known vulnerabilities
	@.venv/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
		$(patsubst %,--requirement %/requirements.txt,$(SERVICES) $(STATELESS) frontend)
	@$(npm) audit

contracts: tools ## write: Generate contracts/ (APIs, events) and docs/TELEMETRY.md
	@rm -rf contracts/openapi contracts/events contracts/asyncapi.json
	@# The document of the gateway merges those of the services, and is therefore the last.
	@set -e; for service in $(SERVICES) $(STATELESS); do \
		(cd $$service && "$$ROOT"/$(python) ../contracts/export.py ../contracts >/dev/null); done
	@$(python) contracts/generate_client.py contracts/openapi tools/client/generated
	@$(npm) run --silent client
	@$(python) -m observability.telemetry.document

drift: tools stores ## check: Check that migrations match the models, and contracts/ the services
	@set -e; for service in $(SERVICES); do \
		(cd $$service && "$$ROOT"/$(python) -m pytest -q tests/integration/test_migrations.py); done
	@$(python) -m pytest -q tests/contract/test_contracts.py

hooks: tools ## check: Install the git hooks: quick checks, and the form of commit messages
	@.venv/bin/pre-commit install
	@# A relative path is still right when the folder has been moved.
	@cd "$$(git rev-parse --git-path hooks)" && sed -i.old \
		's#^INSTALL_PYTHON=.*#INSTALL_PYTHON=.venv/bin/python#' pre-commit commit-msg pre-push && rm -f ./*.old

dashboards: tools ## write: Generate Grafana's dashboards
	@$(python) -m observability.dashboards

format: tools ## write: Format the code and fix what ruff can fix
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format --quiet .
	@[ ! -d frontend/node_modules ] || $(npm) run --silent format >/dev/null

# All locks take the versions of requirements-dev.txt, so that one .venv serves all parts.
lock: tools ## write: Pin the newest allowed versions of all dependencies
	@$(COMPILE) requirements-dev.in --output-file requirements-dev.txt
	@set -e; for folder in tools/local libs/chassis $(SERVICES) $(STATELESS) frontend; do \
		$(COMPILE) $$folder/requirements.in --constraint requirements-dev.txt \
			--output-file $$folder/requirements.txt; done
	@$(COMPILE) tools/local/installer.in --output-file tools/local/installer.txt
	@$(python) -m tools.local.locking requirements-dev.txt \
		$(patsubst %,%/requirements.txt,tools/local libs/chassis $(SERVICES) $(STATELESS) frontend)

# One lock serves every Python from 3.11.0 on, and pip as well as uv. A release that is
# younger than a week may still turn out to be broken or malicious.
COMPILE := .venv/bin/uv pip compile --quiet --custom-compile-command "make lock" \
	--universal --python-version 3.11.0 --exclude-newer "7 days" \
	--generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links

runtime:
	@tools/local/bootstrap.sh tools/local/requirements.txt

to-look:
	@$(ready-to-look)

tools:
	@tools/local/bootstrap.sh requirements-dev.txt
