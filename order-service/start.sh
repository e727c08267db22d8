#!/bin/sh
# Migrates (unless told not to), then becomes the server. It keeps idle connections for
# longer than its clients do, so that it never closes one that is about to be used.
set -eu
if [ "${MIGRATE_ON_START:-true}" = true ]; then
    alembic upgrade head
fi
exec uvicorn --factory app.main:create_app --host "${HOST:-0.0.0.0}" --port "${PORT:-8003}" \
    --no-access-log --timeout-keep-alive 60 --timeout-graceful-shutdown 10 "$@"
