"""Settings › Privacy in the real window: figures, and the end of everything after a typed word."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from tests.fakes.keyrings import GatedKeyring, MemoryKeyring
from tests.fakes.window_bench import WindowBench
from voiceclone_gui.core.token import Token
from voiceclone_gui.storage.token_store import TokenStore


async def look(bench: WindowBench) -> None:
    bench.program.controller.show_settings("privacy")
    await bench.until(lambda: bench.find(QLabel, "count-library").text() != "…")


async def ask(bench: WindowBench) -> None:
    bench.click("delete-everything")
    await bench.until(lambda: bench.program.window.findChild(QWidget, "delete-dialog"))


def button(bench: WindowBench, name: str) -> QPushButton:
    return bench.program.window.findChild(QPushButton, name)


async def test_each_kind_is_shown_with_its_size_and_place(bench: WindowBench) -> None:
    await bench.ready()
    bench.click("clone")
    await bench.until(lambda: bench.state.result is not None and bench.state.result.preview)
    await look(bench)
    assert bench.find(QLabel, "count-voices").text() == "2 files"
    assert bench.find(QLabel, "count-settings").text() == "1 file"
    assert bench.find(QLabel, "count-crashes").text() == "0 files"
    assert "bytes" not in bench.find(QLabel, "size-library").text()
    assert str(bench.folder / "data") in bench.find(QLabel, "data-folder").text()


async def test_nothing_is_deleted_before_the_word_is_typed(bench: WindowBench) -> None:
    await look(bench)
    await ask(bench)
    assert not button(bench, "delete-now").isEnabled()
    field = bench.program.window.findChild(QWidget, "delete-word")
    QTest.keyClicks(field, "delete")
    assert not button(bench, "delete-now").isEnabled()
    button(bench, "delete-cancel").click()
    await bench.until(lambda: bench.program.window.findChild(QWidget, "delete-dialog") is None)
    assert not bench.program.privacy.deletes_at_end


async def test_the_word_takes_secrets_out_and_ends_the_program_which_deletes_the_rest(
    bench: WindowBench, keyring: MemoryKeyring
) -> None:
    bench.program.services.change("hingnet", name="Mine")
    bench.program.services.set_token("hingnet", "sk-test-token-0123456789", keep=True)
    await bench.until(lambda: keyring.kept)
    ended: list[bool] = []
    bench.program.controller.finished.connect(lambda: ended.append(True))
    await look(bench)
    await ask(bench)
    QTest.keyClicks(bench.program.window.findChild(QWidget, "delete-word"), "DELETE")
    button(bench, "delete-now").click()
    await bench.until(lambda: ended)
    assert keyring.kept == {}
    assert bench.program.privacy.deletes_at_end
    await bench.program.aclose()
    bench.program.privacy.delete_folder()
    assert not (bench.folder / "data").exists()


async def test_a_keyring_that_gives_nothing_up_stops_the_deletion(
    bench: WindowBench, keyring: MemoryKeyring
) -> None:
    bench.program.connection.change("hingnet", token=Token("sk-test-token-0123456789"))

    def refuse(*_: object) -> None:
        raise RuntimeError("no")

    keyring.get_password = refuse  # type: ignore[method-assign]
    await look(bench)
    await ask(bench)
    QTest.keyClicks(bench.program.window.findChild(QWidget, "delete-word"), "DELETE")
    button(bench, "delete-now").click()
    await bench.until(lambda: "Nothing is deleted yet" in bench.program.window.banner.accessibleName())
    assert not bench.program.privacy.deletes_at_end


async def test_a_deletion_that_waits_for_the_keyring_can_be_seen_to_wait(bench: WindowBench) -> None:
    gated = GatedKeyring()
    bench.program.services._accounts._store = TokenStore(open_backend=lambda: gated)
    await look(bench)
    await ask(bench)
    QTest.keyClicks(bench.program.window.findChild(QWidget, "delete-word"), "DELETE")
    button(bench, "delete-now").click()
    await bench.until(gated.reached.is_set)
    await bench.until(lambda: bench.program.window.findChild(QWidget, "delete-dialog") is None)
    delete = button(bench, "delete-everything")
    assert (delete.isEnabled(), delete.text()) == (False, "Taking the tokens out of the keyring …")
    gated.gate.set()
    await bench.until(lambda: bench.program.privacy.deletes_at_end)
