# wsic: `make demo` to see it, `make test` to check it. Everything else is made by these.

CARGO ?= cargo
NPM ?= npm
SHELL := /bin/bash
.DEFAULT_GOAL := help

# What the tests and the build need from Debian; installed only when missing.
APT = scripts/install-debian.sh

.PHONY: help
help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

.PHONY: tools
tools:
	@command -v $(CARGO) >/dev/null || { echo "Rust is missing: install it from rustup.rs, then run make again"; exit 1; }
	@command -v node >/dev/null || { echo "Node.js 20 or later is missing: install it, then run make again"; exit 1; }
	@command -v cc >/dev/null || $(APT) build-essential

.PHONY: assets
assets: tools web-assets/dist/.done ## Fetch and build what the browser loads

web-assets/dist/.done: web-assets/package.json web-assets/package-lock.json $(wildcard web-assets/src/* web-assets/*.mjs web-assets/*.scss)
	cd web-assets && $(NPM) ci --no-audit --no-fund --loglevel=error && $(NPM) run --silent build
	@touch $@

.PHONY: build
build: assets ## Build the binary
	$(CARGO) build --bin wsic

.PHONY: demo
demo: build ## Make a synthetic North West London, run its day and serve it on http://127.0.0.1:8080
	target/debug/wsic demo demo --people $${PEOPLE:-20000} --listen $${LISTEN:-127.0.0.1:8080}

.PHONY: test
test: assets ## Install what is missing, lint, and run every test
	@command -v chromium >/dev/null || $(APT) chromium
	@# Pages are looked at in letters as wide as Arial's: without any, a browser takes wider ones.
	@fc-match Arial 2>/dev/null | grep -qiE 'arial|liberation' || $(APT) fonts-liberation
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || $(APT) postgresql
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) test --workspace
	@if command -v cargo-deny >/dev/null; then $(CARGO) deny check licenses bans sources; else echo "cargo-deny is not installed: licences, bans and sources not checked (cargo install cargo-deny)"; fi
	$(CARGO) build --bin wsic
	scripts/journeys.sh

.PHONY: bench
bench: assets ## Measure what docs/claims.toml claims
	$(CARGO) build --release --bin wsic
	benches/run
