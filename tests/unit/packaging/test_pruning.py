"""What of Qt the packages leave out, and that nothing is left out that something needs."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[3] / "packaging" / "pyinstaller" / "pruning.py"


@pytest.fixture(scope="module")
def pruning() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pruning", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pruning"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqwayland.so", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/multimedia/libffmpegmediaplugin.so", True),
        ("PySide6/plugins/multimedia/ffmpegmediaplugin.dll", True),
        ("PySide6/Qt/plugins/permissions/libqdarwinmicrophonepermission.dylib", True),
        ("PySide6/Qt/plugins/permissions/libqdarwincamerapermission.dylib", False),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/Qt/plugins/platforms/libqcocoa.dylib", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so", True),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", True),
        ("PySide6/Qt/plugins/imageformats/libqpdf.so", False),
        ("PySide6/Qt/plugins/a-folder-of-tomorrow/libnew.so", False),
        ("PySide6/Qt/translations/qt_de.qm", False),
        ("PySide6/QtWidgets.abi3.so", True),
        ("voiceclone_gui/_resources/icons/play.svg", True),
    ],
)
def test_only_plug_ins_that_are_named_are_shipped(pruning: ModuleType, name: str, kept: bool) -> None:
    entry = (name, "/source", "BINARY")
    assert pruning.keep_plugins([entry]) == ([entry] if kept else [])


@pytest.mark.parametrize(
    ("name", "dropped"),
    [
        ("libstdc++.so.6", True),
        ("libmvec.so.1", True),
        ("libX11-xcb.so.1", True),
        ("libglib-2.0.so.0", True),
        ("libxcb-cursor.so.0", False),
        ("libpulse.so.0", False),
        ("libssl.so.3", False),
        ("av.libs/libdrm-b0291a67.so.2.4.0", False),
        ("libdrm-b0291a67.so.2.4.0", False),
    ],
)
def test_what_belongs_to_the_system_comes_from_it(pruning: ModuleType, name: str, dropped: bool) -> None:
    entry = (name, "/source", "BINARY")
    assert pruning.drop_system_libraries([entry]) == ([] if dropped else [entry])


def test_a_library_goes_with_the_last_that_needs_it_and_links_follow(pruning: ModuleType) -> None:
    core = ("PySide6/Qt/lib/libQt6Core.so.6", "/core", "BINARY")
    core_link = ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK")
    icu = ("PySide6/Qt/lib/libicudata.so.73", "/icu", "BINARY")
    pdf = ("PySide6/Qt/lib/libQt6Pdf.so.6", "/pdf", "BINARY")
    pdf_link = ("libQt6Pdf.so.6", "PySide6/Qt/lib/libQt6Pdf.so.6", "SYMLINK")
    module = ("PySide6/QtCore.abi3.so", "/module", "EXTENSION")
    stub = ("PySide6/Qt/lib/libQt6FFmpegStub-ssl.so.3", "/stub", "BINARY")
    python = ("libpython3.11.so.1.0", "/python", "BINARY")
    data = ("voiceclone_gui/_resources/sample/sample.toml", "/sample", "DATA")
    needs = {"/module": {"libQt6Core.so.6"}, "/core": {"libicudata.so.73"}, "/pdf": {"libQt6Core.so.6"}}
    entries = [core, core_link, icu, pdf, pdf_link, module, stub, python, data]
    left = pruning.drop_unneeded(entries, needs=lambda path: needs.get(path, set()))
    assert left == [core, core_link, icu, module, stub, python, data]


def test_libraries_that_need_each_other_end(pruning: ModuleType) -> None:
    one, other = ("libone.so", "/one", "BINARY"), ("libother.so", "/other", "BINARY")
    user = ("user.abi3.so", "/user", "EXTENSION")
    needs = {"/one": {"libother.so"}, "/other": {"libone.so"}, "/user": {"libone.so"}}
    assert pruning.drop_unneeded([one, other, user], needs=lambda path: needs[path]) == [one, other, user]
