# Bare Debian systems for proofs; sourced, with $work set to a folder of the caller's that it removes at its end.
# shellcheck shell=sh disable=SC2154

# Mounts live in a name space of their own and end with it, and so does every process in there: however the
# caller ends, nothing stays mounted, and nothing that is mounted is ever removed. $child is for its traps.
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
    # In the background, so that a signal to the caller isn't kept waiting.
    child=$!
    wait "$child"
}

# Made once and kept as TARBALL.
debootstrap_once() { # debootstrap_once TARBALL PACKAGES [MIRROR]
    [ ! -f "$1" ] || return 0
    mkdir "$work/made"
    # debootstrap can't work in a folder with a space in its name: it sees the folder elsewhere. The names are for
    # the inner shell.
    # shellcheck disable=SC2016,SC2086
    unshare --mount --propagation private sh -eu -c 'mount --bind "$1" /mnt && shift && exec debootstrap "$@"' sh \
        "$work/made" --variant=minbase --include="$2" bookworm /mnt ${3:-} >"$work/debootstrap.log" 2>&1 ||
        { tail -n 20 "$work/debootstrap.log" >&2 && return 1; }
    tar -cf "$1.part" -C "$work/made" .
    mv "$1.part" "$1"
    rm -rf "$work/made"
}

# A system below $work with an ordinary user; the files tell how this machine reaches its package sources.
make_system() { # make_system NAME TARBALL PIP_CONF CA_BUNDLE APT_CONF
    mkdir -p "$work/$1"
    tar -xf "$2" -C "$work/$1"
    cp /etc/resolv.conf "$work/$1/etc/resolv.conf"
    [ ! -f "$3" ] || cp "$3" "$work/$1/etc/pip.conf"
    if [ -f "$4" ]; then
        mkdir -p "$work/$1/etc/ssl/certs"
        cp "$4" "$work/$1/etc/ssl/certs/ca-certificates.crt"
    fi
    [ -z "$5" ] || cp "$5" "$work/$1/etc/apt/apt.conf.d/99bare-test"
    mkdir -p "$work/$1/srv/root"
    chroot "$work/$1" useradd --create-home --home-dir /srv/anna --shell /bin/bash anna
}
