# shellcheck shell=bash
# Creates the accounts, products and orders that the checks use.

run=$(date +%s)-$$
password='correct horse battery'
# The results of the functions below.
token='' refresh_token='' user_id='' product_id='' order_id=''

# opens_account NAME: sets $token and $user_id
opens_account() {
    request POST "$users/register" --json "{\"username\": \"$1\", \"full_name\": \"Ada Lovelace\",
        \"password\": \"$password\", \"email\": \"$1@example.com\"}"
    reads user_id 'body["id"]'
    logs_in "$1" "$password" || fails "$1 logs in" "$status"
}

# logs_in NAME PASSWORD: sets $token and $refresh_token
logs_in() {
    request POST "$users/login" --data-urlencode "username=$1" --data-urlencode "password=$2"
    token=none refresh_token=none
    [[ $status == 200 ]] || return
    reads token 'body["access_token"]'
    reads refresh_token 'body["refresh_token"]'
}

# sells NAME QUANTITY: sets $product_id
sells() {
    request POST "$products/products" "${seller[@]}" \
        --json "{\"name\": \"$1\", \"price\": 19.99, \"quantity\": $2}"
    reads product_id 'body["id"]'
}

# Takes the seller's products out of the catalogue, so that no shop shows them afterwards.
withdraw_products() {
    local id
    request GET "$products/products?owner=me&limit=100" "${seller[@]}"
    for id in $(value '" ".join(str(each["id"]) for each in body)' 2>/dev/null); do
        request DELETE "$products/products/$id" "${seller[@]}"
    done
}

# orders_one PRODUCT [QUANTITY]: sets $order_id
orders_one() {
    request POST "$orders/orders" "${ada[@]}" \
        --json "{\"product_id\": $1, \"quantity\": ${2:-1}}"
    reads order_id 'body["id"]'
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
