"""Is this part of a recording a good sample? What was measured in it becomes a row of lights.

Lights only advise: what the service forbids is in :mod:`voiceclone_gui.core.sample`. The figures behind
them follow published advice for samples and the project's own measurements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum

from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.sample import (
    PROMPT_ADVISED_MIN_S,
    PROMPT_LIMIT_S,
    SAMPLE_MAX_S,
    SAMPLE_MIN_S,
    Purpose,
)
from voiceclone_gui.core.sentences import fill

BRIEF_S = 30.0
SPEECH_QUIETEST_DBFS, SPEECH_LOUDEST_DBFS = -30.0, -12.0
SILENT_PEAK_DBFS = -60.0
PEAK_HIGHEST_DBFS = -1.0
SNR_GOOD_DB, SNR_BAD_DB = 25.0, 15.0
CLIPPED_BAD_SHARE = 0.001
SPEECH_SHARE_GOOD = 0.6
TELEPHONE_HZ = 7_000.0


class Side(StrEnum):
    """One of two channels."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, kw_only=True)
class SampleMeasures:
    """What was measured in a part of a recording; ``None`` for what isn't known, or not yet.

    ``duration_s`` is the part's, ``recording_s`` the whole recording's length. ``speech_dbfs`` is the root
    mean square of the speech, ``noise_dbfs`` that of its pauses; both as one channel, as it is sent.
    ``loudness_lufs`` is by BS.1770, of all channels. ``clipped_share`` counts clipped samples against those
    of the speech. ``bandwidth_hz`` is where the speech ends abruptly. ``is_speech_certain``: the model
    judged the whole part, not energy alone.
    """

    duration_s: float
    recording_s: float
    speech_dbfs: float | None = None
    noise_dbfs: float | None = None
    snr_db: float | None = None
    are_pauses_silent: bool = False
    loudness_lufs: float | None = None
    peak_dbfs: float | None = None
    clipped_share: float | None = None
    speech_share: float | None = None
    is_speech_certain: bool = False
    bandwidth_hz: float | None = None
    is_bandwidth_known: bool = False
    is_music_likely: bool = False
    are_voices_several: bool = False
    better_side: Side | None = None

    @property
    def is_first_guess(self) -> bool:
        """Whether nobody has listened to it yet: the waveform alone takes clean rooms for noisy ones."""
        return self.clipped_share is None


class LightKind(StrEnum):
    """What a light is about, in the order of the row. ``CONTENT`` is there only with a hint."""

    LENGTH = "length"
    LOUDNESS = "loudness"
    NOISE = "noise"
    CLIPPING = "clipping"
    SPEECH = "speech"
    BANDWIDTH = "bandwidth"
    CONTENT = "content"


