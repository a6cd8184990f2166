"""What it takes to look into a recording: processor time beside ffmpeg's, memory, and when it is first seen.

Each file is examined as the audio process does, facts and waveform in one pass; ``ffmpeg -f null`` decodes the
same file in the same run, and does nothing else.

    python -m tests.benchmarks.decode [--minutes 5 60] [--repeats 3]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
READING = ROOT / "resources" / "sample" / "austen-reading.wav"
KINDS = {
    "wav": ["-c:a", "pcm_s16le"],
    "mp3": ["-c:a", "libmp3lame", "-b:a", "128k"],
    "m4a": ["-c:a", "aac", "-b:a", "128k"],
    "flac": ["-c:a", "flac"],
    "opus": ["-c:a", "libopus", "-b:a", "64k", "-ar", "48000"],
}
LIMIT_S = 600.0


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One look into a file: processor seconds, when something was first seen, and the most memory."""

    cpu_s: float
    first_seen_s: float
    peak_mb: float


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.decode")
    parser.add_argument("--minutes", type=float, nargs="+", default=[5, 60])
    parser.add_argument("--repeats", type=int, default=3, help="the least of so many counts")
    parser.add_argument("--one", type=Path, help="look into one file, and say it in JSON")
    asked = parser.parse_args(arguments)
    if asked.one is not None:
        print(json.dumps(look(asked.one)))
        return
    print("Looking into a recording, beside ffmpeg -f null: processor seconds, the least of", asked.repeats)
    print(f"{'minutes':>8} {'kind':6}{'ours':>8}{'ffmpeg':>8}{'ratio':>8}{'first seen':>12}{'memory':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for minutes in asked.minutes:
            for kind in KINDS:
                path = recording(Path(folder), kind=kind, minutes=minutes)
                ours = [_looked(path) for _ in range(asked.repeats)]
                cpu_s = min(one.cpu_s for one in ours)
                theirs_s = min(ffmpeg_cpu_s(path) for _ in range(asked.repeats))
                seen_ms = 1000 * min(one.first_seen_s for one in ours)
                most_mb = max(one.peak_mb for one in ours)
                print(
                    f"{minutes:8g} {kind:6}{cpu_s:8.2f}{theirs_s:8.2f}{cpu_s / theirs_s:8.2f}"
                    f"{seen_ms:9.0f} ms{most_mb:7.0f} MB"
                )
                path.unlink()


def recording(folder: Path, *, kind: str, minutes: float) -> Path:
    """The shipped reading, over and over, at 44.1 kHz; Opus knows 48 only."""
    path = folder / f"voice.{kind}"
    source = ["-stream_loop", "-1", "-i", str(READING), "-t", f"{minutes * 60:.3f}", "-ar", "44100"]
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *source, *KINDS[kind], str(path)]
    subprocess.run(command, check=True, timeout=LIMIT_S)
    return path


def look(path: Path) -> dict[str, float]:
    """Examine one file in this process."""
    import time

    from voiceclone_gui.audio import peaks
    from voiceclone_gui.audio.worker_child import progress_to

    seen: list[float] = []
    began_s, began_cpu_s = time.monotonic(), _cpu_s(resource.RUSAGE_SELF)
    with progress_to(lambda _: seen.append(time.monotonic() - began_s) if not seen else None):
        peaks.examine_sample(path)
    cpu_s = _cpu_s(resource.RUSAGE_SELF) - began_cpu_s
    return {"cpu_s": cpu_s, "first_seen_s": seen[0] if seen else 0.0, "peak_mb": peak_mb("self")}


def peak_mb(pid: int | str) -> float:
    """The most memory that a process ever held; what the system tells of resources begins with its parent's."""
    for row in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if row.startswith("VmHWM:"):
            return int(row.split()[1]) / 1024
    return 0.0


def ffmpeg_cpu_s(path: Path) -> float:
    """Processor seconds that ffmpeg takes to decode all of it."""
    before_s = _cpu_s(resource.RUSAGE_CHILDREN)
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-f", "null", "-"]
    subprocess.run(command, check=True, timeout=LIMIT_S)
    return _cpu_s(resource.RUSAGE_CHILDREN) - before_s


def _looked(path: Path) -> Looked:
    command = [sys.executable, "-m", "tests.benchmarks.decode", "--one", str(path)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=LIMIT_S)
    return Looked(**json.loads(done.stdout))


def _cpu_s(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
