"""The stand-in for a cloned voice: speech of espeak-ng, tuned to the pitch of the recording."""

from __future__ import annotations

import math
from collections.abc import Sequence

from voiceclone_gui.audio.effects import at_pitch
from voiceclone_gui.audio.pitch import median_pitch_hz
from voiceclone_gui.audio.sound import Sound, joined
from voiceclone_gui.practice.espeak import PITCH_DEFAULT, PITCH_MAX, PITCH_MIN, Espeak
from voiceclone_gui.practice.voices import Utterance

# Measured: the median pitch of the voices at the default setting, without a variant and with the one that
# is taken for higher voices; and how a setting changes it, as a parabola around the default.
_LOW_HZ, _HIGH_HZ = 100.0, 192.0
_HIGH_VARIANT = "+f2"
_HIGH_FROM_HZ = 150.0
_SLOPE, _CURVE = 0.010288, 8.576e-5
# Smaller differences aren't worth a filter.
_EXACT = 0.01
_SHIFT_MIN, _SHIFT_MAX = 0.5, 2.0


class StandIn:
    """Speaks at most ``limit_s`` of utterances so that the median pitch of them all is ``pitch_hz``.

    Where that is ``None``, espeak-ng's own pitch is taken. Either is multiplied by ``raised``.
    """

    def __init__(self, *, espeak: Espeak, pitch_hz: float | None, raised: float, limit_s: float) -> None:
        self._espeak = espeak
        self._wanted_hz = None if pitch_hz is None else pitch_hz * raised
        self._raised = raised
        self._limit_s = limit_s
        high = self._wanted_hz is not None and self._wanted_hz >= _HIGH_FROM_HZ
        self._variant = _HIGH_VARIANT if high else ""

    def speak(self, utterances: Sequence[Utterance]) -> list[Sound]:
        """One sound for each, without silence at its ends. Raises :class:`PracticeServiceFailed`."""
        if self._wanted_hz is None:
            return _shifted(self._render(utterances, setting=PITCH_DEFAULT), factor=self._raised)
        setting = _setting_for(self._wanted_hz / (_HIGH_HZ if self._variant else _LOW_HZ))
        sounds = self._render(utterances, setting=setting)
        off = _ratio(self._wanted_hz, sounds)
        better = _setting_for(_factor_of(setting) * off)
        if better != setting:
            sounds = self._render(utterances, setting=better)
            off = _ratio(self._wanted_hz, sounds)
        # What is left is finer than the library's steps, or beyond its range.
        return _shifted(sounds, factor=off)

    def _render(self, utterances: Sequence[Utterance], *, setting: int) -> list[Sound]:
        sounds = []
        left_s = self._limit_s
        for utterance in utterances:
            if left_s <= 0:
                break
            pcm = self._espeak.synthesise(
                utterance.text, voice=utterance.voice + self._variant, pitch=setting, limit_s=left_s
            )
            sound = Sound.from_pcm16(pcm.samples, sample_rate_hz=pcm.sample_rate_hz).without_silent_ends()
            left_s -= sound.duration_s
            sounds.append(sound)
        return sounds


def _ratio(wanted_hz: float, sounds: Sequence[Sound]) -> float:
    """How many times too low they are; 1 also where there is too little to judge by."""
    if not sounds:
        return 1.0
    whole = joined(sounds, sample_rate_hz=sounds[0].sample_rate_hz)
    found_hz = median_pitch_hz(whole.samples, sample_rate_hz=whole.sample_rate_hz)
    return 1.0 if found_hz is None else wanted_hz / found_hz


def _shifted(sounds: list[Sound], *, factor: float) -> list[Sound]:
    if abs(factor - 1) <= _EXACT:
        return sounds
    within = min(max(factor, _SHIFT_MIN), _SHIFT_MAX)
    return [at_pitch(sound, factor=within) for sound in sounds]


def _factor_of(setting: int) -> float:
    distance = setting - PITCH_DEFAULT
    return 1 + _SLOPE * distance + _CURVE * distance**2


def _setting_for(factor: float) -> int:
    root = math.sqrt(max(_SLOPE**2 + 4 * _CURVE * (factor - 1), 0))
    return round(min(max(PITCH_DEFAULT + (root - _SLOPE) / (2 * _CURVE), PITCH_MIN), PITCH_MAX))
