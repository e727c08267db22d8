# shellcheck shell=bash
# Checks the notifications that users get.

mail=${MAIL_URL:-http://localhost:8025}

notifications() {
    sells "Notified $run" 10
    orders_one "$product_id" 6
    local of_order="$notifications/notifications?order_id=$order_id" path notification channel
    becomes 20 'a customer is notified' 'body[0]["event_type"] == "order.created"' GET "$of_order" "${ada[@]}"
    reads notification 'body[0]["id"]'
    reads channel 'body[0]["channel"]'
    path="$notifications/notifications/$notification"
    if [[ $channel == email ]] && ! has_mail_sink; then
        skips 'sending mail' 'no mail sink runs'
    else
        becomes 20 'the notification is sent' 'body["status"] == "sent"' GET "$path" "${ada[@]}"
    fi
    request GET "$mail/api/v1/search?query=to:ada-$run@example.com"
    if [[ $status == 200 ]]; then
        holds 'the mail arrives' 'any("ORD-" in m["Subject"] for m in body["messages"])'
    else
        skips 'arrival of mail' "no Mailpit responds at $mail"
    fi
    answers 404 'another customer cannot read it' GET "$path" "${eve[@]}"
    answers 401 'an anonymous client cannot read it' GET "$path"
    request DELETE "$orders/orders/$order_id" "${ada[@]}"
    becomes 20 'a customer is notified of a cancellation' 'sorted(n["event_type"] for n in body)
        == ["order.cancelled", "order.created"]' GET "$of_order" "${ada[@]}"
    if offers "$users" GET /users; then
        becomes 20 'a new user gets a welcome' '"user.registered" in [n["event_type"] for n in body]' \
            GET "$notifications/notifications" "${ada[@]}"
    else
        skips 'welcome' 'not offered'
    fi
    if offers "$users" PATCH /me; then
        request PATCH "$users/me" "${ada[@]}" --json "{\"email\": \"new-$run@example.com\"}"
        becomes 20 'a change of address is notified to the old one' \
            '"user.email_changed" in [n["event_type"] for n in body]' GET \
            "$notifications/notifications" "${ada[@]}"
    else
        skips 'change of address' 'not offered'
    fi
    if offers "$products" PATCH '/inventory/{product_id}'; then
        becomes 20 'a seller is notified of low stock' '"inventory.low" in [n["event_type"] for n in body]' \
            GET "$notifications/notifications" "${seller[@]}"
    else
        skips 'low stock' 'not offered'
    fi
    stream
}

has_mail_sink() {
    request GET "$mail/readyz"
    [[ $status == 200 || -d $home/.local/mail ]]
}

stream() {
    if ! offers "$notifications" GET /notifications/stream; then
        skips 'a stream of notifications' 'not offered'
        return
    fi
    is_streamed 'notifications are streamed' "$notifications/notifications/stream"
}

# is_streamed WHAT URL: places an order while it reads the stream
is_streamed() {
    curl --disable --silent --no-buffer --max-time 20 "${ada[@]}" "$2" >"$work/stream" &
    local reader=$! deadline=$((SECONDS + 15))
    orders_one "$product_id"
    until grep -q 'order.created' "$work/stream" || ((SECONDS > deadline)); do sleep 0.2; done
    kill "$reader" 2>/dev/null || true
    wait "$reader" || true
    if grep -q "\"order_id\": *$order_id\b" "$work/stream"; then
        passes "$1"
    else
        fails "$1" "$(head -c 300 "$work/stream")"
    fi
}
