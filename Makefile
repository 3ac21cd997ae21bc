# Two commands matter: `make run` and `make test`. The real work is in .setup/.
.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE  # each process would compile everything again: three of the tests, eight seconds each
.PHONY: help run test long audit peers check fmt lock messages language pictures icons

help:  ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

run: export HOST ?= 127.0.0.1
run: export PORT ?= 5000
run: export CIVIC_DEMO ?= 1
run:  ## Start the platform with its demonstration, on http://HOST:PORT
	@.setup/venv.sh && .setup/catalogues.sh && exec .venv/bin/python -m flask --app wsgi serve

test:  ## Install what the tests need, then run every check and every test
	@.setup/venv.sh dev && .setup/catalogues.sh && .setup/test-machine.sh && .setup/check.sh && .venv/bin/pytest -q -n 3 --dist loadfile --no-loadscope-reorder

long:  ## Run in full, in minutes, the tests that `make test` runs short
	@.setup/venv.sh dev && .setup/catalogues.sh && .setup/test-machine.sh && .venv/bin/pytest -q -n 2 --dist loadfile -o faulthandler_timeout=1800 --long -m long

audit:  ## Measure every page in a browser, or one PART of it; writes docs/audit
	@.setup/venv.sh dev && .setup/catalogues.sh && .setup/test-machine.sh && .setup/audit.sh

peers:  ## Compare our counts with those of programs that are not ours (bench/README.md)
	@bench/peers/run.sh

check:  ## Run the static checks alone
	@.setup/venv.sh dev && .setup/check.sh

fmt:  ## Format the code and the templates
	@.setup/venv.sh dev && .setup/fmt.sh

lock:  ## Pin the newest versions that requirements.in and requirements-dev.in allow
	@.setup/venv.sh dev && .setup/lock.sh

messages:  ## Collect the French strings into the message catalogues
	@.setup/venv.sh && .venv/bin/python .setup/messages.py

language:  ## Begin the translation into a language: make language CODE=br
	@.setup/venv.sh && .venv/bin/python .setup/messages.py --add "$(CODE)"

pictures:  ## Take the pictures of the README from the real pages
	@.setup/venv.sh dev && PYTHONPATH=. .venv/bin/python .setup/pictures.py

icons:  ## Draw the icons of the installed application again
	@.setup/venv.sh dev && PYTHONPATH=. .venv/bin/python .setup/icons.py
