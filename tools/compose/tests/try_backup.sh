#!/usr/bin/env bash
# Checks that a restore brings back a user registered before the backup, and removes a user
# registered after it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

readonly users=http://localhost:8001 folder=backups/try
readonly before="before-$$" after="after-$$" password="$RANDOM-$RANDOM-$RANDOM"

register() {
    curl --silent --show-error --fail --output /dev/null "$users/register" \
        --json "{\"username\": \"$1\", \"password\": \"$password\"}"
}

# Prints the status of the response.
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
    echo 'error: the restored data differ from the backup' >&2
    exit 1
fi
