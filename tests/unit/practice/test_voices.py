"""Which voice reads what: the table, the scripts, and what is left out of a text."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.practice.voices import Utterance, load_voices


def read(text: str, *, language_boost: str = "auto") -> list[tuple[str, str]]:
    table = load_voices()
    main_voice = table.main_voice(text, language_boost=language_boost)
    return [(u.voice, u.text) for u in table.utterances(text, main_voice=main_voice)]


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("The weather is fine", "en"),
        ("今天天气很好", "cmn"),
        ("きょうはいい天気ですね", "ja"),
        ("東京タワー", "ja"),
        ("오늘은 날씨가 좋아요", "ko"),
        ("Сегодня хорошая погода", "ru"),
        ("Сьогодні гарна погода", "uk"),
        ("Ґудзик", "uk"),
        ("الطقس جميل اليوم", "ar"),
        ("چه هوای خوبی", "fa"),
        ("מזג האוויר יפה", "he"),
        ("อากาศดีมาก", "th"),
        ("Ο καιρός είναι ωραίος", "el"),
        ("मौसम बहुत अच्छा है", "hi"),
        ("வானிலை நன்றாக உள்ளது", "ta"),
        ("Сегодня я купила iPad", "ru"),
        ("He said привет to me", "en"),
        ("12:30", "en"),
        ("", "en"),
        ("😀 ☂", "en"),
        ("ཨོཾ", "en"),
    ],
)
def test_undecided_texts_are_read_by_their_script(text: str, voice: str) -> None:
    for language_boost in ("", "auto"):
        assert load_voices().main_voice(text, language_boost=language_boost) == voice


def test_every_language_of_the_catalog_has_a_voice() -> None:
    values = {language.value for language in load_catalog().languages} - {"auto"}
    assert set(load_voices().languages) == values


def test_every_breath_is_a_tag_of_the_catalog() -> None:
    assert set(load_voices().breaths_s) <= set(load_catalog().sound_tags)


def test_scripts_do_not_overlap() -> None:
    ranges = sorted(place for script in load_voices().scripts for place in script.ranges)
    for (_, last), (first, _) in itertools.pairwise(ranges):
        assert last < first


@pytest.mark.parametrize("script", load_voices().scripts, ids=lambda script: script.name)
def test_ranges_are_named_for_their_script(script: object) -> None:
    names = {"Han": {"CJK", "IDEOGRAPHIC", "VERTICAL"}, "Kana": {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}}
    names |= {"Latin": {"LATIN", "FEMININE", "MASCULINE"}, "Arabic": {"ARABIC"}, "Hangul": {"HANGUL"}}
    name = script.name  # type: ignore[attr-defined]
    for first, last in script.ranges:  # type: ignore[attr-defined]
        for code in (first, last):
            found = unicodedata.name(chr(code), "").split(" ")[0]
            assert found in {*names.get(name, {name.upper()}), ""}, hex(code)


@pytest.mark.parametrize(
    ("text", "language_boost", "expected"),
    [
        ("Hello 今天 world", "English", [("en", "Hello"), ("cmn", "今天"), ("en", "world")]),
        ("今日は", "Chinese,Yue", [("yue", "今日"), ("ja", "は")]),
        ("東京へ go", "auto", [("cmn", "東京"), ("ja", "へ"), ("en", "go")]),
        ("iPhone и iPad", "Russian", [("ru", "iPhone и iPad")]),
        ("Добър ден", "Bulgarian", [("bg", "Добър ден")]),
        ("Добрий день", "English", [("ru", "Добрий день")]),
        ("سلام", "Persian", [("fa", "سلام")]),
        ("2, 3: ок", "", [("ru", "2, 3: ок")]),
        ("١٢٣ and ４２", "English", [("en", "123 and 42")]),
        ("ﬁne 𝓣𝓮𝔁𝓽", "English", [("en", "fine Text")]),
        ("cafe\u0301", "French", [("fr", "café")]),
        ("a\u0335\u0336b", "English", [("en", "ab")]),
        ("می\u200cروم", "Persian", [("fa", "می\u200cروم")]),
        ("5 € + 3 £ = ½ ©", "English", [("en", "5 € + 3 £ = 1/2 ©")]),
        ("x² Ⅳ ①", "English", [("en", "x2 IV 1")]),
    ],
)
def test_each_part_is_read_by_a_voice_that_can(
    text: str, language_boost: str, expected: list[tuple[str, str]]
) -> None:
    assert read(text, language_boost=language_boost) == expected


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "...", "😀🎉", "\x00\x01\u200b\ue000", "<#1.234#>", "<#", "#>", "<##>", "<#a b#>", "ཨོཾ"],
)
def test_nothing_to_say_is_no_utterance(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize("mark", ["<#abc#>", "<#1.234#>", "<#100#>", "<#-1#>", "<#", "#>", "<##>"])
def test_broken_pauses_are_not_read(mark: str) -> None:
    assert read(f"Hello {mark} world") == [("en", "Hello world")]


def test_long_words_are_cut_but_not_between_a_letter_and_its_marks() -> None:
    ((_, latin),) = read("x" * 1000)
    assert max(map(len, latin.split())) <= 40
    ((_, thai),) = read("กี่" * 200)
    assert max(map(len, thai.split())) <= 48
    assert all(word.startswith("ก") for word in thai.split())
    assert latin.replace(" ", "") + thai.replace(" ", "") == "x" * 1000 + "กี่" * 200


@given(st.text(max_size=200), st.sampled_from([*load_voices().languages, "auto", ""]))
def test_voices_get_nothing_but_what_they_can_read(text: str, language_boost: str) -> None:
    table = load_voices()
    main_voice = table.main_voice(text, language_boost=language_boost)
    for utterance in table.utterances(text, main_voice=main_voice):
        assert isinstance(utterance, Utterance)
        for character in utterance.text:
            readers = [s for s in table.scripts if any(a <= ord(character) <= b for a, b in s.ranges)]
            assert all(script.read_by(utterance.voice) for script in readers)
            assert readers or not character.isalpha()
            assert unicodedata.category(character) not in {"Cc", "Co", "Cs", "Cn"}
