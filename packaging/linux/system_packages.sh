#!/bin/sh
# Installs the system packages that a list names and that are missing; silent where none is.
#
# Usage: system_packages.sh [--except PACKAGE] LIST...
#
# Root installs them, and so does whoever may use sudo without a password. For anybody else the exact
# command is printed, and the exit status is 1. On another Linux than Debian and its kin the list can't
# be checked: a sentence says what is needed, and the work goes on. Other systems need nothing.
set -u

[ "$(uname -s)" = Linux ] || exit 0
except=
if [ "${1:-}" = --except ]; then
    except=$2
    shift 2
fi

# One package a line; what follows # says why it is there.
wanted=$(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$@") || exit 1
[ -z "$except" ] || wanted=$(printf '%s\n' "$wanted" | grep -vxF -- "$except")

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This isn't a Debian system, so nobody can check here that these are installed (Debian's names):"
    printf '%s\n' "$wanted" | tr '\n' ' '
    echo
    exit 0
fi

# Names of what is installed and of what that provides: newer releases rename packages and keep the old
# name as a provided one.
present=$(
    dpkg-query --show --showformat '${db:Status-Status} ${Package} ${Provides}\n' |
        sed -n 's/^installed //p' | sed -e 's/([^)]*)//g' | tr ',' ' ' | tr ' ' '\n' | sort -u
)
missing=$(printf '%s\n' "$wanted" | while IFS= read -r package; do
    printf '%s\n' "$present" | grep -qxF -- "$package" || printf '%s ' "$package"
done)
missing=${missing% }
[ -n "$missing" ] || exit 0

install="apt-get install --yes --no-install-recommends $missing"
if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo --non-interactive true 2>/dev/null; then
    as_root="sudo --non-interactive"
else
    echo "These system packages are missing, and installing them takes root's rights: $missing" >&2
    echo "Run this, then the same command again:" >&2
    if command -v sudo >/dev/null 2>&1; then
        echo "    sudo apt-get update && sudo $install" >&2
    else
        echo "    su - -c 'apt-get update && $install'" >&2
    fi
    exit 1
fi

echo "Installing system packages: $missing"
# One source that can't be reached needn't matter: whether the packages can be had shows when they are
# installed. -qq keeps the log readable; errors still show.
apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300"
$apt -qq update </dev/null || echo "apt-get update had trouble; going on with the lists there are." >&2
# Package names hold no blanks: splitting is meant.
# shellcheck disable=SC2086
if ! $apt -qq -o Dpkg::Use-Pty=0 install --yes --no-install-recommends $missing </dev/null >/dev/null; then
    echo "The system packages couldn't be installed. The command was: $install" >&2
    exit 1
fi
