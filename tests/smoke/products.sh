# shellcheck shell=bash
# Checks the catalogue and the stock of product-service.

catalogue() {
    answers 201 'a seller creates a product' POST "$products/products" "${seller[@]}" --json \
        "{\"name\": \"Lantern $run\", \"price\": \"99.99\", \"quantity\": 7,
          \"category\": \"c-$run\", \"tags\": [\"brass\"], \"description\": \"Bright.\"}"
    reads product_id 'body["id"]'
    holds 'money is a string with two places' 'body["price"] == "99.99"'
    answers 401 'an anonymous client cannot create a product' POST "$products/products" --json '{"name": "x", "price": 1}'
    local refusal
    for refusal in '"name": "x", "price": 1.005' '"name": "x", "price": 0' '"price": 1' \
        '"name": " ", "price": 1' '"name": "\u0000", "price": 1' '"name": "\ud800", "price": 1' \
        '"name": "x", "price": 1, "quantity": 2147483648' '"name": "x", "price": 1, "unknown": 1'; do
        answers 422 "refused: $refusal" POST "$products/products" "${seller[@]}" --json "{$refusal}"
    done
    answers 200 'anyone can read a product' GET "$products/products/$product_id"
    answers 404 'an unknown product is not found' GET "$products/products/2147483648"
    becomes 6 'the catalogue lists it' "$product_id in [p['id'] for p in body]" GET "$products/products"
    request GET "$products/products?category=c-$run"
    holds 'its category lists it' "[p['id'] for p in body] == [$product_id]"
    sells "Lantern two $run" 0
    request GET "$products/products?limit=1"
    holds 'a page links to the next' 'len(body) == 1 and "next" in headers["link"]
        and int(headers["x-total-count"]) >= 2'
    answers 200 'the link works' GET "$(value '__import__("urllib.parse").parse.urljoin(
        "'"$products"'", headers["link"].split("<")[1].split(">")[0])')"
    answers 422 'a limit of 101 is refused' GET "$products/products?limit=101"

    local product="$products/products/$product_id"
    answers 200 'PUT changes the given field' PUT "$product" "${seller[@]}" --json '{"price": 5}'
    holds 'no other field changes' "body['price'] == '5.00' and body['name'] == 'Lantern two $run'"
    answers 200 'null clears an optional field' PATCH "$product" "${seller[@]}" \
        --json '{"description": null}'
    answers 422 'null for a required field is refused' PATCH "$product" "${seller[@]}" \
        --json '{"name": null}'
    answers 403 'another user cannot change a product' PATCH "$product" "${eve[@]}" \
        --json '{"price": 1}'
    answers 403 'another user cannot withdraw it' DELETE "$product" "${eve[@]}"
    answers 204 'its owner withdraws it' DELETE "$product" "${seller[@]}"
    becomes 6 'then it is not found' 'body["status"] == 404' GET "$product"
    searching
    versions
}

searching() {
    if offers "$products" GET /products min_price; then
        request GET "$products/products?q=Lantern+$run&min_price=99&max_price=100&sort=-price"
        holds 'a filter finds it' "'Lantern $run' in [p['name'] for p in body]"
        request GET "$products/products?q=Lantern+$run&min_price=100"
        holds 'another filter excludes it' "'Lantern $run' not in [p['name'] for p in body]"
    else
        skips 'filtering by words and price' 'not offered'
    fi
    if offers "$products" GET /products/search; then
        becomes 6 'a search finds it' "'Lantern' in body[0]['name']" \
            GET "$products/products/search?q=lantern"
        becomes 6 'a search with a typo finds it' "any('Lantern' in p['name'] for p in body)" \
            GET "$products/products/search?q=lanetrn"
        answers 200 'a search accepts punctuation' GET "$products/products/search?q=%25_%27%22%28%26"
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
    reads tag 'headers["etag"]'
    answers 304 'If-None-Match with the present ETag is 304' GET "$path" --header "If-None-Match: $tag"
    stale=$tag
    answers 200 'If-Match with the present ETag allows a change' PATCH "$path" "${seller[@]}" \
        --header "If-Match: $tag" --json '{"price": 6}'
    answers 412 'If-Match with an old ETag refuses a change' PATCH "$path" "${seller[@]}" \
        --header "If-Match: $stale" --json '{"price": 7}'
    becomes 6 'the edit is visible within 6 s' 'body["price"] == "6.00"' GET "$path"
}

stock() {
    sells "Stocked $run" 5
    local path="$products/inventory/$product_id"
    answers 200 'anyone can read the stock' GET "$path"
    holds 'quantity is reserved plus available' '(body["quantity"], body["reserved"], body["available"]) == (5, 0, 5)'
    for attempt in first second; do
        answers 200 "a seller restocks, $attempt attempt" PATCH "$path/restock" "${seller[@]}" \
            --header "Idempotency-Key: delivery-$run" --json '{"quantity": 4, "reason": "delivery"}'
    done
    holds 'one key restocks once' 'body["quantity"] == 9 and headers["idempotency-replayed"] == "true"'
    answers 200 'a seller reduces the stock' PATCH "$path/reduce" "${seller[@]}" --json '{"quantity": 2, "reason": "broken"}'
    holds 'quantity is still reserved plus available' 'body["quantity"] == body["available"] == 7'
    answers 409 'stock cannot go below zero' PATCH "$path/reduce" "${seller[@]}" --json '{"quantity": 8, "reason": "greed"}'
    answers 403 'another user cannot restock' PATCH "$path/restock" "${eve[@]}" --json '{"quantity": 1, "reason": "x"}'
    answers 200 'a seller corrects the quantity' PATCH "$products/products/$product_id" "${seller[@]}" --json '{"quantity": 6}'
    answers 200 'a seller reads the ledger' GET "$path/transactions" "${seller[@]}"
    holds 'the ledger adds up to the stock' 'sum(entry["change"] for entry in body) == 6 and len(body) == 4'
    answers 404 'the stock of an unknown product is not found' GET "$products/inventory/2147483648"
    answers 403 'customers cannot reserve stock' PUT "$products/reservations/1" "${ada[@]}" \
        --json "{\"items\": [{\"product_id\": $product_id, \"quantity\": 1}]}"
    if offers "$products" PATCH '/inventory/{product_id}'; then
        answers 200 'a seller sets the threshold of low stock' PATCH "$path" "${seller[@]}" --json '{"low_stock_threshold": 2}'
        holds 'the threshold is stored' 'body["low_stock_threshold"] == 2'
    else
        skips 'threshold of low stock' 'not offered'
    fi
}
