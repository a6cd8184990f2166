"""Every refusal of the practice service, and that the first row of the contract's table wins."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.practice_facts import FactsOnPaper
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.practice.checks import CloneOrder, check_clone
from voiceclone_gui.practice.codes import Refused
from voiceclone_gui.practice.speech_checks import SpeechOrder, check_speech

Json = dict[str, Any]

CATALOG = load_catalog()


def body_with(**changes: object) -> Json:
    return {"file_id": 1, "voice_id": "MiniMax001", **changes}


async def check(body: Json, *, refuse_short_prompts: bool = False) -> CloneOrder:
    return await check_clone(
        body, facts=FactsOnPaper(), catalog=CATALOG, refuse_short_prompts=refuse_short_prompts
    )


async def refusal_of(body: Json, **options: bool) -> Refused:
    with pytest.raises(Refused) as caught:
        await check(body, **options)
    return caught.value


def prompt(audio: object = 2, text: object = "Good morning.") -> Json:
    return {"clone_prompt": {"prompt_audio": audio, "prompt_text": text}}


PREVIEW = {"text": "Hello.", "model": "speech-2.8-hd"}

REFUSED: list[tuple[Json, int, str]] = [
    ({"file_id": "1"}, 2013, "file_id"),
    ({"file_id": True}, 2013, "file_id"),
    ({"file_id": 1.0}, 2013, "file_id"),
    ({"file_id": None}, 2013, "file_id"),
    ({"file_id": [1]}, 2013, "file_id"),
    ({"file_id": 0}, 2013, "file_id"),
    ({"file_id": -1}, 2013, "file_id"),
    ({"file_id": 2**63}, 2013, "file_id"),
    ({"file_id": 10**400}, 2013, "file_id"),
    ({"file_id": 99}, 2013, "file_id doesn't exist"),
    ({"file_id": 2}, 2013, "purpose"),
    ({"file_id": 3}, 2013, "mp3, m4a or wav"),
    ({"file_id": 5}, 2013, "mp3, m4a or wav"),
    ({"file_id": 4}, 2013, "decoded"),
    ({"file_id": 10}, 2037, "duration"),
    ({"file_id": 13}, 2037, "duration"),
    ({"voice_id": ""}, 2013, "voice_id"),
    ({"voice_id": None}, 2013, "voice_id"),
    ({"voice_id": 12345678}, 2013, "voice_id"),
    ({"voice_id": "Short01"}, 2013, "voice_id"),
    ({"voice_id": "a" * 257}, 2013, "voice_id"),
    ({"voice_id": "1MiniMax"}, 2013, "voice_id"),
    ({"voice_id": "MiniMax001-"}, 2013, "voice_id"),
    ({"voice_id": "MiniMax001_"}, 2013, "voice_id"),
    ({"voice_id": "Mini Max001"}, 2013, "voice_id"),
    ({"voice_id": "MiniMax001\n"}, 2013, "voice_id"),
    ({"voice_id": "Müller-001"}, 2013, "voice_id"),
    ({"voice_id": "MiniMax００１"}, 2013, "voice_id"),
    ({"voice_id": "taken-voice-1"}, 2039, "duplicate"),
    ({"clone_prompt": None}, 2013, "clone_prompt"),
    ({"clone_prompt": {}}, 2013, "prompt_audio"),
    ({"clone_prompt": []}, 2013, "clone_prompt"),
    ({"clone_prompt": {"prompt_audio": 2}}, 2013, "prompt_text is required"),
    ({"clone_prompt": {"prompt_text": "Good morning."}}, 2013, "prompt_audio is required"),
    (prompt(audio="2"), 2013, "file_id"),
    (prompt(audio=99), 2013, "prompt_audio doesn't exist"),
    (prompt(audio=1), 2013, "purpose"),
    (prompt(audio=23), 2013, "mp3, m4a or wav"),
    (prompt(audio=24), 2013, "decoded"),
    (prompt(audio=21), 2048, "too long"),
    (prompt(text="Good morning"), 2013, "punctuation"),
    (prompt(text=""), 2013, "prompt_text"),
    (prompt(text="   "), 2013, "punctuation"),
    (prompt(text="me@"), 2013, "punctuation"),
    (prompt(text="me＠"), 2013, "punctuation"),
    (prompt(text="50%"), 2013, "punctuation"),
    (prompt(text=5), 2013, "prompt_text"),
    ({"text": "", "model": "speech-2.8-hd"}, 2013, "text"),
    ({"text": None}, 2013, "text"),
    ({"text": 5, "model": "speech-2.8-hd"}, 2013, "text"),
    ({"text": "x" * 1001, "model": "speech-2.8-hd"}, 2013, "1000"),
    ({"text": "\U00010400" * 1001, "model": "speech-2.8-hd"}, 2013, "1000"),
    ({"text": "\ud800 broken", "model": "speech-2.8-hd"}, 2013, "Unicode"),
    ({"text": "ab\u200bc", "model": "speech-2.8-hd"}, 1042, "invisible"),
    ({"text": "Hello."}, 2013, "model is required"),
    ({"text": "Hello.", "model": "speech-9"}, 2013, "model"),
    ({"text": "Hello.", "model": ""}, 2013, "model"),
    ({"text": "Hello.", "model": "Speech-2.8-HD"}, 2013, "model"),
    ({"model": "speech-9"}, 2013, "model"),
    ({"model": None}, 2013, "model"),
    ({"model": ["speech-2.8-hd"]}, 2013, "model"),
    ({"language_boost": "english"}, 2013, "language_boost"),
    ({"language_boost": ""}, 2013, "language_boost"),
    ({"language_boost": None}, 2013, "language_boost"),
    ({"language_boost": "Chinese, Yue"}, 2013, "language_boost"),
    ({"need_noise_reduction": "true"}, 2013, "need_noise_reduction"),
    ({"need_noise_reduction": 1}, 2013, "need_noise_reduction"),
    ({"need_noise_reduction": None}, 2013, "need_noise_reduction"),
    ({"need_volume_normalization": 0}, 2013, "need_volume_normalization"),
    ({"aigc_watermark": "false"}, 2013, "aigc_watermark"),
    ({"text_validation": "x" * 201}, 2013, "text_validation"),
    ({"text_validation": ""}, 2013, "text_validation"),
    ({"text_validation": 7}, 2013, "text_validation"),
    ({"accuracy": -0.01}, 2013, "accuracy"),
    ({"accuracy": 1.01}, 2013, "accuracy"),
    ({"accuracy": "0.7"}, 2013, "accuracy"),
    ({"accuracy": True}, 2013, "accuracy"),
    ({"accuracy": None}, 2013, "accuracy"),
    ({"accuracy": float("nan")}, 2013, "accuracy"),
]


@pytest.mark.parametrize(("changes", "code", "said"), REFUSED)
async def test_clone_request_is_refused(changes: Json, code: int, said: str) -> None:
    refusal = await refusal_of(body_with(**changes))
    assert refusal.code == code
    assert said in refusal.message
    if code == 2013:
        assert refusal.message.startswith("invalid params, ")


ACCEPTED: list[Json] = [
    {},
    {"file_id": 6},
    {"file_id": 11},
    {"file_id": 12},
    {"file_id": 2**62 + 1},
    {"voice_id": "MiniMax1"},
    {"voice_id": "a" * 256},
    {"voice_id": "A-_-_-_9"},
    {"voice_id": "Taken-Voice-1"},
    prompt(),
    prompt(audio=20),
    prompt(audio=22),
    prompt(text="早上好。"),
    prompt(text="Good morning…"),
    prompt(text='"Good morning."'),
    prompt(text="(Good morning.)"),
    prompt(text="Good morning. "),
    prompt(text="नमस्ते।"),
    PREVIEW,
    {"text": "x" * 1000, "model": "speech-01-turbo"},
    {"text": "\U00010400" * 1000, "model": "speech-02-hd"},
    {"text": "123456789\u200b", "model": "speech-2.6-hd"},
    {"text": "👩\u200d👩\u200d👧", "model": "speech-2.8-hd"},
    {"text": "one\ntwo\tthree\r\n", "model": "speech-2.8-hd"},
    {"model": "speech-2.8-turbo"},
    {"language_boost": "Chinese,Yue"},
    {"language_boost": "auto"},
    {"need_noise_reduction": True, "need_volume_normalization": False, "aigc_watermark": True},
    {"text_validation": "x" * 200},
    {"accuracy": 0},
    {"accuracy": 1},
    {"accuracy": 0.7, "text_validation": "anything, for nobody listens"},
    {"speed": "quick", "unknown": None},
]


@pytest.mark.parametrize("changes", ACCEPTED)
async def test_clone_request_is_accepted(changes: Json) -> None:
    body = body_with(**changes)
    order = await check(body)
    assert order.recording.file_id == body["file_id"]
    assert order.voice_id == body["voice_id"]
    assert order.text == body.get("text", "")
    assert order.model == body.get("model", "")
    assert order.language_boost == body.get("language_boost", "")
    assert order.aigc_watermark == body.get("aigc_watermark", False)


async def test_every_language_is_accepted() -> None:
    languages = [language.value for language in CATALOG.languages]
    assert len(languages) == 41
    for language in languages:
        assert (await check(body_with(language_boost=language))).language_boost == language


@pytest.mark.parametrize(("audio", "is_refused"), [(22, True), (2, False), (20, False)])
async def test_short_prompt_is_refused_only_where_that_is_wanted(audio: int, is_refused: bool) -> None:
    body = body_with(**prompt(audio=audio))
    await check(body)
    if is_refused:
        assert (await refusal_of(body, refuse_short_prompts=True)).code == 2037
    else:
        await check(body, refuse_short_prompts=True)


@pytest.mark.parametrize(("body", "said"), [({}, "file_id"), ({"file_id": 1}, "voice_id")])
async def test_required_fields_are_required(body: Json, said: str) -> None:
    refusal = await refusal_of(body)
    assert refusal.code == 2013
    assert f"{said} is required" in refusal.message


# One fault in each row of the contract's table, in the table's order.
ROWS: list[tuple[Json, int]] = [
    ({"file_id": 10}, 2037),
    ({"voice_id": "taken-voice-1"}, 2039),
    ({"clone_prompt": {"prompt_audio": 21, "prompt_text": "no end"}}, 2048),
    ({"text": "ab\u200bc"}, 1042),
    ({"model": "speech-9"}, 2013),
    ({"language_boost": "Klingon"}, 2013),
    ({"need_noise_reduction": "yes"}, 2013),
    ({"need_volume_normalization": "yes"}, 2013),
    ({"aigc_watermark": "yes"}, 2013),
    ({"text_validation": 1}, 2013),
    ({"accuracy": 2}, 2013),
]


async def test_first_row_wins() -> None:
    for (earlier, code), (later, _) in itertools.combinations(ROWS, 2):
        alone = await refusal_of(body_with(**earlier))
        both = await refusal_of(body_with(**later, **earlier))
        assert alone.code == code
        assert (both.code, both.message) == (alone.code, alone.message), (earlier, later)


def speech_with(**changes: object) -> Json:
    return {
        "model": "speech-2.8-hd",
        "text": "Good morning.",
        "voice_setting": {"voice_id": "MiniMax001"},
        **changes,
    }


def voice_with(**changes: object) -> Json:
    return {"voice_setting": {"voice_id": "MiniMax001", **changes}}


SPEECH_REFUSED: list[tuple[Json, str]] = [
    ({"model": "speech-9"}, "model"),
    ({"model": None}, "model"),
    ({"text": ""}, "text"),
    ({"text": "x" * 10_000}, "9999"),
    ({"stream": True}, "stream"),
    ({"voice_setting": {}}, "voice_id"),
    ({"voice_setting": "MiniMax001"}, "voice_setting"),
    (voice_with(voice_id=5), "voice_id"),
    (voice_with(speed=0.49), "speed"),
    (voice_with(speed=2.01), "speed"),
    (voice_with(speed="1"), "speed"),
    (voice_with(vol=0), "vol"),
    (voice_with(vol=10.1), "vol"),
    (voice_with(pitch=13), "pitch"),
    (voice_with(pitch=-13), "pitch"),
    (voice_with(pitch=1.5), "pitch"),
    (voice_with(pitch=True), "pitch"),
    (voice_with(emotion="bored"), "emotion"),
    (voice_with(emotion=["happy"]), "emotion"),
    ({"audio_setting": {"format": "ogg"}}, "format"),
    ({"audio_setting": []}, "audio_setting"),
    ({"output_format": "base64"}, "output_format"),
    ({"language_boost": "english"}, "language_boost"),
]


@pytest.mark.parametrize(("changes", "said"), SPEECH_REFUSED)
def test_synthesis_is_refused(changes: Json, said: str) -> None:
    with pytest.raises(Refused) as caught:
        check_speech(speech_with(**changes), catalog=CATALOG)
    assert caught.value.code == 2013
    assert said in caught.value.message


EMOTIONS = ["happy", "sad", "angry", "fearful", "disgusted", "surprised", "calm", "fluent", "whisper"]

SPEECH_ACCEPTED: list[tuple[Json, Callable[[SpeechOrder], bool]]] = [
    ({}, lambda o: (o.speed, o.volume, o.semitones, o.container, o.wants_link) == (1, 1, 0, "mp3", False)),
    ({"text": "x" * 9_999}, lambda o: len(o.text) == 9_999),
    (voice_with(speed=0.5, vol=10, pitch=-12), lambda o: (o.speed, o.volume, o.semitones) == (0.5, 10, -12)),
    (voice_with(speed=2, vol=0.01, pitch=12), lambda o: (o.speed, o.volume, o.semitones) == (2, 0.01, 12)),
    ({"audio_setting": {"sample_rate": 32000, "format": "wav"}}, lambda o: o.container == "wav"),
    ({"output_format": "url"}, lambda o: o.wants_link),
    ({"stream": False, "language_boost": "Nynorsk"}, lambda o: o.language_boost == "Nynorsk"),
    *((voice_with(emotion=emotion), lambda o: o.voice_id == "MiniMax001") for emotion in EMOTIONS),
]


@pytest.mark.parametrize(("changes", "is_right"), SPEECH_ACCEPTED)
def test_synthesis_is_accepted(changes: Json, is_right: Callable[[SpeechOrder], bool]) -> None:
    assert is_right(check_speech(speech_with(**changes), catalog=CATALOG))


def test_invisible_text_is_refused_for_synthesis_too() -> None:
    with pytest.raises(Refused) as caught:
        check_speech(speech_with(text="ab\u200bc"), catalog=CATALOG)
    assert caught.value.code == 1042
