# Starling: what the README's two commands do not do. `make help` lists it all.

SWIFT ?= swift
CHECKED = --explicit-target-dependency-import-check error
RELEASE = .build/release/starling

.DEFAULT_GOAL := help
.PHONY: help build release test lint format examples demo sim sim-coverage sim-twice model-check leadership-soak bench profile bench-storage bench-sim chaos namespaces mutants soak fresh-seeds fuzz tsan asan ci clean

help: ## Lists the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Builds everything for debugging.
	$(SWIFT) build $(CHECKED)

release: ## Builds the program as it is meant to be run.
	$(SWIFT) build -c release --product starling $(CHECKED)

test: ## Runs all tests.
	$(SWIFT) test $(CHECKED)

lint: ## Checks the format of every source file.
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests examples/Package.swift examples/Sources

format: ## Formats every source file.
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests examples/Package.swift examples/Sources

examples: ## Builds and runs every example.
	cd examples && $(SWIFT) build $(CHECKED) && for name in $$(ls Sources); do \
		echo "== $$name"; rm -rf .build/*-data; timeout 60 .build/debug/$$name || exit 1; done

demo: release ## Runs the demonstration: three nodes, a conflict, a crash.
	$(RELEASE) demo

SEED ?= 1
sim: release ## Runs one simulated cluster: make sim SEED=42; starling sim --help says more
	$(RELEASE) sim --seed $(SEED)

sim-coverage: release ## Runs a thousand seeds and shows that everything came up that should.
	$(RELEASE) sim --seeds 1..1000 --jobs $(JOBS) --coverage

SEEDS ?= 1..20
sim-twice: release ## Runs seeds in two processes each and compares the trace hashes: make sim-twice SEEDS=1..20
	$(RELEASE) sim --seeds $(SEEDS) --hashes > .build/hashes-1
	$(RELEASE) sim --seeds $(SEEDS) --hashes > .build/hashes-2
	cmp .build/hashes-1 .build/hashes-2 && echo "same hashes: $$(wc -l < .build/hashes-1) seeds"

# The executable model of the rules, beside the repository where it is worked on.
MODEL ?= ../shared/model
SCRIPTS ?= 4000
model-check: ## Random scripts through the model and the Swift code: make model-check SCRIPTS=4000 SEED=1 MODEL=DIR
	@if ! command -v python3 > /dev/null; then echo "model-check left out: there is no python3"; \
	elif [ ! -f "$(MODEL)/model.py" ]; then echo "model-check left out: there is no $(MODEL)/model.py"; \
	else $(SWIFT) build -c release --product ModelReplay $(CHECKED) && \
		python3 Tests/ModelCheck/model_check.py --model "$(MODEL)" --replay .build/release/ModelReplay \
			--seed $(SEED) --scripts $(SCRIPTS) $(if $(SCRIPT),--script '$(SCRIPT)'); fi

LEADERSHIP_SEEDS ?= 1 100000
leadership-soak: ## Leader mode's decider under faults: make leadership-soak LEADERSHIP_SEEDS="1 100000"
	$(SWIFT) build -c release --product LeadershipSoak $(CHECKED) && .build/release/LeadershipSoak $(LEADERSHIP_SEEDS)

bench: release ## Measures SET and GET, beside redis-server where it is installed.
	bash Tests/Benchmarks/compare.sh

bench-storage: release ## Measures disk, memory and opening beside redis-server: make bench-storage ARGUMENTS="open --quick"
	python3 Tests/Benchmarks/storage.py .build/release/starling $(ARGUMENTS)

profile: release ## Counts a run's instructions by function: make profile ARGUMENTS="sim --seeds 1..4 --profile long"
	bash Tests/Benchmarks/instructions.sh $(ARGUMENTS)

bench-sim: release ## Measures how many long seeds a minute one core simulates.
	bash Tests/Benchmarks/simulation.sh

chaos: release ## Treats real nodes badly and checks what they hold: make chaos ARGUMENTS="--minutes 10 flat storm"
	python3 Tests/Chaos/chaos.py $(ARGUMENTS)
	python3 Tests/Chaos/redis_py.py

namespaces: release ## Multicast across network namespaces joined by a bridge; needs root.
	bash Tests/Chaos/namespaces.sh

mutants: ## Plants bugs in a copy and shows that each is found: make mutants NAMES="no-crc drop-the-loser" ARGUMENTS=--json
	python3 Tests/Mutants/mutants.py --model "$(MODEL)" $(ARGUMENTS) $(NAMES)

MINUTES ?= 10
JOBS ?= $(shell nproc)
PROFILE ?= all
soak: release ## Runs fresh seeds for as long as asked: make soak MINUTES=600 JOBS=2 PROFILE=short
	$(RELEASE) sim --minutes $(MINUTES) --jobs $(JOBS) --profile $(PROFILE) --coverage --shrink 120

# Every state of the sources has seeds of its own, the same wherever they are run: what one machine finds, all do.
# Without git they are those of a run of 200,000.
FIRST ?= $(shell tree=$$(git rev-parse 'HEAD^{tree}' 2>/dev/null | cut -c1-9); \
	if [ -n "$$tree" ]; then printf '%d' "0x$$tree"; else echo 900000000; fi)
SHORT ?= 30000
fresh-seeds: release ## Runs seeds that no other state of the sources has run, some minutes of every profile.
	$(RELEASE) sim --seeds $(FIRST)..$$(($(FIRST) + $(SHORT) - 1)) --profile short --jobs $(JOBS) --coverage --shrink 120
	$(RELEASE) sim --seeds $(FIRST)..$$(($(FIRST) + $(SHORT) / 60 - 1)) --profile standard --jobs $(JOBS) --shrink 120
	$(RELEASE) sim --seeds $(FIRST)..$$(($(FIRST) + $(SHORT) / 400 - 1)) --profile long --jobs $(JOBS) --shrink 120
	$(RELEASE) sim --seeds $(FIRST)..$$(($(FIRST) + $(SHORT) / 20 - 1)) --profile beyond --jobs $(JOBS) --shrink 120
	$(RELEASE) sim --seeds $(FIRST)..$$(($(FIRST) + $(SHORT) / 20 - 1)) --profile leader --jobs $(JOBS) --shrink 120

TARGET ?= conversation
SECONDS ?= 60
fuzz: ## Sets libFuzzer upon one target of Tests/Fuzz: make fuzz TARGET=conversation SECONDS=60
	SWIFT=$(SWIFT) bash Tests/Fuzz/run.sh $(TARGET) $(SECONDS)

# Left out: the rules of the house, which run no code of the product, and the simulator's seeds, which have
# one thread and would take too long here.
SANITIZED = --skip TidyTests --skip SimulationTests
tsan: ## Runs the tests under the thread sanitizer.
	SWIFT_BACKTRACE=enable=no $(SWIFT) test --sanitize=thread --scratch-path .build/tsan $(SANITIZED)

asan: ## Runs the tests under the address sanitizer.
	ASAN_OPTIONS=detect_leaks=0:suppressions=$(CURDIR)/Tests/Sanitizers/address.supp SWIFT_BACKTRACE=enable=no \
		$(SWIFT) test --sanitize=address --scratch-path .build/asan $(SANITIZED)

ci: ## What continuous integration runs.
	bash .ci/run

clean: ## Removes everything that was built.
	rm -rf .build examples/.build
