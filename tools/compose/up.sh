#!/usr/bin/env bash
# Starts the platform in containers, waits until it is healthy, and prints its URLs.
# Does not wait for the observers (Prometheus, Grafana, ...): the platform works without.
#
#   tools/compose/up.sh [SERVICE...]     starts everything, unless services are named
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly services=(user-service product-service order-service notification-service)
readonly observers=(prometheus alertmanager grafana loki alloy jaeger redis-exporter
    "${services[@]/%-service/-db-exporter}")

# Docker's own message does not say why a container is not healthy.
explain() {
    docker compose ps --all --filter status=exited --filter status=restarting >&2
    echo 'error: some containers are not healthy; "docker compose logs SERVICE" shows why' >&2
    exit 1
}

# Generated at the first start, kept in a volume, and shown once.
password() {
    local show=(docker compose run --rm --no-deps --quiet-pull secrets cat "/vault/$1")
    if [[ $first_start == yes ]]; then
        echo "password $("${show[@]}" 2>/dev/null) (shown only this once)"
    else
        echo "password: ${show[*]}"
    fi
}

administrator() {
    if [[ -n ${ADMIN_PASSWORD:-} ]]; then
        echo "${ADMIN_USERNAME:-admin}, password as given in ADMIN_PASSWORD"
    else
        echo "${ADMIN_USERNAME:-admin}, $(password admin)"
    fi
}

is_published() { [[ " $published " == *" $1 "* ]]; }

# show PART NAME ADDRESS: prints a line if the part has a published port.
show() {
    if is_published "$1"; then printf '  %-22s%s\n' "$2" "$3"; fi
}

stop_fetching() { kill "$fetching" 2>/dev/null || true; }

# Starts the observers whose images are downloaded, and names the others.
start_observers() {
    local part missing=()
    stop_fetching
    for part in "${observers[@]}"; do
        docker compose up --detach --no-deps --pull never "$part" >/dev/null 2>&1 ||
            missing+=("$part")
    done
    [[ ${#missing[@]} -eq 0 ]] && return
    printf '  %-22s%s\n' 'not started' "${missing[*]}" \
        '' '"docker compose up --detach" downloads their images and shows errors'
}

# Alloy reads the log files of containers, which the engine keeps here.
if root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null) && [[ -n $root ]]; then
    export CONTAINER_LOGS=${CONTAINER_LOGS:-$root/containers}
fi

first_start=yes
read -r project published < <(docker compose config --format json | python3 -c '
import json, sys
model = json.load(sys.stdin)
print(model["name"], *(name for name, part in model["services"].items() if part.get("ports")))')
if docker volume inspect "${project}_vault" >/dev/null 2>&1; then first_start=no; fi

if [[ $# -gt 0 ]]; then
    parts=("$@")
else
    parts=("${services[@]}" api-gateway mail)
    if is_published keycloak; then parts+=(keycloak); fi
    # Downloads the observers' images while the services are built.
    docker compose pull --quiet --policy missing --ignore-pull-failures \
        "${observers[@]}" >/dev/null 2>&1 &
    fetching=$!
    disown
    trap stop_fetching EXIT
fi
docker compose up --detach --build --wait "${parts[@]}" || explain

echo
if [[ " ${parts[*]} " == *' api-gateway '* ]]; then
    address=$(docker compose port api-gateway 9000)
    printf '  %-22s%s\n\n' shop "http://localhost:${address##*:}"
fi
for service in "${services[@]}" api-gateway; do
    if [[ " ${parts[*]} " != *" $service "* ]] || ! is_published "$service"; then continue; fi
    address=$(docker compose port "$service" "$(docker compose exec -T "$service" printenv PORT)")
    url=http://localhost:${address##*:}
    printf '  %-22s%-24s%s/docs\n' "$service" "$url" "$url"
done
echo
printf '  %-22s%s\n' administrator "$(administrator)"
show mail mail http://localhost:8025
if is_published keycloak; then
    show keycloak keycloak "http://localhost:8080, admin, $(password keycloak-admin)"
fi
printf '  %-22s%s\n' logs 'docker compose logs --follow SERVICE' stop 'make down'
[[ $# -eq 0 ]] || exit 0

echo
show grafana dashboards "http://localhost:3000, admin, $(password grafana)"
show jaeger traces http://localhost:16686
show prometheus metrics http://localhost:9090
show alertmanager alerts http://localhost:9093
start_observers
