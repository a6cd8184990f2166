# Every target does its own set-up: system packages, .venv with the locked requirements, the program.
# PYTHON=... chooses the interpreter, CPython 3.11 to 3.13.

SHELL := /bin/sh
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help run demo test test-long bench lint lock bare-test package package-test \
	clean checks set-up-run set-up-test set-up-package

LISTS := packaging/linux
PY := .venv/bin/python
STAGE := sh packaging/stage.sh
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
# Whole files to each core, since a file's tests share what they make.
PYTEST := $(PY) -m pytest --durations=15 --numprocesses logical --maxprocesses 4 --dist loadfile \
	--max-worker-restart 0

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s  %s\n", $$1, $$2 }' Makefile

set-up-run:
	@$(STAGE) set-up sh packaging/set_up.sh $(LISTS)/debian-run.txt

set-up-test:
	@$(STAGE) set-up sh packaging/set_up.sh $(LISTS)/debian-run.txt $(LISTS)/debian-test.txt

set-up-package:
	@$(STAGE) set-up sh packaging/set_up.sh $(LISTS)/debian-run.txt $(LISTS)/debian-package.txt

run: set-up-run ## Open the window; without a display, run the demo
	@sh packaging/run.sh

demo: set-up-run ## Do the main job by itself in the real window, with pictures in build/demo/
	@$(STAGE) demo sh packaging/demo.sh

lint: set-up-run checks ## ruff, mypy and the import contracts

checks:
	@$(STAGE) "ruff check" $(PY) -m ruff check .
	@$(STAGE) "ruff format" $(PY) -m ruff format --check .
	@$(STAGE) mypy $(PY) -m mypy
	@$(STAGE) import-linter .venv/bin/lint-imports

test: set-up-test checks ## Lint and all tests with reduced counts, within ten minutes
	@$(STAGE) pytest $(PYTEST) -m "not long" --junit-xml=build/test.xml --summary-to=build/test.txt

test-long: set-up-test checks ## Everything with the full counts; the summary stays in build/test-long.txt
	@$(STAGE) pytest $(PYTEST) --hypothesis-profile=long --junit-xml=build/test-long.xml \
		--summary-to=build/test-long.txt

bench: set-up-test ## Measure start and stalls, some minutes; the figures stay in build/benchmarks.txt
	@$(STAGE) bench $(PY) -m tests.benchmarks

lock: ## Write requirements.lock anew (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv, see CONTRIBUTING.md" >&2; exit 1; }
	$(COMPILE) --extra dev -o requirements.lock pyproject.toml
	$(COMPILE) --extra package -c requirements.lock -o packaging/requirements.lock pyproject.toml

bare-test: ## Prove make run and make test in a bare Debian 12, as root and as a user (needs root)
	sh packaging/linux/bare_debian.sh

package: set-up-package ## Make .deb, .rpm and .tar.xz below build/package/out
	@sh packaging/package.sh

package-test: package ## Install and try the packages in a bare Debian 12, within twenty minutes (needs root)
	@$(STAGE) package-test sh packaging/linux/package_test.sh

clean: ## Remove what was built, and .venv
	rm -rf .venv build dist voiceclone_gui/_resources .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
