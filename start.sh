#!/bin/sh
# Runs a service, which migrates its database first unless MIGRATE_ON_START is false.
#
#   start.sh SERVICE [OPTION...]     passes the options on to chassis.server
set -eu

case "${1-}" in
    user-service) default_port=8001 ;;
    product-service) default_port=8002 ;;
    order-service) default_port=8003 ;;
    notification-service) default_port=8004 ;;
    api-gateway) default_port=9000 ;;
    *)
        echo "error: there is no service '${1-}'; usage: $0 SERVICE [OPTION...]" >&2
        exit 1
        ;;
esac
cd "$(dirname "$0")/$1"
shift

trimmed() { printf %s "$1" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//'; }

# A blank setting means the default.
HOST=$(trimmed "${HOST:-}")
PORT=$(trimmed "${PORT:-}")
MIGRATE_ON_START=$(trimmed "${MIGRATE_ON_START:-}" | tr '[:upper:]' '[:lower:]')

# Services configure OpenTelemetry themselves and always propagate traceparent. At its import
# it would end Python for an unknown propagator or provider, or a malformed pattern.
for name in OTEL_PROPAGATORS $(env | sed -n 's/^\(OTEL_PYTHON_[A-Z_]*\)=..*/\1/p'); do
    if printenv "$name" >/dev/null; then
        echo "warning: $name: is ignored, because services configure OpenTelemetry themselves" >&2
        unset "$name"
    fi
done

# OpenTelemetry reads this limit at its import, too.
OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=$(trimmed "${OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT:-}")
case "$OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT" in
    *[!0-9]*)
        echo "warning: OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: is ignored, because it must be a whole number" >&2
        unset OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT
        ;;
esac

case "${MIGRATE_ON_START:-true}" in
    # A service without a database has nothing to migrate.
    true | 1 | yes | on) [ ! -e alembic.ini ] || set -- --migrate "$@" ;;
    false | 0 | no | off) ;;
    *)
        echo "error: MIGRATE_ON_START: must be true or false, such as true" >&2
        exit 1
        ;;
esac
exec python -m chassis.server app.main:create_app \
    --host "${HOST:-0.0.0.0}" --port "${PORT:-$default_port}" "$@"
