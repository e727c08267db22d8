#!/usr/bin/env bash
# Exercises a running platform through its own doors, as often as you like.
#
#   ./test-complete.sh [SECTION...]     alive accounts catalogue stock orders
#                                       notifications administration sessions
#
# USER_URL, PRODUCT_URL, ORDER_URL, NOTIFICATION_URL, MAIL_URL say where it is. What does
# not run, and what a service does not offer, is skipped. ADMIN_PASSWORD is looked up
# where the platform keeps it.
# Without -e: what cannot be tried is a failure of its own, and the rest is tried too.
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

declare -A takes=(
    [alive]='' [accounts]="$users" [catalogue]="$users $products" [stock]="$users $products"
    [orders]="$users $products $orders" [sessions]="$users"
    [notifications]="$users $products $orders $notifications"
    [administration]="$users $products $orders $notifications"
)
sections=("$@")
((${#sections[@]})) || sections=(alive accounts catalogue stock orders notifications
    administration sessions)

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
            skips "$section" "nothing answers at $url"
            continue 2
        fi
    done
    "$section"
done
verdict
