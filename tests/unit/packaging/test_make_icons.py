"""The icon in the forms that the systems want."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from voiceclone_gui.app.open_window import APPLICATION_ID

MAKE = Path(__file__).parents[3] / "packaging" / "make_icons.py"


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("icons") / "made"
    subprocess.run([sys.executable, str(MAKE), str(folder)], check=True)
    return folder


def test_windows_gets_every_size_drawn_for_itself(icons: Path) -> None:
    with Image.open(icons / "voiceclone.ico") as icon:
        assert icon.info["sizes"] == {(px, px) for px in (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)}
        icon.size = (16, 16)
        icon.load()
        small = icon.convert("RGBA")
    with Image.open(icons / "voiceclone.ico") as icon:
        shrunk = icon.convert("RGBA").resize((16, 16), Image.Resampling.NEAREST)
    assert small.size == (16, 16)
    assert small.tobytes() != shrunk.tobytes()


def test_macos_gets_both_densities_and_a_margin(icons: Path) -> None:
    with Image.open(icons / "voiceclone.icns") as icon:
        assert {(512, 512, 2), (256, 256, 1), (128, 128, 1), (16, 16, 2)} <= set(icon.info["sizes"])
        icon.load()
        largest = icon.convert("RGBA")
    left, top, right, bottom = largest.getbbox() or (0, 0, 0, 0)
    assert (left, top) == (100, 100)
    assert (right, bottom) == (924, 924)


def test_linux_gets_the_sizes_of_its_theme_and_the_drawing(icons: Path) -> None:
    for size_px in (16, 22, 24, 32, 48, 64, 128, 256, 512):
        place = icons / "hicolor" / f"{size_px}x{size_px}" / "apps" / f"{APPLICATION_ID.lower()}.png"
        with Image.open(place) as icon:
            assert icon.size == (size_px, size_px)
            assert icon.getpixel((0, 0))[3] < 255  # type: ignore[index]
            assert icon.getpixel((size_px // 2, size_px // 8))[3] == 255  # type: ignore[index]
    assert list((icons / "hicolor" / "scalable" / "apps").iterdir())


def test_the_same_drawing_makes_the_same_files(icons: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    subprocess.run([sys.executable, str(MAKE), str(again)], check=True)
    first = {path.relative_to(icons): path.read_bytes() for path in icons.rglob("*") if path.is_file()}
    second = {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()}
    assert first == second
