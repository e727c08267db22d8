# shellcheck shell=bash
# Helpers for the runbooks' commands, the same for processes and for containers. Type
# `. docs/runbooks/commands.sh` in the repository's root. If both run, set MODE first.

: "${LOCAL_ROOT:=.local}"
if [[ -z ${MODE:-} ]]; then
    if [[ -e $LOCAL_ROOT/supervisord.pid ]]; then MODE=local; else MODE=docker; fi
fi
export LOCAL_ROOT MODE

if [[ $MODE == local ]]; then
    logs() { local name; for name; do cat "$LOCAL_ROOT/log/$name.log"; done; }
    # entry FILE NAME: prints an entry of secrets.json or ports.json.
    entry() {
        python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' \
            "$LOCAL_ROOT/$1" "$2"
    }
    # delete_secret NAME: the next `make up` generates another.
    delete_secret() {
        python3 - "$LOCAL_ROOT/secrets.json" "$1" <<'PYTHON'
import json, os, sys

path, name = sys.argv[1:]
with open(path) as file:
    secrets = json.load(file)
del secrets[name]
os.umask(0o077)
with open(path + ".new", "w") as file:
    json.dump(secrets, file)
os.replace(path + ".new", path)
PYTHON
    }
    # variables NAME: prints the names of the program's variables, without their values.
    variables() {
        tr '\0' '\n' <"/proc/$(pid_of "$1")/environ" | cut -d = -f 1 | sort
    }
    broker() { .venv/bin/python -m tools.local run rabbitmq "$@"; }
    pid_of() { make -s status | awk -v name="$1" '$1 == name { print $3 }'; }
    # At TERM PostgreSQL waits until all clients disconnect; RabbitMQ ignores INT.
    restart() {
        if [[ $1 == postgres ]]; then set -- "$1" -INT; fi
        kill "${2:--TERM}" "$(pid_of "$1")"
    }
    # A stopped process reacts to KILL only, and PostgreSQL's children would outlive it.
    restart_hung() {
        local pid
        pid=$(pid_of "$1")
        # shellcheck disable=SC2046
        kill -KILL "$pid" $(pgrep --parent "$pid")
    }
else
    logs() { docker compose logs --no-log-prefix "$@"; }
    # A container has its environment, and its service also the variables of this file.
    variables() {
        docker compose exec -T "$1" sh -c 'env; cat /run/secrets/env' | cut -d = -f 1 | sort
    }
    broker() { docker compose exec -T rabbitmq "$@"; }
    restart() { docker compose restart "$1"; }
    restart_hung() { docker compose restart --timeout 1 "$1"; }
fi

# token NAME PASSWORD: prints an access token, valid for 15 minutes.
token() {
    curl -s http://localhost:8001/login -d "username=$1" --data-urlencode "password=$2" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])'
}
