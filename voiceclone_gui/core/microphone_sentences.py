"""What can be wrong with a microphone, and the clicks that help: a part of
:mod:`voiceclone_gui.core.sentence_table`. A code ends in the system that its clicks are of.
"""

from __future__ import annotations

from collections.abc import Mapping

_NO_SERVER = (
    "Log out and in again, or type in a terminal: systemctl --user restart pipewire pipewire-pulse "
    "wireplumber. Then start VoiceClone again."
)
_WINDOWS_PRIVACY = (
    "Open Settings › Privacy & security › Microphone; switch on Microphone access and Let desktop apps "
    "access your microphone. Then open this window again."
)
_MACOS_PRIVACY = (
    "Open System Settings › Privacy & Security › Microphone and switch VoiceClone on. Then start "
    "VoiceClone again."
)
_SILENT_MACOS = (
    "Say something. If the bar stays still, turn up Input volume in System Settings › Sound › Input, and see "
    "whether VoiceClone is on in Privacy & Security › Microphone."
)
_SILENT_WINDOWS = (
    "Say something. If the bar stays still, see whether the microphone is muted, on itself or in Settings › "
    "System › Sound › Input; or choose another one while nothing is recorded."
)
_SILENT_LINUX = (
    "Say something. If the bar stays still, see whether the microphone is muted, on itself or in Settings › "
    "Sound › Input; or choose another one while nothing is recorded."
)

MICROPHONE: Mapping[str, tuple[str, str]] = {
    "microphone-missing-linux": (
        "No microphone is connected.",
        "Plug one in: it appears here by itself. A built-in one is switched on in Settings › Sound › Input.",
    ),
    "microphone-missing-windows": (
        "No microphone is connected, or it is switched off.",
        "Plug one in, or switch it on in Settings › System › Sound › All sound devices.",
    ),
    "microphone-missing-macos": (
        "No microphone is connected.",
        "Plug one in: it appears here by itself. See System Settings › Sound › Input.",
    ),
    "microphone-no-sound-server": (
        "This computer's sound system isn't running, so no microphone can be reached.",
        _NO_SERVER,
    ),
    "microphone-denied-linux": (
        "The system doesn't let VoiceClone use the microphone.",
        "Switch it on in Settings › Privacy & Security › Microphone. Then open this window again.",
    ),
    "microphone-denied-windows": ("Windows doesn't let VoiceClone use the microphone.", _WINDOWS_PRIVACY),
    "microphone-denied-macos": ("macOS doesn't let VoiceClone use the microphone.", _MACOS_PRIVACY),
    "microphone-unopened-linux": (
        "{name} can't be opened.",
        "See whether it is on in Settings › Sound › Input; end other programs that record.",
    ),
    "microphone-unopened-windows": ("{name} can't be opened.", _WINDOWS_PRIVACY),
    "microphone-unopened-macos": ("{name} can't be opened.", _MACOS_PRIVACY),
    "microphone-lost": ("{name} is gone.", "Plug it in again, or choose another microphone."),
    "microphone-lost-in-take": (
        "{name} is gone; what it recorded until then is kept.",
        "Use what there is, or plug it in again and record once more.",
    ),
    "microphone-silent-linux": ("Nothing is heard.", _SILENT_LINUX),
    "microphone-silent-windows": ("Nothing is heard.", _SILENT_WINDOWS),
    "microphone-silent-macos": ("Nothing is heard.", _SILENT_MACOS),
    "take-full": (
        "It ended by itself after {minutes} minutes: a take isn't longer.",
        "Use it, or record another one.",
    ),
    "take-full-clip": (
        "It ended by itself: an example clip has to be shorter than 8 seconds.",
        "Listen whether the last word is whole; else record again.",
    ),
    "microphone-clips": (
        "It is too loud and clips.",
        "Turn the microphone down, or go further away from it.",
    ),
    "microphone-clipped-take": (
        "It was too loud at times and clipped.",
        "Turn the microphone down or go further away from it, then record again.",
    ),
}
