#!/bin/sh
# Opens the window; on a computer without a display it says so, and runs the demo off-screen.
set -eu

cd "$(dirname "$0")/.."
if [ "$(uname)" != Linux ] || [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; then
    exec .venv/bin/voiceclone-gui
fi
echo "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set): the demo runs instead."
exec sh packaging/demo.sh
