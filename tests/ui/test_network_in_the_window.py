"""Settings › Network in the real window, with real proxies."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from tests.fakes.keyrings import LockedKeyring, MemoryKeyring
from tests.fakes.proxies import HTTP_NAME, PASSWORD, USER, http_proxy
from tests.fakes.window_bench import WindowBench
from voiceclone_gui.core.address import ServiceAddress
from voiceclone_gui.core.proxy import ProxyMode
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.settings import ProxySettings
from voiceclone_gui.core.token import Token
from voiceclone_gui.practice.faults import Gate, Hold, Point, Step
from voiceclone_gui.ui.pages.settings_page import SettingsPage


@pytest.fixture(scope="module")
def proxy_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A proxy that wants a password."""
    with http_proxy(tmp_path_factory.mktemp("proxy"), with_password=True) as port:
        yield port


def open_panel(bench: WindowBench) -> None:
    bench.click("settings")
    page = bench.program.window.findChild(SettingsPage)
    assert page is not None
    page.show_panel("network")


def choose(bench: WindowBench, mode: ProxyMode) -> None:
    box = bench.find(QComboBox, "proxy-mode")
    box.setCurrentIndex(box.findData(mode.value))
    box.activated.emit(box.currentIndex())


def paste_into(bench: WindowBench, name: str, text: str) -> None:
    """Not typed: the keyboard of the tests has English letters only."""
    edit = bench.find(QLineEdit, name)
    edit.selectAll()
    edit.insert(text)


async def save_proxy(bench: WindowBench, address: str, *, user: str = USER, password: str = PASSWORD) -> None:
    open_panel(bench)
    choose(bench, ProxyMode.OWN)
    bench.type_into("proxy-address", address)
    bench.type_into("proxy-user", user)
    paste_into(bench, "proxy-password", password)
    bench.click("save-proxy")
    await bench.until(lambda: not bench.find(QPushButton, "save-proxy").isEnabled())
    await bench.until(lambda: bench.find(QComboBox, "proxy-mode").isEnabled())


def on_disk(bench: WindowBench) -> str:
    path = bench.folder / "data" / "settings.json"
    return path.read_text(encoding="utf-8") if path.is_file() else "{}"


async def files_by_name(bench: WindowBench) -> object:
    """Call the service by the name that the proxy alone knows."""
    address = ServiceAddress(
        root=f"http://{HTTP_NAME}:{bench.server.base_url.rpartition(':')[2]}", prefix="/minimaxi"
    )
    client = await bench.program.connection._make_client(address, Token(bench.server.token))
    return await client.list_files(Purpose.VOICE_CLONE)


async def clone(bench: WindowBench) -> None:
    bench.click("page-clone")
    await bench.ready()
    bench.click("clone")
    await bench.until(lambda: bench.state.result or bench.state.message)


async def test_the_saved_proxy_is_in_use_at_once(
    bench: WindowBench, keyring: MemoryKeyring, proxy_port: int
) -> None:
    await save_proxy(bench, f"http://127.0.0.1:{proxy_port}")
    assert await files_by_name(bench) == ()
    assert bench.server.requests[-1].header("host").startswith(HTTP_NAME)
    assert list(keyring.kept.values()) == [PASSWORD]
    await bench.until(lambda: "keeps_password" in on_disk(bench))
    assert PASSWORD not in on_disk(bench)
    assert json.loads(on_disk(bench))["proxy"] == {
        "mode": "own",
        "address": f"http://127.0.0.1:{proxy_port}",
        "user": USER,
        "keeps_password": True,
    }


async def test_a_clone_goes_through_the_proxy_and_says_what_it_refused(
    bench: WindowBench, proxy_port: int
) -> None:
    bench.program.connection.change("gateway", base_url=f"https://{HTTP_NAME}")
    await save_proxy(bench, f"http://127.0.0.1:{proxy_port}", password="wrong")
    await clone(bench)
    assert bench.state.message.code == "proxy-password-refused"


async def test_this_computer_is_never_called_through_the_proxy(bench: WindowBench) -> None:
    await save_proxy(bench, "http://127.0.0.1:1")
    await clone(bench)
    assert bench.state.result is not None


async def test_a_running_clone_goes_on_when_another_proxy_is_saved(bench: WindowBench) -> None:
    gate = Gate()
    bench.server.faults.add(Step.UPLOAD, Hold(gate=gate, at=Point.BEFORE_WORK))
    await bench.ready()
    bench.click("clone")
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    await save_proxy(bench, "http://127.0.0.1:1")
    connected = await bench.program.connection.open()
    assert bench.program._late._clients.open_count == 2
    gate.open()
    await bench.until(lambda: bench.state.result is not None)
    await bench.until(lambda: not bench.program.tasks.is_running("clone"))
    # The use case and its run know each other, so they go when Python collects them.
    gc.collect()
    connected = await bench.program.connection.open()
    assert bench.program._late._clients.open_count == 1
    assert connected.profile_id == "gateway"


