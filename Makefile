# Every target is one line of cargo. `make help` lists them.

.DEFAULT_GOAL := help
.PHONY: help pipeline test lint eval bench manual schema

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 18

pipeline: ## Build and turn raw/ into processed/ (ARGS="…" is passed on)
	@cargo build --release --quiet --features sqlite
	@target/release/tamis run raw -o processed $(ARGS) || [ $$? -eq 1 ]

test: target/python/.ready target/.chromium ## Run every test
	cargo test --workspace --features tamis/sqlite

# A browser for the tests of the report.
target/.chromium:
	@mkdir -p target
	@if command -v chromium || command -v chromium-browser || command -v google-chrome; then touch $@; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; then touch $@; \
	else echo "Chromium is missing and cannot be installed here: the tests of the report in a browser will be skipped"; fi

# The tools that take what tamis exports, for the tests that load it into them.
target/python/.ready: tests/downstream/requirements.txt
	@rm -rf target/python
	@if python3 -m venv target/python && target/python/bin/pip install --quiet --disable-pip-version-check -r $<; then touch $@; \
	else rm -rf target/python; echo "Python 3 with venv and pip is missing: the tests that load exports into other tools will be skipped"; fi

lint: ## Check format, clippy and licences
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	@if cargo deny --version >/dev/null 2>&1; then cargo deny check licenses bans sources; \
	else echo "cargo-deny is not installed, licences were not checked: cargo install cargo-deny --locked"; fi

eval: ## Score tamis on articles with gold, and fail when a figure has fallen
	@cargo build --release --quiet --features sqlite
	@target/release/tamis eval raw eval/gold/articles eval/gold/dates eval/gold/names --gold eval/gold/raw --floors eval/floors.json $(ARGS)

bench: ## Measure the speed of each stage and of the whole
	@cargo build --release --quiet --package tamis --package xtask --features tamis/sqlite
	@target/release/xtask bench $(ARGS)

manual: ## Write shell completions and manual pages to target/manual
	@cargo xtask manual

schema: ## Write the JSON Schema of a record to docs/
	@cargo run --quiet -- schema > docs/record.schema.json
