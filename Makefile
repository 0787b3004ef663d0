PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
LOCK   := requirements/dev.lock

.DEFAULT_GOAL := help
.PHONY: help install compile lock warehouse test browser screenshots chaos lint format audit bench example serve bi bi-check clean bench-corpus bench-lake bench-marts ray ray-check store store-check

help: ## Show the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Install the locked dependencies into .venv

$(STAMP): $(LOCK) requirements/bootstrap.lock pyproject.toml
	@echo "Installing the locked dependencies into $(VENV) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --system-certs --quiet --require-hashes --compile-bytecode $(LOCK)
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --system-certs --quiet --no-deps --editable .
	@touch $@

# Optional: without it the same sources run as Python. GWR_COMPILED=0 leaves it aside.
compile: $(STAMP) ## Compile extraction to machine code (needs gcc; half a minute), to read faster
	@$(BIN)/python -m pipelines.compile $(ARGS)

lock: install ## Resolve the dependencies again and write the lock files
	$(BIN)/uv pip compile --system-certs -q pyproject.toml --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o requirements/runtime.lock
	$(BIN)/uv pip compile --system-certs -q pyproject.toml --group dev -c requirements/runtime.lock --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o requirements/dev.lock
	$(BIN)/uv pip compile --system-certs -q pyproject.toml --extra ray -c requirements/dev.lock --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o requirements/ray.lock
	$(BIN)/uv pip compile --system-certs -q pyproject.toml --extra store -c requirements/dev.lock --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o requirements/store.lock
	$(BIN)/uv pip compile --system-certs -q --group store-check -c requirements/dev.lock --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o requirements/store-check.lock
	$(BIN)/uv pip compile --system-certs -q deploy/requirements.in --no-deps -c requirements/runtime.lock --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o deploy/requirements.lock
	$(BIN)/uv pip compile --system-certs -q deploy/requirements-celery.in --no-deps -c requirements/runtime.lock --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o deploy/requirements-celery.lock
	$(BIN)/uv pip compile --system-certs -q bi/superset/requirements.in --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -o bi/superset/requirements.lock

# gwr exits with 3 when it published but set some input aside (it says which): no failure of make.
warehouse: $(STAMP) ## Run the main job: raw/ -> lake -> dbt -> data/published/
	@$(BIN)/gwr build $(ARGS) || test $$? -eq 3

test: $(STAMP) ## Run the whole test suite
	$(BIN)/pytest

browser: $(STAMP) ## The pages in a real browser, a part of the test suite (needs Debian's chromium)
	$(BIN)/pytest tests/browser $(ARGS)

screenshots: $(STAMP) ## Pictures of the pages into docs/img/, from builds of the specimens
	$(BIN)/python -m tests.browser.screenshots $(ARGS)

# The long form takes half an hour: make chaos GWR_CHAOS=full
chaos: $(STAMP) ## Faults on purpose: kill -9, a full disk, damaged files, hostile input
	@GWR_CHAOS=$(or $(GWR_CHAOS),short) $(BIN)/pytest tests/chaos $(ARGS)

lint: $(STAMP) ## ruff, mypy and sqlfluff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy pipelines bi
	$(BIN)/sqlfluff lint dbt_project docs

format: $(STAMP) ## Format the Python and the SQL
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix dbt_project docs

audit: $(STAMP) ## Ask whether a locked package has a known vulnerability (needs the network)
	@$(BIN)/python -m pipelines.audit $(ARGS)

bench: $(STAMP) ## Seconds and memory of each stage, speed of reading (ARGS=--write: into docs/benchmarks.md)
	@$(BIN)/python -m pipelines.bench.stages $(ARGS)
	@$(BIN)/python -m pipelines.bench.reading $(ARGS)
	@$(BIN)/python -m pipelines.bench.start $(ARGS)

# Ten minutes and more: make bench-corpus ARGS="--reports 600 6000 --write" (6,000 without pages take 8 GB of disk)
bench-corpus: $(STAMP) ## Builds of many made-up reports, of one more, of nothing new (ARGS="--reports N ... --pages")
	@$(BIN)/python -m pipelines.bench.corpus $(ARGS)

# A few minutes and 1 GB of disk: make bench-lake ARGS="--reports 600 2000 6000 --write"
bench-lake: $(STAMP) ## Reading alone, from files to the lake: time, cores, memory (ARGS="--reports N ... --write")
	@$(BIN)/python -m pipelines.bench.lake $(ARGS)

# The size of the country: make bench-marts ARGS="--facts 10000000 --write" (about 6 GB of disk)
bench-marts: $(STAMP) ## Waits of readers of a big published file (ARGS="--facts N --write")
	@$(BIN)/python -m pipelines.bench.marts $(ARGS)

# On your own warehouse: make example ARGS="--published data/published --output mine.ipynb"
example: $(STAMP) ## Execute examples/promised_and_delivered.py on a specimen, and write the notebook
	@$(BIN)/python examples/execute.py $(ARGS)

serve: $(STAMP) ## Show the Dagster page on this machine
	@$(BIN)/gwr serve $(ARGS)

bi: $(STAMP) ## Show the Superset dashboard on this machine (ARGS="--data DIR --port N")
	@$(BIN)/python -m bi.superset.run $(ARGS)

# Three minutes the first time. Without DATA it builds the specimens first.
bi-check: $(STAMP) ## Set Superset up from nothing and try every chart, filter and lock (DATA=data)
	@$(BIN)/python -m bi.superset.check $(if $(DATA),--data $(DATA)) $(ARGS)

ray: $(STAMP) ## Add the extra ray (200 MB) to .venv: gwr build --engine ray
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --system-certs --quiet --require-hashes -r requirements/ray.lock

ray-check: ray ## Read on a cluster of a head and two nodes, one of which is killed; a run of the Dagster page
	$(BIN)/pytest tests/integration/test_ray.py tests/integration/test_ray_dagster.py $(ARGS)

store: $(STAMP) ## Add the extra store (15 MB) to .venv: gwr build --lake-url URL
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --system-certs --quiet --require-hashes -r requirements/store.lock

store-check: store ## The lake at a URL of a server that speaks S3, on this machine
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --system-certs --quiet --require-hashes -r requirements/store-check.lock
	$(BIN)/pytest tests/unit/test_lake_url.py tests/integration/test_lake_url_s3.py $(ARGS)

clean: ## Remove everything that can be built again (raw/ and data/published/ stay)
	rm -rf .compiled data/lake data/build data/dagster dbt_project/target dbt_project/logs logs
