"""The practice service killed in the middle of things, and its memory while it takes large uploads."""

from __future__ import annotations

import re
import subprocess
import threading
from pathlib import Path

import httpx
import psutil
import pytest

from tests.fakes.curl import CurlCaller, code_in, file_id_in
from tests.fakes.practice_caller import PracticeCaller, code_of
from tests.fakes.practice_jobs import wav_bytes
from tests.fakes.practice_program import PracticeProgram

READING = Path(__file__).parents[2] / "resources" / "sample" / "austen-reading.wav"
SPEECH = (
    '{"model": "speech-2.8-hd", "text": "Good morning.", "voice_setting": {"voice_id": "VOICE"}, '
    '"output_format": "hex"}'
)


def clone_body(file_id: str, voice_id: str, more: str = "") -> str:
    return f'{{"file_id": {file_id}, "voice_id": "{voice_id}"{more}}}'


def test_killed_after_the_clone_the_voice_is_there(tmp_path: Path) -> None:
    with PracticeProgram(state_dir=tmp_path, hold=("clone", "after-work", 0)) as first:
        by_curl = CurlCaller(server=first)
        file_id = file_id_in(by_curl.upload(READING))
        more = ', "text": "Hello.", "model": "speech-2.8-hd"'
        url = f"{first.base_url}/v1/voice_clone"
        command = [
            "curl",
            "--disable",
            "--noproxy",
            "*",
            "--silent",
            "-H",
            f"Authorization: Bearer {first.token}",
        ]
        body = clone_body(file_id, "killed-voice-1", more)
        with subprocess.Popen([*command, "--json", body, url], stdout=subprocess.PIPE) as cloning:
            first.wait_reached()
            first.kill()
            assert cloning.wait(timeout=60) in {52, 56}  # an empty answer, or a reset
    with PracticeProgram(state_dir=tmp_path) as second:
        assert second.token != first.token
        by_curl = CurlCaller(server=second)
        assert code_in(by_curl.post("voice_clone", clone_body(file_id, "killed-voice-1"))) == 2039
        assert re.search(rf'"file_id":\s*{file_id}\b', by_curl.get("files/list", "purpose=voice_clone"))
        assert code_in(by_curl.post("t2a_v2", SPEECH.replace("VOICE", "killed-voice-1"))) == 0


@pytest.mark.parametrize("hold", [("clone", "before-work", 0), ("upload", "in-body", 50_000)])
def test_killed_before_the_work_nothing_is_there(tmp_path: Path, hold: tuple[str, str, int]) -> None:
    with (
        PracticeProgram(state_dir=tmp_path, hold=hold) as first,
        PracticeCaller(server=first) as caller,
        Hammer(caller=caller, name="held"),
    ):
        first.wait_reached()
        first.kill()
    with PracticeProgram(state_dir=tmp_path) as second, PracticeCaller(server=second) as caller:
        listed = caller.get("files/list", purpose="voice_clone")["files"]
        assert len(listed) == (1 if hold[0] == "clone" else 0)
        assert code_of(caller.clone("held-voice-0")) == 0


class Hammer:
    """Uploads and clones over and over in a thread until the service is gone; knows what was answered."""

    def __init__(self, *, caller: PracticeCaller, name: str) -> None:
        self.files: list[int] = []
        self.voices: list[str] = []
        self._caller = caller
        self._name = name
        self._progress = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="hammer")

    def __enter__(self) -> Hammer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(timeout=60)
        assert not self._thread.is_alive()

    def wait_voices(self, count: int) -> None:
        with self._progress:
            assert self._progress.wait_for(lambda: len(self.voices) >= count, timeout=60)

    def _work(self) -> None:
        content = wav_bytes(12.0)
        try:
            while True:
                file_id = self._caller.upload(content)
                self.files.append(file_id)
                voice_id = f"{self._name}-voice-{len(self.voices)}"
                assert code_of(self._caller.clone(voice_id, file_id=file_id)) == 0
                with self._progress:
                    self.voices.append(voice_id)
                    self._progress.notify_all()
        except httpx.TransportError:
            return


@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.long)])
def test_killed_anywhere_what_was_answered_is_kept(tmp_path: Path, rounds: int) -> None:
    content = wav_bytes(12.0)
    kept_files: list[int] = []
    kept_voices: list[str] = []
    for number in range(rounds + 1):
        with PracticeProgram(state_dir=tmp_path) as program, PracticeCaller(server=program) as caller:
            listed = caller.get("files/list", purpose="voice_clone")["files"]
            assert {file["file_id"] for file in listed} >= set(kept_files)
            for file in listed:
                assert file["bytes"] == len(content)
                assert (tmp_path / "uploads" / str(file["file_id"])).read_bytes() == content
            taken = {code_of(caller.clone(voice_id, file_id=kept_files[0])) for voice_id in kept_voices}
            assert taken <= {2039}
            if number == rounds:
                return
            with Hammer(caller=caller, name=f"round-{number}") as hammer:
                hammer.wait_voices(1 + number % 4)
                program.kill()
            kept_files += hammer.files
            kept_voices += hammer.voices


def test_large_uploads_dont_fill_the_memory(tmp_path: Path) -> None:
    large = tmp_path / "large.wav"
    large.write_bytes(wav_bytes(19_000_000 / 8000))
    small = tmp_path / "small.wav"
    small.write_bytes(wav_bytes(12.0))
    with PracticeProgram(state_dir=tmp_path / "state") as program:
        by_curl = CurlCaller(server=program)
        for _ in range(3):
            file_id_in(by_curl.upload(small))
        peak_before = peak_bytes(program.process.pid)
        numbers = [file_id_in(by_curl.upload(large)) for _ in range(3)]
        grown_bytes = peak_bytes(program.process.pid) - peak_before
        assert (tmp_path / "state" / "uploads" / numbers[-1]).read_bytes() == large.read_bytes()
    # A whole file of 19 MB isn't in it once, let alone thrice.
    assert grown_bytes < 8_000_000, f"{grown_bytes / 1e6:.1f} MB"


def peak_bytes(pid: int) -> int:
    """The most memory that a process ever had."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    assert psutil.pid_exists(pid)
    return int(found[1]) * 1024
