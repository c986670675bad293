#!/bin/sh
# Installs uv, which makes all other environments, from the package registry that pip is set up for.
set -eu

lock=infrastructure/setup/requirements.txt
folder=.venvs/uv
python=$(infrastructure/setup/python.sh)

echo "Setting up $folder with $python"
if "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv --clear "$folder"
    set -- "$folder/bin/python" -m pip
else
    # Debian keeps ensurepip in a package of its own; where it is missing, the interpreter's pip does.
    "$python" -m venv --clear --without-pip "$folder"
    set -- "$python" -m pip --python "$folder/bin/python"
fi
"$@" -qq --disable-pip-version-check install --require-hashes --requirement "$lock"
