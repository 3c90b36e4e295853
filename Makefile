# Everything one does with a fresh clone.  Needs Python 3.11 or newer, and make.
#
#   make rehearse     set up, then play a whole cohort and print what everybody would see
#   make test         set up, then run every test but those that are long
#   make soak         the same with the long ones, and with many new cases of every property
#   make chaos        live weeks full of faults, some 2,000 on each database, and kill processes
#   make check        set up, then formatting, lint, types, import rules, repository rules
#   make format       put the code into the house format
#   make transcripts  rewrite what the bot says in tests/conversations after a change of wording
#   make docs         rewrite docs/settings.md and .env.example from the settings
#   make bench        measure; nothing passes or fails
#   make coverage     run every test and tell which lines and branches none of them reaches
#   make mutants      break each rule of bot/domain in every small way; tests must notice
#   make lock         pin all requirements anew from pyproject.toml (UPGRADE=1: newest versions)
#   make clean        remove everything that the above have made
#
# Rule: a second run does only what has changed, and what is installed is what the lock
# files say: names, versions and hashes, from whatever index this machine's pip uses.

PYTHON ?= python3
PROCESSES ?= 2
# One more than cores: a third of the time tests wait for a line or a process.
TESTERS ?= 3
FAULTS ?= 2000
VENV = .venv
RUN = $(VENV)/bin/python
PIP = $(RUN) -m pip --disable-pip-version-check --no-input
CACHES = .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist loopmates.egg-info mutants .coverage .coverage.*
LOCK = $(RUN) -m uv --quiet pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --system-certs \
	--custom-compile-command 'make lock'

# A second run need not compile again what a first one has.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help rehearse test soak chaos check format transcripts docs bench coverage mutants lock clean

help:
	@sed -n 's/^#   //p' Makefile

rehearse: $(VENV)/project.stamp
	@$(VENV)/bin/loopmates rehearse

test: $(VENV)/dev.stamp $(VENV)/project.stamp
	$(RUN) -m pytest -n $(TESTERS) --dist loadfile

soak: $(VENV)/dev.stamp $(VENV)/project.stamp
	HYPOTHESIS_PROFILE=soak $(RUN) -m pytest -m "" -n $(PROCESSES) --dist worksteal

chaos: $(VENV)/dev.stamp $(VENV)/project.stamp
	$(RUN) -m tests.chaos --faults $(FAULTS) --jobs $(PROCESSES)
	$(RUN) -m tests.chaos.processes --seconds 60 --workers 1 --database sqlite
	$(RUN) -m tests.chaos.processes --seconds 120 --workers 4 --database postgres

check: $(VENV)/dev.stamp $(VENV)/project.stamp
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports
	$(RUN) -m pytest -q tests/app/test_repository.py
	$(PIP) check

format: $(VENV)/dev.stamp
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

transcripts: $(VENV)/dev.stamp $(VENV)/project.stamp
	UPDATE_TRANSCRIPTS=1 $(RUN) -m pytest -q tests/conversations

docs: $(VENV)/project.stamp
	$(RUN) -m app.manuals

bench: $(VENV)/measure.stamp $(VENV)/project.stamp
	$(RUN) -m benchmarks --write

# The engine is covered wholly; what waits for a platform's rare moods makes up the rest.
coverage: $(VENV)/measure.stamp $(VENV)/project.stamp
	$(RUN) -m coverage erase
	$(RUN) -m coverage run -m pytest -q -n $(PROCESSES) --dist loadfile
	$(RUN) -m coverage combine --quiet
	$(RUN) -m coverage report --fail-under=95
	$(RUN) -m coverage report --include='bot/*' --fail-under=100

mutants: $(VENV)/measure.stamp $(VENV)/project.stamp
	HYPOTHESIS_PROFILE=mutants $(VENV)/bin/mutmut run --max-children $(PROCESSES)
	@$(VENV)/bin/mutmut results --all true | $(RUN) -m tests.mutants

# uv does not read pip's configuration, so pip is asked where this machine's index is.
lock: $(VENV)/dev.stamp
	@index=$${UV_DEFAULT_INDEX:-$$($(PIP) config list | sed -n "s/^[a-z:]*[.]index-url='\(.*\)'$$/\1/p" | tail -n 1)}; \
	if [ -n "$$index" ]; then UV_DEFAULT_INDEX=$$index; export UV_DEFAULT_INDEX; fi; \
	$(LOCK) $${UPGRADE:+--upgrade} --group build -o requirements.txt && \
	$(LOCK) $${UPGRADE:+--upgrade} --group dev -c requirements.txt -o requirements-dev.txt && \
	$(LOCK) $${UPGRADE:+--upgrade} --extra postgres -c requirements-dev.txt -o requirements-postgres.txt && \
	$(LOCK) $${UPGRADE:+--upgrade} --group measure -c requirements-dev.txt -o requirements-measure.txt
	@echo 'The four files of requirements are up to date.'

clean:
	rm -rf $(VENV) $(CACHES)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/runtime.stamp: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'Loopmates needs Python 3.11 or newer, and "$(PYTHON)" is missing or older.' >&2; \
		echo 'Cure: install one, then name it: make PYTHON=python3.12 ...' >&2; exit 1; }
	@echo 'Setting up $(VENV) (a minute, the first time only) ...'
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { \
		echo 'Cure: install the venv module of your Python (on Debian: apt install python3-venv).' >&2; \
		rm -rf $(VENV); exit 1; }
	@$(PIP) install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/project.stamp: $(VENV)/runtime.stamp pyproject.toml
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/runtime.stamp requirements-dev.txt
	@echo 'Installing what the checks and tests need ...'
	@$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/measure.stamp: $(VENV)/dev.stamp requirements-measure.txt
	@echo 'Installing what measuring needs ...'
	@$(PIP) install --quiet --require-hashes -r requirements-measure.txt
	@touch $@
