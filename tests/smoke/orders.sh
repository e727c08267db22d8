# shellcheck shell=bash
# Checks orders of customers.

orders() {
    sells "Ordered $run" 10
    local lamp=$product_id path order key="key-$run"
    sells "Ordered too $run" 10
    answers 201 'an order is confirmed' POST "$orders/orders" "${ada[@]}" --json \
        "{\"items\": [{\"product_id\": $lamp, \"quantity\": 2}, {\"product_id\": $product_id, \"quantity\": 1}],
          \"shipping_address\": \"1 Analytical Row\"}"
    holds 'its total is right' 'body["total_amount"] == "59.97" and body["status"] == "confirmed"'
    holds 'the order has a number' '__import__("re").fullmatch(r"ORD-\d{8}-\d{6,}", body["order_number"])'
    holds 'the order has its customer' "body['user_id'] == $ada_id and body['customer_name'] == 'Ada Lovelace'"
    reads order 'body["id"]'
    path="$orders/orders/$order"
    request GET "$products/inventory/$lamp"
    holds 'its stock is reserved' '(body["reserved"], body["available"]) == (2, 8)'
    answers 201 'the short form creates an order too' POST "$orders/orders" "${ada[@]}" \
        --header "Idempotency-Key: $key" --json "{\"product_id\": $lamp, \"quantity\": 1}"
    reads order_id 'body["id"]'
    holds 'the response has the fields of the short form' 'body["quantity"] == 1 and body["unit_price"] == "19.99"'
    answers 201 'the same key returns the same order' POST "$orders/orders" "${ada[@]}" \
        --header "Idempotency-Key: $key" --json "{\"product_id\": $lamp, \"quantity\": 1}"
    holds 'the response says that it is a replay' "body['id'] == $order_id and headers['idempotency-replayed'] == 'true'"
    answers 422 'the same key with another order is refused' POST "$orders/orders" "${ada[@]}" \
        --header "Idempotency-Key: $key" --json "{\"product_id\": $lamp, \"quantity\": 3}"

    answers 404 'an unknown product is refused' POST "$orders/orders" "${ada[@]}" \
        --json '{"product_id": 2147483648, "quantity": 1}'
    answers 409 'more than the available stock is refused' POST "$orders/orders" "${ada[@]}" \
        --json "{\"product_id\": $lamp, \"quantity\": 100}"
    holds 'the error names each item and its available stock' "body['items'][0]['product_id'] == $lamp and body['items'][0]['available'] == 7"
    answers 409 'another price than agreed is refused' POST "$orders/orders" "${ada[@]}" \
        --json "{\"product_id\": $lamp, \"quantity\": 1, \"unit_price\": \"19.98\"}"
    holds 'the error names the present price' 'body["code"] == "price_changed" and body["items"][0]["unit_price"] == "19.99"'
    answers 422 'a quantity of 0 is refused' POST "$orders/orders" "${ada[@]}" \
        --json "{\"product_id\": $lamp, \"quantity\": 0}"
    answers 401 'an anonymous client cannot order' POST "$orders/orders" --json "{\"product_id\": $lamp, \"quantity\": 1}"

    answers 200 'a customer lists the own orders' GET "$orders/orders?status=confirmed" "${ada[@]}"
    holds 'the newest comes first' "[o['id'] for o in body][:2] == [$order_id, $order]"
    answers 200 'a customer lists them by user id' GET "$orders/orders/user/$ada_id" "${ada[@]}"
    answers 200 'a customer lists them by address' GET "$orders/orders/user/ada-$run@example.com" "${ada[@]}"
    answers 403 'another customer cannot list them' GET "$orders/orders/user/$ada_id" "${eve[@]}"
    answers 200 'a customer reads an order' GET "$path" "${ada[@]}"
    answers 404 'another customer cannot read it' GET "$path" "${eve[@]}"
    answers 403 'a customer cannot ship' PUT "$path" "${ada[@]}" --json '{"status": "shipped"}'
    answers 204 'a customer cancels an order' DELETE "$path" "${ada[@]}"
    answers 204 'cancelling it again changes nothing' DELETE "$path" "${ada[@]}"
    becomes 40 'then its stock is available again' '(body["reserved"], body["available"]) == (1, 9)' \
        GET "$products/inventory/$lamp"
    answers 200 'a customer reads the history' GET "$path/events" "${ada[@]}"
    holds 'the oldest change comes first' '[e["status"] for e in body] == ["pending", "confirmed", "cancelled"]'
}
