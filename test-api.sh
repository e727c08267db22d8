#!/usr/bin/env bash
# Whether a running platform works at all: seconds. test-complete.sh tells the rest.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/test-complete.sh" alive stock orders
