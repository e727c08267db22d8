#!/bin/sh
# Becomes the server, which migrates first unless MIGRATE_ON_START says otherwise.
set -eu

trimmed() { printf %s "$1" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//'; }

# Blanks alone mean the default, as in every setting.
HOST=$(trimmed "${HOST:-}")
PORT=$(trimmed "${PORT:-}")
MIGRATE_ON_START=$(trimmed "${MIGRATE_ON_START:-}" | tr '[:upper:]' '[:lower:]')

# traceparent is passed on always. OpenTelemetry would end Python at its import for a
# propagator that is not installed.
if [ -n "${OTEL_PROPAGATORS:-}" ]; then
    echo "warning: OTEL_PROPAGATORS: is ignored, as traceparent is passed on always" >&2
    unset OTEL_PROPAGATORS
fi

# And for this limit, which it reads at its import too.
OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=$(trimmed "${OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT:-}")
case "$OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT" in
    *[!0-9]*)
        echo "warning: OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: is ignored, as it must be a whole number" >&2
        unset OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT
        ;;
esac

case "${MIGRATE_ON_START:-true}" in
    true | 1 | yes | on) set -- --migrate "$@" ;;
    false | 0 | no | off) ;;
    *)
        echo "error: MIGRATE_ON_START: must be true or false, such as true" >&2
        exit 1
        ;;
esac
exec python -m chassis.server app.main:create_app --host "${HOST:-0.0.0.0}" --port "${PORT:-8002}" "$@"
