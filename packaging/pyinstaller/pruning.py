"""What of Qt the packages leave out: plug-ins that nothing uses, then the libraries only those needed.

Nothing is ever stripped: stripped, Qt's FFmpeg libraries load no more, and the program opens its window, ends
with 0, and is silent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

# name in the tree, where it comes from (of a link: where it points), kind
Entry = tuple[str, str, str]

# By the folder below Qt's plugins; a folder that isn't named is left out whole.
KEPT_PLUGINS = {
    "iconengines": {"qsvgicon"},
    "imageformats": {"qsvg", "qjpeg", "qico"},
    # FFmpeg's plug-in plays and records. The system's own one of Windows and macOS lists devices no better.
    "multimedia": {"ffmpegmediaplugin"},
    # macOS is asked through it whether the microphone may be used.
    "permissions": {"qdarwinmicrophonepermission"},
    "platforminputcontexts": {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"},
    "platforms": {"qxcb", "qwayland", "qoffscreen", "qwindows", "qcocoa"},
    # Not gtk3, which loads half of GNOME.
    "platformthemes": {"qxdgdesktopportal"},
    "styles": {"qmodernwindowsstyle", "qmacstyle"},
    "wayland-decoration-client": {"bradient", "adwaita"},
    "wayland-graphics-integration-client": {"qt-plugin-wayland-egl"},
    "wayland-shell-integration": {"xdg-shell"},
    "xcbglintegrations": {"qxcb-egl-integration", "qxcb-glx-integration"},
}

# On Linux from the system: the libraries of its graphics drivers load newer ones of these into the same
# process, or they read settings that belong to the system's version.
SYSTEM_LIBRARIES = re.compile(
    r"lib(stdc\+\+|gcc_s|X11|X11-xcb|fontconfig|freetype|expat|png16|brotli\w+|glib-2\.0|gthread-2\.0"
    r"|pcre2-8|dbus-1|mvec|systemd|cap|gcrypt|gpg-error|z|drm)\.so(\.\d+)*"
)

_PLUGIN = re.compile(r"PySide6/(?:Qt/)?plugins/(?P<folder>[\w-]+)/(?:lib)?(?P<name>[\w-]+)\.(so|dll|dylib)$")
_ANY_PLUGIN = re.compile(r"PySide6/(?:Qt/)?plugins/")
_TRANSLATIONS = re.compile(r"PySide6/(?:Qt/)?translations/")
# Loaded only because somebody needs it, as all that lies beside Qt's and the system's libraries.
_LIBRARY = re.compile(r"(PySide6/Qt/lib/|PySide6/)?(lib[^/]+\.so[.\d]*|Qt6\w+\.dll|(lib)?Qt\w+(\.dylib)?)$")
# Found by name at run time: the one through ctypes by the interpreter's starter, the other by Qt's FFmpeg.
_ALWAYS = re.compile(r"(PySide6/Qt/lib/)?(libpython|python3|libQt6FFmpegStub|libpyside6|libshiboken6)")


def keep_plugins(entries: Iterable[Entry]) -> list[Entry]:
    """``entries`` without Qt's translations and the plug-ins that aren't named above."""
    return [entry for entry in entries if _is_wanted(_posix(entry[0]))]


def drop_system_libraries(entries: Iterable[Entry]) -> list[Entry]:
    """``entries`` without what every Linux desktop has; for Linux alone."""
    return [entry for entry in entries if not SYSTEM_LIBRARIES.fullmatch(_posix(entry[0]))]


def drop_unneeded(entries: Iterable[Entry], *, needs: Callable[[str], set[str]]) -> list[Entry]:
    """``entries`` without the libraries that nothing in them needs.

    ``needs`` gives the file names of the libraries that a file asks for.
    """
    entries = list(entries)
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(PurePosixPath(_posix(entry[0])).name, []).append(entry)
    waiting = [entry for entry in entries if not _is_library(entry)]
    found: set[Entry] = set()
    while waiting:
        entry = waiting.pop()
        if entry in found:
            continue
        found.add(entry)
        if entry[2] == "SYMLINK":
            # The file that it stands for has the same name, in Qt's folder.
            waiting += by_name[PurePosixPath(_posix(entry[0])).name]
        else:
            for name in needs(entry[1]):
                waiting += by_name.get(name, [])
    return [entry for entry in entries if entry in found]


def _is_wanted(name: str) -> bool:
    if _TRANSLATIONS.match(name):
        return False
    if not _ANY_PLUGIN.match(name):
        return True
    plugin = _PLUGIN.match(name)
    return plugin is not None and plugin["name"] in KEPT_PLUGINS.get(plugin["folder"], set())


def _is_library(entry: Entry) -> bool:
    name = _posix(entry[0])
    return bool(_LIBRARY.fullmatch(name)) and not _ALWAYS.match(name)


def _posix(name: str) -> str:
    return name.replace("\\", "/")
