"""Sentences about new versions: a part of :mod:`voiceclone_gui.core.sentence_table`."""

from __future__ import annotations

from collections.abc import Mapping

_TELL = "Nothing was changed. Try again later; if it stays, tell who gave you the address."

UPDATES: Mapping[str, tuple[str, str]] = {
    "updates-address-malformed": (
        "{address} is not the address of a list of releases.",
        "Type it like https://example.com/voiceclone/releases.json.",
    ),
    "updates-address-not-https": (
        "A list that comes without https could come from anybody.",
        "Use the address that begins with https://.",
    ),
    "updates-address-with-password": (
        "The address has a user name or a password in it.",
        "Take it out: a list of releases is open to all.",
    ),
    "updates-address-with-query": (
        "The address has a ? or # part.",
        "Take everything from there on out: the list is a plain file with its SHA-256 beside it.",
    ),
    "updates-address-missing": (
        "There is no address to ask: no new version is looked for.",
        "Type the address of a list of releases. Whoever gave you the program knows it.",
    ),
    "updates-page-unopened": (
        "The page could not be opened on this computer.",
        "Type its address into a browser: {page}",
    ),
    "release-list-status": ("{host} gives no list of releases (HTTP {status}).", "Check the address."),
    "release-list-redirects": ("The address at {host} leads on and on.", "Check the address."),
    "release-list-redirect": (
        "The address at {host} leads to a place that may not be followed.",
        "Type the final address, which begins with https://.",
    ),
    "release-list-too-big": (
        "What {host} sends is larger than {limit_kb} kB: that is no list of releases.",
        "Check the address.",
    ),
    "release-list-packed": (
        "{host} packs the list, though it was asked for as it is.",
        "Tell who gave you the address: the list has to be sent byte for byte.",
    ),
    "release-list-sum": (
        "The list of releases doesn't agree with its SHA-256: it is damaged, or was changed just now.",
        _TELL,
    ),
    "release-list-sum-malformed": ("What lies beside the list of releases is no SHA-256 of it.", _TELL),
    "release-list-not-json": ("What came is not a list of releases: {reason}", "Check the address."),
    "release-list-format": (
        "The list of releases has the format {format}, and this version reads {known}.",
        "Look for a newer version where you got this one.",
    ),
    "release-list-missing": ("In the list of releases, {place} is missing.", _TELL),
    "release-list-value": ("In the list of releases, {place} can't be {value}.", _TELL),
    "release-list-long": ("In the list of releases, {place} has more than {limit} entries.", _TELL),
    "release-list-twice": ("In the list of releases, {name} stands twice in {place}.", _TELL),
}
