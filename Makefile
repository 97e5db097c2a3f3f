# Everything one does here. `make` lists it.
SHELL := /bin/bash
BIN := node_modules/.bin
CLI := node dist/src/cli/tributary.js
# The process that only waits for its benchmark tidied its memory after eight seconds, on both processors: 70 ms of p99.
MEASURE := $(BIN)/tsx --no-memory-reducer
SOURCES := $(shell find src -name '*.ts' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run demo traffic test check unit integration simulate verify bench bench-tracking bench-pipeline bench-engine bench-backtest bench-settlement mutation soak build fmt migrate migrate-expand migrate-backfill migrate-contract migrate-status migrate-new migrate-lint generate openapi-release proto-release clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: dist ## the program on embedded parts, seeded; PORT=3000; Ctrl-C ends it
	@exec $(CLI) run

demo: dist ## the whole story on a test clock; DATA=<folder of the Olist CSVs> JSON=<file>
	@$(CLI) demo $(if $(DATA),--data $(DATA)) $(if $(JSON),--json $(JSON))

traffic: dist ## clicks, orders, deliveries, returns against a running program; RATE=20 DURATION=60 URL=http://…
	@$(CLI) traffic $(if $(RATE),--rate $(RATE)) $(if $(DURATION),--seconds $(DURATION)) $(if $(URL),--url $(URL))

test: node_modules/.stamp ## everything that can be red, with real PostgreSQL, RabbitMQ and Redis
	@$(BIN)/tsx test/run.ts

check: node_modules/.stamp ## types, lint, formatting, architecture, dead code, unit tests: no services; a few minutes, less when little has changed
	@$(BIN)/tsx test/run.ts --checks --unit --cached

unit: node_modules/.stamp ## unit tests alone; ARGS='--grep "…"'
	@$(BIN)/tsx test/run.ts --unit $(if $(ARGS),-- $(ARGS))

integration: node_modules/.stamp ## integration tests alone; ARGS as above
	@$(BIN)/tsx test/run.ts --integration $(if $(ARGS),-- $(ARGS))

simulate: node_modules/.stamp ## thousands of seeded stories in a bad world, in memory; RUNS=2000, or SEED=<the one to see again>
	@SIMULATION_RUNS=$(or $(RUNS),2000) $(if $(SEED),SIMULATION_SEED=$(SEED)) $(BIN)/mocha --reporter spec test/unit/simulation/main-flow.test.ts

verify: node_modules/.stamp ## whether the generated files, the API's document and the migrations are as they should be
	@$(BIN)/tsx tools/verify.ts

generate: node_modules/.stamp ## write docs/openapi.yaml and db/schema.sql anew
	@$(BIN)/tsx tools/generate.ts

openapi-release: generate ## call docs/openapi.yaml released: from then on nobody may break it
	@cp docs/openapi.yaml docs/openapi.released.yaml

proto-release: ## call proto/ released: from then on nobody may break it
	@rm -rf proto/released && mkdir -p proto/released && cp -r proto/tributary proto/released/

bench: dist ## what we promise, measured beside what others do: docs/benchmarks.md; DATA=<folder of the Olist CSVs>
	@$(if $(DATA),DATA=$(DATA)) $(MEASURE) bench/run.ts

bench-tracking: dist ## all of the tracking edge's bars, about twenty minutes; ARGS='--minutes 10', '--only killed', '--stored 1000000'
	@$(MEASURE) bench/tracking.ts --full $(ARGS)

bench-pipeline: dist ## all of the pipeline's bars, about ten minutes; ARGS='--minutes 1', '--only lanes'
	@$(MEASURE) bench/pipeline.ts --full $(ARGS)

bench-backtest: dist ## a draft rehearsed on a million stored orders; ARGS="--orders 100000"
	@$(MEASURE) bench/backtest.ts --full $(ARGS)

bench-engine: dist ## what deciding costs: commissions beside another rules engine, attribution, models; then how long an order waits for its commission; ARGS='--seconds 10'
	@$(MEASURE) bench/engine.ts
	@$(MEASURE) bench/accrual.ts --seconds 120 $(ARGS)

bench-ledger: node_modules/.stamp ## the ledger's bars beside a peer; ARGS='--stored 20000000'; PGLEDGER_SQL=<files> for pgledger
	@$(MEASURE) bench/ledger.ts --full $(ARGS)

bench-settlement: node_modules/.stamp ## a month closed and a bank reconciled, about five minutes; ARGS='--commissions 20000 --partners 200 --entries 2000'
	@$(MEASURE) bench/settlement.ts --full $(ARGS)

soak: dist ## visitors and events while PostgreSQL is restarted three times: sent = stored, each once; MINUTES=10
	@$(MEASURE) bench/soak.ts --minutes $(or $(MINUTES),10)

mutation: node_modules/.stamp ## whether the domains' tests notice faults: below 80 % it fails; ARGS='--sample 500 --draw 4', '--only commission/domain/engine', '--show'
	@$(BIN)/tsx tools/mutate.ts $(ARGS)

migrate: dist ## all pending migrations, against DATABASE_URL
	@$(CLI) migrate up

migrate-expand: dist ## before new code runs
	@$(CLI) migrate expand

migrate-backfill: dist ## when all code is new
	@$(CLI) migrate backfill

migrate-contract: dist ## when nothing uses the old any more
	@$(CLI) migrate contract

migrate-status: dist ## each migration and its state
	@$(CLI) migrate status

migrate-new: dist ## an empty one; NAME=module_what
	@$(CLI) migrate new $(NAME)

migrate-lint: node_modules/.stamp ## squawk and our own rules, over every migration
	@$(BIN)/tsx tools/lint-migrations.ts

build: dist ## compile to dist/

dist: node_modules/.stamp dist/.tsbuildinfo

dist/.tsbuildinfo: $(SOURCES) tsconfig.build.json tsconfig.json
	@$(BIN)/tsc -p tsconfig.build.json
	@touch $@

node_modules/.stamp: package-lock.json package.json
	@echo 'installing packages …'
	@npm ci --no-fund --no-audit --loglevel=error
	@touch $@

fmt: node_modules/.stamp ## format everything
	@$(BIN)/prettier --write --log-level warn .

clean: ## remove what was built and what tests left; keeps .data/postgres
	@rm -rf dist .data/test .data/eslint .data/prettier
