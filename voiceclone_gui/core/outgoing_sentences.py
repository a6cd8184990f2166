"""Sentences about what is sent, each with its reason: a part of :mod:`voiceclone_gui.core.sentence_table`."""

from __future__ import annotations

from collections.abc import Mapping

OUTGOING: Mapping[str, tuple[str, str]] = {
    "sent-as-it-is": ("As it is.", "The service takes this file byte for byte."),
    "sent-without-tags": ("Without its tags.", "The sound stays as it is; all else stays here."),
    "sent-sound-alone": ("Its sound alone.", "It stays as it is; the pictures stay here."),
    "sent-cut": ("Cut to {duration} s.", "Only the selected part is sent."),
    "sent-as-wav": ("As WAV.", "The service takes mp3, m4a and wav; WAV loses nothing."),
    "sent-as-mp3": ("As mp3 of 320 kbit/s.", "A WAV of this length would be larger than the service takes."),
    "sent-mono": ("Mono.", "A voice needs one channel."),
    "sent-left": ("The left channel.", "The other one isn't sent."),
    "sent-right": ("The right channel.", "The other one isn't sent."),
    "sent-at-rate": ("At {khz} kHz.", "The service needs no more."),
    "sent-anew": ("Written anew.", "Only what can be read of it is sent."),
}
