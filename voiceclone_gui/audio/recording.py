"""An opened recording: taken apart packet by packet, damage skipped and counted."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard, Disposition

from voiceclone_gui.audio.private_parts import has_private_parts
from voiceclone_gui.audio.source import SourceFile
from voiceclone_gui.core.errors import SampleUnreadable

# What people record and keep. Playlists, scripts and picture sequences are not among them: those can name
# other files. FFmpeg's names.
_FORMATS = "wav,w64,mp3,mov,flac,ogg,matroska,aac,aiff,caf,amr,asf,au,wv,ape,tta,avi,flv,mpeg,mpegts"
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": ""}
# How much of a WAV is read at once, instead of 4 KiB, and looked at before it counts as known.
_WAV_OPTIONS = _OPTIONS | {"max_size": str(1 << 15), "probesize": str(1 << 15)}
# Their parsers drop damaged parts without an error; only the time that is missing tells. Elsewhere a gap in
# time is no damage: a recorder in a browser leaves one where nobody speaks.
_SILENT_LOSERS = {"flac", "ogg"}
_GAP_S = 0.01
_READ_BYTES = 1 << 18
_FRUITLESS_ATTEMPTS = 16
_PACKETS_FOR_A_FRAME, _WARM_UP_FRAMES = 16, 10
_PROOF_BYTES = 1 << 24
_BEGINNINGS = ((0, b"RIFF"), (0, b"ID3"), (4, b"ftyp"), (0, b"OggS"), (0, b"fLaC"))
# One broken byte in a tag must not hide a recording. PyAV 19 needs no option for that.
_TAG_OPTIONS: dict[str, Any] = (
    {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}
)
# What writers of files say of themselves, and how the sound lies in the file.
_NO_TAGS = {"major_brand", "minor_version", "compatible_brands", "vendor_id", "language"}
_WRITERS = {
    "encoder": re.compile(r"(Lavf|Lavc|LAME)[0-9.]*( (aac|libmp3lame))?"),
    "handler_name": re.compile(r"(SoundHandler|Core Media Audio)?"),
}
_PICTURES = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image


# Sound as the decoder gave it, and how many of its first sample frames belong to the recording. A bare
# tuple: an hour has 150,000 of them.
Run: TypeAlias = tuple[av.AudioFrame, int]


class Recording:
    """An open recording: what kind it is, and its sound, once.

    ``container`` and ``codec`` are FFmpeg's names. ``damaged_parts`` grows while :meth:`runs` is read.
    """

    def __init__(self, *, source: SourceFile, opened: InputContainer, stream: AudioStream) -> None:
        self._source = source
        self._opened = opened
        self._stream = stream
        self._gaps = _Gaps(stream=stream) if opened.format.name in _SILENT_LOSERS else None
        self.stamp = source.stamp
        self.damaged_parts = 0
        self.read_bytes = 0
        self.container: str = opened.format.name
        self.codec: str = stream.codec_context.codec.canonical_name
        self.has_video = any(not video.disposition & _PICTURES for video in opened.streams.video)

    @property
    def name(self) -> str:
        """The file's name, for sentences about it."""
        return self._source.path.name

    def runs(self) -> Iterator[Run]:
        """The sound that a player plays, in order: without what the encoder put before and behind it."""
        if "m4a" not in self.container or not self._stream.duration or self._stream.time_base is None:
            return self._runs()
        return _without_padding(self._runs(), ends_s=float(self._stream.duration * self._stream.time_base))

    @property
    def claimed_s(self) -> float:
        """How long the file says that it is, 0 where it doesn't: never to be relied on."""
        return max(0.0, (self._opened.duration or 0) / av.time_base)

    def frame_at(self, place_s: float) -> av.AudioFrame | None:
        """Some sound from about there; after that, :meth:`runs` is of no use any more."""
        self._opened.seek(round(place_s * av.time_base))
        packets = islice(self._opened.demux(self._stream), _PACKETS_FOR_A_FRAME)
        decode = self._stream.codec_context.decode
        frames = (frame for packet in packets for frame in decode(packet) if frame.samples)
        # The first ones after a jump are softer than they are: a lossy decoder needs what was before them.
        heard = list(
            islice((frame for frame in frames if frame.samples and frame.sample_rate), _WARM_UP_FRAMES)
        )
        return heard[-1] if heard else None

    def check(self) -> None:
        """Raise what reading has met, or that the file was changed meanwhile."""
        self._source.check()

    def nothing_decoded(self) -> SampleUnreadable:
        """The error of a recording whose :meth:`runs` were empty."""
        code = "sample-undecodable" if self.damaged_parts else "sample-no-audio"
        return SampleUnreadable(code, name=self._source.path.name)

    def has_private_parts(self, *, extension: str | None) -> bool:
        """Whether there is more in the file than sound; for after it was read.

        ``extension`` is that of a kind of file whose form is known.
        """
        return self._has_tags() or has_private_parts(
            self._source,
            extension=extension,
            size_bytes=self.stamp.size_bytes,
            sound_bytes=self.read_bytes,
        )

    def _has_tags(self) -> bool:
        if len(self._opened.streams) > 1 or self._opened.chapters():
            return True
        for tags in (self._opened.metadata, self._stream.metadata):
            for name, value in tags.items():
                writer = _WRITERS.get(name)
                if name not in _NO_TAGS and (writer is None or not writer.fullmatch(value)):
                    return True
        return False

    def _runs(self) -> Iterator[Run]:
        decode, gaps = self._stream.codec_context.decode, self._gaps
        for packet in self._packets():
            if packet is not None:
                self.read_bytes += packet.size
            try:
                frames = decode(packet)
            except (av.FFmpegError, OSError, ValueError) as error:
                self._count_damage(error)
                continue
            for frame in frames:
                samples = frame.samples
                if samples and frame.sample_rate:
                    if gaps is not None:
                        self.damaged_parts += gaps.before(frame)
                    yield frame, samples

    def _packets(self) -> Iterator[av.Packet[AudioStream] | None]:
        """The packets, and what makes the decoder give out its last frames."""
        fruitless = 0
        while fruitless < _FRUITLESS_ATTEMPTS:
            # An error ends PyAV's own loop, though there may be more behind the damage.
            found = 0
            try:
                for packet in self._opened.demux(self._stream):
                    found += 1
                    yield packet
            except (av.FFmpegError, OSError, ValueError) as error:
                if found or not fruitless:
                    self._count_damage(error)
                fruitless = 1 if found else fruitless + 1
            else:
                return
        yield None

    def _count_damage(self, error: Exception) -> None:
        if isinstance(error, MemoryError):
            # Mostly a size that damage made absurd; where memory is really short, this raises by itself.
            bytearray(_PROOF_BYTES)
        self._source.raise_fault()
        self.damaged_parts += 1


