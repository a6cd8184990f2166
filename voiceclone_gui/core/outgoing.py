"""What is sent of a recording: as it is where that is possible, else the least that has to be done to it.

Source of the rules: the service takes mp3, m4a and wav of one person, up to 20 MB of an unknown unit. Lossy
sound is never encoded a second time where it fits as WAV, and whatever isn't sound stays on this computer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from enum import StrEnum

from voiceclone_gui.core.sample import (
    SIZE_CERTAIN_BYTES,
    ChannelChoice,
    SampleChoice,
    SampleFacts,
    Stereo,
)
from voiceclone_gui.core.span import Span

MADE_SIZE_MAX_BYTES = 19_900_000
RATE_MAX_HZ = 48_000
MP3_BITRATE = 320_000
# The rates at which mp3 goes up to that many bits a second.
_MP3_RATES_HZ = (32_000, 44_100, 48_000)
_WAV_HEAD_BYTES = 44
_STEREO = 2
# Other codings of a WAV file may be refused.
_PLAIN_PCM = {"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le"}
# Containers out of which AAC can be taken without decoding it.
_HOLDERS_OF_AAC = {"mov", "mp4", "m4a"}


class SendKind(StrEnum):
    """What is done: nothing, the sound taken out as it is, or decoded and written anew."""

    UNTOUCHED = "untouched"
    REMUX = "remux"
    WAV = "wav"
    MP3 = "mp3"


@dataclass(frozen=True, kw_only=True)
class Said:
    """One thing that is done, as the sentence of ``code`` with ``values`` in its places."""

    code: str
    values: Mapping[str, object] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OutgoingPlan:
    """How the file comes about that is sent.

    ``span`` is ``None`` for all of the recording; ``mix`` are the channels that become one, each with the
    same weight, where it is decoded; ``said`` tells the user, in order. ``otherwise`` is done where the
    sound can't be taken out of its file unchanged.
    """

    kind: SendKind
    extension: str
    sample_rate_hz: int
    duration_s: float
    span: Span | None = None
    mix: tuple[int, ...] = (0,)
    said: tuple[Said, ...] = ()
    otherwise: OutgoingPlan | None = None


def plan_outgoing(facts: SampleFacts, choice: SampleChoice) -> OutgoingPlan:
    """What is done to send the chosen part of a recording."""
    span = choice.span.within(facts.duration_s) if choice.span is not None else None
    if span is not None and span.is_whole(facts.duration_s):
        span = None
    converted = _converted(facts, span=span, mix=_mix(facts, choice.channels))
    if (
        span is None
        and not facts.damaged_parts
        and not _picks_channel(facts, choice.channels)
        and _is_safe(facts)
    ):
        whole = _whole(facts)
        if whole is not None:
            return replace(whole, otherwise=converted if whole.kind is SendKind.REMUX else None)
    return converted


def _whole(facts: SampleFacts) -> OutgoingPlan | None:
    """The plan without decoding, where one is possible."""
    extension = facts.upload_extension
    if extension == "wav" and facts.codec not in _PLAIN_PCM:
        return None
    fits = facts.stamp.size_bytes <= SIZE_CERTAIN_BYTES
    if extension is not None and fits and not facts.has_private_parts:
        return _plan(facts, kind=SendKind.UNTOUCHED, extension=extension, said=(Said(code="sent-as-it-is"),))
    if extension is None and facts.codec == "aac" and _HOLDERS_OF_AAC & set(facts.container.split(",")):
        extension = "m4a"
    if extension is None or not 0 < facts.sound_bytes <= MADE_SIZE_MAX_BYTES * 0.98:
        return None
    said = "sent-sound-alone" if facts.has_video else "sent-without-tags"
    return _plan(facts, kind=SendKind.REMUX, extension=extension, said=(Said(code=said),))


def _converted(facts: SampleFacts, *, span: Span | None, mix: tuple[int, ...]) -> OutgoingPlan:
    duration_s = span.duration_s if span is not None else facts.duration_s
    rate = min(facts.sample_rate_hz, RATE_MAX_HZ)
    said = [] if span is None else [Said(code="sent-cut", values={"duration": f"{duration_s:.1f}"})]
    wav_bytes = _WAV_HEAD_BYTES + 2 * rate * duration_s
    kind = SendKind.WAV if wav_bytes <= MADE_SIZE_MAX_BYTES else SendKind.MP3
    if kind is SendKind.MP3:
        rate = next((known for known in _MP3_RATES_HZ if known >= rate), RATE_MAX_HZ)
    if kind is SendKind.MP3 or facts.codec != "pcm_s16le" or "wav" not in facts.container:
        said.append(Said(code=f"sent-as-{kind.value}"))
    if facts.channels > 1:
        said.append(_said_of_channels(facts, mix))
    if rate != facts.sample_rate_hz:
        said.append(Said(code="sent-at-rate", values={"khz": f"{rate / 1000:g}"}))
    if not said:
        said.append(Said(code="sent-anew"))
    return OutgoingPlan(
        kind=kind,
        extension=kind.value,
        sample_rate_hz=rate,
        duration_s=duration_s,
        span=span,
        mix=mix,
        said=tuple(said),
    )


def _plan(facts: SampleFacts, *, kind: SendKind, extension: str, said: tuple[Said, ...]) -> OutgoingPlan:
    return OutgoingPlan(
        kind=kind,
        extension=extension,
        sample_rate_hz=facts.sample_rate_hz,
        duration_s=facts.duration_s,
        said=said,
    )


def judged_channels(facts: SampleFacts, channels: ChannelChoice) -> tuple[int, ...] | None:
    """The channels that are judged as one: those that are sent; ``None`` for all, or if all are the same."""
    mix = _mix(facts, channels)
    everything = tuple(range(facts.channels))
    same = facts.stereo is Stereo.EQUAL and facts.live_channels == everything
    return None if mix == everything or (same and channels is ChannelChoice.AUTO) else mix


def _is_safe(facts: SampleFacts) -> bool:
    """Whether one channel made of all is the voice, whoever makes it: the service doesn't tell how it does.

    Not where one is the other upside down, since their mean is silence; nor with more than two.
    """
    upside_down = facts.stereo is Stereo.EQUAL and 0 < len(facts.live_channels) < facts.channels
    return facts.channels <= _STEREO and not upside_down


def _picks_channel(facts: SampleFacts, channels: ChannelChoice) -> bool:
    return facts.channels == _STEREO and channels in {ChannelChoice.LEFT, ChannelChoice.RIGHT}


def _mix(facts: SampleFacts, channels: ChannelChoice) -> tuple[int, ...]:
    if facts.channels == 1:
        return (0,)
    if facts.channels == _STEREO and channels is not ChannelChoice.AUTO:
        return {ChannelChoice.LEFT: (0,), ChannelChoice.RIGHT: (1,)}.get(channels, (0, 1))
    live = facts.live_channels or (0,)
    return live[:1] if facts.stereo is Stereo.EQUAL else live


def _said_of_channels(facts: SampleFacts, mix: tuple[int, ...]) -> Said:
    if facts.channels == _STEREO and len(mix) == 1 and facts.stereo is not Stereo.EQUAL:
        return Said(code="sent-left" if mix == (0,) else "sent-right")
    return Said(code="sent-mono")
