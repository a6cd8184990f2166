"""A real microphone, as PipeWire has it: what another program plays into it lies in the WAV."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.fakes.desktop import Desktop, until
from tests.fakes.ears import Ears
from tests.fakes.window_user import WindowUser
from voiceclone_gui.storage.recordings import Recordings

PROGRAM = "tests.fakes.record_program"
SCREENS = Path(__file__).parents[2] / "build" / "screens"
TONE_HZ, TONE_DBFS = 440.0, -15.0
LATENCY_S = 0.5


class Voice:
    """A sound card of which the recording window sees the microphone, and another program the mouth."""

    def __init__(self, *, desktop: Desktop) -> None:
        self._desktop = desktop
        self.ears = Ears(desktop=desktop)
        self.ears.add_device("mouth")
        self.microphone = self.add_microphone("mic")

    def add_microphone(self, name: str) -> str:
        source = ("module-remap-source", "master=mouth.monitor", f"source_name={name}")
        described = f"source_properties=device.description={name}"
        return self._desktop.run("pactl", "load-module", *source, described).strip()

    def speak_tone(self) -> subprocess.Popen[str]:
        """A sine of a known pitch and level, on both channels, until it is ended."""
        # FFmpeg's own sine has an amplitude of 1/8.
        volume = 10 ** ((TONE_DBFS + 3.01) / 20) * 8
        tone = f"sine=f={TONE_HZ}:r=48000,volume={volume},aformat=sample_fmts=flt,pan=stereo|c0=c0|c1=c0"
        return self.speak("-f", "lavfi", "-i", tone)

    def speak(self, *source: str) -> subprocess.Popen[str]:
        sink = ("-f", "pulse", "-device", "mouth", "-buffer_duration", "100", "a voice")
        return self._desktop.start("ffmpeg", "-loglevel", "error", "-re", *source, *sink)


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    with Desktop(folder=tmp_path / "desktop") as made:
        yield made


@pytest.fixture
def voice(desktop: Desktop) -> Voice:
    return Voice(desktop=desktop)


class Recording:
    """The program that records, with what it says."""

    def __init__(self, *, desktop: Desktop, folder: Path, seconds: float) -> None:
        self.folder = folder
        self._said = folder.with_suffix(".said")
        with self._said.open("w") as said:
            # Its words go to a file: a pipe that nobody reads would stop it.
            self.program = desktop.start_python(
                "-m",
                PROGRAM,
                str(folder),
                "--by-itself",
                str(seconds),
                QT_QPA_PLATFORM="offscreen",
                PYTHONUNBUFFERED="1",
                stdout=said.fileno(),
            )

    def said(self, word: str) -> list[str]:
        # Whole lines only: it may be writing the last one just now.
        lines = self._said.read_text(encoding="utf-8").rpartition("\n")[0].split("\n")
        return [line.partition(" ")[2] for line in lines if line.partition(" ")[0] == word]

    def wait_said(self, word: str) -> str:
        def seen() -> list[str]:
            ended = self.program.poll() is not None
            heard = self.said(word)
            assert heard or not ended, f"it ended before {word}: {self._said.read_text()}"
            return heard

        return until(seen, f"it says {word}")[-1]

    def recorded_s(self) -> float:
        """How much it says it has written."""
        elapsed = self.said("elapsed")
        return float(elapsed[-1]) if elapsed else 0.0


def samples_of(path: Path) -> npt.NDArray[np.float64]:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768


def pitch_hz(samples: npt.NDArray[np.float64]) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * 48_000 / len(samples))


def power_dbfs(samples: npt.NDArray[np.float64]) -> float:
    return float(10 * np.log10(np.mean(samples**2) + 1e-12))


def test_a_tone_arrives_with_its_pitch_length_and_level(
    desktop: Desktop, voice: Voice, tmp_path: Path
) -> None:
    voice.speak_tone()
    recording = Recording(desktop=desktop, folder=tmp_path / "recordings", seconds=3.0)
    path = Path(recording.wait_said("taken"))
    assert recording.program.wait(30) == 0
    assert recording.said("listens") == ["mic"]
    samples = samples_of(path)
    assert len(samples) / 48_000 == pytest.approx(recording.recorded_s(), abs=0.001)
    assert 3.0 <= len(samples) / 48_000 <= 3.0 + LATENCY_S
    # Nothing is missing and nothing is doubled: every tenth of a second has the same tone.
    for start in range(0, len(samples) - 4800, 4800):
        assert power_dbfs(samples[start : start + 4800]) == pytest.approx(TONE_DBFS, abs=0.3), start / 48_000
    assert pitch_hz(samples) == pytest.approx(TONE_HZ, abs=0.5)
    tone = np.exp(-2j * np.pi * TONE_HZ * np.arange(len(samples)) / 48_000) * samples
    # The stream has just been opened: in its first moments PipeWire itself still finds its pace.
    phases = np.angle([part.mean() for part in np.array_split(tone, len(samples) // 4800)][2:])
    assert np.ptp(np.unwrap(phases)) < 0.05


def test_a_program_that_is_killed_has_lost_less_than_a_second(
    desktop: Desktop, voice: Voice, tmp_path: Path
) -> None:
    voice.speak_tone()
    recording = Recording(desktop=desktop, folder=tmp_path / "recordings", seconds=600.0)
    until(lambda: recording.recorded_s() >= 0.5, "it records")
    (path,) = recording.folder.iterdir()
    # By the clock and from outside: what is spoken from now on must be in the file, but for a second.
    began_s, before = time.monotonic(), len(samples_of(path))
    until(lambda: time.monotonic() - began_s > 3, "somebody speaks")
    os.kill(recording.program.pid, signal.SIGKILL)
    spoken_s = time.monotonic() - began_s
    recording.program.wait(30)
    samples = samples_of(path)
    assert (len(samples) - before) / 48_000 >= spoken_s - 1.0
    assert len(samples) / 48_000 >= recording.recorded_s() - 0.001
    assert power_dbfs(samples) == pytest.approx(TONE_DBFS, abs=0.3)
    (found,) = Recordings(folder=recording.folder).undecided()
    assert found.path == path
    assert found.duration_s == pytest.approx(len(samples) / 48_000)


def test_a_microphone_that_is_unplugged_leaves_its_take(
    desktop: Desktop, voice: Voice, tmp_path: Path
) -> None:
    voice.speak_tone()
    voice.add_microphone("other")
    recording = Recording(desktop=desktop, folder=tmp_path / "recordings", seconds=600.0)
    until(lambda: recording.recorded_s() >= 1.0, "it has recorded for a while")
    voice.ears.unplug(voice.microphone)
    path = Path(recording.wait_said("taken"))
    assert recording.program.wait(30) == 0
    assert recording.said("problem") == ["microphone-lost-in-take"]
    samples = samples_of(path)
    assert len(samples) >= 48_000
    assert power_dbfs(samples[:48_000]) == pytest.approx(TONE_DBFS, abs=0.3)


def test_of_the_last_microphone_qt_tells_nothing_but_its_silence_is_heard(
    desktop: Desktop, voice: Voice, tmp_path: Path
) -> None:
    voice.speak_tone()
    recording = Recording(desktop=desktop, folder=tmp_path / "recordings", seconds=600.0)
    until(lambda: recording.recorded_s() >= 1.0, "it has recorded for a while")
    voice.ears.unplug(voice.microphone)
    assert recording.wait_said("warning") == "microphone-silent-linux"
    recording.program.kill()
    recording.program.wait(30)
    (take,) = Recordings(folder=recording.folder).undecided()
    assert power_dbfs(samples_of(take.path)[:48_000]) == pytest.approx(TONE_DBFS, abs=0.3)


def test_a_microphone_that_is_plugged_in_later_is_used(
    desktop: Desktop, voice: Voice, tmp_path: Path
) -> None:
    voice.ears.unplug(voice.microphone)
    recording = Recording(desktop=desktop, folder=tmp_path / "recordings", seconds=0.5)
    assert recording.wait_said("problem") == "microphone-missing-linux"
    voice.add_microphone("headset")
    path = Path(recording.wait_said("taken"))
    assert recording.said("listens") == ["headset"]
    assert len(samples_of(path)) >= 24_000


def test_by_hand_on_a_screen_a_take_is_recorded_heard_and_used(
    desktop: Desktop, voice: Voice, tmp_path: Path
) -> None:
    voice.speak_tone()
    folder = tmp_path / "recordings"
    said = tmp_path / "said"
    with said.open("w") as told:
        program = desktop.start_python("-m", PROGRAM, str(folder), stdout=told.fileno())
    user = WindowUser(desktop=desktop)
    user.find_enabled("record")
    user.wait_focus("record")
    assert user.find("level-meter").words == "Level of the microphone"
    until(lambda: user.find("level-meter").description == "Good", "the level is told")
    user.press("space")
    until(lambda: user.find("record").words == "Pause", "it records")
    until(lambda: samples_in(folder) > 48_000, "a second is recorded")
    desktop.take_picture(SCREENS / "record-by-hand-xcb.png")
    user.press("s")
    user.find_enabled("record-use")
    moment = voice.ears.moment()
    user.press("l")
    until(lambda: voice.ears.since(moment).duration_s > 0.5, "the take is heard")
    user.press("Escape")
    user.find("answer-go-on")
    user.press("Escape")
    user.wait_gone("answer-go-on")
    user.press("ctrl+Return")
    assert program.wait(30) == 0
    (path,) = folder.iterdir()
    assert f"taken {path}" in said.read_text(encoding="utf-8")
    assert power_dbfs(samples_of(path)[4800:-4800]) == pytest.approx(TONE_DBFS, abs=0.3)


def samples_in(folder: Path) -> int:
    """How many samples the first take has by now."""
    takes = sorted(folder.glob("*.wav")) if folder.exists() else []
    return len(samples_of(takes[0])) if takes else 0


@pytest.mark.parametrize("times", [60, pytest.param(500, marks=pytest.mark.long)])
def test_it_is_closed_at_any_moment_without_standing_still(
    desktop: Desktop, voice: Voice, times: int
) -> None:
    # A fault would be a program that hangs for ever or crashes: so it is one of its own.
    voice.speak_tone()
    done = subprocess.run(
        [sys.executable, "-m", "tests.fakes.microphone_program", str(times)],
        env=desktop.environment | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    count, share = done.stdout.split()
    assert int(count) == times
    # What came while the window's thread stood still was kept for it.
    assert 0.9 <= float(share) <= 1.1


def test_without_a_sound_server_it_says_so_and_goes_on(tmp_path: Path) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    nowhere = {"XDG_RUNTIME_DIR": str(runtime), "PULSE_SERVER": f"unix:{runtime}/none"}
    program = subprocess.Popen(
        [sys.executable, "-m", PROGRAM, str(tmp_path / "recordings"), "--by-itself", "1"],
        env=os.environ | nowhere | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert program.stdout is not None
    try:
        assert program.stdout.readline() == "problem microphone-no-sound-server\n"
        assert program.poll() is None
    finally:
        program.kill()
        program.wait()
        program.stdout.close()
