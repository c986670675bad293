# What a person or CI does with this project. Every target sets up what it needs, once: an environment is
# made again only when its lock file changes. Needed beforehand: Python 3.11 or newer, make, a package registry.

# Nothing of the user's AWS account reaches what runs here: no profile, credential, region or endpoint. What
# deploys is for that account, and nothing else is made in the same breath.
DEPLOYING := $(filter deploy rollback smoke mail-identity,$(MAKECMDGOALS))
ifeq ($(DEPLOYING),)
unexport $(filter AWS_%,$(.VARIABLES))
export AWS_CONFIG_FILE := /dev/null
export AWS_SHARED_CREDENTIALS_FILE := /dev/null
export AWS_EC2_METADATA_DISABLED := true
export AWS_ACCOUNT_ID_ENDPOINT_MODE := disabled
endif
export SAM_CLI_TELEMETRY := 0
export PYTHON

# Where it is set, every process compiles again all that it imports, and every worker all tests.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run invoke bench pictures golden map reference verify-letters simulate quick test check ci format lint types template-check audit deploy rollback smoke mail-identity lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.ready .venvs/ministack/.ready ## Play a whole year end on this machine (options: make run ARGS="--help")
	@.venv/bin/python -m infrastructure.local.run $(ARGS)

invoke: .venv/.ready .venvs/ministack/.ready ## Call one function with its sample on local AWS (FUNCTION=send_letter)
	@.venv/bin/python -m infrastructure.local.invoke $(FUNCTION)

bench: .venv/.ready .venvs/ministack/.ready .venvs/bench/.ready ## Measure recording, letters and a year end (in a hurry: ARGS="--quick")
	@.venv/bin/python -m infrastructure.bench.run $(ARGS)

pictures: .venv/.ready .venvs/ministack/.ready ## Draw letters, pages of the site and the desk into docs/ (wants poppler-utils and chromium)
	@.venv/bin/python -m infrastructure.pictures.run $(ARGS)

golden: .venv/.ready ## Renew the golden texts of the letters, and show what has changed
	@.venv/bin/python -m tests.golden.renew

map: .venv/.ready ## Give newcomers a cell of the map, and draw it (all from nothing: ARGS="--first")
	@.venv/bin/python -m infrastructure.map.run $(ARGS)

reference: .venv/.ready ## Renew the pages of docs/ that are made from the code
	@.venv/bin/python -m infrastructure.reference.run

verify-letters: .venv/.ready .venvs/verapdf/.ready ## Verify all letters of the sample year (options: ARGS="--help")
	@.venv/bin/python -m infrastructure.verify.run $(ARGS)

simulate: .venv/.ready ## Play year ends in which everything happens at once (options: ARGS="--help")
	@.venv/bin/python -m tests.simulation.run $(ARGS)

quick: .venv/.ready ## Run the tests of domain and services, without coverage and the thorough ones
	@.venv/bin/python -m pytest -q -n auto --maxprocesses 4 --dist worksteal -m "not thorough" \
		--hypothesis-profile quick tests/unit/domain tests/unit/services $(ARGS)

test: .venv/.ready .venvs/ministack/.ready .venvs/verapdf/.ready .venvs/browser/.ready ## Run every test (options: make test ARGS="-x")
	@.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(COVERAGE) $(ARGS)

# One more than there are processors: tests on local AWS mostly wait for it. Four are enough for all.
WORKERS = $$(n=$$(getconf _NPROCESSORS_ONLN); [ $$n -lt 3 ] && echo $$((n + 1)) || echo 4)
# Branch coverage takes half as long again, so that it is measured where it is demanded.
check: COVERAGE = --cov
check: lint types template-check audit test ## Everything that CI demands

ci: ## What CI runs: make check, with nothing skipped (installs what it needs, where it may)
	@.ci/run

format: .venv/.ready ## Format the code, and fix what ruff can fix by itself
	@.venv/bin/ruff check --fix-only --quiet
	@.venv/bin/ruff format

lint: .venv/.ready ## Check format, style, and which room imports which
	@.venv/bin/ruff format --check
	@.venv/bin/ruff check
	@.venv/bin/lint-imports --no-cache --no-logo

types: .venv/.ready ## Check the types
	@.venv/bin/mypy

