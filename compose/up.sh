#!/usr/bin/env bash
# Starts the platform in containers, waits until it is healthy, and says where it is.
#
#   compose/up.sh [SERVICE...]     all of it, unless services are named
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly services=(user-service product-service order-service notification-service)

# Docker's own words do not say what went wrong inside a part that is not healthy.
explain() {
    docker compose ps --all --filter status=exited --filter status=restarting >&2
    echo 'error: not all of it is healthy; "docker compose logs SERVICE" says why' >&2
    exit 1
}

# Made on the first start, kept in a volume, and shown once.
administrator() {
    local name=${ADMIN_USERNAME:-admin}
    local show=(docker compose run --rm --no-deps --quiet-pull secrets cat /vault/admin)
    if [[ -n ${ADMIN_PASSWORD:-} ]]; then
        echo "$name, password as given in ADMIN_PASSWORD"
    elif [[ $first_start == yes ]]; then
        echo "$name, password $("${show[@]}" 2>/dev/null) (shown only this once)"
    else
        echo "$name, password: ${show[*]}"
    fi
}

first_start=yes
project=$(docker compose config --format json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["name"])')
if docker volume inspect "${project}_vault" >/dev/null 2>&1; then first_start=no; fi

if [[ $# -gt 0 ]]; then parts=("$@"); else parts=("${services[@]}" mail); fi
docker compose up --detach --build --wait "${parts[@]}" || explain

echo
for service in "${services[@]}"; do
    address=$(docker compose port "$service" "$(docker compose exec -T "$service" printenv PORT)")
    url=http://localhost:${address##*:}
    printf '  %-22s%-24s%s/docs\n' "$service" "$url" "$url"
done
echo
printf '  %-22s%s\n' administrator "$(administrator)" \
    mail http://localhost:8025 \
    logs 'docker compose logs --follow SERVICE' \
    stop 'make down'
