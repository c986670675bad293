#!/bin/sh
# Makes a folder hold the npm packages that a lock names, and nothing else: packages.sh FOLDER LOCKED
set -eu

folder=$1
locked=$2

# What needs the packages says so where they are missing.
if ! command -v npm >/dev/null; then
    echo "npm is not installed: the packages of $locked are left out" >&2
    exit 0
fi
echo "Setting up $folder from $locked/package-lock.json"
mkdir -p "$folder"
cp "$locked/package.json" "$locked/package-lock.json" "$folder"
# No package runs anything of its own while it is installed.
npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
touch "$folder/.ready"
