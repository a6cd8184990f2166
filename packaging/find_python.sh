#!/bin/sh
# Prints the path of a Python that VoiceClone runs on (CPython 3.11 to 3.13), or says why there is none.
#
# PYTHON wins where it is set. A name on PATH proves nothing: version managers leave stand-ins that fail
# when called, so every candidate is run. What is printed is the real interpreter, never a virtual
# environment's: an environment made by another one would die with it.
set -u

probe='
import sys, sysconfig
fits = (3, 11) <= sys.version_info[:2] <= (3, 13) and sys.implementation.name == "cpython"
if not fits or sysconfig.get_config_var("Py_GIL_DISABLED"):
    sys.exit(1)
print(getattr(sys, "_base_executable", "") or sys.executable)
'

try() {
    "$1" -c "$probe" 2>/dev/null </dev/null
}

if [ -n "${PYTHON:-}" ]; then
    try "$PYTHON" && exit 0
    echo "PYTHON=$PYTHON can't be used: VoiceClone needs CPython 3.11, 3.12 or 3.13." >&2
    exit 1
fi
for candidate in python3 python3.13 python3.12 python3.11; do
    try "$candidate" && exit 0
done
echo "No Python was found that can be used: VoiceClone needs CPython 3.11, 3.12 or 3.13." >&2
echo "Install one, or name it: make PYTHON=/path/to/python3.12 run" >&2
exit 1
