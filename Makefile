PYTHON ?= $(shell command -v python3 || command -v python3.15 || command -v python3.14 || command -v python3.13 || command -v python3.12 || command -v python3.11)
ifeq ($(PYTHON),)
$(error Python 3.11 or newer is needed, and there is no `python3` on PATH: install it (Debian, Ubuntu: `sudo apt install python3 python3-venv`))
endif
READY = @$(PYTHON) bootstrap.py && .venv/bin/python
TARGETS = lab test run site format bench soak canary lock clean

.PHONY: $(TARGETS) targets FORCE
targets: ; @echo "make needs one of these targets: $(TARGETS)"
lab:     ; @$(PYTHON) bootstrap.py lab                 # the course, in JupyterLab
test:    ; @$(PYTHON) bootstrap.py $(if $(CI),site) && .venv/bin/python tests/suite.py  # everything that must hold
run:     ; $(READY) build.py run                       # execute the notebooks, store their outputs
site:    ; @$(PYTHON) bootstrap.py site && .venv/bin/python build.py site      # the course as pages, in build/site
format:  ; $(READY) tests/suite.py format              # lay out the Python and the Go files
bench:   ; $(READY) benchmarks                         # ratios, each measured in one run
soak:    ; @$(PYTHON) bootstrap.py site && .venv/bin/python -m pytest -m "soak or proof" tests  # those that take minutes
canary:  ; $(READY) tests/canary.py                    # gomagic on what comes next: pre-releases of what it stands on
lock:    ; @$(PYTHON) bootstrap.py lock                # renew requirements.lock, the only way to
clean:   ; rm -rf .venv build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis && find . -name __pycache__ -prune -exec rm -r {} +
%: FORCE ; @echo "make has no target \`$@\`; there are: $(TARGETS)" >&2; exit 2
Makefile: ;
