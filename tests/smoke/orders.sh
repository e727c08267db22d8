# shellcheck shell=bash
# What order-service does for those who buy.

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
    reads order 'body["id"]'
    path="$orders/orders/$order"
    request GET "$products/inventory/$lamp"
    holds 'its stock is reserved' '(body["reserved"], body["available"]) == (2, 8)'
    answers 201 'the short form does as well' POST "$orders/orders" "${ada[@]}" \
        --header "Idempotency-Key: $key" --json "{\"product_id\": $lamp, \"quantity\": 1}"
    reads order_id 'body["id"]'
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
    holds 'every item is named with what there is' "body['items'][0]['product_id'] == $lamp and body['items'][0]['available'] == 7"
    answers 409 'no order at another price than agreed' POST "$orders/orders" "${ada[@]}" \
        --json "{\"product_id\": $lamp, \"quantity\": 1, \"unit_price\": \"19.98\"}"
    holds 'the price of today is named' 'body["code"] == "price_changed" and body["items"][0]["unit_price"] == "19.99"'
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
