#!/bin/sh
# Signs the program, puts it on a disk image, and has Apple notarise that. Runs on macOS.
#
# Usage: sign_and_notarise.sh APP LICENCES OUT_FOLDER VERSION
#
# Without the secrets nothing is signed, and the image's name ends in -unsigned. They come in the environment:
#   MACOS_CERTIFICATE           "Developer ID Application" with its key, a .p12 file in base64
#   MACOS_CERTIFICATE_PASSWORD  of that file
#   NOTARY_KEY                  an App Store Connect API key, the text of its .p8 file
#   NOTARY_KEY_ID, NOTARY_ISSUER
#
# Prints the image's path; all else goes to the standard error.
set -eu
exec 3>&1 >&2

[ $# -eq 4 ] || {
    sed -n 's/^# \(Usage: .*\)/\1/p' "$0" >&2
    exit 2
}
app=$1 licences=$2 out=$3 version=$4
here=$(dirname "$0")
image=$out/voiceclone-$version-macos-$(uname -m)
mkdir -p "$out"

if [ -z "${MACOS_CERTIFICATE:-}" ]; then
    sh "$here/make_dmg.sh" "$app" "$licences" "$image-unsigned.dmg"
    echo "$image-unsigned.dmg" >&3
    exit 0
fi
for name in MACOS_CERTIFICATE_PASSWORD NOTARY_KEY NOTARY_KEY_ID NOTARY_ISSUER; do
    eval "value=\${$name:-}"
    # shellcheck disable=SC2154 # eval has set it
    [ -n "$value" ] || {
        echo "There is a certificate to sign with, but no $name. macOS refuses what isn't notarised."
        exit 1
    }
done

secrets=$(mktemp -d)
keychain=$secrets/signing.keychain-db
password=$(head -c 24 /dev/urandom | base64)
trap 'security delete-keychain "$keychain" || true; rm -rf "$secrets"' EXIT
umask 077
printf '%s' "$MACOS_CERTIFICATE" | base64 --decode >"$secrets/certificate.p12"
printf '%s\n' "$NOTARY_KEY" >"$secrets/notary.p8"
security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 7200 "$keychain"
security unlock-keychain -p "$password" "$keychain"
security import "$secrets/certificate.p12" -k "$keychain" -P "$MACOS_CERTIFICATE_PASSWORD" -T /usr/bin/codesign
security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null
security list-keychains -d user -s "$keychain" login.keychain-db
identity=$(security find-identity -v -p codesigning "$keychain" |
    sed -n 's/.*"\(Developer ID Application: .*\)".*/\1/p' | head -n 1)
[ -n "$identity" ] || {
    echo "MACOS_CERTIFICATE holds no Developer ID Application."
    exit 1
}
umask 022

sign() { # sign [OPTION...] PATH
    codesign --force --timestamp --options runtime --keychain "$keychain" --sign "$identity" "$@"
}

# Inside out: each signature covers those of what lies within. All are by the same team, so macOS loads the
# libraries without an exception. What the program may do belongs to the programs, not to their libraries.
find "$app/Contents" -type f ! -path "$app/Contents/MacOS/*" -print >"$secrets/files"
while IFS= read -r path; do
    case $(file -b "$path") in
    Mach-O*) sign "$path" ;;
    esac
done <"$secrets/files"
find "$app/Contents" -depth -type d -name '*.framework' -print >"$secrets/frameworks"
while IFS= read -r path; do
    sign "$path"
done <"$secrets/frameworks"
for path in "$app"/Contents/MacOS/*; do
    sign --entitlements "$here/entitlements.plist" "$path"
done
sign --entitlements "$here/entitlements.plist" "$app"
codesign --verify --strict --deep --verbose=2 "$app"

sh "$here/make_dmg.sh" "$app" "$licences" "$image.dmg"
codesign --force --timestamp --keychain "$keychain" --sign "$identity" "$image.dmg"
xcrun notarytool submit "$image.dmg" --wait --timeout 45m \
    --key "$secrets/notary.p8" --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER"
# Fails unless Apple has said yes.
xcrun stapler staple "$image.dmg"
spctl --assess --type open --context context:primary-signature --verbose=2 "$image.dmg"
echo "$image.dmg" >&3
