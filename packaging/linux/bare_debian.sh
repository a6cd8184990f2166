#!/bin/sh
# Proves that `make run` and `make test` need nothing but a bare Debian 12 with git, make and its Python.
#
# Usage: bare_debian.sh [--mirror URL] [--tarball FILE] [--pip-conf FILE] [--ca-bundle FILE] [--apt-conf FILE]
#
# Two systems are made with debootstrap (its tarball is kept below build/), and what is committed here is
# cloned into both. In one, an ordinary user is refused, root runs the command that was printed, and the
# user goes on; in the other, root does everything with nothing prepared. The options name files that tell
# how this machine reaches its package sources; by default /etc/pip.conf and the system's certificates are
# taken over where they exist. The outcome is kept in build/bare-debian.txt. Takes root's rights.
set -eu

cd "$(dirname "$0")/../.."
tarball=build/bare-debian-12.tar
mirror=
pip_conf=/etc/pip.conf
ca_bundle=/etc/ssl/certs/ca-certificates.crt
apt_conf=
while [ $# -gt 0 ]; do
    case $1 in
    --mirror) mirror=$2 ;;
    --tarball) tarball=$2 ;;
    --pip-conf) pip_conf=$2 ;;
    --ca-bundle) ca_bundle=$2 ;;
    --apt-conf) apt_conf=$2 ;;
    *)
        sed -n 's/^# \(Usage: .*\)/\1/p' "$0" >&2
        exit 2
        ;;
    esac
    shift 2
done
if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null || ! command -v unshare >/dev/null; then
    echo "This proof takes root's rights, debootstrap and unshare." >&2
    exit 1
fi

mkdir -p build
work=$(mktemp -d "$PWD/build/bare-debian.XXXXXX")
trap 'rm -rf "$work"' EXIT
child=
trap '[ -z "$child" ] || kill -KILL "$child" 2>/dev/null; exit 130' INT TERM HUP
summary=build/bare-debian.txt
failures=0
: >"$summary"

tell() {
    echo "$*" | tee -a "$summary"
}

. packaging/linux/bare_system.sh

expect() { # expect 0|refusal SYSTEM USER COMMAND
    want=$1
    name="$(basename "$2"), as $3: $4"
    echo "--- $name"
    began=$(date +%s)
    status=0
    inside "$2" "$3" "$4" >"$work/output" 2>&1 || status=$?
    took=$(($(date +%s) - began))
    sed 's/^/    /' "$work/output"
    case $want-$status in
    0-0) tell "passed   $took s  $name" ;;
    refusal-0 | 0-*)
        failures=$((failures + 1))
        tell "FAILED   $took s  $name (exit status $status)"
        ;;
    *) tell "refused  $took s  $name (exit status $status, as it should)" ;;
    esac
}

follow_advice() { # follow_advice SYSTEM: root runs what the refusal printed, to the letter
    advice=$(sed -n 's/^    \(su - -c .*\)$/\1/p' "$work/output")
    if [ -z "$advice" ]; then
        failures=$((failures + 1))
        tell "FAILED   no command was printed"
        return
    fi
    expect 0 "$1" root "$advice"
}

try_clone() { # try_clone NAME: a system with what is committed here
    make_system "$1" "$tarball" "$pip_conf" "$ca_bundle" "$apt_conf"
    cp "$work/voiceclone.bundle" "$work/$1/srv/"
}

echo "--- debootstrap"
debootstrap_once "$tarball" ca-certificates,git,make,python3 "$mirror"
git -c safe.directory='*' bundle create --quiet "$work/voiceclone.bundle" HEAD
tell "Commit $(git -c safe.directory='*' rev-parse HEAD), Debian $(tar -xOf "$tarball" ./etc/debian_version)"
changed=$(git -c safe.directory='*' status --porcelain | wc -l)
[ "$changed" -eq 0 ] || tell "Not committed and so not tried: $changed files"
try_clone "ordinary user"
try_clone "nothing prepared"
clone="git clone --quiet -c advice.detachedHead=false /srv/voiceclone.bundle 'voice clone'"

user="$work/ordinary user"
expect 0 "$user" anna "$clone"
expect refusal "$user" anna "cd 'voice clone' && make run"
follow_advice "$user"
expect 0 "$user" anna "cd 'voice clone' && make run"
expect refusal "$user" anna "cd 'voice clone' && make test"
follow_advice "$user"
expect 0 "$user" anna "cd 'voice clone' && make test"
rm -rf "$user"

prepared="$work/nothing prepared"
expect 0 "$prepared" root "$clone"
expect 0 "$prepared" root "cd 'voice clone' && make run"
expect 0 "$prepared" root "cd 'voice clone' && make test"

tell "$failures failed"
[ "$failures" -eq 0 ]
