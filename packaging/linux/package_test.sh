#!/bin/sh
# Proves the packages of build/package/out in a bare Debian 12, as somebody who has nothing but apt.
#
# Usage: package_test.sh [--mirror URL] [--tarball FILE] [--ca-bundle FILE] [--apt-conf FILE]
#
# The system is made with debootstrap, its tarball is kept below build/. Every stage tells how long it took, and the
# outcome stays in build/package-test.txt. Takes root's rights. The options are those of bare_debian.sh.
set -eu

cd "$(dirname "$0")/../.."
tarball=build/bare-debian-12-plain.tar
mirror=
ca_bundle=/etc/ssl/certs/ca-certificates.crt
apt_conf=
while [ $# -gt 0 ]; do
    case $1 in
    --mirror) mirror=$2 ;;
    --tarball) tarball=$2 ;;
    --ca-bundle) ca_bundle=$2 ;;
    --apt-conf) apt_conf=$2 ;;
    *)
        sed -n 's/^# \(Usage: .*\)/\1/p' "$0" >&2
        exit 2
        ;;
    esac
    shift 2
done
for tool in debootstrap unshare lintian desktop-file-validate appstreamcli makensis xvfb-run xdotool objdump; do
    command -v "$tool" >/dev/null || missing="${missing:-} $tool"
done
if [ "$(id -u)" -ne 0 ] || [ -n "${missing:-}" ]; then
    echo "This proof takes root's rights${missing:+, and these programs, which are missing:$missing}." >&2
    exit 1
fi

made=build/package
python=$made/venv/bin/python
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' voiceclone_gui/__init__.py)
deb=$made/out/voiceclone_${version}_amd64.deb
tar_xz=$made/out/voiceclone-$version-linux-x86_64.tar.xz
for package in "$deb" "$tar_xz"; do
    [ -f "$package" ] || { echo "$package isn't there: run make package first." >&2 && exit 1; }
