#!/bin/sh
# Makes everything ready that the Makefile's work needs, and does nothing where it is ready.
#
# Usage: set_up.sh LIST...     LIST: files naming system packages, see packaging/linux/
#
# Two stamps tell what is ready. Each is removed before its step begins and written when it has ended, so
# that an interrupted set-up is done anew, and holds whatever the step depends on.
set -eu

cd "$(dirname "$0")/.."
root=$(pwd -P)
locked=.venv/locked-requirements.stamp
installed=.venv/installed-project.stamp
unset PYTHONHOME PYTHONPATH PIP_TARGET PIP_PREFIX PIP_ROOT PIP_USER
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

digest() {
    "$python" -c '
import hashlib, os, sys
total = hashlib.sha256()
for top in sys.argv[1:]:
    names = [top] if os.path.isfile(top) else [os.path.join(d, n) for d, _, ns in os.walk(top) for n in ns]
    for name in sorted(names):
        with open(name, "rb") as file:
            total.update(repr(name).encode() + hashlib.sha256(file.read()).digest())
print(total.hexdigest())' "$@"
}

has_ensurepip() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

holds() {
    [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}

system="sh packaging/linux/system_packages.sh"
if [ -n "${PYTHON:-}" ] && ! sh packaging/find_python.sh >/dev/null; then
    exit 1
fi
if python=$(sh packaging/find_python.sh 2>/dev/null) && has_ensurepip "$python"; then
    $system --except python3-venv "$@"
else
    $system "$@"
    python=$(sh packaging/find_python.sh)
fi

version=$("$python" -c 'import sys; print(sys.version.replace("\n", " "))')
want_locked="$version, $python, in $root, for $(digest requirements.lock)"
if ! holds "$locked" "$want_locked" || ! [ -x .venv/bin/python ]; then
    if ! has_ensurepip "$python"; then
        echo "$python can't make a virtual environment: it lacks ensurepip." >&2
        number=${version%% *}
        echo "Install its venv package (python${number%.*}-venv on Debian and its kin), or set PYTHON." >&2
        exit 1
    fi
    echo "Installing the locked requirements into .venv, with Python ${version%% *} ..."
    rm -rf .venv
    "$python" -m venv .venv
    .venv/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements.lock
    printf '%s\n' "$want_locked" >"$locked"
fi

want_installed="$want_locked $(digest pyproject.toml voiceclone_gui/__init__.py packaging/build_resources.py resources)"
if ! holds "$installed" "$want_installed" || ! [ -d voiceclone_gui/_resources ]; then
    rm -f "$installed"
    .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e .
    printf '%s\n' "$want_installed" >"$installed"
fi
