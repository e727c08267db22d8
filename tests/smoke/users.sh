# shellcheck shell=bash
# What user-service does for people.

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
    reads refresh_token 'body["refresh_token"]'
    answers 200 'a second tab may do so at once' POST "$users/refresh" --json "{\"refresh_token\": \"$first\"}"
    answers 204 'a refresh token alone ends the session' POST "$users/logout" \
        --json "{\"refresh_token\": \"$refresh_token\"}"
    answers 401 'then no other prolongs it' POST "$users/refresh" --json "{\"refresh_token\": \"$first\"}"
    answers 200 'public keys are public' GET "$users/.well-known/jwks.json"
    holds 'and no more than public' 'body["keys"] and all("d" not in k for k in body["keys"])'
    answers 200 'the server describes itself' GET "$users/.well-known/oauth-authorization-server"
    answers 400 'an unknown client gets no token' POST "$users/oauth/token" \
        --data 'grant_type=client_credentials&client_id=nobody&client_secret=wrong'
    holds 'and is told why as OAuth has it' 'body["error"] == "invalid_client"'
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
