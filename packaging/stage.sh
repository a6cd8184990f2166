#!/bin/sh
# Runs a command and tells how long it took: stage.sh NAME COMMAND...
set -u

name=$1
shift
began=$(date +%s)
"$@"
status=$?
took=$(($(date +%s) - began))
if [ "$status" -eq 0 ]; then
    echo "[$name: $took s]"
else
    echo "[$name: failed after $took s, exit status $status]" >&2
fi
exit "$status"
