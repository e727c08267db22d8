.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := bash

VENV := .venv/bin/python

# Installs what is missing; where nothing is, it takes milliseconds.
BOOTSTRAP := local/bootstrap.sh local/requirements.txt

.PHONY: help up down clean stores stores-down

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) \
		| awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

up: ## Start everything, wait until it is healthy, print the URLs
	@$(BOOTSTRAP)
	@$(VENV) -m local up

down: ## Stop everything, keep its data
	@[ -x $(VENV) ] || [ ! -d .local ] || $(BOOTSTRAP)
	@[ ! -x $(VENV) ] || $(VENV) -m local down

clean: ## Stop everything and delete its data
	@[ -x $(VENV) ] || [ ! -d .local ] || $(BOOTSTRAP)
	@[ ! -x $(VENV) ] || $(VENV) -m local clean

stores: ## Start PostgreSQL, Redis and RabbitMQ for the tests
	@$(BOOTSTRAP)
	@$(VENV) -m local stores

stores-down: ## Stop the stores of the tests
	@$(VENV) -m local stores-down
