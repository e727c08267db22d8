#!/usr/bin/env bash
# Checks the OpenAPI documents of a running platform: their rules, and that they match
# contracts/openapi.
#
#   ./verify-docs.sh
#
# USER_URL, PRODUCT_URL, ORDER_URL, NOTIFICATION_URL, GATEWAY_URL name other addresses. A
# service that does not run is skipped.
# Without -e, so that a check that cannot be made fails alone and the others still run.
set -uo pipefail
home=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

source "$home/tests/smoke/asking.sh"

rules=(described named_apart bodies_shown responses_shown errors_are_problems errors_declared
    login_described)
declare -A says=(
    [described]='every operation has a summary, a description and a tag'
    [named_apart]='no two operations have the same name'
    [bodies_shown]='every body has an example'
    [responses_shown]='every response has an example'
    [errors_are_problems]='every error is application/problem+json'
    [errors_declared]='every possible error is declared'
    [login_described]='the document describes the log-in'
)

# documents SERVICE URL
documents() {
    printf '%s\n' "$1"
    if ! runs "$2"; then
        skips 'its documents' "nothing responds at $2"
        return
    fi
    for page in docs redoc; do
        answers 200 "/$page" GET "$2/$page"
        holds "/$page shows the document" '"/openapi.json" in body'
    done
    answers 200 '/openapi.json' GET "$2/openapi.json"
    cp "$work/body" "$work/document"
    obeys_rules
    agrees "contracts/openapi/$1.json"
    authorizes "$2"
}

obeys_rules() {
    local rule complaints
    for rule in "${rules[@]}"; do
        if complaints=$(python3 "$home/tests/smoke/document.py" "$rule" <"$work/document" 2>&1); then
            passes "${says[$rule]}"
        else
            fails "${says[$rule]}" "$complaints"
        fi
    done
}

# agrees FILE
agrees() {
    local difference
    if difference=$(diff <(plain "$work/document") <(plain "$home/$1")); then
        passes "the document is $1"
    else
        fails "the document is $1" "$(head -c 300 <<<"$difference")"
    fi
}

# The address of the log-in depends on the installation.
plain() { python3 -m json.tool --sort-keys "$1" | sed '/"tokenUrl":/d'; }

# authorizes URL: checks that a page of this origin may call the log-in
authorizes() {
    local login
    if ! runs "$users"; then
        skips 'the Authorize button' "nothing responds at $users"
        return
    fi
    login=$(python3 -c 'import json, sys
schemes = json.load(sys.stdin)["components"]["securitySchemes"].values()
print(*{s["flows"]["password"]["tokenUrl"] for s in schemes if s["type"] == "oauth2"})
' <"$work/document" 2>/dev/null) || login=http://localhost:0
    answers 422 'the Authorize button leads to a login' \
        POST "$login" --header "Origin: $1" --data 'username=unknown'
    holds 'the log-in needs a password' '"password" in str(body["errors"])'
    holds 'the log-in allows this page' \
        "'$login'.startswith('$1/') or headers.get('access-control-allow-origin') in ('*', '$1')"
}

documents user-service "$users"
documents product-service "$products"
documents order-service "$orders"
documents notification-service "$notifications"
documents api-gateway "$gateway"
verdict
