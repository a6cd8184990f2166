#!/bin/sh
# Makes the AppImage of the relocatable tree: the same files, in one that needs no unpacking.
#
# Usage: make_appimage.sh TAR_XZ ICONS TOOLS OUT_FOLDER
#
# TAR_XZ is the finished package, ICONS what make_icons.py made, TOOLS the folder in which fetch_pinned.py has
# put appimagetool and runtime. Prints the AppImage's path.
set -eu

[ $# -eq 4 ] || {
    sed -n 's/^# \(Usage: .*\)/\1/p' "$0" >&2
    exit 2
}
tarball=$1 icons=$2 tools=$3 out=$4
here=$(dirname "$0")
id=io.github.voiceclone.voiceclone
image=$out/$(basename "$tarball" .tar.xz).AppImage

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dir=$work/AppDir
mkdir -p "$dir/usr/lib/voiceclone" "$dir/usr/share/applications" "$dir/usr/share/metainfo" \
    "$dir/usr/share/icons" "$out"
tar -xf "$tarball" --strip-components=1 -C "$dir/usr/lib/voiceclone"
[ -x "$dir/usr/lib/voiceclone/voiceclone-gui" ] || {
    echo "$tarball holds no voiceclone-gui in its folder." >&2
    exit 1
}
cp "$here/$id.desktop" "$dir/usr/share/applications/"
# The name that appimagetool looks for.
cp "$here/$id.metainfo.xml" "$dir/usr/share/metainfo/$id.appdata.xml"
cp -R "$icons/hicolor" "$dir/usr/share/icons/"
cp "$here/$id.desktop" "$dir/"
cp "$icons/hicolor/256x256/apps/$id.png" "$dir/"
cp "$icons/hicolor/256x256/apps/$id.png" "$dir/.DirIcon"
cat >"$dir/AppRun" <<'END'
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/usr/lib/voiceclone/voiceclone-gui" "$@"
END
chmod 755 "$dir/AppRun"

# It is an AppImage itself: unpacked, it needs no FUSE. Without a runtime of ours it would fetch one.
APPIMAGE_EXTRACT_AND_RUN=1 ARCH=x86_64 "$tools/appimagetool" --no-appstream \
    --runtime-file "$tools/runtime" "$dir" "$image" >&2
echo "$image"
