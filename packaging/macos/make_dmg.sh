#!/bin/sh
# Puts the program on a disk image, beside the licences and a link to drag it to. Runs on macOS.
#
# Usage: make_dmg.sh APP LICENCES DMG
set -eu

[ $# -eq 3 ] || {
    sed -n 's/^# \(Usage: .*\)/\1/p' "$0" >&2
    exit 2
}
app=$1 licences=$2 image=$3

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
ditto "$app" "$stage/VoiceClone.app"
cp -R "$licences" "$stage/Licences"
ln -s /Applications "$stage/Applications"

# A disk that the system still looks at makes hdiutil fail now and then with "Resource busy".
tries=1
until hdiutil create -quiet -ov -volname VoiceClone -srcfolder "$stage" -fs HFS+ -format ULMO "$image"; do
    [ "$tries" -lt 4 ] || exit 1
    tries=$((tries + 1))
    sleep 5
done
hdiutil verify -quiet "$image"
