"""New versions in the real window, asked for from a real https server on this computer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPlainTextEdit, QWidget

from tests.fakes.keyrings import MemoryKeyring
from tests.fakes.proxies import HTTP_NAME, PASSWORD, USER, http_proxy
from tests.fakes.raw_server import RawServer, http_answer
from tests.fakes.release_lists import release, releases_json
from tests.fakes.release_server import list_address, publication, release_server
from tests.fakes.window_bench import WindowBench, restarted
from voiceclone_gui import __version__
from voiceclone_gui.app import updates as app_updates
from voiceclone_gui.core.proxy import ProxyMode
from voiceclone_gui.core.releases import SYSTEMS
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.core.settings import ProxySettings, UpdateSettings
from voiceclone_gui.services.check_updates import this_computer
from voiceclone_gui.ui.widgets.updates_panel import UpdatesPanel

HERE = this_computer()
NEWER = releases_json(
    release("9.0.0", HERE.system, HERE.machine), release("8.0.0", HERE.system, HERE.machine)
)
SAME = releases_json(release(__version__, HERE.system, HERE.machine))


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process trusts."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return made


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[RawServer]:
    """A publication that can be asked for twice."""
    with release_server(authority, publication(NEWER) * 2) as made:
        yield made


@pytest.fixture
def known_address(server: RawServer, tmp_path: Path) -> str:
    """As an earlier run left it: an address in the settings."""
    (tmp_path / "data").mkdir()
    settings = {"updates": {"address": list_address(server)}}
    (tmp_path / "data" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    return list_address(server)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that a browser was asked to show."""
    pages: list[str] = []

    def open_url(url: QUrl) -> bool:
        pages.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return pages


def on_disk(bench: WindowBench) -> dict[str, object]:
    path = bench.folder / "data" / "settings.json"
    found: dict[str, object] = (
        json.loads(path.read_text(encoding="utf-8")).get("updates", {}) if path.is_file() else {}
    )
    return found


def notice(bench: WindowBench) -> QWidget:
    found = bench.program.window.findChild(QWidget, "update-notice")
    assert found is not None
    return found


def open_panel(bench: WindowBench) -> None:
    bench.program.controller.show_settings("updates")


def use_address(bench: WindowBench, address: str) -> None:
    open_panel(bench)
    edit = bench.find(QLineEdit, "release-list")
    edit.selectAll()
    edit.insert(address)
    # Pasting tells nobody that it was edited; typing does.
    edit.textEdited.emit(address)


async def ask(bench: WindowBench) -> str:
    """Ask from the panel; gives what is said."""
    bench.click("check-updates")
    await bench.until(lambda: not bench.program.updates.state.is_busy)
    found = bench.program.window.findChild(QWidget, "found-release")
    said = found if found.isVisible() else bench.program.window.findChild(QWidget, "updates-outcome")
    assert said.isVisible()
    return f"{said.accessibleName()} {said.accessibleDescription()}"


async def test_as_it_is_shipped_nothing_is_asked(bench: WindowBench) -> None:
    assert bench.program.updates.timer.isActive()
    assert bench.program.settings.state.updates == UpdateSettings()
    assert app_updates.packaged_address() == ""
    open_panel(bench)
    hint = bench.find(QLabel, "release-list-hint").text()
    assert hint == "No address is known: nothing is asked, and nothing leaves this computer."
    assert "There is no address to ask" in await ask(bench)
    assert "Whoever gave you the program" in bench.find(QWidget, "updates-outcome").accessibleDescription()
    assert not notice(bench).isVisible()


async def test_a_newer_version_is_told_soon_after_the_start(
    known_address: str, server: RawServer, bench: WindowBench, opened: list[str]
) -> None:
    await bench.until(lambda: notice(bench).isVisible())
    assert notice(bench).accessibleName() == "VoiceClone 9.0.0 came out on 2026-12-01."
    assert __version__ in notice(bench).accessibleDescription()
    assert not bench.program.window.banner.isVisible()
    assert [request.first_line.split()[1] for request in server.requests] == [
        "/voiceclone/releases.json",
        "/voiceclone/releases.json.sha256",
    ]
    assert not {"authorization", "cookie", "referer"} & set(server.requests[0].headers)
    bench.click("open-release")
    assert opened == ["https://example.com/voiceclone/9.0.0"]
    bench.click("more-of-release")
    sums = bench.find(QPlainTextEdit, "release-sums").toPlainText()
    assert f"voiceclone-9.0.0-{HERE.system}-{HERE.machine}.tar.xz" in sums
    assert "SHA-256 " + "a" * 64 in sums
    bench.click("open-found")
    assert len(opened) == 2
    await bench.until(lambda: on_disk(bench).get("asked_at"))


async def test_a_second_start_on_the_same_day_asks_nobody(
    known_address: str, server: RawServer, bench: WindowBench, qapp: QApplication
) -> None:
    await bench.until(lambda: notice(bench).isVisible())
    async with restarted(bench, qapp) as again:
        await again.until(lambda: not again.program.tasks.is_running("updates"))
        assert not notice(again).isVisible()
    assert len(server.requests) == 2


async def test_the_address_of_a_packager_is_asked_and_shown(
    bench: WindowBench, server: RawServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_updates, "packaged_address", lambda: list_address(server))
    presenter = app_updates.make_updates(bench.program)
    panel = UpdatesPanel(presenter=presenter)
    bench.program.settings_page.add_panel("packaged", "Packaged", panel)
    bench.program.controller.show_settings("packaged")
    edit = panel.findChild(QLineEdit, "release-list")
    assert (edit.text(), edit.placeholderText()) == ("", list_address(server))
    assert "came with" in panel.findChild(QLabel, "release-list-hint").text()
    presenter.begin()
    await bench.until(lambda: presenter.state.notice)
    assert presenter.state.found.own == __version__
    assert len(server.requests) == 2


