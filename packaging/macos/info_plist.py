"""What macOS is told of the program; the spec hands it to PyInstaller's ``BUNDLE(info_plist=...)``."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

BUNDLE_ID = "io.github.voiceclone.voiceclone"
# What the wheels of Qt and PyAV ask for; ``macosx_14_0`` in their names.
OLDEST_MACOS = "14.0"
FILE_KINDS = Path(__file__).parents[1] / "file_kinds.toml"


def info_plist(*, version: str) -> dict[str, Any]:
    """The keys that PyInstaller doesn't write by itself.

    VoiceClone is offered for sound and films, and is the default for none of them. macOS wants the version as
    numbers alone. Raises ``ValueError`` for what is no version.
    """
    numbers = re.match(r"\d+(\.\d+)*", version)
    if numbers is None:
        raise ValueError(f"{version} is no version")
    return {
        "CFBundleIdentifier": BUNDLE_ID,
        "CFBundleName": "VoiceClone",
        "CFBundleDisplayName": "VoiceClone",
        "CFBundleShortVersionString": numbers[0],
        "CFBundleVersion": numbers[0],
        "CFBundleDevelopmentRegion": "en",
        "CFBundleDocumentTypes": _document_types(),
        "LSApplicationCategoryType": "public.app-category.music",
        "LSMinimumSystemVersion": OLDEST_MACOS,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "GPL-3.0-or-later",
        "NSMicrophoneUsageDescription": (
            "VoiceClone records your voice when you press Record, to make a voice of it."
        ),
        "NSPrincipalClass": "NSApplication",
    }


def _document_types() -> list[dict[str, Any]]:
    kinds = tomllib.loads(FILE_KINDS.read_text(encoding="utf-8"))
    unknown = [
        kind["ending"] for kind in (*kinds["sound"], *kinds["film"]) if kind.get("unknown_to_macos", False)
    ]
    viewer = {"CFBundleTypeRole": "Viewer", "LSHandlerRank": "Alternate"}
    return [
        {"CFBundleTypeName": "Sound", "LSItemContentTypes": ["public.audio"], **viewer},
        {"CFBundleTypeName": "Film", "LSItemContentTypes": ["public.movie"], **viewer},
        # Of these some systems know no type that is a sound or a film.
        {"CFBundleTypeName": "Recording", "CFBundleTypeExtensions": unknown, **viewer},
    ]
