"""A keyring that takes its time, is locked or isn't there, in the real window: seen once, and nothing lost."""

from __future__ import annotations

from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QListWidget, QPushButton, QWidget

from tests.fakes.keyrings import GatedKeyring, LockedKeyring
from tests.fakes.window_bench import WindowBench
from voiceclone_gui.core.token import Token
from voiceclone_gui.services.connection import TokenSource
from voiceclone_gui.storage.token_store import TokenStore

FIRST, SECOND = "sk-first-by-hand-000000000001", "sk-second-by-hand-00000000002"
ENTRY = ("VoiceClone hingnet", "token")


def use(bench: WindowBench, keyring: object, *, limit_s: float = 30.0) -> None:
    store = TokenStore(open_backend=lambda: keyring, limit_s=limit_s)  # type: ignore[arg-type, return-value]
    bench.program.services._accounts._store = store


def select(bench: WindowBench, name: str) -> None:
    services = bench.find(QListWidget, "services")
    texts = [services.item(row).text() for row in range(services.count())]
    services.setCurrentRow(next(row for row, text in enumerate(texts) if text.startswith(name)))


def shown(bench: WindowBench, text: str) -> list[str]:
    """The labels that say it."""
    labels = bench.program.window.findChildren(QLabel)
    return [label.objectName() for label in labels if label.isVisible() and text in label.text()]


async def settled(bench: WindowBench) -> None:
    await bench.until(lambda: not bench.program.services.state.is_keeping)


async def test_a_second_token_wins_over_the_one_that_is_still_being_kept(bench: WindowBench) -> None:
    """It was dropped in silence: after the next start the older one would have been back."""
    keyring = GatedKeyring(at="set")
    use(bench, keyring)
    services, connection = bench.program.services, bench.program.connection
    services.set_token("hingnet", FIRST, keep=True)
    await bench.until(keyring.reached.is_set)
    # As the dialog of the header does it, which doesn't know that a token is on its way.
    services.set_token("hingnet", SECOND, keep=True)
    assert services.state.is_keeping
    keyring.gate.set()
    await settled(bench)
    assert keyring.kept[ENTRY] == SECOND
    assert connection.choice("hingnet").token == Token(SECOND)
    assert connection.choice("hingnet").token_source is TokenSource.KEYRING


async def test_a_second_token_for_this_run_isnt_called_kept(bench: WindowBench) -> None:
    keyring = GatedKeyring(at="set")
    use(bench, keyring)
    services = bench.program.services
    services.set_token("hingnet", FIRST, keep=True)
    await bench.until(keyring.reached.is_set)
    services.set_token("hingnet", SECOND, keep=False)
    keyring.gate.set()
    await settled(bench)
    choice = bench.program.connection.choice("hingnet")
    assert (choice.token, choice.token_source) == (Token(SECOND), TokenSource.RUN)
    assert keyring.kept[ENTRY] == FIRST


async def test_a_token_that_is_typed_while_the_older_one_is_forgotten_stays(bench: WindowBench) -> None:
    keyring = GatedKeyring(at="get")
    use(bench, keyring)
    services, connection = bench.program.services, bench.program.connection
    services.set_token("hingnet", FIRST, keep=False)
    services.forget_token("hingnet")
    await bench.until(keyring.reached.is_set)
    services.set_token("hingnet", SECOND, keep=True)
    keyring.gate.set()
    await settled(bench)
    assert connection.choice("hingnet").token == Token(SECOND)
    assert keyring.kept[ENTRY] == SECOND


async def test_the_header_says_that_it_waits_for_the_keyring(bench: WindowBench) -> None:
    keyring = GatedKeyring(at="get")
    use(bench, keyring)
    service = bench.find(QPushButton, "service")
    before = service.text()
    bench.program.controller.choose_profile("hingnet")
    await bench.until(lambda: "keyring" in service.text())
    assert service.text() == "hingnet: waiting for the keyring … ▾"
    assert service.accessibleName() == "Service: hingnet, waiting for the system's keyring"
    keyring.kept[ENTRY] = FIRST
    keyring.gate.set()
    await bench.until(lambda: bench.program.connection.active.service_id == "hingnet")
    await bench.until(lambda: service.text() == "hingnet ▾")
    assert before != service.text()


