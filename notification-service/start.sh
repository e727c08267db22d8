#!/bin/sh
# Migrates (unless MIGRATE_ON_START says otherwise), then becomes the server.
set -eu
if [ "${MIGRATE_ON_START:-true}" = true ]; then
    alembic upgrade head
fi
exec python -m chassis.server app.main:create_app --host "${HOST:-0.0.0.0}" --port "${PORT:-8004}" "$@"
