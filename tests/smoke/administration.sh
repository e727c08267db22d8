# shellcheck shell=bash
# What administrators do, in every service.

administration() {
    if ! find_administrator; then
        skips 'what an administrator does' 'no ADMIN_PASSWORD'
        return
    fi
    sells "Shipped $run" 5
    orders_one "$product_id" 2
    local path="$orders/orders/$order_id" status_of="$orders/orders/$order_id/status"
    answers 409 'delivered before it is shipped' PATCH "$status_of" "${admin[@]}" --json '{"status": "delivered"}'
    answers 200 'shipped' PATCH "$status_of" "${admin[@]}" --json '{"status": "shipped"}'
    answers 200 'shipped, once more' PUT "$path" "${admin[@]}" --json '{"status": "shipped"}'
    answers 409 'then it cannot be cancelled' DELETE "$path" "${ada[@]}"
    answers 200 'delivered' PUT "$path" "${admin[@]}" --json '{"status": "delivered"}'
    becomes 40 'what was reserved is sold' '(body["quantity"], body["reserved"]) == (3, 0)' \
        GET "$products/inventory/$product_id"
    becomes 20 'both are told' '[n["event_type"] for n in body].count("order.status_changed") == 2' \
        GET "$notifications/notifications?order_id=$order_id" "${ada[@]}"
    answers 200 'an administrator sees another'"'"'s orders' GET "$orders/orders?user_id=$ada_id" "${admin[@]}"
    answers 200 'and changes another'"'"'s product' PATCH "$products/products/$product_id" "${admin[@]}" \
        --json '{"price": 8}'
    resending
    dead_letters "$orders"
    dead_letters "$notifications"
    accounts_of_others
}

# dead_letters URL: of a consumer; nothing is replayed but what does not exist
dead_letters() {
    if ! offers "$1" GET /dead-letters; then
        skips 'dead letters' "not offered at $1"
        return
    fi
    answers 200 'an administrator lists dead letters' GET "$1/dead-letters?limit=1" "${admin[@]}"
    holds 'and sees how many there are' 'len(body) <= int(headers["x-total-count"])'
    answers 403 'customers do not' GET "$1/dead-letters" "${ada[@]}"
    answers 404 'an unknown one cannot be replayed' POST "$1/dead-letters/none-$run/replay" "${admin[@]}"
}

resending() {
    local one sent
    if ! offers "$notifications" POST '/notifications/{notification_id}/resend'; then
        skips 'sending again' 'not offered'
        return
    fi
    request GET "$notifications/notifications?order_id=$order_id&status=sent" "${ada[@]}"
    if [[ $(value 'body' 2>/dev/null) == '[]' ]] && ! has_mail_sink; then
        skips 'sending again' 'no mail sink runs, so that nothing is sent'
        return
    fi
    reads sent 'body[0]["id"]'
    one="$notifications/notifications/$sent"
    answers 403 'customers resend nothing' POST "$one/resend" "${ada[@]}"
    request POST "$one/resend" "${admin[@]}"
    holds 'an administrator does' "$status in (200, 202)"
    becomes 20 'and it is sent again' 'body["status"] == "sent"' GET "$one" "${ada[@]}"
}

accounts_of_others() {
    if ! offers "$users" GET /users; then
        skips 'administering accounts' 'not offered'
        return
    fi
    answers 200 'accounts are listed' GET "$users/users?limit=1" "${admin[@]}"
    holds 'in pages' 'len(body) == 1 and int(headers["x-total-count"]) > 1'
    answers 403 'not to customers' GET "$users/users" "${ada[@]}"
    answers 201 'an account is made' POST "$users/users" "${admin[@]}" --json \
        "{\"username\": \"made-$run\", \"password\": \"$password\", \"role\": \"customer\"}"
    local account made
    reads account 'body["id"]'
    made="$users/users/$account"
    answers 200 'read' GET "$made" "${admin[@]}"
    answers 200 'changed' PUT "$made" "${admin[@]}" --json '{"full_name": "Made"}'
    logs_in "made-$run" "$password" || fails 'the account logs in' "$status"
    request DELETE "$made" "${admin[@]}"
    holds 'deactivated' "$status in (200, 204)"
    refused_soon 'which ends its sessions' "$users/me" --header "Authorization: Bearer $token"
    answers 401 'and opens no more' POST "$users/login" --data "username=made-$run" \
        --data-urlencode "password=$password"
}
