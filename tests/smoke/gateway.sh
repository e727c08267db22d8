# shellcheck shell=bash
# Checks the way of a customer through the gateway, and what the gateway adds to it.

gateway() {
    local api="$gateway/api/v1" name="visitor-$run" visitor lamp order path
    answers 200 'the gateway introduces its API' GET "$gateway/api"
    holds 'and names the newest version' 'body["links"]["newest"] == "/api/v1"'
    answers 201 'registration creates an account' POST "$api/auth/register" --json \
        "{\"username\": \"$name\", \"password\": \"$password\", \"email\": \"$name@example.com\"}"
    answers 200 'a user logs in' POST "$api/auth/login" --data "username=$name" \
        --data-urlencode "password=$password"
    reads token 'body["access_token"]'
    visitor=(--header "Authorization: Bearer $token")
    answers 200 'a user reads the own account' GET "$api/users/me" "${visitor[@]}"
    holds 'the response names the limit of the user' \
        "headers['ratelimit-policy'].startswith('\"signed-in\";q=') and ';r=' in headers['ratelimit']"

    answers 201 'a user sells a product' POST "$api/products" "${visitor[@]}" \
        --json "{\"name\": \"Through the gateway $run\", \"price\": 19.99, \"quantity\": 10}"
    reads lamp 'body["id"]'
    answers 200 'anyone reads it' GET "$api/products/$lamp"
    holds 'the response names the limit of anyone' "headers['ratelimit-policy'].startswith('\"anonymous\";')"
    for _ in once again; do
        answers 201 'the same key returns the same order' POST "$api/orders" "${visitor[@]}" \
            --header "Idempotency-Key: gateway-$run" --json "{\"product_id\": $lamp, \"quantity\": 2}"
    done
    holds 'the response says that it is a replay' "headers['idempotency-replayed'] == 'true'"
    reads order 'body["id"]'
    answers 200 'a customer reads the order' GET "$api/orders/$order" "${visitor[@]}"
    answers 404 'another customer cannot read it' GET "$api/orders/$order" "${eve[@]}"
    becomes 20 'the customer is notified' 'body[0]["event_type"] == "order.created"' \
        GET "$api/notifications?order_id=$order" "${visitor[@]}"
    is_streamed 'notifications are streamed through the gateway' "$api/notifications/stream"
    answers 204 'the customer cancels the order' DELETE "$api/orders/$order" "${visitor[@]}"
    answers 204 'the seller withdraws the product' DELETE "$api/products/$lamp" "${visitor[@]}"
    answers 204 'the user logs out' POST "$api/auth/logout" "${visitor[@]}"
    refused_soon 'a second later the token is refused' "$api/users/me" "${visitor[@]}"

    answers 401 'a forged token is refused' GET "$api/products" --header 'Authorization: Bearer a.b.c'
    for path in reservations/1 oauth/token validate-token token-changes dead-letters nowhere; do
        answers 404 "/$path is not public" POST "$api/$path" --json '{}'
    done
    answers 413 'a body over 1 MiB is refused' POST "$api/products" --json "@$(large_file)"
    browser_session "$name"
}

large_file() {
    head -c 1100000 /dev/zero >"$work/large"
    echo "$work/large"
}

# browser_session NAME: logs in as a page of the shop does
browser_session() {
    local session="$gateway/api/v1/auth/session" jar="$work/cookies" csrf=(--header 'X-CSRF-Protection: 1')
    answers 200 'a browser logs in' POST "$session" "${csrf[@]}" --cookie-jar "$jar" \
        --json "{\"username\": \"$1\", \"password\": \"$password\"}"
    holds 'no script can read its refresh token' "'refresh_token' not in body and
        {'httponly', 'samesite=strict'} <= {*headers['set-cookie'].lower().split('; ')}"
    answers 403 'a request that a form could send is refused' POST "$session/refresh" --cookie "$jar"
    answers 200 'the cookie extends the session' POST "$session/refresh" "${csrf[@]}" \
        --cookie "$jar" --cookie-jar "$jar"
    reads token 'body["access_token"]'
    answers 200 'the new token is valid' GET "$gateway/api/v1/users/me" --header "Authorization: Bearer $token"
    cp "$jar" "$jar.old"
    answers 204 'the browser logs out' DELETE "$session" "${csrf[@]}" --cookie "$jar" --cookie-jar "$jar"
    answers 401 'then the cookie extends nothing' POST "$session/refresh" "${csrf[@]}" --cookie "$jar.old"
}
