"""The request's rules, at their edges: contract section 3."""

from __future__ import annotations

import dataclasses
import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem, Severity, refusals
from voiceclone_gui.core.request import (
    CloneFields,
    check_fields,
    check_voice_id,
    ends_in_punctuation,
    with_punctuation,
)

CATALOG = load_catalog()
GOOD = CloneFields(voice_id="MiniMax001")
CONTRACT_VOICE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{6,254}[A-Za-z0-9]", re.ASCII)


def problems(*, has_prompt_audio: bool = False, **changes: object) -> tuple[Problem, ...]:
    fields = dataclasses.replace(GOOD, **changes)  # type: ignore[arg-type]
    return check_fields(fields, has_prompt_audio=has_prompt_audio, catalog=CATALOG)


def codes(found: tuple[Problem, ...]) -> list[str]:
    return [p.code for p in found]


@pytest.mark.parametrize(
    ("voice_id", "expected"),
    [
        ("", ["voice-id-missing"]),
        ("a" * 7, ["voice-id-short"]),
        ("a" * 8, []),
        ("a" * 256, []),
        ("a" * 257, ["voice-id-long"]),
        ("1bcdefgh", ["voice-id-start"]),
        ("-bcdefgh", ["voice-id-start"]),
        ("Abc-def_1", []),
        ("abcdefg-", ["voice-id-end"]),
        ("abcdefg_", ["voice-id-end"]),
        ("abc defgh", ["voice-id-characters"]),
        ("abcdefgh\n", ["voice-id-characters"]),
        ("äbcdefgh", ["voice-id-start", "voice-id-characters"]),
        ("abcdefgｈ", ["voice-id-characters"]),
        ("音色一二三四五六", ["voice-id-start", "voice-id-characters"]),
        ("1 -", ["voice-id-short", "voice-id-start", "voice-id-characters", "voice-id-end"]),
    ],
)
def test_each_rule_of_a_voice_id_is_named_and_all_at_once(voice_id: str, expected: list[str]) -> None:
    assert codes(check_voice_id(voice_id)) == expected


@given(st.text(alphabet=string.ascii_letters + string.digits + "-_ ä\n", max_size=20) | st.text(max_size=300))
@example("a" * 256)
@example("a" * 257)
def test_a_voice_id_passes_exactly_when_the_contract_says_so(voice_id: str) -> None:
    assert (check_voice_id(voice_id) == ()) == bool(CONTRACT_VOICE_ID.fullmatch(voice_id))


def test_strange_characters_are_shown_readably() -> None:
    (problem,) = check_voice_id("abc def\u200bgh")
    assert problem.values["characters"] == "a space U+200B"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"has_prompt_audio": True}, Field.PROMPT_TEXT, "prompt-text-missing"),
        ({"has_prompt_audio": True, "prompt_text": "  "}, Field.PROMPT_TEXT, "prompt-text-missing"),
        ({"prompt_text": "Hello."}, Field.PROMPT_AUDIO, "prompt-audio-missing"),
        ({"has_prompt_audio": True, "prompt_text": "Hello"}, Field.PROMPT_TEXT, "prompt-text-punctuation"),
        ({"text": "x" * 1001, "model": "speech-2.8-hd"}, Field.TEXT, "text-long"),
        ({"text": " \n", "model": "speech-2.8-hd"}, Field.TEXT, "text-blank"),
        ({"text": "a\ud800b", "model": "speech-2.8-hd"}, Field.TEXT, "text-broken"),
        ({"text": "abcdefgh\u200b", "model": "speech-2.8-hd"}, Field.TEXT, "text-invisible"),
        ({"text": "Hello."}, Field.MODEL, "model-missing"),
        ({"text": "Hello.", "model": "a b"}, Field.MODEL, "model-malformed"),
        ({"text": "Hello.", "model": "模型"}, Field.MODEL, "model-malformed"),
        ({"language_boost": "english"}, Field.LANGUAGE_BOOST, "language-unknown"),
        ({"language_boost": "Chinese, Yue"}, Field.LANGUAGE_BOOST, "language-unknown"),
        ({"text_validation": "x" * 201}, Field.TEXT_VALIDATION, "validation-long"),
        ({"text_validation": "x", "accuracy": -0.01}, Field.ACCURACY, "accuracy-range"),
        ({"text_validation": "x", "accuracy": 1.01}, Field.ACCURACY, "accuracy-range"),
        ({"text_validation": "x", "accuracy": float("nan")}, Field.ACCURACY, "accuracy-range"),
        ({"accuracy": 0.7}, Field.ACCURACY, "accuracy-alone"),
    ],
)
def test_a_broken_rule_refuses_beside_its_field(changes: dict[str, object], field: Field, code: str) -> None:
    found = refusals(problems(**changes))  # type: ignore[arg-type]
    assert [(p.field, p.code) for p in found] == [(field, code)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"text": "x", "model": "speech-2.8-hd"},
        {"text": "x" * 1000, "model": "speech-01-turbo"},
        {"text": "😀" * 1000, "model": "speech-02-hd"},
        {"text": "👨‍👩‍👧‍👦", "model": "speech-2.6-hd"},
        {"text": "abcdefghi\u200b", "model": "speech-2.6-hd"},
        {"model": "speech-2.8-hd"},
        {"model": "no such model"},
        {"has_prompt_audio": True, "prompt_text": "Hello."},
        {"has_prompt_audio": True, "prompt_text": "你好。"},
        {"language_boost": "Chinese,Yue"},
        {"language_boost": "auto"},
        {"text_validation": "x" * 200, "accuracy": 0.0},
        {"text_validation": "x", "accuracy": 1.0},
    ],
)
def test_what_the_contract_allows_passes_without_a_word(changes: dict[str, object]) -> None:
    assert problems(**changes) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("language", CATALOG.languages, ids=lambda x: x.value)
