"""Makes the program's icon in every form that a system wants, from the one drawing.

Usage: make_icons.py FOLDER

There it writes ``voiceclone.ico`` for Windows, ``voiceclone.icns`` for macOS, and ``hicolor/`` for Linux, the
icons named like the desktop entry. Needs PySide6 (which draws) and Pillow (which knows the formats).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).parents[1] / "resources" / "icons" / "voiceclone.svg"
APPLICATION_ID = "io.github.voiceclone.voiceclone"
WINDOWS_SIZES_PX = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)
# Each is also what a screen of twice the density shows for half the size.
MACOS_SIZES_PX = (32, 64, 128, 256, 512, 1024)
LINUX_SIZES_PX = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
# On macOS icons leave a margin: 824 of 1024 parts are the picture.
MACOS_PICTURE = 824 / 1024


def draw(size_px: int, *, picture: float = 1.0) -> Image.Image:
    """The drawing as a square of that size, in whose middle it takes the part ``picture`` of the side."""
    image = QImage(size_px, size_px, QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.transparent)
    margin_px = size_px * (1 - picture) / 2
    renderer = QSvgRenderer(str(DRAWING))
    if not renderer.isValid():
        raise ValueError(f"{DRAWING} can't be drawn")
    painter = QPainter(image)
    renderer.render(painter, QRectF(margin_px, margin_px, size_px - 2 * margin_px, size_px - 2 * margin_px))
    painter.end()
    return Image.frombytes("RGBA", (size_px, size_px), bytes(image.constBits()))


def make_icons(folder: Path) -> None:
    """Write all icons into ``folder``, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    *others, largest = (draw(size_px) for size_px in WINDOWS_SIZES_PX)
    sizes = [(size_px, size_px) for size_px in WINDOWS_SIZES_PX]
    # As bitmaps: older parts of Windows, and the installer, don't read PNG within an icon.
    largest.save(folder / "voiceclone.ico", sizes=sizes, append_images=others, bitmap_format="bmp")
    *others, largest = (draw(size_px, picture=MACOS_PICTURE) for size_px in MACOS_SIZES_PX)
    largest.save(folder / "voiceclone.icns", append_images=others)
    for size_px in LINUX_SIZES_PX:
        place = folder / "hicolor" / f"{size_px}x{size_px}" / "apps" / f"{APPLICATION_ID}.png"
        place.parent.mkdir(parents=True)
        draw(size_px).save(place, optimize=True)
    place = folder / "hicolor" / "scalable" / "apps" / f"{APPLICATION_ID}.svg"
    place.parent.mkdir(parents=True)
    shutil.copyfile(DRAWING, place)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: make_icons.py FOLDER")
    make_icons(Path(sys.argv[1]))
