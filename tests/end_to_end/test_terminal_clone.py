"""The real program in a process of its own: ``voiceclone-gui clone`` from a recording to a preview."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.fakes.raw_server import RawAnswer, RawServer, http_answer
from tests.fakes.recordings import record

ROOT = Path(__file__).parents[2]
RECORDING = ROOT / "resources" / "sample" / "austen-reading.wav"
CLIP = ROOT / "resources" / "sample" / "austen-prompt.wav"
WORDS = "Unless to be rather cold hearted and rather selfish is to be ill-disposed."
OK = {"base_resp": {"status_code": 0, "status_msg": "success"}}
TOKEN = "sk-e2e-0123456789"


class Program:
    """Runs the program on a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.data_dir = folder / "data"
        self.folder = folder

    def command(self, *arguments: object) -> list[str]:
        return [
            sys.executable,
            "-m",
            "voiceclone_gui",
            "--data-dir",
            str(self.data_dir),
            *map(str, arguments),
        ]

    def environment(self, **more: str) -> dict[str, str]:
        return {**os.environ, "PYTHONWARNINGS": "error", **more}

    def clone(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command("clone", *arguments),
            env=self.environment(**environment),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    @contextlib.contextmanager
    def running(self, *arguments: object, **environment: str) -> Iterator[subprocess.Popen[str]]:
        """The program while it runs; ended if the test fails in between."""
        with subprocess.Popen(
            # What a shell starts in the background ignores the signal, and so would the program.
            ["env", "--default-signal=INT", *self.command(*arguments)],
            env=self.environment(**environment),
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as running:
            try:
                yield running
            finally:
                running.kill()

    def rows(self, table: str) -> list[dict[str, object]]:
        connection = sqlite3.connect(self.data_dir / "library.sqlite3")
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
        finally:
            connection.close()


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_a_voice_is_cloned_with_the_practice_service_from_a_recording_to_a_preview(program: Program) -> None:
    out = program.folder / "preview.mp3"
    done = program.clone(
        RECORDING, "--voice-id", "austen-reader-7k2m9q", "--prompt-audio", CLIP, "--prompt-text", WORDS,
        "--text", "Good evening. This is a first test.", "--model", "speech-2.8-hd", "--out", out,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert lines["voice_id"] == "austen-reader-7k2m9q"
    assert lines["preview"] == str(out)
    assert len(lines["trace_id"]) == 32
    assert "stand-in voice, not a clone" in done.stderr
    assert "Traceback" not in done.stderr
    assert out.read_bytes()[:3] == b"ID3" or out.read_bytes()[0] == 0xFF
    (job,) = program.rows("jobs")
    assert job["state"] == "preview-saved"
    (voice,) = program.rows("voices")
    assert voice["made_at"]
    assert voice["rights_stated_at"]
    kept = Path(str(voice["preview_file"]))
    assert kept.read_bytes() == out.read_bytes()
    assert (
        json.loads((kept.parent / "voice.json").read_text(encoding="utf-8"))["voice_id"] == voice["voice_id"]
    )

    (program.data_dir / "library.sqlite3").write_bytes(b"this is not a database" * 1000)
    again = program.clone(RECORDING, "--voice-id", "austen-reader-7k2m9q")
    assert again.returncode == 4
    assert "made anew (voices: 1, open clones: 0)" in again.stderr
    (aside,) = program.data_dir.glob("library.damaged-*.sqlite3")
    assert str(aside) in again.stderr
    assert "The voice ID is taken." in again.stderr
    assert [v["voice_id"] for v in program.rows("voices")] == ["austen-reader-7k2m9q"]


def test_the_program_leaves_no_process_behind(program: Program) -> None:
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    assert program.clone(RECORDING, "--voice-id", "voice-abc123").returncode == 0
    assert {p.pid for p in psutil.Process().children(recursive=True)} <= before


def wav(path: Path, seconds: float) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x01\x00" * round(8000 * seconds))
    return path


def test_every_mistake_is_said_at_once_with_the_field_and_a_cure(program: Program) -> None:
    recording = wav(program.folder / "short.wav", 6.2)
    done = program.clone(recording, "--voice-id", "1-", "--text", "Hi.", "--prompt-text", "Words")
    assert done.returncode == 3
    fields = [line.split(":")[0] for line in done.stderr.splitlines() if ": " in line]
    assert {"file_id", "voice_id", "prompt_audio", "model"} <= set(fields)
    assert "6.20 s" in done.stderr
    assert "Traceback" not in done.stderr
    assert program.rows("jobs") == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.wav", None, "There is no file missing.wav."),
        ("empty.wav", b"", "empty.wav is empty."),
        ("text.mp3", b"just words, no sound at all\n" * 50, "text.mp3 is not a recording"),
    ],
)
def test_a_file_that_can_not_be_used_is_named_with_the_reason(
    program: Program, name: str, content: bytes | None, sentence: str
) -> None:
    path = program.folder / name
    if content is not None:
        path.write_bytes(content)
    done = program.clone(path, "--voice-id", "voice-abc123")
    assert done.returncode == 3
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def gateway(server: RawServer) -> list[str]:
    return ["--profile", "gateway", "--base-url", server.base_url, "--prefix", "/minimaxi"]


def uploaded(file_id: int) -> RawAnswer:
    return http_answer({"file": {"file_id": file_id}} | OK)


def test_a_real_service_gets_the_token_and_the_exact_bytes(program: Program) -> None:
    with RawServer([uploaded(2**60), http_answer(OK)]) as server:
        done = program.clone(
            RECORDING, "--voice-id", "voice-abc123", "--language-boost", "English", *gateway(server),
            VOICECLONE_TOKEN=f" Bearer {TOKEN}\n",
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    upload, clone = server.requests
    assert upload.headers["authorization"] == clone.headers["authorization"] == f"Bearer {TOKEN}"
    assert RECORDING.read_bytes() in upload.body
    assert json.loads(clone.body) == {
        "file_id": 2**60,
        "voice_id": "voice-abc123",
        "language_boost": "English",
    }
    assert "stand-in" not in done.stderr
    everything = b"".join(p.read_bytes() for p in program.data_dir.rglob("*") if p.is_file())
    assert TOKEN.encode() not in everything
    assert TOKEN not in done.stdout + done.stderr


def test_the_named_part_of_one_channel_is_cut_converted_and_sent(program: Program) -> None:
    rate_hz = 16_000
    left, right = (np.arange(30 * rate_hz) * step % 12_345 for step in (7, 11))
    sound = np.stack([left, right]).astype(np.int16)
    recording = record(
        program.folder / "Talk of Ann.flac", sound, rate_hz=rate_hz, tags={"artist": "Ann Other"}
    )
    with RawServer([uploaded(1), http_answer(OK)]) as server:
        done = program.clone(
            recording, "--from", "6.08", "--to", "0:16.08", "--channels", "right",
            "--voice-id", "voice-abc123", *gateway(server), VOICECLONE_TOKEN=TOKEN,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    body = server.requests[0].body
    part = right[round(6.08 * rate_hz) : round(16.08 * rate_hz)].astype("<i2").tobytes()
    assert part in body
    assert b'filename="sample.wav"' in body
    assert b"Ann" not in body
    (job,) = program.rows("jobs")
    assert job["recording"] == str(recording)


@pytest.mark.parametrize(
    ("answers", "exit_code", "sentence", "voices"),
    [
        ([http_answer({"base_resp": {"status_code": 2049, "status_msg": "invalid api key"}})], 4, "The token is invalid here", 0),
        ([http_answer("<html>welcome</html>")], 5, "A web page answered", 0),
        ([uploaded(1), http_answer({"base_resp": {"status_code": 1008, "status_msg": "x"}})], 4, "no credit", 0),
        ([uploaded(1), http_answer("<html>welcome</html>")], 6, "may have been made", 1),
        ([uploaded(1), RawAnswer(reset=True)], 6, "may have been made", 1),
        ([uploaded(1), http_answer({"demo_audio": ""} | OK)], 7, "gave no preview", 1),
    ],
)  # fmt: skip
def test_what_is_certain_about_the_voice_is_told_by_the_exit_code(
    program: Program, answers: list[RawAnswer], exit_code: int, sentence: str, voices: int
) -> None:
    with RawServer(answers) as server:
        done = program.clone(
            RECORDING, "--voice-id", "voice-abc123", "--text", "Hi.", "--model", "speech-2.8-hd",
            *gateway(server), VOICECLONE_TOKEN=TOKEN,
        )  # fmt: skip
    assert (done.returncode, sentence in done.stderr) == (exit_code, True), done.stderr
    assert len(program.rows("voices")) == voices
    assert "Traceback" not in done.stderr


def test_without_a_token_a_real_service_is_not_even_asked(program: Program) -> None:
    done = program.clone(RECORDING, "--voice-id", "voice-abc123", "--profile", "hingnet", VOICECLONE_TOKEN="")
    assert done.returncode == 3
    assert "There is no token for this service." in done.stderr


def test_plain_http_to_another_computer_is_refused(program: Program) -> None:
    done = program.clone(
        RECORDING, "--voice-id", "voice-abc123", "--profile", "gateway",
        "--base-url", "http://gw.example", VOICECLONE_TOKEN=TOKEN,
    )  # fmt: skip
    assert done.returncode == 3
    assert "http:// would send your token in the open to gw.example." in done.stderr


def test_the_recording_can_not_be_overwritten_by_the_preview(program: Program) -> None:
    recording = wav(program.folder / "mine.wav", 12)
    before = recording.read_bytes()
    done = program.clone(
        recording,
        "--voice-id",
        "voice-abc123",
        "--text",
        "Hi.",
        "--model",
        "speech-2.8-hd",
        "--out",
        recording,
    )
    assert done.returncode == 8
    assert recording.read_bytes() == before


def test_a_place_that_can_not_be_written_is_said_before_anything_is_made(program: Program) -> None:
    done = program.clone(
        RECORDING, "--voice-id", "voice-abc123", "--text", "Hi.", "--model", "speech-2.8-hd",
        "--out", program.folder / "no" / "such" / "folder.mp3",
    )  # fmt: skip
    assert done.returncode == 8
    assert "can't be written" in done.stderr


@pytest.mark.parametrize(
    ("number", "sent"), [(signal.SIGINT, False), (signal.SIGTERM, False), (signal.SIGINT, True)]
)
def test_an_interrupted_clone_says_what_it_leaves_behind(
    program: Program, number: signal.Signals, sent: bool
) -> None:
    import threading

    hold = threading.Event()
    held = RawAnswer(hold=hold)
    with RawServer([uploaded(1), held] if sent else [held]) as server:
        arguments = ("clone", RECORDING, "--voice-id", "voice-abc123", *gateway(server))
        with program.running(*arguments, VOICECLONE_TOKEN=TOKEN) as running:
            assert held.reached.wait(60)
            for process in psutil.Process(running.pid).children(recursive=True):
                assert "VOICECLONE_TOKEN" not in process.environ()
                assert TOKEN not in " ".join(process.cmdline())
            running.send_signal(number)
            _, said = running.communicate(timeout=30)
    assert running.returncode == (6 if sent else 130)
    assert ("may have been made" if sent else "No voice was made") in said
    assert "Traceback" not in said
    (job,) = program.rows("jobs")
    assert job["state"] == ("unknown" if sent else "not-made")
    assert len(program.rows("voices")) == (1 if sent else 0)


def test_a_data_folder_that_can_not_be_used_is_said_so(program: Program) -> None:
    program.data_dir.write_text("a file where the folder should be")
    done = program.clone(RECORDING, "--voice-id", "voice-abc123")
    assert done.returncode == 8
    assert "can't be written" in done.stderr
    assert "Traceback" not in done.stderr
