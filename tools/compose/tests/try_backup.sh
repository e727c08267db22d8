#!/usr/bin/env bash
# Who came before a backup of the running containers is there after the restore; who came
# later is not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly users=http://localhost:8001 folder=backups/try
readonly before="before-$$" after="after-$$" password="$RANDOM-$RANDOM-$RANDOM"

register() {
    curl --silent --show-error --fail --output /dev/null "$users/register" \
        --json "{\"username\": \"$1\", \"password\": \"$password\"}"
}

# The status of the answer.
log_in() {
    curl --silent --output /dev/null --write-out '%{http_code}' "$users/login" \
        --data-urlencode "username=$1" --data-urlencode "password=$password"
}

rm -rf "$folder"
register "$before"
make backup MODE=docker TO="$folder"
register "$after"
if [[ -n $(find "$folder" -type f -perm /077) ]]; then
    echo 'error: other users can read the backup' >&2
    exit 1
fi
make restore MODE=docker FROM="$folder"
if [[ $(log_in "$before") != 200 || $(log_in "$after") != 401 ]]; then
    echo 'error: the data are not what they were' >&2
    exit 1
fi
