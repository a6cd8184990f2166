#!/bin/sh
# Makes the packages of this system, below build/package: everything does its own set-up.
#
# Usage: package.sh [tree]
#
# With the word tree, only the frozen tree with icons, licences and bill of materials: all that Windows and macOS
# make with it. On Linux alone .deb, .rpm and .tar.xz follow, in build/package/out. PYTHON chooses the interpreter;
# it must be one with a shared library.
set -eu

cd "$(dirname "$0")/.."
made=build/package
mkdir -p "$made"
stage="sh packaging/stage.sh"
# What the same sources are packed into is the same, byte by byte.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1795392000)}
PYTHONHASHSEED=1
export SOURCE_DATE_EPOCH PYTHONHASHSEED QT_QPA_PLATFORM=offscreen
unset PYTHONHOME PYTHONPATH

set_up() {
    base=$(sh packaging/find_python.sh)
    wanted="$base $(cksum <packaging/requirements.lock) $(pwd -P)"
    if [ ! -f "$made/venv.stamp" ] || [ "$(cat "$made/venv.stamp")" != "$wanted" ]; then
        rm -rf "$made/venv" "$made/venv.stamp"
        "$base" -m venv "$made/venv"
        "$(tool python)" -m pip install --quiet --disable-pip-version-check --require-hashes \
            -r packaging/requirements.lock
        echo "$wanted" >"$made/venv.stamp"
    fi
    # The program itself each time: its resources are compiled on the way.
    "$(tool python)" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
        --force-reinstall --editable .
}

tool() { # tool NAME: its path in the environment, on Windows too
    if [ -d "$made/venv/Scripts" ]; then
        echo "$made/venv/Scripts/$1"
    else
        echo "$made/venv/bin/$1"
    fi
}

freeze() {
    rm -rf "$made/tree" "$made/work"
    "$(tool python)" packaging/make_icons.py "$made/icons"
    "$(tool pyinstaller)" --noconfirm --log-level WARN --distpath "$made/tree" --workpath "$made/work" \
        packaging/pyinstaller/voiceclone.spec
    "$(tool python)" packaging/licences.py
}

case ${1:-} in
set-up | freeze)
    "$(echo "$1" | tr - _)"
    exit
    ;;
"" | tree) ;;
*)
    sed -n 's/^# \(Usage: .*\)/\1/p' "$0" >&2
    exit 2
    ;;
esac
$stage "packaging tools" sh packaging/package.sh set-up
$stage "frozen tree" sh packaging/package.sh freeze
[ "${1:-}" != tree ] || exit 0
rm -rf "$made/out"
for kind in deb rpm tar; do
    $stage "$kind" "$(tool python)" packaging/linux/make_packages.py --only "$kind"
done
$stage "table of sizes" "$(tool python)" packaging/size_table.py
