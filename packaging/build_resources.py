"""Build hook: compiles ``resources/`` into ``voiceclone_gui/_resources/``.

Wheel, editable install and frozen program then find every resource at the same place, through
``importlib.resources``. The folder is generated: it is never committed and never edited.
"""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import lucide
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# What is shipped, by the folder below resources/ and the endings that may stand there.
SHIPPED = {
    "sample": {".wav", ".toml"},
    "icons": {".svg"},
    "themes": {".toml", ".qss"},
    "updates": {".toml"},
    # A model goes with its licence.
    "models": {".onnx", ".txt"},
}
# Not shipped but compiled: which of the library's icons the window uses, and what it calls them.
ICON_NAMES = Path("icons") / "icons.toml"


def shipped_files(source: Path) -> list[Path]:
    """The files below ``source`` that are shipped, relative to it.

    Raises ``ValueError`` for a file that no rule knows, so that nothing is left out in silence, and for a
    ``source`` without files.
    """
    files = sorted(path.relative_to(source) for path in source.rglob("*") if path.is_file())
    for path in files:
        if (
            path != ICON_NAMES
            and path.name != "README.md"
            and path.suffix not in SHIPPED.get(path.parts[0], set())
        ):
            raise ValueError(f"resources/{path.as_posix()}: no rule says how to ship this file")
    if not files:
        raise ValueError(f"{source}: there are no resources")
    return [path for path in files if path != ICON_NAMES and path.name != "README.md"]


def library_icons(source: Path) -> dict[Path, bytes]:
    """The pictures of the icons that ``icons.toml`` names. ``ValueError`` for one that doesn't exist."""
    if not (source / ICON_NAMES).is_file():
        return {}
    pictures = {}
    for name, library_name in tomllib.loads((source / ICON_NAMES).read_text(encoding="utf-8")).items():
        picture = lucide.lucide_icon(library_name)
        if library_name not in lucide.get_icon_list():
            raise ValueError(f"resources/{ICON_NAMES.as_posix()}: there is no icon {library_name}")
        pictures[Path("icons") / f"{name}.svg"] = picture.encode()
    return pictures


def compile_resources(*, source: Path, target: Path) -> list[Path]:
    """Make ``target`` hold what is shipped of ``source``, and nothing else; returns the files there.

    A file that is right already isn't touched, and a new one replaces the old in one step: a program that
    runs from the same folder reads the one or the other, never half of it.
    """
    contents = {path: (source / path).read_bytes() for path in shipped_files(source)} | library_icons(source)
    wanted = [target / path for path in contents]
    for path in wanted:
        content = contents[path.relative_to(target)]
        if path.is_file() and path.read_bytes() == content:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        fresh.write_bytes(content)
        fresh.replace(path)
    _remove_others(target, keep=set(wanted))
    return wanted


def _remove_others(folder: Path, *, keep: set[Path]) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            _remove_others(path, keep=keep)
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in keep:
            path.unlink()


class ResourcesBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs :func:`compile_resources` before every wheel and every editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Write the package's ``_resources`` folder; hatchling ships it as an artifact."""
        root = Path(self.root)
        compile_resources(source=root / "resources", target=root / "voiceclone_gui" / "_resources")
