#!/bin/sh
# Runs uv with the package registry that pip is set up for, and with interpreters that are there already.
set -eu

# uv does not read pip's settings, and a machine behind a mirror has its address and certificate there.
pip_setting() {
    .venvs/uv/bin/python -m pip config list | sed -n "s/^global\.$1='\(.*\)'\$/\1/p"
}
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
    mirror=${PIP_INDEX_URL:-$(pip_setting index-url)}
    [ -z "$mirror" ] || export UV_DEFAULT_INDEX="$mirror"
fi
if [ -z "${SSL_CERT_FILE:-}" ]; then
    certificate=${PIP_CERT:-$(pip_setting cert)}
    [ -z "$certificate" ] || export SSL_CERT_FILE="$certificate"
fi
export UV_PYTHON_DOWNLOADS=never
exec .venvs/uv/bin/uv "$@"
