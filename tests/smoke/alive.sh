# shellcheck shell=bash
# Every service answers.

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
