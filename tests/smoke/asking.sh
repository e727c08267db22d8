# shellcheck shell=bash
# Sends requests to a service and checks its responses.

users=${USER_URL:-http://localhost:8001}
products=${PRODUCT_URL:-http://localhost:8002}
orders=${ORDER_URL:-http://localhost:8003}
notifications=${NOTIFICATION_URL:-http://localhost:8004}
gateway=${GATEWAY_URL:-http://localhost:9000}

# Requests to the platform must not use a proxy of the caller's shell.
export no_proxy="localhost,127.0.0.1,::1${no_proxy:+,$no_proxy}"
export NO_PROXY=$no_proxy

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0 status=000

passes() { passed=$((passed + 1)) && printf '  ok    %s\n' "$1"; }
fails() { failed=$((failed + 1)) && printf '  FAIL  %s: %s\n' "$1" "$2"; }
skips() { skipped=$((skipped + 1)) && printf '  skip  %s: %s\n' "$1" "$2"; }

# Fails unless at least one check was made and all have passed.
verdict() {
    ((passed + failed)) || printf '  No check could be made: is the platform running? make up\n'
    printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    ((failed == 0 && passed > 0))
}

# request METHOD URL [CURL OPTION...]: leaves status, $work/body and $work/headers
request() {
    : >"$work/headers"
    : >"$work/body"
    status=$(curl --disable --silent --max-time 20 --request "$1" --dump-header "$work/headers" \
        --output "$work/body" --write-out '%{http_code}' "${@:3}" -- "$2") || status=000
}

# value EXPRESSION: evaluates Python with `body` and `headers` of the last response
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

# reads NAME EXPRESSION: stores the value in the variable NAME. If there is no such value,
# this check fails, and later checks that use the variable fail too.
reads() {
    local found
    if ! found=$(value "$2" 2>/dev/null); then
        found=unknown
        fails "there is $2" "$status; $(head -c 300 "$work/body")"
    fi
    printf -v "$1" '%s' "$found"
}

# answers STATUS WHAT METHOD URL [CURL OPTION...]
answers() {
    request "${@:3}"
    if [[ $status == "$1" ]]; then
        passes "$2"
    else
        fails "$2" "$status instead of $1; $(head -c 300 "$work/body" 2>/dev/null || true)"
    fi
}

# holds WHAT EXPRESSION: checks the last response
holds() {
    if [[ $(value "bool($2)" 2>&1) == True ]]; then
        passes "$1"
    else
        fails "$1" "false: $2; $(head -c 300 "$work/body" 2>/dev/null || true)"
    fi
}

# becomes SECONDS WHAT EXPRESSION METHOD URL [CURL OPTION...]: repeats until it is true
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

# refused_soon WHAT URL [CURL OPTION...]: waits until the response is 401, for 1 s at most
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

# offers URL METHOD PATH [PARAMETER OR STATUS]: succeeds if the service documents it
offers() {
    request GET "$1/openapi.json"
    [[ $(value "(lambda o: o is not None and ('${4:-}' == '' or '${4:-}' in o['responses']
        or '${4:-}' in [p['name'] for p in o.get('parameters', [])])
        )(body['paths'].get('$3', {}).get('${2,,}'))" 2>/dev/null) == True ]]
}