async def test_who_chooses_another_service_meanwhile_sees_that_one(bench: WindowBench) -> None:
    keyring = GatedKeyring(at="get")
    use(bench, keyring)
    service = bench.find(QPushButton, "service")
    bench.program.controller.choose_profile("hingnet")
    await bench.until(lambda: "keyring" in service.text())
    bench.program.controller.choose_profile("practice")
    await bench.until(lambda: service.text() == "Practice service ▾")
    keyring.gate.set()
    assert bench.program.connection.active.is_practice


async def test_the_panel_says_that_it_waits_for_the_keyring(bench: WindowBench) -> None:
    keyring = GatedKeyring(at="get")
    use(bench, keyring)
    bench.click("settings")
    select(bench, "hingnet")
    await bench.until(lambda: "Waiting for the system's keyring" in bench.find(QLabel, "token-state").text())
    keyring.gate.set()
    await bench.until(lambda: bench.find(QLabel, "token-state").text() == "No token yet.")


async def test_forgetting_a_token_can_be_seen_to_take_its_time(bench: WindowBench) -> None:
    keyring = GatedKeyring(at="get")
    use(bench, keyring)
    bench.program.services.set_token("hingnet", FIRST, keep=False)
    bench.click("settings")
    select(bench, "hingnet")
    bench.click("forget-token")
    await bench.until(lambda: "Waiting for the system's keyring" in bench.find(QLabel, "token-state").text())
    for name in ("forget-token", "remove-service"):
        assert not bench.find(QPushButton, name).isEnabled()
    keyring.gate.set()
    await bench.until(lambda: bench.find(QLabel, "token-state").text() == "No token yet.")


async def test_a_keyring_that_is_missing_is_said_once(bench: WindowBench) -> None:
    """It stood in the banner and beside the token, word by word."""
    use(bench, NoKeyring())
    said = "This system has no keyring"
    bench.click("settings")
    await bench.until(lambda: bench.program.services.state.keyring is not None)
    select(bench, "hingnet")
    await bench.until(lambda: bench.program.services.state.problem is not None)
    assert shown(bench, said) == ["token-state"]
    assert not bench.program.window.banner.isVisible()


async def test_what_the_start_said_of_the_keyring_goes_where_the_token_stands(bench: WindowBench) -> None:
    use(bench, NoKeyring())
    bench.program.connection.choose("hingnet")
    bench.program.services.fetch("hingnet")
    await bench.until(lambda: shown(bench, "This system has no keyring"))
    assert bench.program.window.banner.isVisible()
    bench.program.controller.open_connection()
    select(bench, "hingnet")
    await bench.until(lambda: shown(bench, "This system has no keyring") == ["token-state"])


async def test_a_locked_keyring_is_said_once_beside_the_token(bench: WindowBench) -> None:
    use(bench, LockedKeyring())
    bench.click("settings")
    await bench.until(lambda: bench.program.services.state.keyring is not None)
    select(bench, "hingnet")
    await bench.until(lambda: shown(bench, "is locked"))
    assert shown(bench, "is locked") == ["token-state"]


async def test_where_nothing_can_be_kept_the_dialog_says_so_and_offers_no_keeping(
    bench: WindowBench,
) -> None:
    use(bench, NoKeyring())
    bench.program.controller.choose_profile("hingnet")
    await bench.until(lambda: bench.program.window.findChild(QDialog, "connection-dialog"))
    keep = bench.find(QCheckBox, "keep-typed-token")
    assert (keep.isChecked(), keep.isEnabled()) == (False, False)
    assert len(shown(bench, "This system has no keyring")) == 1
    bench.type_into("token", FIRST)
    bench.click("use-service")
    await bench.until(lambda: bench.program.connection.active.service_id == "hingnet")
    assert bench.program.window.findChild(QWidget, "question") is None


async def test_a_locked_keyring_leaves_the_choice_to_keep(bench: WindowBench) -> None:
    keyring = LockedKeyring()
    use(bench, keyring)
    bench.program.controller.choose_profile("hingnet")
    await bench.until(lambda: bench.program.window.findChild(QDialog, "connection-dialog"))
    assert len(shown(bench, "is locked")) == 1
    assert bench.find(QCheckBox, "keep-typed-token").isChecked()
    keyring.is_locked = False
    bench.type_into("token", FIRST)
    bench.click("use-service")
    await bench.until(lambda: keyring.kept.get(ENTRY) == FIRST)
    await settled(bench)