class _Gaps:
    """Looks for time that is missing between one decoded frame and the next.

    Two frames must agree: Vorbis changes the length of its frames, and the first one after that may be
    told some 10 ms too late.
    """

    def __init__(self, *, stream: AudioStream) -> None:
        # Once: a fraction made for each frame would take as long as decoding it.
        self._tick_s = float(stream.time_base) if stream.time_base is not None else 0.0
        self._expected_s: float | None = None
        self._late_s = 0.0

    def before(self, frame: av.AudioFrame) -> bool:
        pts = frame.pts
        begins_s = self._expected_s if pts is None or not self._tick_s else pts * self._tick_s
        if begins_s is None:
            return False
        if self._expected_s is None:
            self._expected_s = begins_s
        late_s, before_s = begins_s - self._expected_s, self._late_s
        is_certain = min(late_s, before_s) > _GAP_S or max(late_s, before_s) < -_GAP_S
        self._late_s = 0.0 if is_certain else late_s
        self._expected_s += frame.samples / frame.sample_rate + (late_s if is_certain else 0.0)
        return is_certain and late_s > 0


@contextlib.contextmanager
def open_recording(path: Path) -> Iterator[Recording]:
    """The recording at ``path``. Raises :class:`SampleUnreadable`."""
    with SourceFile(path=path) as source, _container(source) as opened:
        # Other streams are not even taken apart.
        stream = opened.streams.best("audio")
        if not isinstance(stream, AudioStream):
            raise SampleUnreadable("sample-no-audio", name=path.name)
        for other in opened.streams:
            if other is not stream:
                other.discard = Discard.all
        if stream.codec_context is None:
            raise SampleUnreadable("sample-not-audio", name=path.name)
        yield Recording(source=source, opened=opened, stream=stream)


@contextlib.contextmanager
def _container(source: SourceFile) -> Iterator[InputContainer]:
    try:
        opened = av.open(
            source,
            mode="r",
            container_options=_options(source),
            buffer_size=_READ_BYTES,
            io_open=_refuse_other_files,
            **_TAG_OPTIONS,
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        # Also FFmpeg's "cannot allocate memory": at this point it means a size that damage made absurd.
        raise _not_opened(source) from error
    with opened:
        yield opened


def _options(source: SourceFile) -> dict[str, str]:
    head = source.read(12)
    source.seek(0)
    return _WAV_OPTIONS if (head[:4], head[8:]) == (b"RIFF", b"WAVE") else _OPTIONS


def _refuse_other_files(*_: object) -> NoReturn:
    raise PermissionError("a recording may not open other files")


def _not_opened(source: SourceFile) -> SampleUnreadable:
    source.raise_fault()
    source.seek(0)
    head = source.read(12)
    known = any(head[at:].startswith(mark) for at, mark in _BEGINNINGS)
    code = "sample-undecodable" if known else "sample-not-audio"
    return SampleUnreadable(code, name=source.path.name)


def _without_padding(runs: Iterable[Run], *, ends_s: float) -> Iterator[Run]:
    """Cut the last frame where the edit list ends.

    FFmpeg drops what lies before the start and every packet behind the end, but not the rest of the last
    packet: 9.99 s of AAC would count as 10.01 s. More than the rest of one packet is never cut, so that
    a header can't lie about the length.
    """
    held: Run | None = None
    passed_s = 0.0
    for run in runs:
        if held is not None:
            yield held[0], held[0].samples
            held = None
        frame, samples = run
        began_s = passed_s
        passed_s += samples / frame.sample_rate
        if passed_s < ends_s:
            yield run
            continue
        left = round((ends_s - began_s) * frame.sample_rate)
        if 0 < left < samples:
            held = (frame, left)
        else:
            yield run
    if held is not None:
        yield held
