"""Settings › Network without a widget: what is typed, what is wrong with it, what is saved."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from tests.fakes.keyrings import GatedKeyring, LockedKeyring, MemoryKeyring, RefusingKeyring
from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem, Severity
from voiceclone_gui.core.proxy import ProxyMode
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.core.settings import ProxySettings, Settings
from voiceclone_gui.services.proxy_in_use import PasswordPlace, ProxyInUse
from voiceclone_gui.storage.token_store import TokenStore
from voiceclone_gui.ui.messages import MessageBus, Tone
from voiceclone_gui.ui.presenters.network_presenter import NetworkPresenter, NetworkState
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.tasks import TaskScope

ADDRESS, USER, PASSWORD = "http://proxy.example.com:8080", "anna", "p@ss:w%rd/ü"
OWN = ProxySettings(mode=ProxyMode.OWN, address=ADDRESS, user=USER)
KEPT = ProxySettings(mode=ProxyMode.OWN, address=ADDRESS, user=USER, keeps_password=True)
ENTRY = (f"VoiceClone proxy {USER}@{ADDRESS}", "token")


@dataclass
class FakeSettingsFile:
    """Keeps what was written."""

    written: list[Settings] = field(default_factory=list)

    async def write(self, settings: Settings) -> None:
        self.written.append(settings)


class NetworkBench:
    """The presenter between a settings file and a keyring."""

    def __init__(self, *, keyring: MemoryKeyring, saved: ProxySettings) -> None:
        self.keyring = keyring
        self.tasks = TaskScope()
        self.file = FakeSettingsFile()
        self.settings = SettingsPresenter(
            settings=Settings(proxy=saved), store=self.file, messages=MessageBus(), tasks=self.tasks
        )
        self.proxy = ProxyInUse(
            settings=saved, secrets=TokenStore(open_backend=lambda: self.keyring, limit_s=20)
        )
        self.problem: Problem | None = None
        self.asked_in: list[threading.Thread] = []
        self.presenter = NetworkPresenter(
            proxy=self.proxy,
            settings=self.settings,
            find_certificate_problem=self._certificate_problem,
            tasks=self.tasks,
        )

    @property
    def state(self) -> NetworkState:
        return self.presenter.state

    def type(self, *, address: str = ADDRESS, user: str = USER, password: str = PASSWORD) -> None:
        self.presenter.choose_mode(ProxyMode.OWN)
        self.presenter.set_address(address)
        self.presenter.set_user(user)
        self.presenter.set_password(Secret(password))

    async def done(self, name: str = "proxy") -> None:
        """Wait until the task of that name has ended."""
        for _ in range(500):
            if not self.tasks.is_running(name):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{name} never ended")

    def _certificate_problem(self) -> Problem | None:
        self.asked_in.append(threading.current_thread())
        return self.problem


Opener = Callable[..., NetworkBench]


@pytest.fixture
async def open_bench() -> AsyncIterator[Opener]:
    made: list[NetworkBench] = []

    def make(*, keyring: MemoryKeyring | None = None, saved: ProxySettings | None = None) -> NetworkBench:
        made.append(NetworkBench(keyring=keyring or MemoryKeyring(), saved=saved or ProxySettings()))
        return made[-1]

    yield make
    for bench in made:
        await bench.tasks.aclose()


async def test_what_is_saved_is_shown(open_bench: Opener) -> None:
    bench = open_bench(saved=KEPT)
    assert (bench.state.mode, bench.state.address, bench.state.user) == (ProxyMode.OWN, ADDRESS, USER)
    assert bench.state.password_place is PasswordPlace.KEYRING
    assert not bench.state.password
    assert (bench.state.is_changed, bench.state.can_clear) == (False, True)
    assert bench.keyring.calls == []


async def test_saving_writes_the_settings_and_gives_the_password_to_the_keyring(open_bench: Opener) -> None:
    bench = open_bench()
    bench.type()
    assert bench.state.is_changed
    assert bench.file.written == []
    bench.presenter.save()
    assert bench.state.is_busy
    await bench.done()
    await bench.done("settings")
    assert bench.file.written == [Settings(proxy=KEPT)]
    assert bench.keyring.kept == {ENTRY: PASSWORD}
    assert (bench.state.is_busy, bench.state.is_changed, bench.state.password) == (False, False, Secret())
    assert bench.state.password_place is PasswordPlace.KEYRING


@pytest.mark.parametrize("mode", [ProxyMode.NONE, ProxyMode.SYSTEM])
async def test_another_mode_leaves_the_saved_proxy_as_it_is(open_bench: Opener, mode: ProxyMode) -> None:
    bench = open_bench(saved=KEPT)
    bench.presenter.set_address("rubbish://")
    bench.presenter.choose_mode(mode)
    bench.presenter.save()
    await bench.done()
    assert bench.settings.state.proxy == ProxySettings(
        mode=mode, address=ADDRESS, user=USER, keeps_password=True
    )
    assert bench.state.address == ADDRESS


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("socks://an%20na:p%40ss@proxy.example.com", "socks5://proxy.example.com:1080"),
        ("an%20na:p%40ss@proxy.example.com:3128", "http://proxy.example.com:3128"),
        ("https://an%20na:p%40ss@[::1]", "https://[::1]:443"),
    ],
)
async def test_a_pasted_user_and_password_move_to_their_fields(
    open_bench: Opener, typed: str, address: str
) -> None:
    bench = open_bench()
    bench.presenter.choose_mode(ProxyMode.OWN)
    bench.presenter.set_address(typed)
    assert (bench.state.address, bench.state.user) == (address, "an na")
    assert bench.state.password == Secret("p@ss")


async def test_an_address_is_not_taken_apart_while_it_is_typed(open_bench: Opener) -> None:
    bench = open_bench()
    bench.presenter.choose_mode(ProxyMode.OWN)
    whole = "http://anna:secret@proxy.example.com:8080"
    for length in range(1, len(whole) + 1):
        bench.presenter.set_address(whole[:length])
        assert bench.state.address == whole[:length]
    bench.presenter.take_apart()
    assert (bench.state.address, bench.state.user) == (ADDRESS, USER)
    assert bench.state.password == Secret("secret")


@pytest.mark.parametrize(
    ("address", "user", "code"),
    [
        ("", USER, "proxy-missing"),
        ("http://proxy.example.com/path", USER, "proxy-malformed"),
        ("gopher://proxy.example.com", USER, "proxy-scheme"),
        (ADDRESS, "", "proxy-user-missing"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_saved(
    open_bench: Opener, address: str, user: str, code: str
) -> None:
    bench = open_bench()
    bench.type(address=address, user=user)
    bench.presenter.save()
    assert bench.state.problem is not None
    assert bench.state.problem.code == code
    assert not bench.state.is_busy
    assert bench.settings.state == Settings()
    bench.presenter.set_address(ADDRESS)
    assert bench.state.problem is None


async def test_the_mask_goes_where_the_password_no_longer_fits(open_bench: Opener) -> None:
    bench = open_bench(saved=KEPT)
    bench.presenter.set_user("berta")
    assert bench.state.password_place is PasswordPlace.NOWHERE
    bench.presenter.set_user(USER)
    assert bench.state.password_place is PasswordPlace.KEYRING


async def test_a_locked_keyring_offers_to_try_again(open_bench: Opener) -> None:
    keyring = LockedKeyring()
    bench = open_bench(keyring=keyring)
    bench.type()
    bench.presenter.save()
    await bench.done()
    assert bench.state.failure is not None
    assert bench.state.failure.code == "keyring-locked"
    assert bench.state.choices == (Action.UNLOCK_AND_TRY_AGAIN, Action.KEEP_FOR_THIS_RUN)
    assert bench.state.password == Secret(PASSWORD)
    assert bench.settings.state == Settings()
    keyring.is_locked = False
    bench.presenter.act(bench.state.choices[0])
    await bench.done()
    assert bench.state.failure is None
    assert bench.settings.state.proxy == KEPT
    assert keyring.kept == {ENTRY: PASSWORD}


async def test_a_password_can_be_kept_for_this_run_only(open_bench: Opener) -> None:
    bench = open_bench(keyring=RefusingKeyring())
    bench.type()
    bench.presenter.save()
    await bench.done()
    assert bench.state.failure is not None
    assert PASSWORD not in f"{bench.state}"
    bench.presenter.act(Action.KEEP_FOR_THIS_RUN)
    await bench.done()
    assert bench.state.password_place is PasswordPlace.THIS_RUN
    assert (bench.state.failure, bench.state.choices) == (None, ())
    assert bench.settings.state.proxy == OWN
    server = (await bench.proxy.choice()).server
    assert server is not None
    assert server.password == Secret(PASSWORD)


async def test_clearing_forgets_address_user_and_password(open_bench: Opener) -> None:
    bench = open_bench(saved=KEPT)
    bench.keyring.kept[ENTRY] = PASSWORD
    bench.presenter.clear()
    await bench.done()
    assert bench.settings.state == Settings()
    assert bench.keyring.kept == {}
    assert bench.state == NetworkState()


async def test_a_password_that_could_not_be_forgotten_is_said(open_bench: Opener) -> None:
    keyring = LockedKeyring()
    keyring.kept[ENTRY] = PASSWORD
    bench = open_bench(keyring=keyring, saved=KEPT)
    bench.presenter.clear()
    await bench.done()
    assert bench.settings.state == Settings()
    assert bench.state.choices == (Action.TRY_AGAIN,)
    assert bench.state.failure is not None
    assert "still in there" in bench.state.failure.cure
    keyring.is_locked = False
    bench.presenter.act(Action.TRY_AGAIN)
    await bench.done()
    assert (keyring.kept, bench.state.failure) == ({}, None)


async def test_a_keyring_that_waits_holds_up_nothing_and_is_asked_once(open_bench: Opener) -> None:
    keyring = GatedKeyring(at="set")
    bench = open_bench(keyring=keyring)
    bench.type()
    bench.presenter.save()
    await asyncio.to_thread(keyring.reached.wait, 20)
    assert bench.state.is_busy
    bench.presenter.save()
    bench.presenter.clear()
    keyring.gate.set()
    await bench.done()
    assert bench.settings.state.proxy == KEPT
    assert threading.main_thread() not in keyring.threads


async def test_certificates_that_point_nowhere_are_said(open_bench: Opener) -> None:
    bench = open_bench()
    bench.problem = Problem(
        field=Field.CERTIFICATES,
        code="certificates-file-missing",
        values={"path": "/gone.pem"},
        severity=Severity.WARNING,
    )
    bench.presenter.look()
    await bench.done("certificates")
    assert bench.state.certificates is not None
    assert bench.state.certificates.tone is Tone.WARNING
    assert "/gone.pem" in bench.state.certificates.title
    assert threading.main_thread() not in bench.asked_in
    bench.problem = None
    bench.presenter.look()
    await bench.done("certificates")
    assert bench.state.certificates is None
