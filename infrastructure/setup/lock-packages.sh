#!/bin/sh
# Resolves npm packages again, without the address of any registry: lock-packages.sh FOLDER [--upgrade]
set -eu

folder=$1
command=install
[ "${2:-}" != --upgrade ] || command=update

if ! command -v npm >/dev/null; then
    echo "npm is not installed: $folder/package-lock.json stays as it is" >&2
    exit 0
fi
# As with all others: a release waits a week.
week_ago=$(.venvs/uv/bin/python -c 'import datetime as d; print(d.date.today() - d.timedelta(days=7))')
npm "$command" --prefix "$folder" --package-lock-only --omit-lockfile-registry-resolved=true \
    --before="$week_ago" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
