"""Build hook: compiles ``resources/`` into ``voiceclone_gui/_resources/``.

Wheel, editable install and frozen program then find every resource at the same place, through
``importlib.resources``. The folder is generated: it is never committed and never edited.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# What is shipped, by the folder below resources/ and the endings that may stand there.
SHIPPED = {"sample": {".wav", ".toml"}, "icons": {".svg"}}


def compile_resources(*, source: Path, target: Path) -> list[Path]:
    """Copy every shipped resource from ``source`` to ``target``, replacing what was there.

    Returns the written files. Raises ``ValueError`` for a file that no rule knows, so that nothing is
    left out in silence.
    """
    written = []
    shutil.rmtree(target, ignore_errors=True)
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        relative = path.relative_to(source)
        if relative.name == "README.md":
            continue
        if path.suffix not in SHIPPED.get(relative.parts[0], set()):
            raise ValueError(f"resources/{relative}: no rule says how to ship this file")
        destination = target / relative
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, destination)
        written.append(destination)
    return written


class ResourcesBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs :func:`compile_resources` before every wheel and every editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Write the package's ``_resources`` folder; hatchling ships it as an artifact."""
        root = Path(self.root)
        compile_resources(source=root / "resources", target=root / "voiceclone_gui" / "_resources")
