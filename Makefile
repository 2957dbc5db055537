# Needs Python 3.11 or later and make; everything else goes into .venv.
#   SIPCTL_COMPILED=1 make build    the compiled form or an error; 0: plain Python; unset: compiled where possible
# The distribution's interpreter before one built by hand, which mostly lacks the optimisations that save a sixth of a
# call's CPU; one with what compiling needs before one without. `make PYTHON=...` takes any other; `.venv` keeps its own.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell sh tools/python.sh)
endif
BIN := .venv/bin
PYTEST := $(CURDIR)/$(BIN)/pytest
# What runs whole servers under load has the machine to itself; all else runs two at a time.
TESTS ?= tests
ALONE := e2e
BESIDE := -n 2 --dist loadfile
COMPILED_TESTS := core flows torture properties
# Management is the same code in both forms: what asks it alone runs once.
ONCE := log management prometheus shell_batch snmp
EMPTY := $(CURDIR)/.venv/empty

.PHONY: build run test test-plain test-compiled check format bench clean

build:
	@$(PYTHON) build_ext.py

run: build
	@$(BIN)/python -P tools/demo.py

check:
	@$(PYTHON) build_ext.py --no-package --extra test --extra check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	PYTHONPATH=$(CURDIR) $(BIN)/mypy core oam sipctl tests bench tools build_ext.py
	PYTHONPATH=$(CURDIR) $(BIN)/lint-imports

format:
	@$(PYTHON) build_ext.py --no-package --extra check
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: test-plain test-compiled

# What needs no installed package is tested while that is compiled, in the time that the tests leave.
test-plain:
ifeq ($(TESTS),tests)
	@$(PYTHON) build_ext.py --no-package --extra test
	@nice -n 19 $(PYTHON) build_ext.py --extra test & built=$$!; \
	echo "pytest $(BESIDE) tests --ignore tests/$(ALONE)"; \
	PYTHONPATH=$(CURDIR) $(PYTEST) $(BESIDE) tests --ignore tests/$(ALONE); tested=$$?; \
	wait $$built && exit $$tested
	PYTHONPATH=$(CURDIR) $(PYTEST) tests/$(ALONE)
else
	@$(PYTHON) build_ext.py --extra test
	PYTHONPATH=$(CURDIR) $(PYTEST) $(TESTS)
endif

# The installed package, from a directory where the source tree cannot be imported instead of it.
test-compiled:
	@mkdir -p $(EMPTY)
	@form=$$($(PYTHON) build_ext.py --extra test --print-form) || exit 1; \
	if [ "$$form" != compiled ]; then echo "test: no compiled form here, its tests are left out"; exit 0; fi; \
	paths=; for part in $(COMPILED_TESTS); do [ -d tests/$$part ] && paths="$$paths $(CURDIR)/tests/$$part"; done; \
	cd $(EMPTY) && unset PYTHONPATH && SIPCTL_EXPECT_COMPILED=1 \
	$(PYTEST) -c $(CURDIR)/pyproject.toml --rootdir $(CURDIR) $(BESIDE) $$paths $(CURDIR)/tests/test_form.py && \
	$(PYTEST) -c $(CURDIR)/pyproject.toml --rootdir $(CURDIR) $(CURDIR)/tests/$(ALONE) \
		$(foreach each,$(ONCE),--ignore $(CURDIR)/tests/$(ALONE)/test_$(each).py)

bench:
	@$(PYTHON) build_ext.py
	@PYTHONPATH=$(CURDIR)/bench:$(CURDIR)/tests $(BIN)/python -P -m benchmark $(BENCH)

clean:
	rm -rf .venv .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
