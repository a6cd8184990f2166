#!/bin/sh
# Clones the sample recording's voice on the built-in practice service, as a new user would.
set -eu

cd "$(dirname "$0")/.."
mkdir -p build/run
# A voice ID is used once and never again, so every run takes a fresh one.
exec .venv/bin/voiceclone-gui --data-dir build/run-data clone resources/sample/austen-reading.wav \
    --voice-id "Practice-$(date +%s)-$$" \
    --text "Good morning. This is how the stand-in voice of the practice service sounds." \
    --model speech-2.8-hd \
    --prompt-audio resources/sample/austen-prompt.wav \
    --prompt-text "Unless to be rather cold hearted and rather selfish is to be ill-disposed." \
    --out build/run/preview.mp3
