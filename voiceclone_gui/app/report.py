"""The text that helps whoever is asked for help: versions, settings without secrets, calls, log, crashes."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import TYPE_CHECKING

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from voiceclone_gui import __version__
from voiceclone_gui.core.errors import VoiceCloneError

if TYPE_CHECKING:
    from voiceclone_gui.app.window import WindowProgram
    from voiceclone_gui.storage.crash_files import CrashReport
    from voiceclone_gui.storage.program_log import ProgramLog

KEYRING_LIMIT_S = 3.0
_LIBRARIES = ("PySide6-Essentials", "qasync", "httpx", "keyring", "av", "numpy", "onnxruntime")
_DESKTOP = ("XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "QT_QPA_PLATFORM", "LANG")


async def report_text(program: WindowProgram, *, log: ProgramLog, crashes: Sequence[CrashReport]) -> str:
    """The report; secrets are still to be taken out of it."""
    parts = [
        ("VoiceClone", _versions()),
        ("Desktop", _desktop()),
        ("Keyring", await _keyring(program)),
        ("Sound", await asyncio.to_thread(_sound)),
        ("Settings", _settings(program)),
        ("Last calls", "\n".join(log.recent_calls()) or "none in this run"),
        *((f"Run of {crash.began_at:%Y-%m-%d %H:%M:%S}", _crash(crash)) for crash in crashes),
        ("Log", await asyncio.to_thread(log.tail) or "none"),
    ]
    return "\n\n".join(f"== {title}\n{text}" for title, text in parts) + "\n"


def _versions() -> str:
    lines = [
        f"version {__version__}",
        f"Python {platform.python_version()}, Qt {qVersion()}",
        f"{platform.platform()}, {platform.machine()}",
        f"installed program: {getattr(sys, 'frozen', False)}",
    ]
    for name in _LIBRARIES:
        try:
            lines.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{name}: version not known")
    return "\n".join(lines)


def _desktop() -> str:
    lines = [f"platform {QGuiApplication.platformName()}"]
    lines += [f"{name}={os.environ[name]}" for name in _DESKTOP if name in os.environ]
    for screen in QGuiApplication.screens():
        size, ratio = screen.size(), screen.devicePixelRatio()
        lines.append(f"screen {size.width()} x {size.height()}, pixel ratio {ratio:g}")
    return "\n".join(lines)


async def _keyring(program: WindowProgram) -> str:
    try:
        facts = await asyncio.wait_for(program.token_store.describe(), KEYRING_LIMIT_S)
    except (TimeoutError, VoiceCloneError) as error:
        return f"doesn't answer ({type(error).__name__})"
    problem = f", problem: {facts.problem.code}" if facts.problem is not None else ""
    return f"{facts.kind.value} {facts.name}{problem}"


def _sound() -> str:
    from PySide6.QtMultimedia import QMediaDevices

    outputs, inputs = len(QMediaDevices.audioOutputs()), len(QMediaDevices.audioInputs())
    return f"{outputs} outputs, {inputs} inputs"


def _settings(program: WindowProgram) -> str:
    """What decides how the program behaves; neither names of files nor anything that was typed as text."""
    settings = program.settings.state
    active = program.connection.active
    shown = {
        "service": active.profile.id,
        "address": active.base_url,
        "prefix": active.prefix,
        "has a token": bool(active.token),
        "proxy": settings.proxy.mode.value,
        "theme": settings.theme,
        "text percent": settings.text_percent,
        "plays by itself": settings.plays_by_itself,
        "looks for updates": settings.updates.is_on,
        "services": len(program.connection.choices()),
    }
    return json.dumps(shown, ensure_ascii=False, indent=2)


def _crash(crash: CrashReport) -> str:
    return crash.text or "It ended from outside, or without a word: killed, or the computer was switched off."