@pytest.fixture
def saved_password(keyring: MemoryKeyring, tmp_path: Path, proxy_port: int) -> str:
    """As an earlier run left it: a proxy in the settings, its password in the keyring."""
    address = f"http://127.0.0.1:{proxy_port}"
    keyring.kept[f"VoiceClone proxy {USER}@{address}", "token"] = PASSWORD
    proxy = {"mode": "own", "address": address, "user": USER, "keeps_password": True}
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "settings.json").write_text(json.dumps({"proxy": proxy}), encoding="utf-8")
    return PASSWORD


async def test_the_next_run_asks_the_keyring_only_when_the_proxy_is_needed(
    saved_password: str, bench: WindowBench, keyring: MemoryKeyring
) -> None:
    open_panel(bench)
    assert bench.find(QLineEdit, "proxy-user").text() == USER
    password = bench.find(QLineEdit, "proxy-password")
    assert (password.text(), password.echoMode()) == ("", QLineEdit.EchoMode.Password)
    assert password.placeholderText()
    bench.program.controller.choose_profile("practice")
    await bench.program.connection.open()
    assert keyring.calls == []
    assert await files_by_name(bench) == ()
    assert keyring.calls == ["get"]


async def test_a_saved_proxy_is_cleared_with_its_password(
    saved_password: str, bench: WindowBench, keyring: MemoryKeyring
) -> None:
    open_panel(bench)
    bench.click("clear-proxy")
    await bench.until(lambda: keyring.kept == {})
    await bench.until(lambda: json.loads(on_disk(bench))["proxy"]["address"] == "")
    assert bench.program.settings.state.proxy == ProxySettings()
    assert not bench.find(QPushButton, "clear-proxy").isEnabled()
    await bench.until(lambda: bench.find(QComboBox, "proxy-mode").currentData() == ProxyMode.SYSTEM)


async def test_a_pasted_password_is_never_seen_in_the_address(bench: WindowBench) -> None:
    open_panel(bench)
    choose(bench, ProxyMode.OWN)
    paste_into(bench, "proxy-address", "socks5://anna:p%40ss@proxy.example.com")
    assert bench.find(QLineEdit, "proxy-address").text() == "socks5://proxy.example.com:1080"
    assert bench.find(QLineEdit, "proxy-user").text() == "anna"
    password = bench.find(QLineEdit, "proxy-password")
    assert (password.text(), password.displayText()) == ("p@ss", "●" * 4)


async def test_what_is_wrong_stands_beside_its_field(bench: WindowBench) -> None:
    open_panel(bench)
    choose(bench, ProxyMode.OWN)
    bench.type_into("proxy-address", "gopher://proxy.example.com")
    bench.click("save-proxy")
    said = bench.find(QLabel, "proxy-address-problem")
    assert "gopher" in said.text()
    assert bench.find(QLineEdit, "proxy-address").accessibleDescription() == said.text()
    bench.type_into("proxy-address", "socks://proxy.example.com")
    assert not said.isVisible()
    bench.type_into("proxy-password", "secret")
    bench.click("save-proxy")
    assert bench.find(QLabel, "proxy-user-problem").isVisible()


class TestLocked:
    @pytest.fixture
    def keyring(self) -> LockedKeyring:
        return LockedKeyring()

    async def test_the_ways_out_of_a_locked_keyring_are_buttons(
        self, bench: WindowBench, keyring: LockedKeyring
    ) -> None:
        await self.try_to_save(bench)
        keyring.is_locked = False
        bench.click("notice-action")
        await bench.until(lambda: list(keyring.kept.values()) == [PASSWORD])
        await bench.until(lambda: bench.program.settings.state.proxy.keeps_password)

    async def test_a_password_for_this_run_only_is_in_no_file(self, bench: WindowBench) -> None:
        await self.try_to_save(bench)
        bench.click("keep-for-this-run")
        await bench.until(lambda: "proxy.example.com" in on_disk(bench))
        assert PASSWORD not in on_disk(bench)
        choice = await bench.program.proxy.choice()
        assert choice.server is not None
        assert choice.server.password.reveal() == PASSWORD

    async def try_to_save(self, bench: WindowBench) -> None:
        open_panel(bench)
        choose(bench, ProxyMode.OWN)
        bench.type_into("proxy-address", "http://proxy.example.com:8080")
        bench.type_into("proxy-user", USER)
        paste_into(bench, "proxy-password", PASSWORD)
        bench.click("save-proxy")
        await bench.until(bench.program.window.findChild(QWidget, "keyring-failure").isVisible)


async def test_certificates_that_point_nowhere_are_said(
    bench: WindowBench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    open_panel(bench)
    notice = bench.program.window.findChild(QWidget, "certificates")
    await bench.until(notice.isVisible)
    assert "gone.pem" in notice.accessibleName()


async def test_each_control_has_a_name_and_a_tip(bench: WindowBench) -> None:
    open_panel(bench)
    choose(bench, ProxyMode.OWN)
    for name in ("proxy-mode", "proxy-address", "proxy-user", "proxy-password", "save-proxy", "clear-proxy"):
        control = bench.find(QWidget, name)
        assert control.toolTip()
        assert control.accessibleName() or control.text()
