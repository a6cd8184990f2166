"""A day with the program, in a process of its own: what is printed and left behind is looked through.

Arguments: data folder, address of a service, and the part of the day: ``morning`` keeps the token and the
proxy's password that stand on standard input, and clones, ``noon`` fails in many ways, ``crash`` dies with
a clone on its way, ``evening`` finds everything again.
"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from voiceclone_gui.app.window import WindowProgram
from voiceclone_gui.arguments import WindowOptions
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.proxy import ProxyMode
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.core.settings import ProxySettings
from voiceclone_gui.core.token import Token
from voiceclone_gui.services.connection import TokenSource
from voiceclone_gui.ui.event_loop import run_event_loop

FAILURES = 10
STEP_LIMIT_S = 30.0


class Day:
    def __init__(self, program: WindowProgram, base_url: str) -> None:
        self.program = program
        self.base_url = base_url

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(STEP_LIMIT_S):
            while not holds():
                await asyncio.sleep(0.02)

    async def morning(self) -> None:
        services = self.program.services
        services.change("gateway", base_url=self.base_url, prefix="/minimaxi")
        services.select("gateway")
        services.set_token("gateway", sys.stdin.readline(), keep=True)
        await self.until(lambda: services.state.choice.token_source is TokenSource.KEYRING)
        await self.choose_proxy(Secret(sys.stdin.readline().strip()))
        services.use("gateway")
        services.check()
        await self.until(lambda: services.state.report is not None)
        print(services.state.report)
        await self.clone()
        for kind in ("curl", "json", "trace-id"):
            self.program.window.player.copy_wanted.emit(kind)
            print(QGuiApplication.clipboard().text())
        self.program.controller.show_settings("services")
        self.program.window.grab().save(str(self.program._late.folder.root / "picture.png"))

    async def choose_proxy(self, password: Secret) -> None:
        """An own proxy with a password; the service on this computer is called without it."""
        wanted = ProxySettings(mode=ProxyMode.OWN, address="http://127.0.0.1:9", user="me")
        chosen = await self.program.proxy.change(wanted, password=password)
        self.program.settings.change(proxy=chosen)
        print(chosen, await self.program.proxy.choice())
        logging.getLogger("day").warning("the proxy's password is %s", password.reveal())

    async def noon(self) -> None:
        await self.until(lambda: not self.program.connection.active.problems())
        for _ in range(FAILURES):
            await self.clone()
            print(self.program.clone.state.message)
        print(repr(self.program.connection.choices()), vars(self.program.connection))

    async def crash(self) -> None:
        await self.until(lambda: not self.program.connection.active.problems())
        await self.prepare()
        self.program.clone.start()
        await self.until(lambda: self.program.clone.state.run and self.program.clone.state.run.is_sent)
        os.abort()

    async def evening(self) -> None:
        await self.until(lambda: not self.program.connection.active.problems())
        await self.clone()
        print("made", self.program.clone.state.result is not None)
        report = await self.program.diagnostics.report()
        (self.program._late.folder.root / "report.txt").write_text(report, encoding="utf-8")
        print(report)

    async def clone(self) -> None:
        await self.prepare()
        self.program.clone.start()
        await self.until(lambda: not self.program.clone.state.is_running and self.has_ended())

    def has_ended(self) -> bool:
        state = self.program.clone.state
        return any(end is not None for end in (state.result, state.message, state.open_job))

    async def prepare(self) -> None:
        clone = self.program.clone
        if clone.state.open_job is not None:
            self.program.open_jobs.decide_later()
            await self.until(lambda: clone.state.open_job is None)
        clone.choose_recording(self.program.controller._parts.sample_files.recording)
        await self.until(lambda: clone.state.recording and clone.state.recording.facts)
        clone.suggest_voice_id()
        clone.set_rights(True)


async def main(app: QApplication, data_dir: str, base_url: str, part: str) -> None:
    options = WindowOptions(data_dir=Path(data_dir), files=(), theme="light", text_scale=1.0)
    program = WindowProgram(options=options, token=Token(""), catalog=load_catalog(), app=app)
    program.show()
    program.diagnostics.open(asyncio.get_running_loop())
    await program.start()
    program.settings.change(plays_by_itself=False)
    try:
        await getattr(Day(program, base_url), part)()
    finally:
        await program.aclose()
        program.diagnostics.close()


if __name__ == "__main__":
    faulthandler.enable()
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    app = QApplication([])
    run_event_loop(app, lambda: main(app, *sys.argv[1:]))
