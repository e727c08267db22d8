#!/bin/sh
# Migrates (unless told not to), then becomes the server.
set -eu
if [ "${MIGRATE_ON_START:-true}" = true ]; then
    alembic upgrade head
fi
exec uvicorn --factory app.main:create_app --host "${HOST:-0.0.0.0}" --port "${PORT:-8004}" \
    --no-access-log --timeout-graceful-shutdown 10
