#!/usr/bin/env bash
# Checks in seconds whether a running platform works; test-complete.sh checks everything.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/test-complete.sh" alive stock orders gateway
