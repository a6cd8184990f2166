"""What makes the file that is sent, with a worker and a folder of the test's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from voiceclone_gui.services.outgoing import OutgoingSamples
from voiceclone_gui.services.prepare_sample import SamplePreparation
from voiceclone_gui.storage.shelf import FileShelf


def outgoing_samples(worker: Any, *, folder: Path) -> OutgoingSamples:
    """The real thing, but for its worker."""
    return OutgoingSamples(
        preparation=SamplePreparation(worker=worker),
        worker=worker,
        shelf=FileShelf(folder=folder / "outgoing"),
    )
