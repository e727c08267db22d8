#!/usr/bin/env bash
# Exercises a running platform through its own doors, as often as you like.
#
#   ./test-complete.sh [SECTION...]     alive accounts catalogue stock orders
#                                       notifications administration sessions
#
# USER_URL, PRODUCT_URL, ORDER_URL, NOTIFICATION_URL, MAIL_URL say where it is. What does
# not run, and what a service does not offer, is skipped. ADMIN_PASSWORD is looked up
# where the platform keeps it.
set -euo pipefail

users=${USER_URL:-http://localhost:8001}
products=${PRODUCT_URL:-http://localhost:8002}
orders=${ORDER_URL:-http://localhost:8003}
notifications=${NOTIFICATION_URL:-http://localhost:8004}
mail=${MAIL_URL:-http://localhost:8025}

home=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
run=$(date +%s)-$$
password='correct horse battery'
passed=0 failed=0 skipped=0 status=000

# --- how to ask, and what to expect ---------------------------------------------------

# request METHOD URL [CURL OPTION...]: leaves status, $work/body and $work/headers
request() {
    status=$(curl --silent --max-time 20 --request "$1" --dump-header "$work/headers" \
        --output "$work/body" --write-out '%{http_code}' "${@:3}" -- "$2") || status=000
}

# value EXPRESSION: of Python, about the last answer's `body` and `headers`
value() {
    python3 - "$work" "$1" <<'PYTHON'
import json, pathlib, sys
work = pathlib.Path(sys.argv[1])
text = (work / "body").read_text()
body = json.loads(text) if text[:1] in ("{", "[") else text
lines = (work / "headers").read_text().splitlines()
headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
print(eval(sys.argv[2]))
PYTHON
}

passes() { passed=$((passed + 1)) && printf '  ok    %s\n' "$1"; }
fails() { failed=$((failed + 1)) && printf '  FAIL  %s: %s\n' "$1" "$2"; }
skips() { skipped=$((skipped + 1)) && printf '  skip  %s: %s\n' "$1" "$2"; }

# answers STATUS WHAT METHOD URL [CURL OPTION...]
answers() {
    request "${@:3}"
    if [[ $status == "$1" ]]; then
        passes "$2"
    else
        fails "$2" "$status instead of $1; $(head -c 300 "$work/body" 2>/dev/null || true)"
    fi
}

# holds WHAT EXPRESSION: about the last answer
holds() {
    if [[ $(value "bool($2)" 2>&1) == True ]]; then
        passes "$1"
    else
        fails "$1" "not so: $2; $(head -c 300 "$work/body" 2>/dev/null || true)"
    fi
}

# becomes SECONDS WHAT EXPRESSION METHOD URL [CURL OPTION...]: asks until it holds
becomes() {
    local deadline=$((SECONDS + $1))
    until request "${@:4}" && [[ $(value "bool($3)" 2>/dev/null) == True ]]; do
        if ((SECONDS > deadline)); then
            fails "$2" "not within $1 s; $(head -c 300 "$work/body" 2>/dev/null || true)"
            return
        fi
        sleep 0.2
    done
    passes "$2"
}

# refused_soon WHAT URL [CURL OPTION...]: 401 to all that is asked over 1 s from now on
refused_soon() {
    local asked begun
    begun=$(milliseconds)
    while asked=$(milliseconds) && request GET "${@:2}" && [[ $status != 401 ]]; do
        if ((asked - begun > 1000)); then
            fails "$1" "$status a second later"
            return
        fi
        sleep 0.1
    done
    passes "$1"
}

milliseconds() { python3 -c 'import time; print(time.time_ns() // 1_000_000)'; }

runs() {
    request GET "$1/health/live"
    [[ $status == 200 ]]
}

# offers URL METHOD PATH [PARAMETER OR STATUS]: whether the service documents it
offers() {
    request GET "$1/openapi.json"
    [[ $(value "(lambda o: o is not None and ('${4:-}' == '' or '${4:-}' in o['responses']
        or '${4:-}' in [p['name'] for p in o.get('parameters', [])])
        )(body['paths'].get('$3', {}).get('${2,,}'))" 2>/dev/null) == True ]]
}

# --- people and things ----------------------------------------------------------------

# opens_account NAME: leaves a token in $token and the account's id in $user_id
opens_account() {
    request POST "$users/register" --json "{\"username\": \"$1\", \"full_name\": \"Ada Lovelace\",
        \"password\": \"$password\", \"email\": \"$1@example.com\"}"
    user_id=$(value 'body["id"]')
    logs_in "$1" "$password"
}

# logs_in NAME PASSWORD: leaves $token and $refresh_token
logs_in() {
    request POST "$users/login" --data-urlencode "username=$1" --data-urlencode "password=$2"
    [[ $status == 200 ]] || return
    token=$(value 'body["access_token"]')
    refresh_token=$(value 'body["refresh_token"]')
}

# sells NAME QUANTITY: leaves $product_id
sells() {
    request POST "$products/products" "${seller[@]}" \
        --json "{\"name\": \"$1\", \"price\": 19.99, \"quantity\": $2}"
    product_id=$(value 'body["id"]')
}

# orders_one PRODUCT [QUANTITY]: leaves $order_id
orders_one() {
    request POST "$orders/orders" "${ada[@]}" \
        --json "{\"product_id\": $1, \"quantity\": ${2:-1}}"
    order_id=$(value 'body["id"]')
}

prepare_people() {
    opens_account "seller-$run"
    seller=(--header "Authorization: Bearer $token")
    opens_account "eve-$run"
    eve=(--header "Authorization: Bearer $token")
    opens_account "ada-$run"
    ada=(--header "Authorization: Bearer $token")
    ada_id=$user_id
}

find_administrator() {
    local source secret
    for source in given kept_locally kept_in_a_volume; do
        secret=$($source 2>/dev/null) || true
        if [[ -n $secret ]] && logs_in "${ADMIN_USERNAME:-admin}" "$secret"; then
            admin=(--header "Authorization: Bearer $token")
            return
        fi
    done
    return 1
}

given() { echo "${ADMIN_PASSWORD:-}"; }
kept_locally() {
    python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["admin"])' \
        "$home/.local/secrets.json"
}
kept_in_a_volume() {
    cd "$home" && docker compose run --rm --no-deps -T secrets cat /vault/admin </dev/null
}

# --- what is tried --------------------------------------------------------------------

alive() {
    local name path url
    for name in users products orders notifications; do
        url=${!name}
        if ! runs "$url"; then
            skips "the service of $name" "nothing answers at $url"
            continue
        fi
        answers 200 "$name: says who it is" GET "$url/"
        holds "$name: has a name and a version" 'body["name"] and body["version"]'
        for path in /health /health/ready /metrics /docs /redoc /openapi.json; do
            answers 200 "$name: $path" GET "$url$path"
        done
        request GET "$url/health"
        holds "$name: is healthy" 'body["status"] == "healthy"'
        request GET "$url/" --header "X-Request-ID: test-$run"
        holds "$name: keeps a request's id" "headers['x-request-id'] == 'test-$run'"
        answers 404 "$name: knows what it does not have" GET "$url/nowhere"
        holds "$name: explains errors as RFC 9457 has it" \
            '"application/problem+json" in headers["content-type"] and body["request_id"]'
    done
}

accounts() {
    local name="grace-$run" first
    answers 201 'an account is opened' POST "$users/register" --json \
        "{\"username\": \"$name\", \"password\": \"$password\", \"email\": \"$name@example.com\"}"
    holds 'nobody is told the password' '"password" not in str(body)'
    answers 400 'a name is taken, whatever its case' POST "$users/register" --json \
        "{\"username\": \"${name^^}\", \"password\": \"$password\"}"
    answers 400 'an address is taken' POST "$users/register" --json \
        "{\"username\": \"x-$run\", \"password\": \"$password\", \"email\": \"$name@example.com\"}"
    answers 422 'a short password is refused' POST "$users/register" --json \
        "{\"username\": \"x-$run\", \"password\": \"short\"}"
    holds 'the field is named' '"password" in str(body["errors"])'
    answers 422 'a common password is refused' POST "$users/register" --json \
        "{\"username\": \"x-$run\", \"password\": \"password\"}"
    answers 422 'an unknown field is refused' POST "$users/register" --json \
        "{\"username\": \"x-$run\", \"password\": \"$password\", \"role\": \"admin\"}"
    answers 422 'malformed JSON is refused' POST "$users/register" --json '{'
    head -c 1100000 /dev/zero >"$work/large"
    answers 413 'a body over 1 MiB is refused' POST "$users/register" --json "@$work/large"

    answers 401 'a wrong password is refused' POST "$users/login" \
        --data "username=$name&password=wrong"
    answers 401 'an unknown user is refused alike' POST "$users/login" \
        --data "username=nobody-$run&password=wrong"
    answers 200 'the right password opens a session' POST "$users/login" \
        --data "username=$name" --data-urlencode "password=$password"
    holds 'with two tokens' 'body["token_type"] == "bearer" and body["expires_in"] > 0
        and body["access_token"] and body["refresh_token"]'
    logs_in "$name" "$password"
    answers 200 'one reads one'"'"'s own account' GET "$users/me" -H "Authorization: Bearer $token"
    answers 401 'nobody else does' GET "$users/me"
    request POST "$users/validate-token" --json "{\"token\": \"$token\"}"
    holds 'a token is valid' "body['valid'] and body['username'] == '$name' and body['sid']"
    request POST "$users/validate-token" --json '{"token": "made.up.token"}'
    holds 'another is not' 'body["valid"] is False'

    first=$refresh_token
    answers 200 'a session is prolonged' POST "$users/refresh" --json "{\"refresh_token\": \"$first\"}"
    refresh_token=$(value 'body["refresh_token"]')
    answers 401 'a spent refresh token is refused' POST "$users/refresh" \
        --json "{\"refresh_token\": \"$first\"}"
    answers 401 'and ends its session' POST "$users/refresh" \
        --json "{\"refresh_token\": \"$refresh_token\"}"
    answers 200 'public keys are public' GET "$users/.well-known/jwks.json"
    holds 'and no more than public' 'body["keys"] and all("d" not in k for k in body["keys"])'
    answers 200 'the server describes itself' GET "$users/.well-known/oauth-authorization-server"
    answers 401 'an unknown client gets no token' POST "$users/oauth/token" \
        --data 'grant_type=client_credentials&client_id=nobody&client_secret=wrong'
    own_account
    throttle
}

own_account() {
    local name="hedy-$run" own
    if ! offers "$users" PATCH /me; then
        skips 'changing and leaving an account' 'not offered'
        return
    fi
    opens_account "$name"
    own=(--header "Authorization: Bearer $token")
    answers 200 'one changes one'"'"'s name' PATCH "$users/me" "${own[@]}" --json '{"full_name": "Hedy"}'
    holds 'and nothing else' "body['full_name'] == 'Hedy' and body['email'] == '$name@example.com'"
    answers 200 'null clears it' PATCH "$users/me" "${own[@]}" --json '{"full_name": null}'
    request PUT "$users/me/password" "${own[@]}" --json \
        "{\"current_password\": \"$password\", \"new_password\": \"new $password\"}"
    holds 'one changes one'"'"'s password' "$status in (200, 204)"
    refused_soon 'which ends the sessions of the old one' "$users/me" "${own[@]}"
    logs_in "$name" "new $password" || true
    answers 204 'one leaves' DELETE "$users/me" -H "Authorization: Bearer $token"
    answers 401 'and is gone' POST "$users/login" --data "username=$name" \
        --data-urlencode "password=new $password"
}

throttle() {
    if ! offers "$users" POST /login 429; then
        skips 'slowing down who guesses' 'not offered'
        return
    fi
    for _ in {1..10}; do
        request POST "$users/login" --data "username=guessed-$run&password=wrong"
    done
    answers 429 'who guesses must wait' POST "$users/login" \
        --data "username=guessed-$run&password=wrong"
    holds 'and is told how long' 'int(headers["retry-after"]) >= 1'
}

catalogue() {
    answers 201 'a product is offered' POST "$products/products" "${seller[@]}" --json \
        "{\"name\": \"Lantern $run\", \"price\": \"99.99\", \"quantity\": 7,
          \"category\": \"c-$run\", \"tags\": [\"brass\"], \"description\": \"Bright.\"}"
    product_id=$(value 'body["id"]')
    holds 'money is a string with two places' 'body["price"] == "99.99"'
    answers 401 'strangers offer nothing' POST "$products/products" --json '{"name": "x", "price": 1}'
    local refusal
    for refusal in '"name": "x", "price": 1.005' '"name": "x", "price": 0' '"price": 1' \
        '"name": " ", "price": 1' '"name": "\u0000", "price": 1' '"name": "\ud800", "price": 1' \
        '"name": "x", "price": 1, "quantity": 2147483648' '"name": "x", "price": 1, "unknown": 1'; do
        answers 422 "refused: $refusal" POST "$products/products" "${seller[@]}" --json "{$refusal}"
    done
    answers 200 'all may look' GET "$products/products/$product_id"
    answers 404 'at what there is' GET "$products/products/2147483648"
    becomes 6 'it is in the catalogue' "$product_id in [p['id'] for p in body]" GET "$products/products"
    request GET "$products/products?category=c-$run"
    holds 'and in its category' "[p['id'] for p in body] == [$product_id]"
    sells "Lantern two $run" 0
    request GET "$products/products?limit=1"
    holds 'a page leads to the next' 'len(body) == 1 and "next" in headers["link"]
        and int(headers["x-total-count"]) >= 2'
    answers 200 'where its link says' GET "$(value '__import__("urllib.parse").parse.urljoin(
        "'"$products"'", headers["link"].split("<")[1].split(">")[0])')"
    answers 422 'a page has its limits' GET "$products/products?limit=101"

    local product="$products/products/$product_id"
    answers 200 'PUT changes what is given' PUT "$product" "${seller[@]}" --json '{"price": 5}'
    holds 'and nothing else' "body['price'] == '5.00' and body['name'] == 'Lantern two $run'"
    answers 200 'null clears what is optional' PATCH "$product" "${seller[@]}" \
        --json '{"description": null}'
    answers 422 'and nothing that is required' PATCH "$product" "${seller[@]}" \
        --json '{"name": null}'
    answers 403 'only its owner changes a product' PATCH "$product" "${eve[@]}" \
        --json '{"price": 1}'
    answers 403 'or withdraws it' DELETE "$product" "${eve[@]}"
    answers 204 'who may' DELETE "$product" "${seller[@]}"
    becomes 6 'then it is gone' 'body["status"] == 404' GET "$product"
    searching
    versions
}

searching() {
    if offers "$products" GET /products min_price; then
        request GET "$products/products?q=Lantern+$run&min_price=99&max_price=100&sort=-price"
        holds 'a filter finds it' "'Lantern $run' in [p['name'] for p in body]"
        request GET "$products/products?q=Lantern+$run&min_price=100"
        holds 'or does not' "'Lantern $run' not in [p['name'] for p in body]"
    else
        skips 'filtering by words and price' 'not offered'
    fi
    if offers "$products" GET /products/search; then
        becomes 6 'a search finds it' "'Lantern' in body[0]['name']" \
            GET "$products/products/search?q=lantern"
        becomes 6 'in spite of a slip' "any('Lantern' in p['name'] for p in body)" \
            GET "$products/products/search?q=lanetrn"
        answers 200 'and takes punctuation' GET "$products/products/search?q=%25_%27%22%28%26"
    else
        skips 'searching' 'not offered'
    fi
}

versions() {
    sells "Versioned $run" 3
    local path="$products/products/$product_id" tag stale
    request GET "$path"
    if [[ $(value '"etag" in headers') != True ]]; then
        skips 'versions of a product' 'not offered'
        return
    fi
    tag=$(value 'headers["etag"]')
    answers 304 'what is known is not sent' GET "$path" --header "If-None-Match: $tag"
    stale=$tag
    answers 200 'a change of what was seen' PATCH "$path" "${seller[@]}" \
        --header "If-Match: $tag" --json '{"price": 6}'
    answers 412 'a change of what was not' PATCH "$path" "${seller[@]}" \
        --header "If-Match: $stale" --json '{"price": 7}'
    becomes 6 'an edit is seen soon' 'body["price"] == "6.00"' GET "$path"
}

stock() {
    sells "Stocked $run" 5
    local path="$products/inventory/$product_id"
    answers 200 'all may know the stock' GET "$path"
    holds 'it adds up' '(body["quantity"], body["reserved"], body["available"]) == (5, 0, 5)'
    answers 200 'it is restocked' PATCH "$path/restock" "${seller[@]}" --json '{"quantity": 4, "reason": "delivery"}'
    answers 200 'it is reduced' PATCH "$path/reduce" "${seller[@]}" --json '{"quantity": 2, "reason": "broken"}'
    holds 'it adds up again' 'body["quantity"] == body["available"] == 7'
    answers 409 'never below zero' PATCH "$path/reduce" "${seller[@]}" --json '{"quantity": 8, "reason": "greed"}'
    answers 403 'only by its owner' PATCH "$path/restock" "${eve[@]}" --json '{"quantity": 1, "reason": "x"}'
    answers 200 'a correction' PATCH "$products/products/$product_id" "${seller[@]}" --json '{"quantity": 6}'
    answers 200 'is in the ledger' GET "$path/transactions" "${seller[@]}"
    holds 'which adds up' 'sum(entry["change"] for entry in body) == 6 and len(body) == 4'
    answers 404 'no stock of nothing' GET "$products/inventory/2147483648"
    answers 403 'customers reserve nothing' PUT "$products/reservations/1" "${ada[@]}" \
        --json "{\"items\": [{\"product_id\": $product_id, \"quantity\": 1}]}"
    if offers "$products" PATCH '/inventory/{product_id}'; then
        answers 200 'its owner sets when it is low' PATCH "$path" "${seller[@]}" --json '{"low_stock_threshold": 2}'
        holds 'and it is kept' 'body["low_stock_threshold"] == 2'
    else
        skips 'setting when stock is low' 'not offered'
    fi
}

orders() {
    sells "Ordered $run" 10
    local lamp=$product_id path order key="key-$run"
    sells "Ordered too $run" 10
    answers 201 'an order is confirmed' POST "$orders/orders" "${ada[@]}" --json \
        "{\"items\": [{\"product_id\": $lamp, \"quantity\": 2}, {\"product_id\": $product_id, \"quantity\": 1}],
          \"shipping_address\": \"1 Analytical Row\"}"
    holds 'its total is right' 'body["total_amount"] == "59.97" and body["status"] == "confirmed"'
    holds 'it has a number' '__import__("re").fullmatch(r"ORD-\d{8}-\d{6,}", body["order_number"])'
    holds 'and its customer' "body['user_id'] == $ada_id and body['customer_name'] == 'Ada Lovelace'"
    order=$(value 'body["id"]') path="$orders/orders/$(value 'body["id"]')"
    request GET "$products/inventory/$lamp"
    holds 'its stock is reserved' '(body["reserved"], body["available"]) == (2, 8)'
    answers 201 'the short form does as well' POST "$orders/orders" "${ada[@]}" \
        --header "Idempotency-Key: $key" --json "{\"product_id\": $lamp, \"quantity\": 1}"
    order_id=$(value 'body["id"]')
    holds 'and answers in short' 'body["quantity"] == 1 and body["unit_price"] == "19.99"'
    answers 201 'sent again it is the same order' POST "$orders/orders" "${ada[@]}" \
        --header "Idempotency-Key: $key" --json "{\"product_id\": $lamp, \"quantity\": 1}"
    holds 'and says so' "body['id'] == $order_id and headers['idempotency-replayed'] == 'true'"
    answers 422 'a key is for one order' POST "$orders/orders" "${ada[@]}" \
        --header "Idempotency-Key: $key" --json "{\"product_id\": $lamp, \"quantity\": 3}"

    answers 404 'no order of nothing' POST "$orders/orders" "${ada[@]}" \
        --json '{"product_id": 2147483648, "quantity": 1}'
    answers 409 'no order of more than there is' POST "$orders/orders" "${ada[@]}" \
        --json "{\"product_id\": $lamp, \"quantity\": 100}"
    answers 422 'nor of nothing of it' POST "$orders/orders" "${ada[@]}" \
        --json "{\"product_id\": $lamp, \"quantity\": 0}"
    answers 401 'strangers order nothing' POST "$orders/orders" --json "{\"product_id\": $lamp, \"quantity\": 1}"

    answers 200 'one lists one'"'"'s orders' GET "$orders/orders?status=confirmed" "${ada[@]}"
    holds 'newest first' "[o['id'] for o in body][:2] == [$order_id, $order]"
    answers 200 'or by one'"'"'s id' GET "$orders/orders/user/$ada_id" "${ada[@]}"
    answers 200 'or address' GET "$orders/orders/user/ada-$run@example.com" "${ada[@]}"
    answers 403 'not another'"'"'s' GET "$orders/orders/user/$ada_id" "${eve[@]}"
    answers 200 'one reads an order' GET "$path" "${ada[@]}"
    answers 404 'not another'"'"'s' GET "$path" "${eve[@]}"
    answers 403 'only the shop ships' PUT "$path" "${ada[@]}" --json '{"status": "shipped"}'
    answers 204 'one cancels' DELETE "$path" "${ada[@]}"
    answers 204 'and again' DELETE "$path" "${ada[@]}"
    becomes 40 'then its stock is available again' '(body["reserved"], body["available"]) == (1, 9)' \
        GET "$products/inventory/$lamp"
    answers 200 'it has a history' GET "$path/events" "${ada[@]}"
    holds 'oldest first' '[e["status"] for e in body] == ["pending", "confirmed", "cancelled"]'
}

notifications() {
    sells "Notified $run" 10
    orders_one "$product_id" 6
    local of_order="$notifications/notifications?order_id=$order_id" path
    becomes 20 'a customer is notified' 'body[0]["event_type"] == "order.created"' GET "$of_order" "${ada[@]}"
    path="$notifications/notifications/$(value 'body[0]["id"]')"
    if [[ $(value 'body[0]["channel"]') == email ]] && ! has_mail_sink; then
        skips 'that it is sent' 'no mail sink runs'
    else
        becomes 20 'it is sent' 'body["status"] == "sent"' GET "$path" "${ada[@]}"
    fi
    request GET "$mail/api/v1/search?query=to:ada-$run@example.com"
    if [[ $status == 200 ]]; then
        holds 'and arrives' 'any("ORD-" in m["Subject"] for m in body["messages"])'
    else
        skips 'that mail arrives' "no Mailpit answers at $mail"
    fi
    answers 404 'nobody else reads it' GET "$path" "${eve[@]}"
    answers 401 'least of all strangers' GET "$path"
    request DELETE "$orders/orders/$order_id" "${ada[@]}"
    becomes 20 'of a cancellation too' 'sorted(n["event_type"] for n in body)
        == ["order.cancelled", "order.created"]' GET "$of_order" "${ada[@]}"
    if offers "$users" GET /users; then
        becomes 20 'newcomers are welcomed' '"user.registered" in [n["event_type"] for n in body]' \
            GET "$notifications/notifications" "${ada[@]}"
    else
        skips 'welcome' 'not offered'
    fi
    if offers "$products" PATCH '/inventory/{product_id}'; then
        becomes 20 'a seller hears of low stock' '"inventory.low" in [n["event_type"] for n in body]' \
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
    curl --silent --no-buffer --max-time 20 "${ada[@]}" "$notifications/notifications/stream" \
        >"$work/stream" &
    local reader=$! deadline=$((SECONDS + 15))
    orders_one "$product_id"
    until grep -q 'order.created' "$work/stream" || ((SECONDS > deadline)); do sleep 0.2; done
    kill "$reader" 2>/dev/null || true
    wait "$reader" || true
    if grep -q "\"order_id\": *$order_id\b" "$work/stream"; then
        passes 'notifications are streamed'
    else
        fails 'notifications are streamed' "$(head -c 300 "$work/stream")"
    fi
}

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
    people
}

resending() {
    local one
    request GET "$notifications/notifications?order_id=$order_id&status=sent" "${ada[@]}"
    if ! offers "$notifications" POST '/notifications/{notification_id}/resend' ||
        [[ $(value 'len(body)') == 0 ]]; then
        skips 'sending again' 'not offered, or nothing is sent'
        return
    fi
    request GET "$notifications/notifications?order_id=$order_id&status=sent" "${ada[@]}"
    one="$notifications/notifications/$(value 'body[0]["id"]')"
    answers 403 'customers resend nothing' POST "$one/resend" "${ada[@]}"
    request POST "$one/resend" "${admin[@]}"
    holds 'an administrator does' "$status in (200, 202)"
    becomes 20 'and it is sent again' 'body["status"] == "sent"' GET "$one" "${ada[@]}"
}

people() {
    if ! offers "$users" GET /users; then
        skips 'administering accounts' 'not offered'
        return
    fi
    answers 200 'accounts are listed' GET "$users/users?limit=1" "${admin[@]}"
    holds 'in pages' 'len(body) == 1 and int(headers["x-total-count"]) > 1'
    answers 403 'not to customers' GET "$users/users" "${ada[@]}"
    answers 201 'an account is made' POST "$users/users" "${admin[@]}" --json \
        "{\"username\": \"made-$run\", \"password\": \"$password\", \"role\": \"customer\"}"
    local made
    made="$users/users/$(value 'body["id"]')"
    answers 200 'read' GET "$made" "${admin[@]}"
    answers 200 'changed' PUT "$made" "${admin[@]}" --json '{"full_name": "Made"}'
    logs_in "made-$run" "$password" || true
    request DELETE "$made" "${admin[@]}"
    holds 'deactivated' "$status in (200, 204)"
    refused_soon 'which ends its sessions' "$users/me" --header "Authorization: Bearer $token"
    answers 401 'and opens no more' POST "$users/login" --data "username=made-$run" \
        --data-urlencode "password=$password"
}

sessions() {
    local url path
    for path in "$users/me" "$orders/orders" "$notifications/notifications"; do
        url=${path%/*}
        if ! runs "$url"; then
            skips "a token at $url" 'nothing answers there'
            continue
        fi
        opens_account "leaver-$run-${url##*:}"
        answers 200 "a token counts at $url" GET "$path" --header "Authorization: Bearer $token"
        answers 204 'until one logs out' POST "$users/logout" --header "Authorization: Bearer $token"
        refused_soon 'and a second later nowhere' "$path" --header "Authorization: Bearer $token"
    done
    answers 401 'nor is the session prolonged' POST "$users/refresh" \
        --json "{\"refresh_token\": \"$refresh_token\"}"
}

# --- all of it ------------------------------------------------------------------------

declare -A takes=(
    [alive]='' [accounts]="$users" [catalogue]="$users $products" [stock]="$users $products"
    [orders]="$users $products $orders" [sessions]="$users"
    [notifications]="$users $products $orders $notifications"
    [administration]="$users $products $orders $notifications"
)
sections=("$@")
((${#sections[@]})) || sections=(alive accounts catalogue stock orders notifications
    administration sessions)

if runs "$users"; then prepare_people; fi
for section in "${sections[@]}"; do
    printf '%s\n' "$section"
    for url in ${takes[$section]?"no such section: $section"}; do
        if ! runs "$url"; then
            skips "$section" "nothing answers at $url"
            continue 2
        fi
    done
    "$section"
done

printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
((failed == 0 && passed > 0))
