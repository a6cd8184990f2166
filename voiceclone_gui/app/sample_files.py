"""The sample recording that comes with the program."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

from voiceclone_gui.ui.window_controller import SampleFiles


def load_sample_files() -> SampleFiles:
    """The shipped sample recording, its example clip and the clip's words."""
    folder = Path(str(resources.files("voiceclone_gui") / "_resources" / "sample"))
    facts = tomllib.loads((folder / "sample.toml").read_text(encoding="utf-8"))
    return SampleFiles(
        recording=folder / facts["recording"]["file"],
        prompt_clip=folder / facts["prompt_clip"]["file"],
        prompt_text=facts["prompt_clip"]["transcript"],
    )
