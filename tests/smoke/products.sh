# shellcheck shell=bash
# What product-service does for those who sell.

catalogue() {
    answers 201 'a product is offered' POST "$products/products" "${seller[@]}" --json \
        "{\"name\": \"Lantern $run\", \"price\": \"99.99\", \"quantity\": 7,
          \"category\": \"c-$run\", \"tags\": [\"brass\"], \"description\": \"Bright.\"}"
    reads product_id 'body["id"]'
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
    reads tag 'headers["etag"]'
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
    for attempt in first second; do
        answers 200 "it is restocked, $attempt attempt" PATCH "$path/restock" "${seller[@]}" \
            --header "Idempotency-Key: delivery-$run" --json '{"quantity": 4, "reason": "delivery"}'
    done
    holds 'once for one key' 'body["quantity"] == 9 and headers["idempotency-replayed"] == "true"'
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
