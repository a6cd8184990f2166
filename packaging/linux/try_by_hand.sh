#!/bin/sh
# What a user does with the installed program: opens a recording by the desktop entry, and clones it by keys.
#
# Usage: try_by_hand.sh DESKTOP_ENTRY RECORDING     on an X display, with openbox, xdotool and gio; bounded
set -eu

entry=$1 recording=$2
data=$HOME/.local/share/VoiceClone

wait_for() { # wait_for WHAT COMMAND...: up to a minute
    what=$1
    shift
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || {
            echo "It never came: $what" >&2
            exit 1
        }
        sleep 0.2
    done
    echo "seen: $what"
}

new_voice() {
    [ "$(find "$data/voices" -mindepth 1 -maxdepth 1 -type d | wc -l)" -gt "$voices" ]
}

voices=0
[ ! -d "$data/voices" ] || voices=$(find "$data/voices" -mindepth 1 -maxdepth 1 -type d | wc -l)
openbox &
manager=$!
trap 'kill $manager 2>/dev/null || true' EXIT
gio launch "$entry" "$recording" &
wait_for "the window" xdotool search --onlyvisible --name VoiceClone
wait_for "the recording on the page" grep -q "$(basename "$recording")" "$data/settings.json"
window=$(xdotool search --onlyvisible --name VoiceClone | head -n 1)
xdotool windowactivate --sync "$window"
# Backwards from the page, past the link above it and three stops of the header, Tab comes to the last thing that
# can be used: the box for the right to the voice.
sleep 2
xdotool key --delay 200 --repeat 5 shift+Tab
sleep 1
xdotool key space
sleep 1
xdotool key ctrl+Return
wait_for "a new voice in the library" new_voice
wait_for "the practice service's record of it" test -d "$data/practice-service"
sleep 2
xdotool key ctrl+q
wait_for "the end of the program" sh -c '! pgrep -f "[v]oiceclone-gui"'
