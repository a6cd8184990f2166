"""The catalog against the contract's own lists, written out once more by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from voiceclone_gui.core.catalog import load_catalog

CATALOG = load_catalog()

LANGUAGES = """
Chinese · Chinese,Yue · English · Arabic · Russian · Spanish · French · Portuguese · German · Turkish ·
Dutch · Ukrainian · Vietnamese · Indonesian · Japanese · Italian · Korean · Thai · Polish · Romanian ·
Greek · Czech · Finnish · Hindi · Bulgarian · Danish · Hebrew · Malay · Persian · Slovak · Swedish ·
Croatian · Filipino · Hungarian · Norwegian · Slovenian · Catalan · Nynorsk · Tamil · Afrikaans · auto
"""
TAGS = """
(laughs) (chuckle) (coughs) (clear-throat) (groans) (breath) (pant) (inhale) (exhale) (gasps) (sniffs)
(sighs) (snorts) (burps) (lip-smacking) (humming) (hissing) (emm) (whistles) (sneezes) (crying) (applause)
"""


def test_the_eight_models() -> None:
    expected = [f"speech-{g}-{t}" for g in ("2.8", "2.6", "02", "01") for t in ("hd", "turbo")]
    assert [m.id for m in CATALOG.models] == expected
    assert [m.id for m in CATALOG.models if m.sound_tags] == ["speech-2.8-hd", "speech-2.8-turbo"]


def test_the_forty_one_languages_spelled_as_the_service_wants_them() -> None:
    expected = [value.strip() for value in LANGUAGES.split("·")]
    assert [x.value for x in CATALOG.languages] == expected
    assert len(expected) == 41
    assert len({x.tag for x in CATALOG.languages}) == 41


def test_the_twenty_two_sound_tags() -> None:
    assert [f"({tag})" for tag in CATALOG.sound_tags] == TAGS.split()
    assert len(CATALOG.sound_tags) == 22


def test_the_profiles_and_their_addresses() -> None:
    found = {p.id: (p.base_url, p.prefix, p.needs_token) for p in CATALOG.profiles}
    assert found == {
        "practice": ("", "/minimaxi", False),
        "hingnet": ("https://models.hingnet.com.cn", "/minimaxi", True),
        "minimax-global": ("https://api.minimax.io", "", True),
        "minimax-mainland": ("https://api.minimaxi.com", "", True),
        "gateway": ("", "", True),
    }
    for profile in CATALOG.profiles:
        assert profile.other_region is None or CATALOG.profile(profile.other_region) is not None


def test_prices_carry_a_date_and_hingnet_has_none() -> None:
    assert set(CATALOG.prices) == {"minimax-global", "minimax-mainland"}
    assert all(isinstance(table.as_of, date) for table in CATALOG.prices.values())


def test_a_preview_is_priced_per_character_and_a_chinese_one_counts_twice_on_the_mainland() -> None:
    turbo, hd = CATALOG.model("speech-2.8-turbo"), CATALOG.model("speech-2.8-hd")
    assert turbo is not None
    assert hd is not None
    mainland, worldwide = CATALOG.prices["minimax-mainland"], CATALOG.prices["minimax-global"]
    assert mainland.billed_characters("你好, 世界!") == 4 * 2 + 3
    assert worldwide.billed_characters("你好, 世界!") == 7
    assert mainland.preview_cost("x" * 1000, hd) == Decimal("0.35")
    assert mainland.preview_cost("字" * 1000, turbo) == Decimal("0.4")
    assert worldwide.preview_cost("x" * 1000, hd) == Decimal("0.1")


def test_what_is_not_listed_is_none() -> None:
    assert CATALOG.model("speech-9") is None
    assert CATALOG.language("Klingon") is None
    assert CATALOG.profile("nowhere") is None
