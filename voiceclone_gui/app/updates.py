"""New versions in the window: the notice, the panel, and what asks for the list, put together."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from voiceclone_gui import __version__
from voiceclone_gui.core.version import parse_version
from voiceclone_gui.services.check_updates import UpdateCheck, this_computer
from voiceclone_gui.ui.presenters.updates_presenter import UpdatesPresenter
from voiceclone_gui.ui.widgets.update_notice import UpdateNotice

if TYPE_CHECKING:
    from voiceclone_gui.app.window import WindowProgram
    from voiceclone_gui.services.proxy_in_use import ProxyInUse


class ProxiedReleaseLists:
    """Fetches lists through the proxy that is chosen now."""

    def __init__(self, *, proxy: Callable[[], ProxyInUse]) -> None:
        self._proxy = proxy

    @property
    def needs_keyring(self) -> bool:
        """Whether the proxy's password would have to be asked for."""
        return self._proxy().needs_keyring

    async def fetch(self, address: str, *, on_sent: Callable[[], None]) -> tuple[bytes, bytes]:
        """A list and its SHA-256; errors are those of the request, and of the keyring."""
        from voiceclone_gui.api.release_list import fetch_release_list

        return await fetch_release_list(address, proxy=await self._proxy().choice(), on_sent=on_sent)


def make_updates(program: WindowProgram) -> UpdatesPresenter:
    """The logic of new versions, bound to its notice in the window."""
    presenter = UpdatesPresenter(
        check=UpdateCheck(
            lists=ProxiedReleaseLists(proxy=lambda: program.proxy),
            own=parse_version(__version__),
            computer=this_computer(),
            packaged=packaged_address(),
            clock=_now,
        ),
        settings=program.settings,
        messages=program.messages,
        tasks=program.tasks,
        open_page=open_in_browser,
    )
    notice = UpdateNotice()
    notice.open_wanted.connect(presenter.open_page)
    notice.more_wanted.connect(lambda: program.controller.show_settings("updates"))
    notice.dismiss_wanted.connect(presenter.dismiss)
    notice.close_wanted.connect(presenter.close_notice)
    presenter.state_changed.connect(lambda state: notice.show_found(state.notice))
    program.window.add_notice(notice)
    return presenter


def packaged_address() -> str:
    """The address that the program was packaged with, ``""`` for none: ``resources/updates/updates.toml``."""
    file = Path(str(resources.files("voiceclone_gui") / "_resources" / "updates" / "updates.toml"))
    return str(tomllib.loads(file.read_text(encoding="utf-8"))["address"])


def open_in_browser(page: str) -> bool:
    """Open a page of the web, and nothing else: anything but https is refused."""
    url = QUrl(page, QUrl.ParsingMode.StrictMode)
    return url.isValid() and url.scheme() == "https" and QDesktopServices.openUrl(url)


def _now() -> datetime:
    return datetime.now(UTC)
