"""What the frozen program runs. Its child processes start here too; ``main`` tells them apart."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# A program of Windows without a console has no streams, and whatever writes to them would fail.
if sys.stdout is None:
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for the life of the process
if sys.stderr is None:
    sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115

from voiceclone_gui.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
