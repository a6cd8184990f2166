"""The real program with a window, as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return subprocess.run(
        [sys.executable, *arguments],
        env=variables | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_the_self_test_tries_every_part_and_reports_in_json() -> None:
    done = run("-m", "voiceclone_gui", "--self-test")
    report = json.loads(done.stdout)
    assert done.returncode == 0, report
    assert report["failed"] == []
    assert report["frames_of_sample"] > 4000
    assert report["worker_and_clone"]["preview_frames"] > 4000
    assert report["keyring"].startswith("keyring.")


def test_a_part_that_fails_is_named_and_ends_the_self_test_with_1(tmp_path: Path) -> None:
    # espeak-ng's library can't be loaded in the audio process: the clone fails, the rest is tried.
    (tmp_path / "espeakng_loader.py").write_text("raise ImportError('not there')")
    done = run("-m", "voiceclone_gui", "--self-test", PYTHONPATH=str(tmp_path))
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["failed"] == ["worker_and_clone"]
    assert report["frames_of_sample"] > 4000


def test_without_a_display_the_program_says_so_and_does_not_crash() -> None:
    done = run("-m", "voiceclone_gui", QT_QPA_PLATFORM="")
    assert done.returncode == 8
    assert "There is no display" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_does_the_main_job_and_leaves_pictures(tmp_path: Path) -> None:
    done = run("packaging/demo.py", str(tmp_path / "demo"), QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    left = sorted(path.name for path in (tmp_path / "demo").iterdir())
    assert left == [
        "1-empty.png",
        "2-ready.png",
        "3-running.png",
        "4-playing.png",
        "5-voices.png",
        "preview.mp3",
        "request.json",
    ]
    request = json.loads((tmp_path / "demo" / "request.json").read_text(encoding="utf-8"))
    assert request["clone_prompt"]["prompt_text"].endswith("ill-disposed.")
    assert "sk-practice" not in (tmp_path / "demo" / "request.json").read_text(encoding="utf-8")
