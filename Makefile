# Every target is one line of cargo. `make help` lists them.

.DEFAULT_GOAL := help
.PHONY: help pipeline test lint eval bench manual schema

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 18

pipeline: ## Build and turn raw/ into processed/ (ARGS="…" is passed on)
	@cargo build --release --quiet
	@target/release/tamis run raw -o processed $(ARGS) || [ $$? -eq 1 ]

test: ## Run every test
	cargo test --workspace

lint: ## Check format, clippy and licences
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	@if cargo deny --version >/dev/null 2>&1; then cargo deny check licenses bans sources; \
	else echo "cargo-deny is not installed, licences were not checked: cargo install cargo-deny --locked"; fi

eval: ## Score tamis on articles with gold, and fail when a figure has fallen
	@cargo build --release --quiet
	@target/release/tamis eval raw eval/gold/articles --gold eval/gold/raw --floors eval/floors.json $(ARGS)

bench: ## Measure the speed of each stage and of the whole
	@cargo build --release --quiet --package tamis --package xtask
	@target/release/xtask bench $(ARGS)

manual: ## Write shell completions and manual pages to target/manual
	@cargo xtask manual

schema: ## Write the JSON Schema of a record to docs/
	@cargo run --quiet -- schema > docs/record.schema.json
