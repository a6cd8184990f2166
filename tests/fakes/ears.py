"""Ears for a desktop: a private PipeWire whose only device is recorded, so that what is played is heard."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.fakes.desktop import Desktop, until

RATE_HZ = 16_000
# Far above the rounding of a silent stream, far below speech.
AUDIBLE = 64


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What was played: ``samples`` from -32768 to 32767."""

    samples: npt.NDArray[np.int16]

    @property
    def peak(self) -> int:
        """The loudest sample."""
        return int(np.abs(self.samples.astype(np.int32)).max(initial=0))

    @classmethod
    def of_file(cls, path: Path) -> Heard:
        """What an independent program makes of a file."""
        how = ("-f", "s16le", "-ac", "1", "-ar", str(RATE_HZ), "-")
        command = ["ffmpeg", "-loglevel", "error", "-i", str(path), *how]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        return cls(samples=np.frombuffer(done.stdout, dtype="<i2"))

    @property
    def duration_s(self) -> float:
        """From the first audible sample to the last."""
        audible = np.nonzero(np.abs(self.samples.astype(np.int32)) > AUDIBLE)[0]
        return float(audible[-1] - audible[0]) / RATE_HZ if len(audible) else 0.0

    def likeness(self, other: Heard) -> float:
        """How alike the rise and fall of both is, where they begin together; 1 is the same."""
        mine, theirs = self._envelope(), other._envelope()
        length = min(len(mine), len(theirs))
        return float(np.corrcoef(mine[:length], theirs[:length])[0, 1])

    def _envelope(self) -> npt.NDArray[np.float64]:
        """The loudness of each 20th of a second, from the first audible sample on."""
        levels = np.abs(self.samples.astype(np.float64))
        audible = levels[np.argmax(levels > AUDIBLE) :]
        step = RATE_HZ // 20
        count = len(audible) // step
        means: npt.NDArray[np.float64] = audible[: count * step].reshape(count, step).mean(axis=1)
        return means


class Ears:
    """Starts the sound server of ``desktop`` and listens to all that is played there."""

    def __init__(self, *, desktop: Desktop) -> None:
        self._desktop = desktop
        runtime = Path(desktop.environment["XDG_RUNTIME_DIR"])
        desktop.environment["PULSE_SERVER"] = f"unix:{runtime}/pulse/native"
        self._record = desktop.folder / "heard.raw"
        desktop.start("pipewire")
        until((runtime / "pipewire-0").exists, "pipewire runs")
        desktop.start("wireplumber")
        desktop.start("pipewire-pulse")
        until(lambda: self._pactl("info"), "pipewire-pulse runs")
        self.add_device("ears")
        # Refused until the session manager is there to keep it.
        self.choose("ears")
        how = (f"--rate={RATE_HZ}", "--channels=1", "--format=s16le", "--latency-msec=20")
        desktop.start("parec", "--device=ears.monitor", "--raw", *how, str(self._record))
        until(lambda: self._record.exists() and self._record.stat().st_size > 0, "the recorder runs")

    def add_device(self, name: str) -> str:
        """Plug another device in; returns what :meth:`unplug` takes."""
        return self._desktop.run("pactl", "load-module", "module-null-sink", f"sink_name={name}").strip()

    def unplug(self, device: str) -> None:
        """Take a device out while whoever uses it goes on."""
        self._desktop.run("pactl", "unload-module", device)

    def choose(self, name: str) -> None:
        """Make a device the one that programs use by themselves."""
        until(lambda: self._pactl("set-default-sink", name), f"{name} can be chosen")
        until(lambda: self._desktop.run("pactl", "get-default-sink").strip() == name, f"{name} is used")

    def devices_in_use(self) -> list[str]:
        """The names of the devices in which something plays now."""
        sinks = [line.split("\t") for line in self._list("sinks")]
        names = {number: name for number, name, *_ in sinks}
        return [names.get(line.split("\t")[1], "none yet") for line in self._list("sink-inputs")]

    def _list(self, kind: str) -> list[str]:
        return self._desktop.run("pactl", "list", "short", kind).splitlines()

    def moment(self) -> int:
        """Now, to be handed to :meth:`since`."""
        return self._record.stat().st_size // 2

    def since(self, moment: int) -> Heard:
        """What was played since then."""
        whole = np.fromfile(self._record, dtype="<i2")
        return Heard(samples=whole[moment:])

    def wait_more(self, duration_s: float) -> None:
        """Listen on for a while."""
        enough = self.moment() + round(duration_s * RATE_HZ)
        until(lambda: self.moment() >= enough, f"{duration_s} s more are recorded")

    def _pactl(self, *arguments: str) -> bool:
        environment = self._desktop.environment
        asked = subprocess.run(["pactl", *arguments], env=environment, capture_output=True, check=False)
        return asked.returncode == 0
