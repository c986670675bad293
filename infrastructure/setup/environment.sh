#!/bin/sh
# Makes an environment hold what a lock file names, and nothing else: environment.sh FOLDER LOCK
set -eu

folder=$1
lock=$2

echo "Setting up $folder from $lock"
# An environment whose interpreter has gone is made again; a sound one is only brought up to date.
if ! "$folder/bin/python" -c '' 2>/dev/null; then
    python=$(infrastructure/setup/python.sh)
    infrastructure/setup/uv.sh venv --quiet --clear --python "$python" "$folder"
fi
infrastructure/setup/uv.sh pip sync --quiet --require-hashes --python "$folder/bin/python" "$lock"
