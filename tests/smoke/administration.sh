# shellcheck shell=bash
# Checks the calls of administrators, in every service.

administration() {
    if ! find_administrator; then
        skips 'administration' 'no ADMIN_PASSWORD'
        return
    fi
    sells "Shipped $run" 5
    orders_one "$product_id" 2
    local path="$orders/orders/$order_id" status_of="$orders/orders/$order_id/status"
    answers 409 'an order cannot be delivered before it ships' PATCH "$status_of" "${admin[@]}" --json '{"status": "delivered"}'
    answers 200 'an administrator ships it' PATCH "$status_of" "${admin[@]}" --json '{"status": "shipped"}'
    answers 200 'shipping it twice changes nothing' PUT "$path" "${admin[@]}" --json '{"status": "shipped"}'
    answers 409 'a shipped order cannot be cancelled' DELETE "$path" "${ada[@]}"
    answers 200 'an administrator sets delivered' PUT "$path" "${admin[@]}" --json '{"status": "delivered"}'
    becomes 40 'the reserved stock is sold' '(body["quantity"], body["reserved"]) == (3, 0)' \
        GET "$products/inventory/$product_id"
    becomes 20 'the customer is notified of both' '[n["event_type"] for n in body].count("order.status_changed") == 2' \
        GET "$notifications/notifications?order_id=$order_id" "${ada[@]}"
    answers 200 'an administrator lists the orders of another user' GET "$orders/orders?user_id=$ada_id" "${admin[@]}"
    answers 200 'an administrator changes the product of another user' PATCH "$products/products/$product_id" "${admin[@]}" \
        --json '{"price": 8}'
    resending
    dead_letters "$orders"
    dead_letters "$notifications"
    accounts_of_others
}

# dead_letters URL: checks a consumer without replaying any dead letter
dead_letters() {
    if ! offers "$1" GET /dead-letters; then
        skips 'dead letters' "not offered at $1"
        return
    fi
    answers 200 'an administrator lists dead letters' GET "$1/dead-letters?limit=1" "${admin[@]}"
    holds 'the header counts them' 'len(body) <= int(headers["x-total-count"])'
    answers 403 'customers cannot list dead letters' GET "$1/dead-letters" "${ada[@]}"
    answers 404 'an unknown dead letter cannot be replayed' POST "$1/dead-letters/none-$run/replay" "${admin[@]}"
}

resending() {
    local one sent
    if ! offers "$notifications" POST '/notifications/{notification_id}/resend'; then
        skips 'resending' 'not offered'
        return
    fi
    request GET "$notifications/notifications?order_id=$order_id&status=sent" "${ada[@]}"
    if [[ $(value 'body' 2>/dev/null) == '[]' ]] && ! has_mail_sink; then
        skips 'resending' 'no mail sink runs'
        return
    fi
    reads sent 'body[0]["id"]'
    one="$notifications/notifications/$sent"
    answers 403 'customers cannot resend' POST "$one/resend" "${ada[@]}"
    request POST "$one/resend" "${admin[@]}"
    holds 'an administrator resends a notification' "$status in (200, 202)"
    becomes 20 'the notification is sent again' 'body["status"] == "sent"' GET "$one" "${ada[@]}"
}

accounts_of_others() {
    if ! offers "$users" GET /users; then
        skips 'administering accounts' 'not offered'
        return
    fi
    answers 200 'accounts are listed' GET "$users/users?limit=1" "${admin[@]}"
    holds 'the list has pages' 'len(body) == 1 and int(headers["x-total-count"]) > 1'
    answers 403 'customers cannot list accounts' GET "$users/users" "${ada[@]}"
    answers 201 'an administrator creates an account' POST "$users/users" "${admin[@]}" --json \
        "{\"username\": \"made-$run\", \"password\": \"$password\", \"role\": \"customer\"}"
    local account made
    reads account 'body["id"]'
    made="$users/users/$account"
    answers 200 'an administrator reads an account' GET "$made" "${admin[@]}"
    answers 200 'an administrator changes an account' PUT "$made" "${admin[@]}" --json '{"full_name": "Made"}'
    logs_in "made-$run" "$password" || fails 'the account logs in' "$status"
    request DELETE "$made" "${admin[@]}"
    holds 'an administrator deactivates an account' "$status in (200, 204)"
    refused_soon 'the deactivation ends its sessions' "$users/me" --header "Authorization: Bearer $token"
    answers 401 'a deactivated user cannot log in' POST "$users/login" --data "username=made-$run" \
        --data-urlencode "password=$password"
}
