#!/usr/bin/env bash
# Backs up and restores the databases of the platform in containers.
#
#   tools/compose/backup.sh backup [FOLDER]
#   tools/compose/backup.sh restore FOLDER
#
# tools/local/backup.py documents the contents of a backup, and reads and writes the same
# folders. Paths are relative to the repository's root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly services=(user-service product-service order-service notification-service)
readonly databases=("${services[@]/%-service/-db}")

fail() {
    echo "error: $*" >&2
    exit 1
}

report() { printf '  %5d s  %s\n' "$SECONDS" "$1"; }

compose() { docker compose --progress quiet "$@"; }

# Starts the existing containers unchanged, even if the environment has changed.
start() {
    compose up --detach --wait --no-recreate "$@" ||
        fail 'some containers are not healthy; "docker compose logs SERVICE" shows why'
}

# run SERVICE PROGRAM [ARGUMENT...]: runs it as superuser beside the service's database
run() {
    compose exec -T "${1/%-service/-db}" "$2" --username=postgres "${@:3}"
}

database_of() { echo "${1//-/_}_db"; }

back_up() {
    local folder=${1%/} scratch=${1%/}.new service words
    [[ ! -e $folder ]] || fail "$folder already exists."
    ran=$(compose ps --quiet)
    start "${databases[@]}"
    rm -rf "$scratch"
    mkdir -p "$(dirname "$folder")"
    umask 077
    mkdir "$scratch"
    trap put_back EXIT
    compose stop "${services[@]}"
    for service in "${services[@]}"; do
        words=$(run "$service" pg_dump --format=custom "$(database_of "$service")" \
            2>&1 >"$scratch/$service.dump") || fail "pg_dump failed: $words"
        report "$service is backed up"
    done
    mv "$scratch" "$folder"
    trap - EXIT
    put_back
    echo "  The backup is in $folder. Copy it and the secrets elsewhere."
}

# Stops everything again if no container ran before.
put_back() {
    if [[ -n $ran ]]; then start "${services[@]}"; else compose down; fi
}

restore() {
    local folder=${1%/} service
    # shellcheck disable=SC2016
    [[ -n $folder ]] || fail 'FROM must be the folder of a backup: `make restore FROM=backups/...`'
    refuse_no_backup "$folder"
    start "${databases[@]}"
    compose stop "${services[@]}" redis rabbitmq
    # Redis keeps no data when it stops.
    compose run --rm --no-deps -T --entrypoint find \
        rabbitmq /var/lib/rabbitmq -mindepth 1 -delete
    for service in "${services[@]}"; do
        empty "$service"
        fill "$service" "$folder/$service.dump"
        republish_events "$service"
        report "$service is restored"
    done
    start "${services[@]}"
    echo "  Restored all data from $folder."
}

refuse_no_backup() {
    local service missing=''
    for service in "${services[@]}"; do
        [[ -f $1/$service.dump ]] || missing+=", $service"
    done
    [[ -z $missing ]] || fail "$1 is not a backup, because it lacks ${missing#, }."
}

# Creates the database as tools/compose/generate_secrets.py does at the first start.
empty() {
    local role=${1//-/_} database
    database=$(database_of "$1")
    sql "$1" postgres <<SQL
DROP DATABASE IF EXISTS $database WITH (FORCE);
CREATE DATABASE $database OWNER $role;
REVOKE ALL ON DATABASE $database FROM PUBLIC;
SQL
}

fill() {
    local words
    words=$(run "$1" pg_restore --exit-on-error --no-owner --no-comments \
        --single-transaction --role="${1//-/_}" --dbname="$(database_of "$1")" \
        2>&1 <"$2") || fail "pg_restore failed: $words"
}

# Makes the relay publish all stored events again.
republish_events() {
    sql "$1" "$(database_of "$1")" <<'SQL'
SELECT to_regclass('outbox') IS NOT NULL AS has_events \gset
\if :has_events
UPDATE outbox SET sent_at = NULL;
\endif
SQL
}

# sql SERVICE DATABASE: runs the statements on its standard input
sql() {
    run "$1" psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$2"
}

case ${1-} in
backup) back_up "${2:-backups/$(date -u +%Y%m%dT%H%M%SZ)}" ;;
restore) restore "${2-}" ;;
*) fail "usage: $0 backup [FOLDER] | restore FOLDER" ;;
esac
