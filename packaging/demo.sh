#!/bin/sh
# Does the program's main job by itself in the real window; leaves pictures and the preview in build/demo/.
set -eu

cd "$(dirname "$0")/.."
mkdir -p build
# Qt tells everything it thinks of a machine without sound and with few fonts; the demo's own words count.
QT_LOGGING_RULES="qt.multimedia*=false;qt.text*=false" .venv/bin/python packaging/demo.py build/demo 2>build/demo.log ||
    { status=$?; cat build/demo.log >&2; exit "$status"; }