class Verdict(StrEnum):
    """What a light says; ``UNKNOWN`` where it can't be judged, or not yet."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Light:
    """One light: a sentence and a cure by ``code``, and the one action that may help."""

    kind: LightKind
    verdict: Verdict
    code: str
    values: Mapping[str, object] = dataclass_field(default_factory=dict)
    action: Action | None = None

    @property
    def title(self) -> str:
        """What was found, as an English sentence."""
        return fill(self.code, self.values).title

    @property
    def cure(self) -> str:
        """What to do about it, as an English sentence."""
        return fill(self.code, self.values).cure


def judge(measures: SampleMeasures, *, purpose: Purpose) -> tuple[Light, ...]:
    """The lights for a part of a recording that is to be sent for ``purpose``, always in the same order."""
    lights = (
        _length(measures) if purpose is Purpose.VOICE_CLONE else _clip_length(measures),
        _loudness(measures),
        _noise(measures),
        _clipping(measures),
        _speech(measures),
        _bandwidth(measures),
    )
    return (*lights, *_hints(measures))


def _length(found: SampleMeasures) -> Light:
    kind, values = LightKind.LENGTH, {"duration_s": f"{found.duration_s:.2f}"}
    if found.duration_s > SAMPLE_MAX_S:
        return Light(
            kind=kind,
            verdict=Verdict.BAD,
            code="light-length-long",
            values=values,
            action=Action.USE_BEST_PART,
        )
    if found.duration_s >= BRIEF_S:
        return Light(kind=kind, verdict=Verdict.GOOD, code="light-length-good", values=values)
    too_short = found.duration_s < SAMPLE_MIN_S
    more_is_there = found.recording_s >= (SAMPLE_MIN_S if too_short else BRIEF_S)
    code = "light-length-short" if too_short else "light-length-brief"
    return Light(
        kind=kind,
        verdict=Verdict.BAD if too_short else Verdict.WARN,
        code=f"{code}-part" if more_is_there else code,
        values=values,
        action=Action.USE_BEST_PART if more_is_there else Action.RECORD_AGAIN,
    )


def _clip_length(found: SampleMeasures) -> Light:
    verdict, code, action = Verdict.GOOD, "light-clip-length-good", None
    if found.duration_s >= PROMPT_LIMIT_S:
        verdict, code, action = Verdict.BAD, "light-clip-length-long", Action.USE_BEST_PART
    elif found.duration_s < PROMPT_ADVISED_MIN_S:
        more_is_there = found.recording_s >= PROMPT_ADVISED_MIN_S
        verdict, code = Verdict.WARN, "light-clip-length-short"
        action = Action.USE_BEST_PART if more_is_there else Action.RECORD_AGAIN
    values = {"duration_s": f"{found.duration_s:.2f}"}
    return Light(kind=LightKind.LENGTH, verdict=verdict, code=code, values=values, action=action)


def _loudness(found: SampleMeasures) -> Light:
    kind = LightKind.LOUDNESS
    if found.peak_dbfs is not None and found.peak_dbfs < SILENT_PEAK_DBFS:
        action = Action.RECORD_AGAIN
        return Light(kind=kind, verdict=Verdict.BAD, code="light-loudness-silent", action=action)
    if found.speech_dbfs is None:
        return Light(kind=kind, verdict=Verdict.UNKNOWN, code="light-loudness-unknown")
    peak = found.peak_dbfs if found.peak_dbfs is not None else found.speech_dbfs
    values = {"speech_dbfs": _signed(found.speech_dbfs, digits=0), "peak_dbfs": _signed(peak, digits=1)}
    if found.speech_dbfs < SPEECH_QUIETEST_DBFS:
        code = "light-loudness-quiet"
    elif found.speech_dbfs > SPEECH_LOUDEST_DBFS:
        code = "light-loudness-loud"
    elif peak > PEAK_HIGHEST_DBFS:
        code = "light-loudness-peak"
    else:
        return Light(kind=kind, verdict=Verdict.GOOD, code="light-loudness-good", values=values)
    action = Action.EVEN_OUT_VOLUME
    return Light(kind=kind, verdict=Verdict.WARN, code=code, values=values, action=action)


def _noise(found: SampleMeasures) -> Light:
    kind = LightKind.NOISE
    if found.are_pauses_silent:
        return Light(kind=kind, verdict=Verdict.UNKNOWN, code="light-noise-silent-pauses")
    if found.snr_db is None:
        return Light(kind=kind, verdict=Verdict.UNKNOWN, code="light-noise-unknown")
    values = {"snr_db": f"{found.snr_db:.0f}"}
    if found.snr_db >= SNR_GOOD_DB:
        return Light(kind=kind, verdict=Verdict.GOOD, code="light-noise-good", values=values)
    if found.is_first_guess:
        return Light(kind=kind, verdict=Verdict.UNKNOWN, code="light-noise-later")
    bad = found.snr_db < SNR_BAD_DB
    code = "light-noise-bad" if bad else "light-noise-some"
    verdict = Verdict.BAD if bad else Verdict.WARN
    if found.better_side is not None:
        code, action = f"light-noise-{found.better_side}", _take(found.better_side)
    else:
        action = Action.REDUCE_NOISE
    return Light(kind=kind, verdict=verdict, code=code, values=values, action=action)


def _clipping(found: SampleMeasures) -> Light:
    kind = LightKind.CLIPPING
    if found.clipped_share is None:
        return Light(kind=kind, verdict=Verdict.UNKNOWN, code="light-clipping-unknown")
    if not found.clipped_share:
        return Light(kind=kind, verdict=Verdict.GOOD, code="light-clipping-none")
    bad = found.clipped_share > CLIPPED_BAD_SHARE
    more_is_there = found.recording_s > found.duration_s + SAMPLE_MIN_S
    return Light(
        kind=kind,
        verdict=Verdict.BAD if bad else Verdict.WARN,
        code="light-clipping-much" if bad else "light-clipping-some",
        values={"clipped_percent": f"{100 * found.clipped_share:.2g}"},
        action=Action.USE_BEST_PART if more_is_there else Action.RECORD_AGAIN,
    )


def _speech(found: SampleMeasures) -> Light:
    kind = LightKind.SPEECH
    if found.speech_share is None:
        return Light(kind=kind, verdict=Verdict.UNKNOWN, code="light-speech-unknown")
    values = {"speech_percent": f"{100 * found.speech_share:.0f}"}
    enough = found.speech_share >= SPEECH_SHARE_GOOD
    code = "light-speech-good" if enough else "light-speech-little"
    doubtful = Verdict.UNKNOWN if found.is_first_guess else Verdict.WARN
    return Light(
        kind=kind,
        verdict=Verdict.GOOD if enough else doubtful,
        code=code if found.is_speech_certain else f"{code}-by-energy",
        values=values,
        action=None if enough else Action.USE_BEST_PART,
    )


def _bandwidth(found: SampleMeasures) -> Light:
    kind = LightKind.BANDWIDTH
    if not found.is_bandwidth_known:
        code = "light-bandwidth-unknown" if found.is_first_guess else "light-bandwidth-no-speech"
        return Light(kind=kind, verdict=Verdict.UNKNOWN, code=code)
    if found.bandwidth_hz is None or found.bandwidth_hz >= TELEPHONE_HZ:
        return Light(kind=kind, verdict=Verdict.GOOD, code="light-bandwidth-good")
    return Light(
        kind=kind,
        verdict=Verdict.WARN,
        code="light-bandwidth-telephone",
        values={"bandwidth_khz": f"{found.bandwidth_hz / 1000:.1f}"},
        action=Action.RECORD_AGAIN,
    )


def _hints(found: SampleMeasures) -> tuple[Light, ...]:
    """Guesses that are worth a word but no verdict."""
    if found.is_music_likely:
        code = "light-content-music"
    elif found.are_voices_several:
        code = "light-content-voices"
    else:
        return ()
    return (Light(kind=LightKind.CONTENT, verdict=Verdict.UNKNOWN, code=code, action=Action.USE_BEST_PART),)


def _signed(level_db: float, *, digits: int) -> str:
    return f"{level_db:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _take(side: Side) -> Action:
    return Action.TAKE_LEFT if side is Side.LEFT else Action.TAKE_RIGHT
