# shellcheck shell=bash
# Checks that every service responds.

alive() {
    local name path url
    for name in users products orders notifications gateway; do
        url=${!name}
        if ! runs "$url"; then
            skips "the service of $name" "nothing responds at $url"
            continue
        fi
        answers 200 "$name: has a front page" GET "$url/"
        holds "$name: has a name and a version" 'body["name"] and body["version"]'
        for path in /health /health/ready /docs /redoc /openapi.json; do
            answers 200 "$name: $path" GET "$url$path"
        done
        if [[ $name == gateway ]]; then
            answers 404 "$name: has no /metrics in public" GET "$url/metrics"
        else
            answers 200 "$name: /metrics" GET "$url/metrics"
        fi
        request GET "$url/health"
        holds "$name: is healthy" 'body["status"] == "healthy"'
        request GET "$url/" --header "X-Request-ID: test-$run"
        holds "$name: keeps the request id" "headers['x-request-id'] == 'test-$run'"
        answers 404 "$name: returns 404 for an unknown path" GET "$url/nowhere"
        holds "$name: returns errors in the form of RFC 9457" \
            '"application/problem+json" in headers["content-type"] and body["request_id"]'
    done
}
