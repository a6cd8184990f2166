"""Says what each part of the frozen tree weighs, and fails above the limits.

Usage: size_table.py

The table goes to build/package/sizes.txt too.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

MADE = Path(__file__).parents[1] / "build" / "package"
DEB_MAX_MB = 115
INSTALLED_MAX_MB = 390
# By the beginning of the path, the longest first; why it is there, or what would go with it.
PARTS = {
    "_internal/PySide6/Qt/lib/libicu": "Qt's tables of all scripts and languages; Qt's core needs them",
    "_internal/PySide6/Qt/lib/libQt6Quick": "the media plug-in links it",
    "_internal/PySide6/Qt/lib/libQt6Qml": "the media plug-in links it",
    "_internal/PySide6/Qt/lib/libav": "Qt's FFmpeg: playing and recording",
    "_internal/PySide6": "Qt and its Python",
    "_internal/av.libs/libx265": "could go with a PyAV built without encoders of films",
    "_internal/av.libs/libSvtAv1": "could go with a PyAV built without encoders of films",
    "_internal/av.libs": "PyAV's FFmpeg: every format in, mp3 and wav out",
    "_internal/av/": "PyAV",
    "_internal/numpy.libs": "could go with a numpy without linear algebra",
    "_internal/numpy": "numpy",
    "_internal/onnxruntime": "pitch of the stand-in voice",
    "_internal/espeakng_loader": "the stand-in voice: could go from a package without practice",
    "_internal/cryptography": "the way to the system's keyring on Linux",
    "_internal/python3": "Python's own modules",
    "_internal/libpython": "Python",
    "_internal/voiceclone_gui": "the program's resources",
    "_internal/lib": "the system's libraries that not every desktop has",
    "voiceclone-gui": "starter, with all Python code",
    "licences": "licence texts",
}


def weigh(tree: Path) -> Counter[str]:
    """Bytes on the disk by part; links count nothing."""
    weights: Counter[str] = Counter()
    for path in tree.rglob("*"):
        if path.is_file() and not path.is_symlink():
            name = path.relative_to(tree).as_posix()
            part = next(
                (start for start in sorted(PARTS, key=len, reverse=True) if name.startswith(start)), ""
            )
            weights[part] += path.stat().st_size
    return weights


def main() -> int:
    """Print and keep the table; 1 if a limit is passed."""
    weights = weigh(MADE / "tree" / "voiceclone")
    total_mb = sum(weights.values()) / 1e6
    lines = [
        f"{size / 1e6:7.1f} MB  {part or 'others':36}  {PARTS.get(part, '')}"
        for part, size in weights.most_common()
    ]
    lines.append(f"{total_mb:7.1f} MB  installed, at most {INSTALLED_MAX_MB}")
    too_large = total_mb > INSTALLED_MAX_MB
    for package in sorted((MADE / "out").glob("*")):
        size_mb = package.stat().st_size / 1e6
        limit = f", at most {DEB_MAX_MB}" if package.suffix == ".deb" else ""
        too_large |= bool(limit) and size_mb > DEB_MAX_MB
        lines.append(f"{size_mb:7.1f} MB  {package.name}{limit}")
    text = "\n".join(lines) + "\n"
    (MADE / "sizes.txt").write_text(text, encoding="utf-8")
    print(text, end="")
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