@pytest.mark.parametrize("model", CATALOG.models, ids=lambda m: m.id)
def test_a_language_that_a_model_does_not_speak_is_marked_but_allowed(language, model) -> None:
    found = problems(text="Hello.", model=model.id, language_boost=language.value)
    marked = language.value in {"Persian", "Filipino", "Tamil"} and model.id.startswith(
        ("speech-01", "speech-02")
    )
    assert codes(found) == (["language-model"] if marked else [])
    assert refusals(found) == ()


def test_a_model_that_is_not_listed_is_sent_with_a_warning() -> None:
    (problem,) = problems(text="Hello.", model="speech-3.0-hd")
    assert (problem.code, problem.severity) == ("model-unlisted", Severity.WARNING)


@pytest.mark.parametrize(
    ("text", "model", "expected"),
    [
        ("Well (laughs) yes.", "speech-2.8-hd", []),
        ("Well (laughs) yes.", "speech-2.6-hd", ["tags-unknown-to-model"]),
        ("Well (not a tag) yes.", "speech-2.6-hd", []),
        ("Well <#1.5#> yes.", "speech-2.6-hd", []),
        ("Well <#0.01#> yes.", "speech-2.6-hd", []),
        ("Well <#99.99#> yes.", "speech-2.6-hd", []),
        ("Well <#0#> yes.", "speech-2.6-hd", ["pause-malformed"]),
        ("Well <#100#> yes.", "speech-2.6-hd", ["pause-malformed"]),
        ("Well <#1.234#> yes.", "speech-2.6-hd", ["pause-malformed"]),
        ("Well <#1#><#2#> yes.", "speech-2.6-hd", ["pause-doubled"]),
        ("<#1#>Well.", "speech-2.6-hd", ["pause-at-end"]),
        ("Well.<#1#>", "speech-2.6-hd", ["pause-at-end"]),
    ],
)
def test_marks_that_may_be_read_aloud_are_warned_of(text: str, model: str, expected: list[str]) -> None:
    found = problems(text=text, model=model)
    assert codes(found) == expected
    assert refusals(found) == ()


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Hello.", True),
        ("Hello!", True),
        ("Hello?", True),
        ("你好。", True),
        ("你好！", True),
        ("Hello…", True),
        ("He said “yes.”", True),
        ('He said "yes."', True),
        ("(Yes.)", True),
        ("Hello. ", True),
        ("Hello,", True),
        ("हाँ।", True),
        ("Hello", False),
        ("", False),
        ("Hello -", False),
        ("Hello (", False),
        ("mail@", False),
        ("100 %", False),
        ("Hello 😀", False),
    ],
)
def test_what_counts_as_ending_in_punctuation(text: str, ends: bool) -> None:
    assert ends_in_punctuation(text) is ends


@pytest.mark.parametrize(
    ("text", "cured"),
    [
        ("Hello", "Hello."),
        ("Hello ", "Hello."),
        ("你好", "你好。"),
        ("こんにちは", "こんにちは。"),
        ("नमस्ते", "नमस्ते।"),
        ("Yes!", "Yes!"),
        ("", ""),
    ],
)
def test_the_cure_for_missing_punctuation_fits_the_script(text: str, cured: str) -> None:
    assert with_punctuation(text) == cured


@given(st.text(max_size=50))
def test_the_cure_for_missing_punctuation_always_cures(text: str) -> None:
    cured = with_punctuation(text)
    assert not cured or ends_in_punctuation(cured)


@given(
    st.builds(
        CloneFields,
        voice_id=st.text(),
        prompt_text=st.text(),
        text=st.text(),
        model=st.text(),
        language_boost=st.text(),
        text_validation=st.text(),
        accuracy=st.none() | st.floats(),
    ),
    st.booleans(),
)
def test_every_problem_can_be_said(fields: CloneFields, has_prompt_audio: bool) -> None:
    for problem in check_fields(fields, has_prompt_audio=has_prompt_audio, catalog=CATALOG):
        assert problem.title
        assert problem.cure
