"""What the practice service says: a text, in a voice that sounds a little like the recording."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from voiceclone_gui.audio.effects import (
    at_loudness,
    at_tempo,
    breath,
    tone,
    with_gain,
    with_noise,
    without_noise,
)
from voiceclone_gui.audio.encode import encode
from voiceclone_gui.audio.levels import measure_levels
from voiceclone_gui.audio.sound import Sound, joined
from voiceclone_gui.audio.waveform import SILENCE_DBFS
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.speech_text import split_speech
from voiceclone_gui.practice.espeak import load_espeak
from voiceclone_gui.practice.likeness import likeness_of
from voiceclone_gui.practice.stand_in import StandIn
from voiceclone_gui.practice.voices import Utterance, VoiceTable, load_voices

SAMPLE_RATE_HZ = 32_000
NORMAL_LUFS = -18.0
# Far more than a text of 10,000 characters takes; only pauses could add up to more.
LIMIT_S = 1800.0

_NOTHING_S = 0.3
_BETWEEN_VOICES_S = 0.08
_QUIET_TAG_S = 0.25
_TAIL_S = 0.15
_BREATH_BELOW_SPEECH_DB = 12.0
# The letters A and I in Morse code, as units of sound and of silence.
_RHYTHM = ((1, 1), (3, 3), (1, 1), (1, 1))
_RHYTHM_UNIT_S, _RHYTHM_BEFORE_S = 0.08, 0.3
_RHYTHM_HZ, _RHYTHM_DBFS = 880.0, -22.0


@dataclass(frozen=True, kw_only=True)
class SpeechJob:
    """A text to be spoken, and how.

    ``sound_tags`` says that the model knows them: then some are breathed; they are never read aloud.
    ``speed`` is 0.5 to 2, ``volume`` a factor, ``container`` one of ``audio.encode.CONTAINERS``.
    """

    text: str
    recording: Path
    language_boost: str = ""
    sound_tags: bool = True
    noise_reduction: bool = False
    volume_normalization: bool = False
    watermark: bool = False
    speed: float = 1.0
    volume: float = 1.0
    semitones: int = 0
    container: str = "mp3"


@dataclass(frozen=True, kw_only=True)
class SpokenText:
    """Encoded speech; ``bitrate`` is in bit/s."""

    audio: bytes
    duration_s: float
    sample_rate_hz: int
    bitrate: int
    channels: int = 1


def speak(job: SpeechJob) -> SpokenText:
    """A job for the audio process: speak ``job.text``.

    Speech stands where the recording's speech stands in pitch, loudness and noise, so that the switches
    have something to change. A text without words becomes a short silence; one that would last longer
    than ``LIMIT_S`` is cut. Raises :class:`SampleError` and :class:`PracticeServiceFailed`.
    """
    likeness = likeness_of(job.recording)
    espeak = load_espeak()
    rate = espeak.sample_rate_hz
    stand_in = StandIn(
        espeak=espeak, pitch_hz=likeness.pitch_hz, raised=2 ** (job.semitones / 12), limit_s=LIMIT_S
    )
    parts = tuple(_parts(job, voices=load_voices()))
    spoken = stand_in.speak([part for part in parts if isinstance(part, Utterance)])
    timed = [at_tempo(sound, factor=job.speed) for sound in spoken]
    heard = _at_level(timed, level_dbfs=likeness.levels.speech_dbfs, sample_rate_hz=rate)
    whole = _assembled(parts, heard, level_dbfs=likeness.levels.speech_dbfs, sample_rate_hz=rate)
    finished = _finished(whole, job, pause_dbfs=likeness.levels.pause_dbfs)
    encoded = encode(finished, container=job.container, sample_rate_hz=SAMPLE_RATE_HZ)
    return SpokenText(
        audio=encoded.audio,
        duration_s=encoded.duration_s,
        sample_rate_hz=encoded.sample_rate_hz,
        bitrate=encoded.bitrate,
        channels=encoded.channels,
    )


@dataclass(frozen=True, kw_only=True)
class _Pause:
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class _Breath:
    duration_s: float


_Part = Utterance | _Pause | _Breath


def _parts(job: SpeechJob, *, voices: VoiceTable) -> Iterator[_Part]:
    """What is heard, in its order; nothing of it is a mark any more."""
    pieces = split_speech(job.text, tags=_sound_tags())
    words = "".join(piece.words for piece in pieces)
    main_voice = voices.main_voice(words, language_boost=job.language_boost)
    for piece in pieces:
        if piece.tag:
            yield _tag_part(piece.tag if job.sound_tags else "", voices=voices)
        elif piece.pause_s:
            yield _Pause(duration_s=piece.pause_s)
        else:
            utterances = voices.utterances(piece.words, main_voice=main_voice)
            for number, utterance in enumerate(utterances):
                if number:
                    yield _Pause(duration_s=_BETWEEN_VOICES_S)
                yield utterance


def _tag_part(tag: str, *, voices: VoiceTable) -> _Part:
    duration_s = voices.breaths_s.get(tag)
    return _Pause(duration_s=_QUIET_TAG_S) if duration_s is None else _Breath(duration_s=duration_s)


@cache
def _sound_tags() -> tuple[str, ...]:
    return load_catalog().sound_tags


def _at_level(sounds: Sequence[Sound], *, level_dbfs: float, sample_rate_hz: int) -> list[Sound]:
    """All of them with one gain, so that together they are as loud as that."""
    together = joined(sounds, sample_rate_hz=sample_rate_hz)
    found = measure_levels(together.samples, sample_rate_hz=sample_rate_hz) if sounds else None
    gain_db = 0.0 if found is None else level_dbfs - found.speech_dbfs
    return [with_gain(sound, gain_db=gain_db) for sound in sounds]


def _assembled(
    parts: Iterable[_Part], spoken: Sequence[Sound], *, level_dbfs: float, sample_rate_hz: int
) -> Sound:
    """The parts one behind the other, up to the limit."""
    waiting = iter(spoken)
    sounds: list[Sound] = []
    left_s = LIMIT_S
    for part in parts:
        match part:
            case Utterance():
                sound = next(waiting, Sound.silence(0, sample_rate_hz=sample_rate_hz))
            case _Pause(duration_s=duration_s):
                sound = Sound.silence(min(duration_s, left_s), sample_rate_hz=sample_rate_hz)
            case _Breath(duration_s=duration_s):
                level = level_dbfs - _BREATH_BELOW_SPEECH_DB
                sound = breath(duration_s, level_dbfs=level, sample_rate_hz=sample_rate_hz)
        sounds.append(sound.first(left_s))
        left_s -= sounds[-1].duration_s
        if left_s <= 0:
            break
    end_s = _TAIL_S if sounds else _NOTHING_S
    return joined(
        [*sounds, Sound.silence(end_s, sample_rate_hz=sample_rate_hz)], sample_rate_hz=sample_rate_hz
    )


def _finished(sound: Sound, job: SpeechJob, *, pause_dbfs: float) -> Sound:
    """With the recording's noise under it, and with what the switches do."""
    if pause_dbfs > SILENCE_DBFS:
        sound = with_noise(sound, level_dbfs=pause_dbfs)
    if job.noise_reduction:
        sound = without_noise(sound, noise_dbfs=pause_dbfs)
    if job.volume_normalization:
        sound = at_loudness(sound, target_lufs=NORMAL_LUFS)
    if job.volume != 1:
        sound = with_gain(sound, gain_db=20 * math.log10(job.volume))
    if job.watermark:
        rate = sound.sample_rate_hz
        sound = joined([sound, *_rhythm(sample_rate_hz=rate)], sample_rate_hz=rate)
    return sound


def _rhythm(*, sample_rate_hz: int) -> Iterator[Sound]:
    yield Sound.silence(_RHYTHM_BEFORE_S, sample_rate_hz=sample_rate_hz)
    for sounding, silent in _RHYTHM:
        yield tone(
            sounding * _RHYTHM_UNIT_S,
            pitch_hz=_RHYTHM_HZ,
            level_dbfs=_RHYTHM_DBFS,
            sample_rate_hz=sample_rate_hz,
        )
        yield Sound.silence(silent * _RHYTHM_UNIT_S, sample_rate_hz=sample_rate_hz)
