# shellcheck shell=bash
# Checks accounts, log-ins, sessions and the throttle of user-service.

accounts() {
    local name="grace-$run" first
    answers 201 'registration creates an account' POST "$users/register" --json \
        "{\"username\": \"$name\", \"password\": \"$password\", \"email\": \"$name@example.com\"}"
    holds 'the response contains no password' '"password" not in str(body)'
    answers 400 'a taken name in another case is refused' POST "$users/register" --json \
        "{\"username\": \"${name^^}\", \"password\": \"$password\"}"
    answers 400 'a taken address is refused' POST "$users/register" --json \
        "{\"username\": \"x-$run\", \"password\": \"$password\", \"email\": \"$name@example.com\"}"
    answers 422 'a short password is refused' POST "$users/register" --json \
        "{\"username\": \"x-$run\", \"password\": \"short\"}"
    holds 'the error names the field' '"password" in str(body["errors"])'
    answers 422 'a common password is refused' POST "$users/register" --json \
        "{\"username\": \"x-$run\", \"password\": \"password\"}"
    answers 422 'an unknown field is refused' POST "$users/register" --json \
        "{\"username\": \"x-$run\", \"password\": \"$password\", \"role\": \"admin\"}"
    answers 422 'malformed JSON is refused' POST "$users/register" --json '{'
    head -c 1100000 /dev/zero >"$work/large"
    answers 413 'a body over 1 MiB is refused' POST "$users/register" --json "@$work/large"

    answers 401 'a wrong password is refused' POST "$users/login" \
        --data "username=$name&password=wrong"
    answers 401 'an unknown user is refused with the same status' POST "$users/login" \
        --data "username=unknown-$run&password=wrong"
    answers 200 'the right password opens a session' POST "$users/login" \
        --data "username=$name" --data-urlencode "password=$password"
    holds 'the session has two tokens' 'body["token_type"] == "bearer" and body["expires_in"] > 0
        and body["access_token"] and body["refresh_token"]'
    logs_in "$name" "$password"
    answers 200 'a user reads the own account' GET "$users/me" -H "Authorization: Bearer $token"
    answers 401 'an anonymous client does not' GET "$users/me"
    request POST "$users/validate-token" --json "{\"token\": \"$token\"}"
    holds 'a token is valid' "body['valid'] and body['username'] == '$name' and body['sid']"
    request POST "$users/validate-token" --json '{"token": "made.up.token"}'
    holds 'a made-up token is not valid' 'body["valid"] is False'

    first=$refresh_token
    answers 200 'a refresh token extends the session' POST "$users/refresh" --json "{\"refresh_token\": \"$first\"}"
    reads refresh_token 'body["refresh_token"]'
    answers 200 'a second tab can use the same refresh token' POST "$users/refresh" --json "{\"refresh_token\": \"$first\"}"
    answers 204 'a refresh token alone ends the session' POST "$users/logout" \
        --json "{\"refresh_token\": \"$refresh_token\"}"
    answers 401 'then no refresh token extends it' POST "$users/refresh" --json "{\"refresh_token\": \"$first\"}"
    answers 200 'public keys can be read without a token' GET "$users/.well-known/jwks.json"
    holds 'and contain no private part' 'body["keys"] and all("d" not in k for k in body["keys"])'
    answers 200 'the server describes itself' GET "$users/.well-known/oauth-authorization-server"
    answers 400 'an unknown client gets no token' POST "$users/oauth/token" \
        --data 'grant_type=client_credentials&client_id=unknown&client_secret=wrong'
    holds 'and the error has the form of OAuth' 'body["error"] == "invalid_client"'
    own_account
    throttle
}

own_account() {
    local name="hedy-$run" own
    if ! offers "$users" PATCH /me; then
        skips 'changing and erasing an account' 'not offered'
        return
    fi
    opens_account "$name"
    own=(--header "Authorization: Bearer $token")
    answers 200 'a user changes the own name' PATCH "$users/me" "${own[@]}" --json '{"full_name": "Hedy"}'
    holds 'no other field changes' "body['full_name'] == 'Hedy' and body['email'] == '$name@example.com'"
    answers 200 'null clears the name' PATCH "$users/me" "${own[@]}" --json '{"full_name": null}'
    request PUT "$users/me/password" "${own[@]}" --json \
        "{\"current_password\": \"$password\", \"new_password\": \"new $password\"}"
    holds 'a user changes the own password' "$status in (200, 204)"
    refused_soon 'the new password ends all sessions' "$users/me" "${own[@]}"
    logs_in "$name" "new $password" || true
    answers 204 'a user erases the account' DELETE "$users/me" -H "Authorization: Bearer $token"
    answers 401 'then a log-in is refused' POST "$users/login" --data "username=$name" \
        --data-urlencode "password=new $password"
}

throttle() {
    if ! offers "$users" POST /login 429; then
        skips 'throttling wrong passwords' 'not offered'
        return
    fi
    for _ in {1..10}; do
        request POST "$users/login" --data "username=guessed-$run&password=wrong"
    done
    answers 429 'after ten wrong passwords a log-in must wait' POST "$users/login" \
        --data "username=guessed-$run&password=wrong"
    holds 'Retry-After says how long' 'int(headers["retry-after"]) >= 1'
}

sessions() {
    local url path
    for path in "$users/me" "$orders/orders" "$notifications/notifications"; do
        url=${path%/*}
        if ! runs "$url"; then
            skips "a token at $url" 'nothing responds there'
            continue
        fi
        opens_account "leaver-$run-${url##*:}"
        answers 200 "a token is valid at $url" GET "$path" --header "Authorization: Bearer $token"
        answers 204 'the user logs out' POST "$users/logout" --header "Authorization: Bearer $token"
        refused_soon 'a second later the token is refused' "$path" --header "Authorization: Bearer $token"
    done
    answers 401 'a refresh token no longer extends the session' POST "$users/refresh" \
        --json "{\"refresh_token\": \"$refresh_token\"}"
}