async def test_a_version_is_dismissed_by_a_click_for_all_starts(
    known_address: str, bench: WindowBench
) -> None:
    await bench.until(lambda: notice(bench).isVisible())
    bench.click("dismiss-release")
    assert not notice(bench).isVisible()
    await bench.until(lambda: on_disk(bench).get("dismissed_version") == "9.0.0")
    open_panel(bench)
    assert "9.0.0" in await ask(bench)
    assert not notice(bench).isVisible()


async def test_a_notice_is_closed_for_now(known_address: str, bench: WindowBench) -> None:
    await bench.until(lambda: notice(bench).isVisible())
    bench.click("close-release")
    assert not notice(bench).isVisible()
    assert on_disk(bench)["dismissed_version"] == ""


async def test_the_notice_makes_way_for_a_message(known_address: str, bench: WindowBench) -> None:
    await bench.until(lambda: notice(bench).isVisible())
    bench.program.controller.open_files([bench.folder / "gone.wav"])
    await bench.until(bench.program.window.banner.isVisible)
    assert not notice(bench).isVisible()
    bench.click("notice-close")
    assert notice(bench).isVisible()


async def test_an_address_is_typed_and_asked_by_a_click(bench: WindowBench, server: RawServer) -> None:
    use_address(bench, list_address(server))
    assert "VoiceClone 9.0.0 came out" in await ask(bench)
    assert "Last asked: 2" in bench.find(QLabel, "updates-asked").text()
    await bench.until(lambda: on_disk(bench).get("address") == list_address(server))


async def test_it_is_switched_off_by_a_click(known_address: str, bench: WindowBench) -> None:
    await bench.until(lambda: notice(bench).isVisible())
    open_panel(bench)
    bench.click("looks-for-updates")
    assert not notice(bench).isVisible()
    await bench.until(lambda: on_disk(bench).get("is_on") is False)
    assert not bench.find(QCheckBox, "looks-for-updates").isChecked()
    assert "only when you press" in bench.find(QLabel, "release-list-hint").text()


async def test_each_outcome_has_its_sentence_and_its_cure(bench: WindowBench, authority: trustme.CA) -> None:
    elsewhere = next(system for system in SYSTEMS if system != HERE.system)
    other = releases_json(release("9.0.0", elsewhere))
    answers = [*publication(SAME), *publication(other), http_answer(NEWER), http_answer("0" * 64)]
    answers += [
        http_answer(NEWER),
        http_answer("", status=404),
        http_answer("<html>Log in</html>"),
        http_answer("x"),
    ]
    with release_server(authority, answers) as server:
        use_address(bench, list_address(server))
        assert f"nothing newer than your version, {__version__}" in await ask(bench)
        assert "not for this computer" in await ask(bench)
        assert "doesn't agree with its SHA-256" in await ask(bench)
        assert "gives no list of releases (HTTP 404). Check the address." in await ask(bench)
        assert "no SHA-256" in await ask(bench)
    assert "doesn't accept connections" in await ask(bench)
    use_address(bench, "http://example.com/releases.json")
    bench.click("check-updates")
    assert "without https" in bench.find(QLabel, "release-list-hint").text()


async def test_a_stranger_in_between_is_not_believed_and_by_itself_not_told(bench: WindowBench) -> None:
    # Nobody knows who made its certificate.
    with release_server(trustme.CA(), publication(NEWER)) as server:
        use_address(bench, list_address(server))
        assert bench.program.updates.save_address()
        bench.program.updates.look()
        await bench.until(lambda: not bench.program.tasks.is_running("updates"))
        assert not notice(bench).isVisible()
        assert not bench.program.window.banner.isVisible()
        assert bench.program.updates.state.outcome is None
        assert "is not safe" in await ask(bench)


async def test_it_goes_through_the_proxy_of_the_settings(
    bench: WindowBench, authority: trustme.CA, tmp_path: Path
) -> None:
    with (
        http_proxy(tmp_path, with_password=True) as port,
        release_server(authority, publication(NEWER), name=HTTP_NAME) as server,
    ):
        wanted = ProxySettings(mode=ProxyMode.OWN, address=f"http://127.0.0.1:{port}", user=USER)
        await bench.program.proxy.change(wanted, password=Secret(PASSWORD))
        use_address(bench, list_address(server, name=HTTP_NAME))
        assert "9.0.0" in await ask(bench)


async def test_no_keyring_is_asked_for_a_look(bench: WindowBench, keyring: MemoryKeyring) -> None:
    kept = ProxySettings(mode=ProxyMode.OWN, address="http://127.0.0.1:9", user=USER, keeps_password=True)
    bench.program.proxy.settings = kept
    use_address(bench, "https://releases.invalid/releases.json")
    assert bench.program.updates.save_address()
    before = list(keyring.calls)
    bench.program.updates.look()
    await bench.until(lambda: not bench.program.tasks.is_running("updates"))
    assert keyring.calls == before
    assert "The proxy http://127.0.0.1:9 can't be reached." in await ask(bench)
    assert keyring.calls == [*before, "get"]


def test_a_browser_is_asked_for_pages_of_the_web_alone(opened: list[str]) -> None:
    page = "https://example.com/voiceclone/0.2.0?a=1#new"
    assert app_updates.open_in_browser(page)
    for other in (
        "http://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://[half",
        "",
        "page",
    ):
        assert not app_updates.open_in_browser(other)
    assert opened == [page]
