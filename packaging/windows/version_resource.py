"""What Windows tells of the programs: version, name and description, as PyInstaller reads it."""

from __future__ import annotations

import re

_TEMPLATE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags={flags}, OS=0x40004,
                    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable('040904B0', [
      StringStruct('CompanyName', 'VoiceClone'),
      StringStruct('FileDescription', {description!r}),
      StringStruct('FileVersion', {version!r}),
      StringStruct('InternalName', {name!r}),
      StringStruct('LegalCopyright', 'GPL-3.0-or-later'),
      StringStruct('OriginalFilename', {file_name!r}),
      StringStruct('ProductName', 'VoiceClone'),
      StringStruct('ProductVersion', {version!r})])]),
    VarFileInfo([VarStruct('Translation', [0x0409, 0x04B0])])
  ]
)
"""
_PRERELEASE = 0x2
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?P<more>\D.*)?")


def numeric_version(version: str) -> tuple[int, int, int, int]:
    """The four numbers that Windows compares; what says "release candidate" isn't among them.

    Raises ``ValueError`` for what is no version.
    """
    parts = _VERSION.fullmatch(version)
    if parts is None:
        raise ValueError(f"{version} is no version")
    major, minor, patch = (int(number or 0) for number in parts.group(1, 2, 3))
    return (major, minor, patch, 0)


def version_resource(*, file_name: str, description: str, version: str) -> str:
    """The text of the file that PyInstaller's ``EXE(version=...)`` names.

    ``description`` is what the task manager and the "open with" menu call the program.
    """
    parts = _VERSION.fullmatch(version)
    return _TEMPLATE.format(
        numbers=numeric_version(version),
        flags=_PRERELEASE if parts is not None and parts["more"] else 0,
        description=description,
        version=version,
        name=file_name.removesuffix(".exe"),
        file_name=file_name,
    )
