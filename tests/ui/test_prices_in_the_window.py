"""Prices are typed in the settings, estimate the next preview, and add up to what was spent."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from tests.fakes.window_bench import WindowBench, restarted
from voiceclone_gui.core.job import JobState
from voiceclone_gui.core.token import Token
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Break, Point, Step

GATEWAY = {"currency": "usd", "hd": "10", "turbo": "6", "activation": "1,50"}
TEXT = "x" * 100


def open_prices(bench: WindowBench, service: str = "gateway") -> None:
    bench.click("settings")
    page = bench.program.window.findChild(QWidget, "settings-list").parentWidget()
    page.show_panel("prices")
    choose(bench, "price-service", service)


def choose(bench: WindowBench, name: str, value: object) -> None:
    box = bench.find(QComboBox, name)
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def type_prices(bench: WindowBench, **prices: str) -> None:
    for name, typed in prices.items():
        bench.type_into(f"price-{name}", typed)


def words(bench: WindowBench, name: str) -> str:
    return str(bench.program.window.findChild(QLabel, name).text())


def cost(bench: WindowBench) -> QLabel:
    label = bench.program.window.findChild(QLabel, "cost")
    assert isinstance(label, QLabel)
    return label


async def clone(bench: WindowBench) -> None:
    """Clone, whatever comes of it."""
    if not bench.state.has_rights:
        bench.program.clone.set_rights(True)
    before = len(await bench.program.prices._records.jobs())
    bench.program.clone.suggest_voice_id()
    bench.program.clone.start()
    await bench.until(lambda: bench.state.is_running)
    await bench.until(lambda: not bench.state.is_running)
    assert len(await bench.program.prices._records.jobs()) == before + 1


async def spent(bench: WindowBench, expected: str) -> None:
    await bench.until(lambda: words(bench, "spent") == expected)


@pytest.fixture
async def priced(bench: WindowBench) -> WindowBench:
    """A gateway with prices, and a preview text of a hundred characters."""
    bench.program.clone.set_fields(text=TEXT)
    open_prices(bench)
    type_prices(bench, **GATEWAY)
    return bench


async def test_a_gateway_has_no_price_until_all_of_it_is_typed(bench: WindowBench) -> None:
    bench.program.clone.set_fields(text=TEXT)
    assert cost(bench).text() == "Preview: 100 characters; this service's price isn't known."
    open_prices(bench)
    assert "aren't known" in words(bench, "price-in-use")
    assert not bench.find(QPushButton, "price-back").isEnabled()
    type_prices(bench, currency="usd", hd="10")
    assert "price isn't known" in cost(bench).text()
    assert words(bench, "price-turbo-hint").startswith("This price is missing.")
    type_prices(bench, turbo="6", activation="0")
    assert cost(bench).text() == "Preview ≈ 100 characters ≈ US$0.10"
    assert "about US$1.00 in HD, US$0.60 in turbo" in words(bench, "price-in-use")


async def test_the_cost_follows_a_price_at_once_and_after_a_restart(
    priced: WindowBench, qapp: QApplication
) -> None:
    type_prices(priced, hd="25,5")
    assert cost(priced).text() == "Preview ≈ 100 characters ≈ US$0.26"
    path = priced.folder / "data" / "settings.json"
    await priced.until(lambda: "25.5" in path.read_text(encoding="utf-8"))
    async with restarted(priced, qapp) as again:
        again.program.clone.set_fields(text=TEXT)
        assert cost(again).text() == "Preview ≈ 100 characters ≈ US$0.26"
        open_prices(again)
        assert again.find(QLineEdit, "price-hd").text() == "25.5"


async def test_a_chinese_character_counts_as_what_is_chosen(priced: WindowBench) -> None:
    priced.program.clone.set_fields(text="字" * 100)
    assert cost(priced).text() == "Preview ≈ 100 characters ≈ US$0.10"
    choose(priced, "price-wide", 2)
    assert cost(priced).text() == "Preview ≈ 200 characters ≈ US$0.20"


async def test_what_can_not_be_read_is_said_beside_it_and_stays(priced: WindowBench) -> None:
    type_prices(priced, hd="ten", date="1.11.2026")
    assert words(priced, "price-hd-hint").startswith("ten is not a price.")
    assert words(priced, "price-date-hint").startswith("That is not a date.")
    assert priced.find(QLineEdit, "price-hd").accessibleDescription().startswith("ten is not a price.")
    assert cost(priced).text() == "Preview ≈ 100 characters ≈ US$0.10"
    choose(priced, "price-service", "hingnet")
    assert priced.find(QLineEdit, "price-hd").text() == ""
    choose(priced, "price-service", "gateway")
    assert priced.find(QLineEdit, "price-hd").text() == "ten"
    type_prices(priced, hd="30")
    type_prices(priced, date="2026-11-02")
    assert cost(priced).text() == "Preview ≈ 100 characters ≈ US$0.30"
    assert cost(priced).toolTip() == "An estimate from the prices of 2026-11-02"
    assert not priced.program.window.findChild(QLabel, "price-hd-hint").isVisible()


async def test_the_published_prices_come_back(bench: WindowBench) -> None:
    open_prices(bench, "minimax-global")
    assert bench.find(QLineEdit, "price-hd").text() == "1.00"
    assert bench.find(QLineEdit, "price-date").text() == "2026-11-01"
    type_prices(bench, hd="2")
    assert "prices of 2026-11-01" not in words(bench, "price-in-use")
    bench.click("price-back")
    assert bench.find(QLineEdit, "price-hd").text() == "1.00"
    assert "prices of 2026-11-01" in words(bench, "price-in-use")
    assert bench.program.settings.state.prices == ()


async def test_practice_is_never_offered_and_never_costs(bench: WindowBench) -> None:
    open_prices(bench)
    assert bench.find(QComboBox, "price-service").findData("practice") == -1
    bench.program.controller.choose_profile("practice")
    assert "free here" in cost(bench).text()


async def test_what_was_spent_is_added_up_and_keeps_the_prices_of_its_time(
    priced: WindowBench, qapp: QApplication
) -> None:
    await priced.load()
    await spent(priced, "Nothing so far.")
    await clone(priced)
    await spent(priced, "Own gateway: about US$0.10.")
    open_prices(priced)
    type_prices(priced, hd="20")
    await clone(priced)
    await spent(priced, "Own gateway: about US$0.30.")
    assert cost(priced).toolTip().endswith("\nSpent through this program so far, estimated: US$0.30")
    async with restarted(priced, qapp) as again:
        open_prices(again)
        await spent(again, "Own gateway: about US$0.30.")
        again.click("price-back")
        await spent(again, "Own gateway: about US$0.30.")


async def test_a_refused_clone_costs_nothing_and_an_unknown_one_is_at_most(priced: WindowBench) -> None:
    await priced.load()
    priced.server.faults.add(Step.CLONE, answers.business_error(1026))
    await clone(priced)
    await spent(priced, "Nothing so far.")
    priced.server.faults.add(Step.CLONE, Break(at=Point.AFTER_WORK))
    await clone(priced)
    jobs = await priced.program.prices._records.jobs()
    assert [job.state for job in jobs] == [JobState.UNKNOWN, JobState.NOT_MADE]
    await spent(
        priced, "Own gateway: about US$0.00, up to US$0.10 if everything whose fate is unknown was made."
    )
    assert cost(priced).toolTip().endswith("estimated: US$0.00 up to US$0.10")


async def test_a_voice_without_a_price_is_counted_and_stays_so(bench: WindowBench) -> None:
    await bench.load()
    await clone(bench)
    open_prices(bench)
    await spent(bench, "Own gateway: voices and previews whose price wasn't known: 1.")
    type_prices(bench, **GATEWAY)
    await asyncio.sleep(0.02)
    assert words(bench, "spent") == "Own gateway: voices and previews whose price wasn't known: 1."


async def test_the_tool_tip_of_another_service_goes_with_it(bench: WindowBench) -> None:
    bench.program.connection.change("minimax-global", token=Token("t" * 40))
    bench.program.controller.choose_profile("minimax-global")
    assert cost(bench).toolTip() == "An estimate from the prices of 2026-11-01"
    bench.program.controller.choose_profile("gateway")
    assert cost(bench).toolTip() == ""


async def test_every_control_has_a_name_and_a_tip(bench: WindowBench) -> None:
    open_prices(bench)
    for kind in (QComboBox, QLineEdit, QPushButton):
        for control in bench.program.window.findChildren(kind):
            if control.isVisible() and control.objectName().startswith("price-"):
                assert control.toolTip()
                assert control.accessibleName() or control.text()


async def test_the_estimate_on_record_is_what_was_shown(priced: WindowBench) -> None:
    await priced.load()
    shown = priced.state.cost
    await clone(priced)
    (job,) = await priced.program.prices._records.jobs()
    assert (job.currency, job.preview_cost, job.activation) == ("USD", shown.amount, Decimal("1.50"))
    kept = json.loads((priced.folder / "data" / "settings.json").read_text(encoding="utf-8"))["prices"]
    assert [entry["activation"] for entry in kept] == ["1.50"]
