#!/usr/bin/env bash
# Tests a running platform through its APIs; it can be run any number of times.
#
#   ./test-complete.sh [SECTION...]     alive accounts catalogue stock orders gateway
#                                       notifications administration sessions
#
# USER_URL, PRODUCT_URL, ORDER_URL, NOTIFICATION_URL, GATEWAY_URL, MAIL_URL name other
# addresses. Parts that do not run, and operations that a service does not have, are
# skipped. The script finds ADMIN_PASSWORD in the platform's secrets.
# Without -e, so that a check that cannot be made fails alone and the others still run.
set -uo pipefail
home=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

source "$home/tests/smoke/asking.sh"
source "$home/tests/smoke/people.sh"
source "$home/tests/smoke/alive.sh"
source "$home/tests/smoke/users.sh"
source "$home/tests/smoke/products.sh"
source "$home/tests/smoke/orders.sh"
source "$home/tests/smoke/notifications.sh"
source "$home/tests/smoke/administration.sh"
source "$home/tests/smoke/gateway.sh"

declare -A takes=(
    [alive]='' [accounts]="$users" [catalogue]="$users $products" [stock]="$users $products"
    [orders]="$users $products $orders" [sessions]="$users"
    [notifications]="$users $products $orders $notifications"
    [gateway]="$gateway $users $products $orders $notifications"
    [administration]="$users $products $orders $notifications"
)
sections=("$@")
((${#sections[@]})) || sections=(alive accounts catalogue stock orders gateway
    notifications administration sessions)

for section in "${sections[@]}"; do
    [[ -n ${takes[$section]+known} ]] && continue
    echo "error: there is no section $section; there are ${!takes[*]}" >&2
    exit 2
done

if runs "$users"; then prepare_people; fi
for section in "${sections[@]}"; do
    printf '%s\n' "$section"
    for url in ${takes[$section]}; do
        if ! runs "$url"; then
            skips "$section" "nothing responds at $url"
            continue 2
        fi
    done
    "$section"
done
if runs "$users" && runs "$products"; then withdraw_products; fi
verdict