done
work=$(mktemp -d "$PWD/build/package-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
child=
trap '[ -z "$child" ] || kill -KILL "$child" 2>/dev/null; exit 130' INT TERM HUP
. packaging/linux/bare_system.sh
summary=build/package-test.txt
failures=0
: >"$summary"
system=$work/bare

stage() { # stage NAME COMMAND...
    name=$1
    shift
    echo "--- $name"
    began=$(date +%s)
    status=0
    "$@" >"$work/output" 2>&1 || status=$?
    tail -n 40 "$work/output" | sed 's/^/    /'
    word=passed
    if [ "$status" -ne 0 ]; then
        failures=$((failures + 1))
        word="FAILED ($status)"
    fi
    echo "$word  $(($(date +%s) - began)) s  $name" | tee -a "$summary"
}

as_root() { inside "$system" root "$1"; }
as_anna() { inside "$system" anna "$1"; }

# -- what needs no other system ------------------------------------------------------------------------------------

same_again() {
    (cd "$made/tree" && find . -type f -exec sha256sum {} + | sort -k2) >"$work/first.txt"
    cp -a "$made/tree" "$work/first-tree"
    sh packaging/package.sh freeze >/dev/null
    (cd "$made/tree" && find . -type f -exec sha256sum {} + | sort -k2) >"$work/second.txt"
    differing=$(diff "$work/first.txt" "$work/second.txt" | grep -c '^[<>]' || true)
    echo "$(wc -l <"$work/first.txt") files, $differing lines differ"
    diff "$work/first.txt" "$work/second.txt" | head -n 20
    rm -rf "$work/first-tree"
    [ "$differing" -eq 0 ]
}

windows_installer() {
    mkdir -p "$work/windows/_internal"
    for file in VoiceClone.exe voiceclone-gui.exe _internal/python.dll; do
        echo "stands for the real one" >"$work/windows/$file"
    done
    "$python" packaging/windows/make_installer.py "$work/windows" "$made/icons/voiceclone.ico" "$work/nsis"
}

older_package() {
    cp "$deb" "$work/newer.deb"
    SOURCE_DATE_EPOCH=1700000000 "$python" packaging/linux/make_packages.py --only deb --version 0.0.9 --compression gzip
    mv "$made/out/voiceclone_0.0.9_amd64.deb" "$work/older.deb"
}

id=io.github.voiceclone.voiceclone
stage "desktop entry" desktop-file-validate packaging/linux/$id.desktop
stage "AppStream" appstreamcli validate --no-net packaging/linux/$id.metainfo.xml
stage "lintian" lintian --tag-display-limit 0 --fail-on error,warning "$deb"
stage "glibc" "$python" packaging/linux/glibc_ceiling.py "$made/tree/voiceclone" 2.36
stage "sizes" "$python" packaging/size_table.py
stage "Windows installer compiles" windows_installer
stage "a second build is the same" same_again
stage "an older package" older_package

# -- in a bare system ----------------------------------------------------------------------------------------------

bare_system() {
    debootstrap_once "$tarball" ca-certificates "$mirror"
    make_system bare "$tarball" /nonexistent "$ca_bundle" "$apt_conf"
    cp "$work/older.deb" "$work/newer.deb" packaging/linux/try_by_hand.sh "$tar_xz" "$system/srv/"
    cp resources/sample/austen-reading.wav "$system/srv/anna/my voice.wav"
    chmod 755 "$system/srv/try_by_hand.sh"
    inside "$system" root "apt-get update -q"
}

voices_kept() { # voices_kept COUNT: the library opens, and holds so many voices
    found=$("$python" -c '
import sqlite3, sys
library = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
assert library.execute("PRAGMA integrity_check").fetchone() == ("ok",)
print(library.execute("SELECT count(*) FROM voices").fetchone()[0])' "$system/srv/anna/.local/share/VoiceClone/library.sqlite3")
    echo "$found voices in the library"
    [ "$found" -eq "$1" ]
}

removed() {
    as_root "apt-get remove -q -y voiceclone"
    if [ -e "$system/opt/voiceclone" ] || [ -L "$system/usr/bin/voiceclone-gui" ]; then
        return 1
    fi
    voices_kept 2
}

purged() {
    as_root "apt-get install -q -y --no-install-recommends /srv/newer.deb && apt-get purge -q -y voiceclone"
    ! as_root "dpkg-query --show voiceclone" || return 1
    left=$(find "$system/usr" "$system/opt" "$system/etc" -iname '*voiceclone*' 2>/dev/null || true)
    echo "left: ${left:-nothing}"
    [ -z "$left" ] && voices_kept 2
}

seed="voiceclone-gui clone --voice-id seeded-voice-1 --text 'Good evening.' --model speech-2.8-hd 'my voice.wav'"
screen="dbus-run-session -- xvfb-run -a -s '-screen 0 1280x900x24'"
tools="xvfb xauth openbox xdotool procps libglib2.0-bin dbus xz-utils"
entry=/usr/share/applications/$id.desktop
stage "bare Debian 12" bare_system
stage "apt installs 0.0.9 and nothing else is asked for" \
    as_root "apt-get install -q -y --no-install-recommends /srv/older.deb"
stage "self-test off-screen as an ordinary user" as_anna "voiceclone-gui --self-test"
stage "a clone in the terminal seeds a library" as_anna "$seed"
stage "upgrade" as_root "apt-get install -q -y --no-install-recommends /srv/newer.deb"
stage "the library survived" voices_kept 1
stage "a screen and a user's tools" as_root "apt-get install -q -y --no-install-recommends $tools"
stage "self-test on a screen" as_anna "$screen voiceclone-gui --self-test"
stage "opened by the desktop entry, cloned by keys" \
    as_anna "$screen sh /srv/try_by_hand.sh $entry '/srv/anna/my voice.wav'"
stage "both voices are in the library" voices_kept 2
stage "removed, the user's data kept" removed
stage "purged" purged
stage "tar.xz unpacked elsewhere" \
    as_anna "mkdir 'two words' && tar -xf /srv/$(basename "$tar_xz") --strip-components=1 -C 'two words'"
stage "tar.xz: self-test off-screen" as_anna "'two words/voiceclone-gui' --self-test"
stage "tar.xz: self-test on a screen" as_anna "$screen 'two words/voiceclone-gui' --self-test"
rm -rf "$system"

start_ratio() {
    xvfb-run -a -s '-screen 0 1280x900x24 -noreset' \
        "$python" packaging/linux/start_ratio.py "$made/tree/voiceclone/voiceclone-gui" "$python" 5
}
stage "start beside the same from source" start_ratio

echo "$failures failed" | tee -a "$summary"
[ "$failures" -eq 0 ]
