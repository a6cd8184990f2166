"""What the file system can do to a recording: before it is opened, and while it is being decoded."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes.recordings import record, tone, wav_bytes
from voiceclone_gui.audio.decode import decode_mono
from voiceclone_gui.audio.probe import inspect_sample
from voiceclone_gui.audio.source import SourceFile
from voiceclone_gui.audio.worker_child import progress_to
from voiceclone_gui.core.errors import SampleChanged, SampleError, SampleUnreadable


def disturbed(path: Path, disturb: Callable[[Path], object]) -> SampleError:
    """The error of a recording that ``disturb`` is done to after its first part was decoded."""
    done = []

    def hear(_: object) -> None:
        if not done:
            done.append(disturb(path))

    with pytest.raises(SampleError) as caught, progress_to(hear):
        inspect_sample(path)
    assert done
    assert path.name in str(caught.value)
    assert str(path.parent) not in str(caught.value)
    return caught.value


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def overwrite(path: Path) -> None:
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(1000)
        file.write(b"other")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))


def truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(50_000)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    # More than FFmpeg reads ahead.
    return record(tmp_path / "voice.wav", tone(60.0))


@pytest.mark.parametrize("disturb", [append, overwrite, truncate])
def test_a_file_that_is_written_to_meanwhile_is_said(
    recording: Path, disturb: Callable[[Path], object]
) -> None:
    error = disturbed(recording, disturb)
    assert (type(error), error.code) == (SampleChanged, "sample-changed")


def test_a_file_that_is_only_touched_counts_as_changed(recording: Path) -> None:
    assert disturbed(recording, lambda path: os.utime(path, ns=(1, 1))).code == "sample-changed"


def test_a_file_that_is_only_read_by_others_is_fine(recording: Path) -> None:
    heard: list[object] = []
    with progress_to(lambda value: heard.append((value, recording.read_bytes()))):
        assert inspect_sample(recording).duration_s == 60.0
    assert heard


def test_a_file_that_grows_is_read_no_further_than_it_was(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    path.write_bytes(b"first")
    with SourceFile(path=path) as source:
        append(path)
        assert source.read(100) == b"first"
        assert source.read(100) == b""
        assert source.seek(0, os.SEEK_END) == 5
        assert source.seek(-2, os.SEEK_CUR) == source.tell() == 3
        assert source.read(1) == b"s"
        assert source.seek(1) == 1
        assert source.read(2) == b"ir"
        for offset, whence in ((-1, os.SEEK_SET), (6, os.SEEK_SET), (-6, os.SEEK_END), (2**62, os.SEEK_CUR)):
            assert source.seek(offset, whence) < 0
        assert source.tell() == 3


@pytest.mark.parametrize("read_well", range(3))
def test_an_error_of_reading_is_said_with_its_reason(
    recording: Path, monkeypatch: pytest.MonkeyPatch, read_well: int
) -> None:
    # A failing disk is the one thing here that no file system offers on demand.
    real, count = os.read, 0

    def read(descriptor: int, size: int) -> bytes:
        nonlocal count
        count += 1
        if count > read_well:
            raise OSError(errno.EIO, "Input/output error", "/secret/path")
        return real(descriptor, size)

    monkeypatch.setattr(os, "read", read)
    for look in (inspect_sample, lambda path: decode_mono(path, sample_rate_hz=16_000, limit_s=300.0)):
        count = 0
        with pytest.raises(SampleUnreadable) as caught:
            look(recording)
        expected = (
            "voice.wav could not be read: Input/output error Copy it to another disk and choose it there."
        )
        assert str(caught.value) == expected


def test_no_descriptor_is_left_open(recording: Path, tmp_path: Path) -> None:
    before = os.dup(0)
    os.close(before)
    inspect_sample(recording)
    decode_mono(recording, sample_rate_hz=16_000, limit_s=1.0)
    for content in (b"", b"text", wav_bytes(tone(1.0))[:30], wav_bytes(tone(0.0))):
        (tmp_path / "bad.wav").write_bytes(content)
        with pytest.raises(SampleUnreadable):
            inspect_sample(tmp_path / "bad.wav")
    for path in (tmp_path, tmp_path / "none.wav"):
        with pytest.raises(SampleUnreadable):
            inspect_sample(path)
    after = os.dup(0)
    os.close(after)
    assert after == before


if sys.platform != "win32":

    @contextmanager
    def as_nobody() -> Iterator[None]:
        """Without the rights of the administrator, where the tests run as one: those may read anything."""
        administrator = os.geteuid() == 0
        if administrator:
            os.seteuid(65534)
        try:
            yield
        finally:
            if administrator:
                os.seteuid(0)

    @pytest.fixture
    def open_folder() -> Iterator[Path]:
        """A folder that everybody may enter; pytest's own are for its user alone."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            folder.chmod(0o755)
            yield folder

    @pytest.mark.parametrize("closed", ["file", "folder"])
    def test_a_file_that_may_not_be_read_is_said(open_folder: Path, closed: str) -> None:
        folder = open_folder / "inner"
        folder.mkdir(mode=0o755)
        path = record(folder / "voice.wav", tone(1.0))
        path.chmod(0o644)
        with as_nobody():
            assert inspect_sample(path).duration_s == 1.0
        (path if closed == "file" else folder).chmod(0)
        with as_nobody(), pytest.raises(SampleUnreadable) as caught:
            inspect_sample(path)
        folder.chmod(0o755)
        assert caught.value.code == "sample-not-permitted"
        assert caught.value.title == "voice.wav may not be read."

    def test_a_file_that_is_deleted_meanwhile_is_said(recording: Path) -> None:
        error = disturbed(recording, Path.unlink)
        assert (type(error), error.code) == (SampleChanged, "sample-vanished")

    def test_a_file_that_is_exchanged_for_one_of_equal_size_and_time_is_said(recording: Path) -> None:
        def exchange(path: Path) -> None:
            status = path.stat()
            other = path.with_name("other")
            other.write_bytes(path.read_bytes())
            os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
            other.replace(path)

        assert disturbed(recording, exchange).code == "sample-changed"

    def test_a_named_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "voice.wav")
        with pytest.raises(SampleUnreadable) as caught:
            inspect_sample(tmp_path / "voice.wav")
        assert caught.value.code == "sample-not-audio"

    def test_a_link_to_a_named_pipe_is_refused_too(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "voice.wav").symlink_to(tmp_path / "pipe")
        with pytest.raises(SampleUnreadable) as caught:
            inspect_sample(tmp_path / "voice.wav")
        assert caught.value.code == "sample-not-audio"

    @pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
    def test_a_device_is_refused_unopened(device: str) -> None:
        with pytest.raises(SampleUnreadable) as caught:
            inspect_sample(Path(device))
        assert caught.value.code == "sample-not-audio"

    def test_links_in_a_circle_are_said(tmp_path: Path) -> None:
        (tmp_path / "a.wav").symlink_to(tmp_path / "b.wav")
        (tmp_path / "b.wav").symlink_to(tmp_path / "a.wav")
        with pytest.raises(SampleUnreadable) as caught:
            inspect_sample(tmp_path / "a.wav")
        assert caught.value.code == "sample-io"
        assert str(tmp_path) not in str(caught.value)

    def test_a_name_that_is_too_long_is_said(tmp_path: Path) -> None:
        with pytest.raises(SampleUnreadable) as caught:
            inspect_sample(tmp_path / ("x" * 300 + ".wav"))
        assert caught.value.code == "sample-io"


if sys.platform == "linux":

    def test_a_name_in_no_encoding_is_a_name(tmp_path: Path) -> None:
        path = record(tmp_path / "voice.wav", tone(1.0)).rename(tmp_path / os.fsdecode(b"caf\xe9.wav"))
        assert inspect_sample(path).duration_s == 1.0
