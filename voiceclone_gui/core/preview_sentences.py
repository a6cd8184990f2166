"""Sentences about previews and how to get one back: a part of :mod:`voiceclone_gui.core.sentence_table`."""

from __future__ import annotations

from collections.abc import Mapping

PREVIEW: Mapping[str, tuple[str, str]] = {
    "preview-empty": (
        "The voice is made, but the service gave no preview.",
        "Make a new preview to hear it.",
    ),
    "preview-expired": (
        "The voice is made, but the link to its preview has expired or is refused.",
        "Make a new preview to hear it.",
    ),
    "preview-stopped": ("The voice is made; its preview wasn't waited for.", "Fetch it when you like."),
    "preview-interrupted": (
        "The voice is made; the program ended before its preview came.",
        "Fetch it when you like; it costs nothing.",
    ),
    "preview-of-lost-answer": (
        "The voice was made by the first attempt; the link to its preview was lost with the answer.",
        "Make a new preview to hear it.",
    ),
    "preview-truncated": ("The voice is made, but its preview came incomplete.", "Fetch it again."),
    "preview-too-big": (
        "The voice is made, but its preview is larger than {limit_mb} MB.",
        "It was not saved. Ask the service's support.",
    ),
    "preview-not-audio": (
        "The voice is made, but what came as its preview is not mp3, wav or m4a.",
        "Fetch it again.",
    ),
    "preview-bad-link": (
        "The voice is made, but the link to its preview is not one that may be followed.",
        "Make a new preview to hear it; tell the service's support.",
    ),
    "preview-not-https": (
        "The voice is made, but its preview is offered without encryption only.",
        "It was not fetched. Make a new preview to hear it.",
    ),
    "preview-connection": (
        "The voice is made, but its preview could not be fetched. {reason}",
        "Fetch it again.",
    ),
    "preview-redirects": (
        "The voice is made, but the link to its preview leads on and on.",
        "Fetch it again later.",
    ),
    "preview-gone": (
        "The preview {path} is gone from this computer.",
        "The voice isn't affected: fetch its preview again, or make a new one.",
    ),
    "synthesis-unknown": (
        "Nobody knows what came of the new preview: {reason}",
        "The voice may be kept and billed all the same. It isn't asked for again by itself.",
    ),
    "synthesis-not-saved": (
        "The voice is kept and has spoken, but its preview can't be saved: {reason}",
        "Make room or change the permissions of the data folder; another preview is billed anew.",
    ),
    "voice-elsewhere": (
        "This voice was made at {made_at}, and {connected} is connected.",
        "Choose {made_at} at the top of the window, then try again.",
    ),
    "voice-unmade": (
        "Nobody knows yet whether this voice was made.",
        "Find that out first: an unknown voice can't speak.",
    ),
}
