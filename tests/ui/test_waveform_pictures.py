"""The waveform as pictures in ``build/screens``, and drawn as it was rendered at every pixel ratio."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "build" / "screens"


@pytest.mark.parametrize("ratio", ["1", "1.5", "2"])
def test_every_pixel_is_drawn_as_it_was_rendered(ratio: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fakes.waveform_program", str(SCREENS)],
        cwd=ROOT,
        env=os.environ | {"QT_SCALE_FACTOR": ratio},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr
    assert len(list(SCREENS.glob(f"waveform-*-at-{ratio}-offscreen.png"))) == 16
