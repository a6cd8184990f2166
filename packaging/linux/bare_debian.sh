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

# Mounts live in a name space of their own and end with it, and so does every process in there: however
# this script ends, nothing stays mounted, and nothing that is mounted is ever removed.
inside() { # inside SYSTEM USER COMMAND
    # Whoever is in a mere chroot gets no name space for users, and so no disk for tests of full ones: the
    # system becomes the root of its name space. The names are for the inner shell.
    # shellcheck disable=SC2016
    unshare --mount --propagation private --pid --fork --kill-child --ipc sh -eu -c '
        mount --bind "$1" "$1"
        mount -t proc proc "$1/proc"
        mount --rbind /dev "$1/dev"
        mount -t tmpfs tmpfs "$1/dev/shm"
        home=/srv/$2
        cd "$1"
        pivot_root . mnt
        umount --lazy /mnt
        exec chroot --userspec="$2:$2" / env -i HOME="$home" USER="$2" LANG=C.UTF-8 \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} \
            ${no_proxy:+"no_proxy=$no_proxy"} sh -c "cd && $3"
    ' sh "$1" "$2" "$3" </dev/null &
    # In the background, so that a signal to this script isn't kept waiting.
    child=$!
    wait "$child"
}

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

make_system() { # make_system NAME: makes $work/NAME
    mkdir -p "$work/$1"
    tar -xf "$tarball" -C "$work/$1"
    cp /etc/resolv.conf "$work/$1/etc/resolv.conf"
    [ ! -f "$pip_conf" ] || cp "$pip_conf" "$work/$1/etc/pip.conf"
    [ ! -f "$ca_bundle" ] || cp "$ca_bundle" "$work/$1/etc/ssl/certs/ca-certificates.crt"
    [ -z "$apt_conf" ] || cp "$apt_conf" "$work/$1/etc/apt/apt.conf.d/99bare-test"
    mkdir -p "$work/$1/srv/root"
    cp "$work/voiceclone.bundle" "$work/$1/srv/"
    chroot "$work/$1" useradd --create-home --home-dir /srv/anna --shell /bin/bash anna
}

if [ ! -f "$tarball" ]; then
    echo "--- debootstrap"
    packages=ca-certificates,git,make,python3
    # shellcheck disable=SC2086
    unshare --mount --propagation private \
        debootstrap --variant=minbase --include="$packages" bookworm "$work/made" $mirror >"$work/debootstrap.log" ||
        { tail -n 20 "$work/debootstrap.log" >&2 && exit 1; }
    tar -cf "$tarball.part" -C "$work/made" .
    mv "$tarball.part" "$tarball"
fi

git -c safe.directory='*' bundle create --quiet "$work/voiceclone.bundle" HEAD
tell "Commit $(git -c safe.directory='*' rev-parse HEAD), Debian $(tar -xOf "$tarball" ./etc/debian_version)"
changed=$(git -c safe.directory='*' status --porcelain | wc -l)
[ "$changed" -eq 0 ] || tell "Not committed and so not tried: $changed files"
make_system "ordinary user"
make_system "nothing prepared"
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
