"""The stand-in for a cloned voice: speech of espeak-ng, tuned to the pitch of the recording."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from voiceclone_gui.audio.effects import at_pitch
from voiceclone_gui.audio.pitch import median_pitch_hz
from voiceclone_gui.audio.sound import Sound, joined
from voiceclone_gui.practice.espeak import PITCH_DEFAULT, PITCH_MAX, PITCH_MIN, Espeak
from voiceclone_gui.practice.voices import Utterance

# Smaller differences aren't worth a filter.
_EXACT = 0.015
_ROUNDS = 2
_SHIFT_MIN, _SHIFT_MAX = 0.5, 2.0


@dataclass(frozen=True, kw_only=True)
class _Register:
    """A variant of espeak-ng's voices, as measured: its median pitch at the default setting, and how
    another setting multiplies it (a parabola around the default)."""

    variant: str
    default_hz: float
    slope: float
    curve: float

    def factor_of(self, setting: int) -> float:
        distance = setting - PITCH_DEFAULT
        return 1 + self.slope * distance + self.curve * distance**2

    def setting_for(self, factor: float) -> int:
        root = math.sqrt(max(self.slope**2 + 4 * self.curve * (factor - 1), 0))
        setting = PITCH_DEFAULT + (root - self.slope) / (2 * self.curve)
        return round(min(max(setting, PITCH_MIN), PITCH_MAX))


_LOW = _Register(variant="+Diogo", default_hz=106.0, slope=0.00999, curve=7.53e-5)
_HIGH = _Register(variant="+steph3", default_hz=185.0, slope=0.01268, curve=8.28e-5)
_HIGH_FROM_HZ = 150.0


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
        self._register = _HIGH if high else _LOW

    def speak(self, utterances: Sequence[Utterance]) -> list[Sound]:
        """One sound for each, without silence at its ends. Raises :class:`PracticeServiceFailed`."""
        if self._wanted_hz is None:
            return _shifted(self._render(utterances, setting=PITCH_DEFAULT), factor=self._raised)
        setting = self._register.setting_for(self._wanted_hz / self._register.default_hz)
        sounds = self._render(utterances, setting=setting)
        off = _ratio(self._wanted_hz, sounds)
        better = self._register.setting_for(self._register.factor_of(setting) * off)
        if better != setting:
            sounds = self._render(utterances, setting=better)
            off = _ratio(self._wanted_hz, sounds)
        # What is left is finer than the library's steps, or beyond its range. Shifting moves the measure
        # itself a little, where few frames are sure, so it is looked at again.
        shift, shifted = 1.0, sounds
        for _ in range(_ROUNDS):
            if abs(off - 1) <= _EXACT:
                break
            shift *= off
            shifted = _shifted(sounds, factor=shift)
            off = _ratio(self._wanted_hz, shifted)
        return shifted

    def _render(self, utterances: Sequence[Utterance], *, setting: int) -> list[Sound]:
        sounds = []
        left_s = self._limit_s
        for utterance in utterances:
            if left_s <= 0:
                break
            pcm = self._espeak.synthesise(
                utterance.text, voice=utterance.voice + self._register.variant, pitch=setting, limit_s=left_s
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


def _shifted(sounds: Sequence[Sound], *, factor: float) -> list[Sound]:
    within = min(max(factor, _SHIFT_MIN), _SHIFT_MAX)
    return [at_pitch(sound, factor=within) for sound in sounds]