template-check: .venv/.ready .venvs/sam/.ready .venvs/checkov/.ready ## Check template.yaml and its nested stacks
	@.venv/bin/cfn-lint --regions eu-west-2 -- template.yaml infrastructure/stacks/*.yaml infrastructure/mail/*.yaml
	@.venvs/sam/bin/sam validate --lint --region eu-west-2
	@.venvs/sam/bin/python infrastructure/deploy/transformed.py template.yaml build/transformed/template.json
	@.venv/bin/cfn-lint --regions eu-west-2 -- build/transformed/template.json
	@.venvs/checkov/bin/checkov --file template.yaml infrastructure/stacks/*.yaml infrastructure/mail/*.yaml \
		build/transformed/template.json

audit: .venv/.ready .venvs/audit/.ready ## Ask for known weaknesses of the libraries that are shipped
	@.venv/bin/python -m infrastructure.supply.audit

deploy: .venv/.ready .venvs/sam/.ready ## Validate, build, show what changes, deploy, look whether all is ready (STAGE=test)
	@.venv/bin/python -m infrastructure.deploy.run deploy "$(STAGE)" $(ARGS)

rollback: .venv/.ready ## Deploy again what was deployed before (STAGE=test)
	@.venv/bin/python -m infrastructure.deploy.run rollback "$(STAGE)" $(ARGS)

smoke: .venv/.ready ## Send one event and one diverted letter through a deployment, and clean up (STAGE=test)
	@.venv/bin/python -m infrastructure.deploy.smoke.run "annual-review-$(STAGE)" $(ARGS)

mail-identity: .venv/.ready ## Verify the domain that letters come from, and print its DNS records (DOMAIN=ombudsman.example)
	@.venv/bin/python -m infrastructure.mail.run "$(DOMAIN)" $(ARGS)

# A release waits a week, in which a poisoned one is mostly found and withdrawn. UPGRADE=1 takes newer versions.
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" infrastructure/setup/uv.sh pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--exclude-newer "7 days" $(if $(UPGRADE),--upgrade)

lock: .venvs/uv/.ready ## Resolve the lock files again (newer versions: make lock UPGRADE=1)
	@$(COMPILE) infrastructure/setup/requirements.in --output-file infrastructure/setup/requirements.txt
	@$(COMPILE) pyproject.toml --output-file shared/requirements.txt
	@$(COMPILE) pyproject.toml --extra cli --extra desk --group dev --constraint shared/requirements.txt \
		--output-file requirements-dev.txt
	@$(COMPILE) infrastructure/local/requirements.in --output-file infrastructure/local/requirements.txt
	@$(COMPILE) infrastructure/verify/requirements.in --output-file infrastructure/verify/requirements.txt
	@$(COMPILE) infrastructure/bench/requirements.in --output-file infrastructure/bench/requirements.txt
	@$(COMPILE) infrastructure/deploy/requirements-sam.in --output-file infrastructure/deploy/requirements-sam.txt
	@$(COMPILE) infrastructure/deploy/requirements-audit.in --output-file infrastructure/deploy/requirements-audit.txt
	@$(COMPILE) infrastructure/deploy/requirements-checkov.in --output-file infrastructure/deploy/requirements-checkov.txt
	@infrastructure/setup/lock-packages.sh tests/browser $(if $(UPGRADE),--upgrade)

clean: ## Remove everything that make and the programs made
	rm -rf .venv .venvs .mypy_cache .pytest_cache .ruff_cache .hypothesis .aws-sam .coverage .coverage.* out build
	find functions infrastructure shared tests -name __pycache__ -prune -exec rm -rf {} +

# The environments. Their pins exclude one another, so each has a folder of its own.

.venvs/uv/.ready: infrastructure/setup/requirements.txt
	@infrastructure/setup/install-uv.sh
	@touch $@

.venv/.ready: requirements-dev.txt pyproject.toml .venvs/uv/.ready
	@infrastructure/setup/environment.sh .venv requirements-dev.txt
	@infrastructure/setup/uv.sh pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

.venvs/ministack/.ready: infrastructure/local/requirements.txt .venvs/uv/.ready
	@infrastructure/setup/environment.sh .venvs/ministack infrastructure/local/requirements.txt
	@touch $@

.venvs/verapdf/.ready: infrastructure/verify/requirements.txt .venvs/uv/.ready
	@infrastructure/setup/environment.sh .venvs/verapdf infrastructure/verify/requirements.txt
	@touch $@

# What judges pages of the site. Without npm it is not made; the tests that need it are skipped then, and say so.
.venvs/browser/.ready: tests/browser/package.json tests/browser/package-lock.json
	@infrastructure/setup/packages.sh $(@D) tests/browser

.venvs/bench/.ready: infrastructure/bench/requirements.txt .venvs/uv/.ready
	@infrastructure/setup/environment.sh .venvs/bench infrastructure/bench/requirements.txt
	@touch $@

.venvs/sam/.ready .venvs/checkov/.ready .venvs/audit/.ready: .venvs/%/.ready: infrastructure/deploy/requirements-%.txt .venvs/uv/.ready
	@infrastructure/setup/environment.sh $(@D) $<
	@touch $@
