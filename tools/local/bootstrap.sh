#!/usr/bin/env bash
# Creates .venv with the given requirements (paths from the repository's root), and installs
# PostgreSQL, Redis and RabbitMQ, for tests Prometheus too, if they are missing.
#
#   tools/local/bootstrap.sh [--to-look] tools/local/requirements.txt
#
# --to-look is for commands that stop or show something: they use any environment that can
# run them, and install no program.
set -euo pipefail
shopt -s inherit_errexit

CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

readonly log=.local/log/bootstrap.log
readonly venv=.venv
readonly policy=/usr/sbin/policy-rc.d
sudo=()

say() { printf '  %s\n' "$*"; }

# timed WHAT COMMAND...: prints what the command does, then how many seconds it took.
timed() {
    local begun=$SECONDS
    printf '  %s ... ' "$1"
    "${@:2}"
    printf '%s s\n' $((SECONDS - begun))
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

readonly untrusted='certificate|UnknownIssuer'
readonly unreachable='resol[vu]|lookup|unreachable|refused|timed out|error sending request|versions: none'

# fetched SOURCE ADVICE COMMAND...: runs the command, with its output in the log only.
fetched() {
    : >"$log"
    "${@:3}" >"$log" 2>&1 && return
    echo >&2
    if grep -qiE "$untrusted" "$log"; then
        fail "the certificate of $1 is not trusted, probably because a proxy of your network" \
            'replaces it: set SSL_CERT_FILE and PIP_CERT to the file that has the certificate of' \
            "the proxy, such as /etc/ssl/certs/ca-certificates.crt, and try again (details: $log)."
    fi
    if grep -qiE "$unreachable" "$log"; then
        fail "$1 cannot be reached: connect to a network, or $2," \
            "and try again (details: $log)."
    fi
    tail -n 25 "$log" >&2
    fail "failed: ${*:3} (all of its output: $log)"
}

from_pypi() {
    fetched PyPI 'name a proxy in HTTPS_PROXY, or a mirror in PIP_INDEX_URL and UV_DEFAULT_INDEX' \
        "$@"
}

from_debian() {
    fetched "the packages' server of apt" 'mend /etc/apt/sources.list' "${sudo[@]}" "$@"
}

is_new_enough() {
    "$1" -c "import sys${2-}; sys.exit(sys.version_info < (3, 11))" 2>/dev/null
}

# Prints the environment's own Python if it is usable; else one to create it with.
find_python() {
    if [[ -n ${PYTHON-} ]] && ! is_new_enough "$PYTHON"; then
        fail "PYTHON=$PYTHON is not a Python of version 3.11 or newer."
    fi
    if is_usable; then
        echo "$venv/bin/python"
        return
    fi
    other_python || fail 'Python 3.11 or newer is needed; PYTHON=/path/to/python3 names one.'
}

other_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

# A bare Debian has no Python at all.
install_python() {
    if [[ -n ${PYTHON-} ]] || command -v python3 >/dev/null || other_python >/dev/null; then
        return
    fi
    if may_install; then timed 'installing python3 with apt' apt_install python3; fi
}

# An environment of another Python than PYTHON is not usable.
is_usable() {
    grep -qsx 'relocatable = true' "$venv/pyvenv.cfg" || is_where_it_was_made || return
    is_new_enough "$venv/bin/python" ', pip' || return
    [[ -z ${PYTHON-} || $(origin "$PYTHON") == "$(origin "$venv/bin/python")" ]]
}

# The scripts of an environment that is not relocatable contain its path.
is_where_it_was_made() {
    grep -qsF "$(cd -P "$venv" 2>/dev/null && pwd)/bin/python" "$venv/bin/pip"
}

origin() { "$1" -c 'import sys; print(sys.base_prefix, sys.version)'; }

missing_packages() {
    "$python" -m tools.local.installed "$@"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        echo 'python3-venv Python lacks its venv module.'
}

may_install() {
    grep -qsE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release || return
    [[ $EUID -eq 0 ]] && return
    sudo -n true 2>/dev/null || return
    sudo=(sudo -n)
}

# Debian starts the servers that it installs, unless this program forbids it.
keep_system_services_down() {
    [[ -e $policy ]] && return
    trap '"${sudo[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
    "${sudo[@]}" chmod 755 "$policy"
}

install_packages() {
    local complaints packages
    complaints=$(missing_packages "$@")
    [[ -z $complaints ]] && return
    mapfile -t packages < <(cut -d' ' -f1 <<<"$complaints")
    if ! may_install; then
        cut -d' ' -f2- <<<"$complaints" >&2
        fail "install the missing programs; on Debian or Ubuntu: sudo apt-get install ${packages[*]}"
    fi
    keep_system_services_down
    timed "installing ${packages[*]} with apt" apt_install "${packages[@]}"
    complaints=$(missing_packages "$@")
    [[ -z $complaints ]] || fail "still missing after apt-get install: $complaints"
}

apt_install() {
    from_debian apt-get update
    from_debian env DEBIAN_FRONTEND=noninteractive apt-get install --yes \
        --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

make_environment() {
    [[ $python == "$venv/bin/python" ]] && return
    timed "creating $venv with $("$python" --version)" create_environment
}

create_environment() {
    "$python" -m venv --clear "$venv" >"$log" 2>&1 ||
        fail "failed: $python -m venv: $(tail -n 3 "$log")"
    # Makes uv write scripts that still work when the folder is moved.
    echo 'relocatable = true' >>"$venv/pyvenv.cfg"
}

# .venv/.satisfied lists a digest of each set of requirements that was installed.
install_requirements() {
    local digest file
    local -a arguments=() described=(tools/local/installer.txt "$@")
    for file in "$@"; do arguments+=(--requirement "$file"); done
    [[ -e libs/chassis/pyproject.toml ]] && described+=(libs/chassis/pyproject.toml)
    digest=$(sha256sum -- "${described[@]}" | sha256sum)
    grep -qsxF "$digest" "$venv/.satisfied" && return
    timed 'installing uv with pip' from_pypi "$venv/bin/python" -m pip install \
        --disable-pip-version-check --require-hashes --requirement tools/local/installer.txt
    # Compiled here, because a service that compiles them itself, at each start if it may not
    # write to .venv, takes three times the CPU to start and keeps 15 MiB more.
    timed "installing Python packages ($*) with uv" uv_install --compile-bytecode "${arguments[@]}"
    # Another set of requirements may need the versions that were just replaced.
    if grep -q '^Uninstalled' "$log"; then rm -f "$venv/.satisfied"; fi
    if [[ -e libs/chassis/pyproject.toml ]]; then install_chassis; fi
    echo "$digest" >>"$venv/.satisfied"
}

uv_install() {
    from_pypi "$venv/bin/uv" pip install --python "$venv/bin/python" "$@"
}

# The environment names the chassis by a relative path, so that both can be moved together.
install_chassis() {
    uv_install --no-deps --no-build-isolation --editable libs/chassis
    "$venv/bin/python" - <<'PYTHON'
import os, pathlib, sysconfig

packages = os.path.realpath(sysconfig.get_path("purelib"))
sources = os.path.relpath(os.path.realpath("libs/chassis"), packages)
pathlib.Path(packages, "chassis.pth").write_text(f"{sources}\n")
PYTHON
}

can_run() { "$venv/bin/python" -c 'import tools.local.__main__' 2>/dev/null; }

# Fails at once, and not in the middle of an installation.
refuse_unusable_folder() {
    local reason
    # Scripts of RabbitMQ, Erlang and make interpret these characters.
    if [[ $PWD == *[\'\"\$\&%\`\\\;:\*\?\<\>\|\(\)\#\!{}\[\]]* ]]; then
        fail "the folder $PWD has a character in its name that programs misinterpret: rename it" \
            'so that it has only letters, digits, blanks and . _ - + @ , = ~'
    fi
    reason=$( { mkdir -p .local/log && : >>"$log"; } 2>&1) ||
        fail "$PWD cannot be written to: ${reason##*: }. Free some space, or clone elsewhere."
}

to_look=
if [[ ${1-} == --to-look ]]; then
    to_look=yes
    shift
    if can_run; then exit; fi
fi
[[ $# -gt 0 ]] || fail "usage: $0 [--to-look] REQUIREMENTS..."
refuse_unusable_folder
exec 9>.local/bootstrap.lock
flock --nonblock 9 || { say 'waiting for another installation to finish'; flock 9; }
[[ -n $to_look ]] || install_python
python=$(find_python)
[[ -n $to_look ]] || install_packages "$@"
make_environment
install_requirements "$@"
