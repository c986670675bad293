#!/bin/sh
# Prints the path of a Python that can make the project's environments, or says what is missing.
#
# PYTHON, when set, is the only candidate. A candidate is run, not only looked up: version managers
# put commands on the PATH that fail when they are called.
set -eu

usable='
import sys
if sys.version_info < (3, 11):
    sys.exit("is Python %d.%d" % sys.version_info[:2])
import importlib.util
if not any(map(importlib.util.find_spec, ("ensurepip", "pip"))):
    sys.exit("has neither ensurepip (the package python3-venv) nor pip")
print(sys.executable)
'
if [ -n "${PYTHON:-}" ]; then
    set -- "$PYTHON"
else
    set -- python3.13 python3.12 python3.11 python3
fi

tried=''
for candidate; do
    if ! command -v "$candidate" >/dev/null; then
        answer='is not there'
    elif answer=$("$candidate" -c "$usable" 2>&1 </dev/null); then
        printf '%s\n' "$answer"
        exit 0
    fi
    tried="$tried
  $candidate: $(printf '%s\n' "$answer" | head -n 1)"
done

cat >&2 <<TEXT
This needs Python 3.11 or newer with venv. Tried:$tried
On Debian or Ubuntu: apt-get install python3 python3-venv; elsewhere install Python 3.13.
An interpreter that is not on the PATH can be named: make PYTHON=/path/to/python3.13 …
TEXT
exit 1
