# Every target is one line of cargo. `make help` lists them.

.DEFAULT_GOAL := help
.PHONY: help pipeline test test-python test-spark lint eval bench manual schema wheel

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 18

pipeline: ## Build and turn raw/ into processed/ (ARGS="…" is passed on)
	@[ -x target/release/tamis ] || echo "building tamis: some minutes, the first time"
	@cargo build --release --quiet --features sqlite
	@target/release/tamis run raw -o processed $(ARGS) || [ $$? -eq 1 ]

test: target/python/.ready target/.chromium ## Run every test but those of Spark
	cargo test --workspace --features $(ALL)
	@$(MAKE) --no-print-directory test-python

ALL := tamis/sqlite,tamis/parquet
PYTHON := target/python/bin/python

# The Python package with a module built for tests, without a wheel.
target/package: FORCE
	@cargo build --quiet --workspace --all-targets --features $(ALL)
	@rm -rf $@ && mkdir -p $@ && cp -r bindings/python/python/tamis $@
	@cp target/debug/lib_tamis.so $@/tamis/_tamis.abi3.so 2>/dev/null || cp target/debug/lib_tamis.dylib $@/tamis/_tamis.abi3.so

FORCE:

test-python: target/python/.ready
	@if [ -x $(PYTHON) ]; then $(MAKE) --no-print-directory target/package \
	&& PYTHONPATH=target/package $(PYTHON) -m pytest -q -p no:cacheprovider bindings/python/tests --ignore bindings/python/tests/spark; \
	else echo "the tests of the Python module are skipped"; fi

test-spark: target/spark/.ready target/package ## Run the tests in Spark and Sail (needs Java 17)
	@if [ ! -x target/spark/bin/python ]; then echo "the tests in Spark are skipped"; \
	elif ! java -version 2>&1 | grep -qE '"(17|21)'; then echo "Java 17 is missing (package openjdk-17-jre-headless, or JAVA_HOME): the tests in Spark are skipped"; \
	else PYTHONPATH=target/package target/spark/bin/python -m pytest -q -p no:cacheprovider bindings/python/tests/spark; fi

wheel: ## Build the Python wheel in target/wheels
	@[ -x target/maturin/bin/maturin ] || { python3 -m venv target/maturin && target/maturin/bin/pip install --quiet --disable-pip-version-check 'maturin>=1.9,<2'; }
	@target/maturin/bin/maturin build --release --quiet --manifest-path bindings/python/Cargo.toml --out target/wheels
	@ls target/wheels/*.whl

# A browser for the tests of the report.
target/.chromium:
	@mkdir -p target
	@if command -v chromium || command -v chromium-browser || command -v google-chrome; then touch $@; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; then touch $@; \
	else echo "Chromium is missing and cannot be installed here: the tests of the report in a browser will be skipped"; fi

# The tools that take what tamis exports, for the tests that load it into them, and what the Python module is tested with.
REQUIREMENTS := tests/downstream/requirements.txt bindings/python/tests/requirements.txt
target/python/.ready: $(REQUIREMENTS)
	@rm -rf target/python
	@if python3 -m venv target/python && target/python/bin/pip install --quiet --disable-pip-version-check $(REQUIREMENTS:%=-r %); then touch $@; \
	else rm -rf target/python; echo "Python 3 with venv and pip is missing: the tests that need it will be skipped"; fi

target/spark/.ready: bindings/python/tests/spark/requirements.txt
	@rm -rf target/spark
	@if python3 -m venv target/spark && target/spark/bin/pip install --quiet --disable-pip-version-check -r $<; then touch $@; \
	else rm -rf target/spark; echo "Python 3 with venv and pip is missing, or PyPI cannot be reached"; fi

lint: ## Check format, clippy and licences
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	@if cargo deny --version >/dev/null 2>&1; then cargo deny check licenses bans sources; \
	else echo "cargo-deny is not installed, licences were not checked: cargo install cargo-deny --locked"; fi

eval: ## Score tamis on articles with gold, and fail when a figure has fallen
	@[ -x target/release/tamis ] || echo "building tamis: some minutes, the first time"
	@cargo build --release --quiet --features sqlite
	@target/release/tamis eval raw eval/gold/articles eval/gold/dates eval/gold/names --gold eval/gold/raw --floors eval/floors.json $(ARGS)

bench: ## Measure the speed of each stage and of the whole
	@cargo build --release --quiet --package tamis --package xtask --features tamis/sqlite
	@target/release/xtask bench $(ARGS)

manual: ## Write shell completions and manual pages to target/manual
	@cargo xtask manual

schema: ## Write the JSON Schema of a record to docs/
	@cargo run --quiet -- schema > docs/record.schema.json
