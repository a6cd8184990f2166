"""The speech of espeak-ng, a library in C: text and the name of a voice in, samples out."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import espeakng_loader

from voiceclone_gui.core.errors import PracticeServiceFailed

# <espeak-ng/speak_lib.h>
_OUTPUT_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_POSITION_CHARACTER = 1
_CHARS_UTF8 = 1  # alone: without SSML and phoneme input, so that < and [[ are text like any other
_OK = 0
_RATE, _PITCH, _RANGE = 1, 3, 4
_GO_ON, _STOP = 0, 1

WORDS_PER_MINUTE = 175
PITCH_MIN, PITCH_DEFAULT, PITCH_MAX = 0, 50, 99
_PITCH_RANGE_DEFAULT = 50

_JOINERS = "\u200c\u200d"

# Beyond this the library cuts its data path off.
_PATH_LIMIT_BYTES = 140

_SynthCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


@dataclass(frozen=True, kw_only=True)
class Pcm:
    """One channel of 16 bit samples in the machine's byte order."""

    samples: bytes
    sample_rate_hz: int


class Espeak:
    """The library, which keeps its state for the whole process: make one with :func:`load_espeak`."""

    def __init__(self, *, library_path: Path, data_path: Path) -> None:
        """Load and initialise it. Raises :class:`PracticeServiceFailed`."""
        self._lock = threading.Lock()
        self._parts: list[bytes] = []
        self._room_bytes = 0
        try:
            self._library = ctypes.CDLL(str(library_path))
            passable = _passable(data_path)
        except OSError as error:
            raise PracticeServiceFailed("practice-no-voice", reason=str(error)) from error
        _declare(self._library)
        rate = self._library.espeak_Initialize(_OUTPUT_SYNCHRONOUS, 0, passable, _DONT_EXIT)
        if rate <= 0:
            raise PracticeServiceFailed("practice-no-voice", reason=f"no voices in {data_path}")
        self.sample_rate_hz: int = rate
        # The library keeps a bare pointer: the object has to live as long as the library is used.
        self._callback = _SynthCallback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def synthesise(self, text: str, *, voice: str, pitch: int = PITCH_DEFAULT, limit_s: float) -> Pcm:
        """``text`` as ``voice`` speaks it, at most ``limit_s`` of it.

        ``voice`` is a name of espeak-ng such as ``pt``, with ``+f2`` behind it for a variant; ``pitch`` goes
        from ``PITCH_MIN`` to ``PITCH_MAX``. Control characters in ``text`` would be commands: they are
        taken out. Raises :class:`PracticeServiceFailed`.
        """
        words = "".join(c if c.isprintable() or c in _JOINERS else " " for c in text).encode() + b"\0"
        with self._lock:
            self._parts = []
            self._room_bytes = 2 * round(limit_s * self.sample_rate_hz)
            self._choose(voice, pitch)
            status = self._library.espeak_Synth(
                words, len(words), 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None
            )
            samples, self._parts = b"".join(self._parts), []
        if status != _OK:
            raise PracticeServiceFailed("practice-no-voice", reason=f"espeak-ng status {status}")
        return Pcm(samples=samples, sample_rate_hz=self.sample_rate_hz)

    def _choose(self, voice: str, pitch: int) -> None:
        if self._library.espeak_SetVoiceByName(voice.encode()) != _OK:
            raise PracticeServiceFailed("practice-no-voice", reason=f"no voice {voice}")
        settings = {_RATE: WORDS_PER_MINUTE, _PITCH: pitch, _RANGE: _PITCH_RANGE_DEFAULT}
        for parameter, value in settings.items():
            self._library.espeak_SetParameter(parameter, value, 0)

    def _take(self, samples: Any, count: int, _events: int | None) -> int:
        if samples and count > 0:
            part = ctypes.string_at(samples, min(2 * count, self._room_bytes))
            self._parts.append(part)
            self._room_bytes -= len(part)
        return _GO_ON if self._room_bytes > 0 else _STOP


@cache
def load_espeak() -> Espeak:
    """The library of this process: it can be initialised only once."""
    return Espeak(
        library_path=Path(espeakng_loader.get_library_path()), data_path=Path(espeakng_loader.get_data_path())
    )


def _declare(library: ctypes.CDLL) -> None:
    # Without these, pointers are cut to 32 bits.
    number, text, pointer = ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p
    natural = ctypes.c_uint
    signatures = {
        "espeak_Initialize": (number, [number, number, text, number]),
        "espeak_SetSynthCallback": (None, [_SynthCallback]),
        "espeak_SetVoiceByName": (number, [text]),
        "espeak_SetParameter": (number, [number, number, number]),
        "espeak_Synth": (
            number,
            [text, ctypes.c_size_t, natural, number, natural, natural, pointer, pointer],
        ),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments


def _passable(data_path: Path) -> bytes:
    """``data_path`` as the library takes it."""
    if sys.platform == "win32":
        # It opens files by names in the system's code page.
        return str(data_path).encode("mbcs")
    path = os.fsencode(data_path)
    if len(path) <= _PATH_LIMIT_BYTES or sys.platform != "linux":
        return path
    # A descriptor that is never closed, since voices are read when they are first used.
    return f"/proc/self/fd/{os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)}".encode()
