"""JSON from and to core's values: only what is used is sent; what comes may lack any part."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.api.wire import (
    MissingPartError,
    clone_body,
    read_clone,
    read_files,
    read_sensitive_type,
    read_speech,
    read_uploaded,
    read_voices,
    speech_body,
)
from voiceclone_gui.core.answers import SpeechRequest
from voiceclone_gui.core.request import CloneFields

BIG = 2**53 + 1
OK = {"base_resp": {"status_code": 0, "status_msg": "success"}}


def test_a_bare_clone_sends_two_fields_and_nothing_else() -> None:
    assert clone_body(CloneFields(voice_id="MiniMax001"), file_id=BIG, prompt_file_id=None) == {
        "file_id": BIG,
        "voice_id": "MiniMax001",
    }


def test_a_full_clone_sends_every_field_in_the_order_of_the_contract() -> None:
    fields = CloneFields(
        voice_id="MiniMax001",
        prompt_text=" Hello. ",
        text="Good evening.",
        model="speech-2.8-hd",
        language_boost="Chinese,Yue",
        need_noise_reduction=True,
        need_volume_normalization=True,
        aigc_watermark=True,
        text_validation="expected words",
        accuracy=0.0,
    )
    body = clone_body(fields, file_id=1, prompt_file_id=BIG)
    assert json.dumps(body) == json.dumps(
        {
            "file_id": 1,
            "voice_id": "MiniMax001",
            "clone_prompt": {"prompt_audio": BIG, "prompt_text": "Hello."},
            "text": "Good evening.",
            "model": "speech-2.8-hd",
            "language_boost": "Chinese,Yue",
            "need_noise_reduction": True,
            "need_volume_normalization": True,
            "aigc_watermark": True,
            "text_validation": "expected words",
            "accuracy": 0.0,
        }
    )


fields = st.builds(
    CloneFields,
    voice_id=st.text(),
    prompt_text=st.text(),
    text=st.text(),
    model=st.text(),
    language_boost=st.text(),
    need_noise_reduction=st.booleans(),
    need_volume_normalization=st.booleans(),
    aigc_watermark=st.booleans(),
    text_validation=st.text(),
    accuracy=st.none() | st.floats(0, 1),
)


@given(fields, st.integers(1, 2**63 - 1), st.none() | st.integers(1, 2**63 - 1))
def test_no_field_is_ever_null_empty_or_false(fields: CloneFields, file_id: int, prompt: int | None) -> None:
    body = clone_body(fields, file_id=file_id, prompt_file_id=prompt)
    assert type(body["file_id"]) is int
    for name, value in body.items():
        if name != "voice_id":
            assert value not in (None, "", {}), name
            assert value is not False, name
    assert ("text" in body) == bool(fields.text)
    assert ("model" in body) == bool(fields.text and fields.model)
    assert "accuracy" not in body or "text_validation" in body


@pytest.mark.parametrize("file_id", [BIG, str(BIG), 1, "1", 2**63 - 1])
def test_a_file_id_comes_as_a_number_or_as_digits(file_id: object) -> None:
    uploaded = read_uploaded({"file": {"file_id": file_id}}, trace_id="t")
    assert uploaded.file_id == int(str(file_id))
    assert uploaded.trace_id == "t"


@pytest.mark.parametrize(
    "parsed",
    [
        {},
        {"file": None},
        {"file": []},
        {"file": {}},
        {"file": {"file_id": None}},
        {"file": {"file_id": ""}},
        {"file": {"file_id": "abc"}},
        {"file": {"file_id": 1.5}},
        {"file": {"file_id": True}},
        {"file": {"file_id": 0}},
        {"file": {"file_id": -1}},
        {"file": {"file_id": 2**63}},
        {"file": {"file_id": [1]}},
    ],
)
def test_an_upload_without_a_usable_id_is_no_success(parsed: dict[str, object]) -> None:
    with pytest.raises(MissingPartError):
        read_uploaded(parsed, trace_id="")


def test_an_upload_keeps_what_is_told_and_does_without_the_rest() -> None:
    file = {"file_id": 5, "bytes": 7, "created_at": 9, "filename": "a.wav", "purpose": "voice_clone"}
    uploaded = read_uploaded({"file": file}, trace_id="")
    assert (uploaded.size_bytes, uploaded.created_at) == (7, 9)
    assert (uploaded.filename, uploaded.purpose) == ("a.wav", "voice_clone")
    bare = read_uploaded({"file": {"file_id": 5, "bytes": None, "filename": 3}}, trace_id="")
    assert (bare.size_bytes, bare.filename) == (0, "")


@pytest.mark.parametrize(
    ("part", "sensitive_type"),
    [
        ({}, 0),
        ({"input_sensitive": False, "input_sensitive_type": 0}, 0),
        ({"input_sensitive": True, "input_sensitive_type": 2}, 2),
        ({"input_sensitive": True}, 7),
        ({"input_sensitive": True, "input_sensitive_type": 0}, 7),
        ({"input_sensitive": False, "input_sensitive_type": 3}, 3),
        ({"input_sensitive": {"type": 0}}, 0),
        ({"input_sensitive": {"type": 6}}, 6),
        ({"input_sensitive": {"type": "6"}}, 6),
        ({"input_sensitive": {}}, 0),
        ({"input_sensitive": None}, 0),
    ],
)
def test_both_shapes_of_input_sensitive(part: dict[str, object], sensitive_type: int) -> None:
    assert read_sensitive_type(part) == sensitive_type
    assert read_clone(part | OK, trace_id="").sensitive_type == sensitive_type


def test_a_clone_answer_with_every_part() -> None:
    answer = read_clone(
        {
            "input_sensitive": False,
            "demo_audio": "https://h/x.mp3?Expires=1&Signature=a%2Fb",
            "extra_info": {"audio_length": 11124, "usage_characters": 18, "strange": "word"},
        }
        | OK,
        trace_id="t",
    )
    assert answer.demo_audio == "https://h/x.mp3?Expires=1&Signature=a%2Fb"
    assert answer.extra == {"audio_length": 11124, "usage_characters": 18}
    assert answer.trace_id == "t"


@pytest.mark.parametrize(
    "part", [{}, {"demo_audio": ""}, {"demo_audio": None}, {"extra_info": None}, {"extra_info": 5}]
)
def test_a_clone_answer_with_missing_parts_is_still_a_made_voice(part: dict[str, object]) -> None:
    assert read_clone(part | OK, trace_id="").demo_audio == ""


def test_without_base_resp_only_a_preview_proves_the_voice() -> None:
    assert read_clone({"demo_audio": "https://h/x.mp3"}, trace_id="").demo_audio
    with pytest.raises(MissingPartError):
        read_clone({"input_sensitive": False}, trace_id="")
    with pytest.raises(MissingPartError):
        read_clone({"demo_audio": 5} | OK, trace_id="")


@pytest.mark.parametrize(
    ("parsed", "ids"),
    [
        ({}, []),
        ({"voice_cloning": None}, []),
        ({"voice_cloning": {}}, []),
        ({"voice_cloning": [None, 5, {}, {"voice_id": 7}]}, []),
        (
            {
                "voice_cloning": [
                    {"voice_id": "a", "description": None},
                    {"voice_id": "b", "created_time": "2025-08-20"},
                ]
            },
            ["a", "b"],
        ),
    ],
)
def test_voices_with_arrays_that_may_be_null(parsed: dict[str, object], ids: list[str]) -> None:
    assert [v.voice_id for v in read_voices(parsed, trace_id="")] == ids


def test_files_without_ids_are_passed_over() -> None:
    parsed = {"files": [{"file_id": "12"}, {"file_id": None}, 3]}
    assert [f.file_id for f in read_files(parsed, trace_id="")] == [12]
    assert read_files({"files": None}, trace_id="") == ()


def test_speech_asks_for_mono_mp3_as_hex() -> None:
    body = speech_body(
        SpeechRequest(
            voice_id="v", text="Hi.", model="speech-2.8-hd", emotion="calm", language_boost="English"
        )
    )
    assert body == {
        "model": "speech-2.8-hd",
        "text": "Hi.",
        "stream": False,
        "voice_setting": {"voice_id": "v", "speed": 1.0, "vol": 1.0, "pitch": 0, "emotion": "calm"},
        "audio_setting": {"sample_rate": 32000, "bitrate": 128000, "format": "mp3", "channel": 1},
        "output_format": "hex",
        "language_boost": "English",
    }
    assert "emotion" not in speech_body(SpeechRequest(voice_id="v", text="Hi.", model="m"))["voice_setting"]


def test_speech_comes_as_hex() -> None:
    content, extra = read_speech(
        {"data": {"audio": "4944330A", "status": 2}, "extra_info": {"audio_length": 5}}
    )
    assert content == b"ID3\n"
    assert extra == {"audio_length": 5}


@pytest.mark.parametrize(
    "data", [None, {}, {"audio": ""}, {"audio": "4"}, {"audio": "xx"}, {"audio": 5}, [], "49"]
)
def test_speech_without_sound_is_no_success(data: object) -> None:
    with pytest.raises(MissingPartError):
        read_speech({"data": data})
