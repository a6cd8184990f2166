"""Jobs for the audio process around espeak-ng: what can be done only once in a process."""

from __future__ import annotations

from pathlib import Path

import espeakng_loader

from voiceclone_gui.practice.espeak import Espeak


def say_from(library_path: Path, data_path: Path, text: str) -> int:
    """How many samples ``text`` has, spoken with voices from ``data_path``."""
    espeak = Espeak(library_path=library_path, data_path=data_path)
    return len(espeak.synthesise(text, voice="de", limit_s=60).samples) // 2


def library_path() -> Path:
    return Path(espeakng_loader.get_library_path())


def data_path() -> Path:
    return Path(espeakng_loader.get_data_path())
