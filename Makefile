# Every target sets up what it needs; `make help` lists them.
# Written for GNU make 3.81 and later (the one macOS ships) and a POSIX shell.

.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python
SHELL := /bin/sh

# Values typed after a target reach the commands through the environment as typed: neither make nor the shell expands them.
override SOURCE := $(value SOURCE)
override ID := $(value ID)
export SOURCE ID PYTHONS
# Tests start some thousand processes; each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-fast coverage mutants test-wheel contract generate check update-spec rehearse propose report format lint typecheck bench build sbom docs upgrade clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.package ## See it work; ID=<integration id> and ARIZE_API_KEY: against the real API
	@$(RUN) -m scripts.demo

test: $(VENV)/.development ## Run every test; ARGS="-k words" narrows it
	$(RUN) -m pytest --numprocesses auto --dist worksteal $(ARGS)

test-fast: $(VENV)/.development ## Run the quick ones, in less than 30 s, while typing
	$(RUN) -m pytest --numprocesses auto --dist worksteal $(addprefix tests/,unit declarative architecture) $(ARGS)

coverage: $(VENV)/.development ## Measure which branches of the package its tests reach; fails below all of them
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses auto --dist worksteal $(addprefix tests/,unit properties declarative faults observability cli testing architecture) $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

mutants: $(VENV)/.mutation ## Break the pure decisions in small ways and list what no test notices; ARGS="'arize_integrations._call.retry.*'"
	rm -rf mutants
	HYPOTHESIS_PROFILE=mutants $(BIN)/mutmut run --max-children 1 $(ARGS)
	@echo "Noticed by no test; 'mutmut show NAME' says what was changed, tests/README.md why it is accepted:"
	@$(BIN)/mutmut results | sed '/not checked/d'

test-wheel: $(VENV)/.build ## Test what `make build` built, in empty environments; PYTHONS="python3.11 python3.13"
	@$(RUN) -m scripts.release.try_wheel

contract: $(VENV)/.development ## Check our requests and the stand-in against the document, by third-party judges
	$(RUN) -m pytest tests/contract $(ARGS)

generate: $(VENV)/.development ## Write generated/ from spec/
	@$(RUN) -m scripts.generate

check: $(VENV)/.development ## Fail if generated/ is stale or was edited by hand
	@$(RUN) -m scripts.generate --check

update-spec: $(VENV)/.development ## Vendor a new upstream document; SOURCE=<url or file>, else where the last one came from
	@$(RUN) -m scripts.update_spec $${SOURCE:+--source} $${SOURCE:+"$$SOURCE"}

rehearse: $(VENV)/.development ## Update, check and test on a throw-away clone, as the nightly job does; SOURCE=<url or file>
	@$(RUN) -m scripts.rehearse $${SOURCE:+--source} $${SOURCE:+"$$SOURCE"}

propose: ## Open or update the pull request for what is in build/proposal; for regenerate.yml
	@python3 -m scripts.propose

report: $(VENV)/.development ## Say what the last spec change means for callers
	@$(RUN) -m scripts.report

format: $(VENV)/.development ## Correct what a tool can correct of style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lint: $(VENV)/.development ## Check style, and the workflows
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml docs/examples/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/zizmor --offline --quiet .github docs/examples/integrations.yml

typecheck: $(VENV)/.development ## Run mypy and pyright, both strict
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(RUN)

bench: $(VENV)/.development ## Measure speed and size against raw httpx and the vendor's SDK
	@$(RUN) -m scripts.bench

build: $(VENV)/.build ## Build wheel and sdist, twice, and check them
	@$(RUN) -m scripts.release.build

sbom: $(VENV)/.build ## List what an installation brings, as CycloneDX, in build/sbom.cdx.json
	@$(RUN) -m scripts.release.sbom

docs: $(VENV)/.docs ## Build the documentation site into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

upgrade: $(VENV)/.package ## Take the newest development tools, and pin them in scripts/constraints.txt
	@$(RUN) -m scripts.release.constraints

clean: ## Remove everything make has made
	rm -rf $(VENV) .node build dist site mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
	find arize_integrations generated scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

# One environment in four steps, each a superset of the one before, so that `make demo` waits for little, a release
# is built among the tools of building alone, and no two steps install at once under `make -j`.
# A changed pyproject.toml runs them again.
$(VENV)/.package: pyproject.toml
	@test ! -e $(VENV)/.package || echo "pyproject.toml has changed: updating $(VENV)"
	@python=''; \
	for candidate in $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.11 python3.14 python); do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$candidate; break; fi; \
	done; \
	if test -z "$$python"; then \
	    echo "arize-integrations needs Python 3.11 or newer, and $(if $(PYTHON),$(PYTHON) is not,none was found as python3 or python3.1x)." >&2; \
	    echo "Install one, or say where it is: make $(or $(MAKECMDGOALS),demo) PYTHON=/path/to/python3.12" >&2; \
	    exit 1; \
	fi; \
	"$$python" -m venv $(VENV) || { rm -rf $(VENV); echo "Python could not make a virtual environment. If its venv module is missing: on Debian and Ubuntu, apt install python3-venv." >&2; exit 1; }
	@echo "Setting up $(VENV)"
	@$(RUN) -m pip install --quiet --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(RUN) -m pip install --quiet --quiet --editable .
	@touch $@

$(VENV)/.build: $(VENV)/.package scripts/constraints.txt
	@$(RUN) -m pip install --quiet --quiet --constraint scripts/constraints.txt --group build
	@touch $@

$(VENV)/.development: $(VENV)/.build
	@echo "Installing the development tools"
	@$(RUN) -m pip install --quiet --quiet --constraint scripts/constraints.txt --group dev
	@touch $@

$(VENV)/.mutation: $(VENV)/.development
	@$(RUN) -m pip install --quiet --quiet --constraint scripts/constraints.txt --group mutation
	@touch $@

$(VENV)/.docs: $(VENV)/.development
	@$(RUN) -m pip install --quiet --quiet --constraint scripts/constraints.txt --group docs
	@touch $@
