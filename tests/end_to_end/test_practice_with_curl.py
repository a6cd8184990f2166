"""The practice service and the base document's own commands: curl, real recordings, real speech.

Nothing of the program's client takes part.
"""

from __future__ import annotations

import hashlib
import json
import re
import wave
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from tests.fakes.curl import CurlCaller, code_in, curl, file_id_in
from tests.fakes.practice_jobs import MovableClock, wav_bytes
from voiceclone_gui.practice.server import PracticeServer

SAMPLES = Path(__file__).parents[2] / "resources" / "sample"
READING, CLIP = SAMPLES / "austen-reading.wav", SAMPLES / "austen-prompt.wav"
CLIP_WORDS = "Unless to be rather cold hearted and rather selfish is to be ill-disposed."


@pytest.fixture(scope="module")
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, clock: MovableClock) -> Iterator[PracticeServer]:
    """The service as it is, with its audio process."""
    running = PracticeServer(state_dir=tmp_path_factory.mktemp("practice"), clock=clock)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def by_curl(server: PracticeServer) -> CurlCaller:
    return CurlCaller(server=server)


@pytest.fixture(scope="module")
def reading_id(server: PracticeServer) -> str:
    return file_id_in(CurlCaller(server=server).upload(READING))


@pytest.fixture(scope="module")
def clip_id(server: PracticeServer) -> str:
    return file_id_in(CurlCaller(server=server).upload(CLIP, purpose="prompt_audio"))


def make_wav(path: Path, duration_s: float) -> Path:
    path.write_bytes(wav_bytes(duration_s))
    return path


def clone_body(file_id: str, voice_id: str, more: str = "") -> str:
    return f'{{"file_id": {file_id}, "voice_id": "{voice_id}"{more}}}'


def decoded_s(path: Path) -> float:
    with av.open(str(path)) as container:
        frames = [(frame.samples, frame.sample_rate) for frame in container.decode(audio=0)]
    return sum(samples / rate for samples, rate in frames)


# -- the base document, step by step --------------------------------------------------------------------


def test_three_steps_of_the_base_document(
    server: PracticeServer, by_curl: CurlCaller, reading_id: str, clip_id: str, tmp_path: Path
) -> None:
    text = "近年来，人工智能在国内迎来高速发展期。"
    more = (
        f', "clone_prompt": {{"prompt_audio": {clip_id}, "prompt_text": "{CLIP_WORDS}"}}'
        f', "text": "{text}", "model": "speech-2.8-hd"'
        ', "need_noise_reduction": true, "need_volume_normalization": true'
    )
    answer = json.loads(by_curl.post("voice_clone", clone_body(reading_id, "MiniMax001", more)))
    assert answer["base_resp"] == {"status_code": 0, "status_msg": "success"}
    assert (answer["input_sensitive"], answer["input_sensitive_type"]) == (False, 0)
    assert "voice_id" not in answer
    preview = tmp_path / "preview.mp3"
    head = curl("--dump-header", "-", "--output", preview, answer["demo_audio"])
    assert "content-type: audio/mpeg" in head.lower()
    assert f"content-length: {preview.stat().st_size}" in head.lower()
    info = answer["extra_info"]
    assert info["audio_size"] == preview.stat().st_size
    assert info["usage_characters"] == len(text)
    assert abs(decoded_s(preview) - info["audio_length"] / 1000) < 0.1
    assert decoded_s(preview) > 1.0


def test_uploads_are_equal_byte_for_byte(server: PracticeServer, reading_id: str, clip_id: str) -> None:
    assert server.uploaded_bytes(int(reading_id)) == READING.read_bytes()
    assert server.uploaded_bytes(int(clip_id)) == CLIP.read_bytes()


def test_answer_to_an_upload(by_curl: CurlCaller) -> None:
    answer = json.loads(by_curl.upload(READING))
    assert set(answer) == {"file", "base_resp"}
    assert set(answer["file"]) == {"file_id", "bytes", "created_at", "filename", "purpose"}
    assert answer["file"]["bytes"] == READING.stat().st_size
    assert answer["file"]["filename"] == "austen-reading.wav"


def test_without_text_there_is_no_preview(by_curl: CurlCaller, reading_id: str) -> None:
    answer = json.loads(
        by_curl.post("voice_clone", clone_body(reading_id, "quiet-voice-1", ', "model": "speech-02-hd"'))
    )
    assert answer["base_resp"]["status_code"] == 0
    assert answer["demo_audio"] == ""


# -- numbers above 2**53 --------------------------------------------------------------------------------


def test_file_numbers_need_64_bits_and_stay_the_same_text(by_curl: CurlCaller, reading_id: str) -> None:
    assert int(reading_id) > 2**53
    assert re.search(rf'"file_id":\s*{reading_id}\b', by_curl.get("files/list", "purpose=voice_clone"))
    assert re.search(rf'"file_id":\s*{reading_id}\b', by_curl.get("files/retrieve", f"file_id={reading_id}"))
    # What a float leaves of it; where that happens to be the very number, its neighbour.
    through_a_float = str(int(float(reading_id)) + 2 * (float(reading_id) == int(reading_id)))
    assert code_in(by_curl.post("voice_clone", clone_body(through_a_float, "float-voice-1"))) == 2013


def test_file_number_as_text_is_refused(by_curl: CurlCaller, reading_id: str) -> None:
    assert code_in(by_curl.post("voice_clone", clone_body(f'"{reading_id}"', "text-voice-1"))) == 2013


# -- refusals -------------------------------------------------------------------------------------------

REFUSALS = [
    ("{}", 2013),
    ("not json", 2013),
    ("[1]", 2013),
    ('{"file_id": FILE}', 2013),
    ('{"file_id": 12345, "voice_id": "refused-1"}', 2013),
    ('{"file_id": CLIP, "voice_id": "refused-1"}', 2013),
    ('{"file_id": FILE, "voice_id": "short"}', 2013),
    ('{"file_id": FILE, "voice_id": "9-starts-wrong"}', 2013),
    ('{"file_id": FILE, "voice_id": "ends-wrong-"}', 2013),
    ('{"file_id": FILE, "voice_id": "refused-1", "text": "Hello."}', 2013),
    ('{"file_id": FILE, "voice_id": "refused-1", "text": "Hello.", "model": "speech-0"}', 2013),
    ('{"file_id": FILE, "voice_id": "refused-1", "text": "\\u200b\\u200b", "model": "speech-2.8-hd"}', 1042),
    ('{"file_id": FILE, "voice_id": "refused-1", "language_boost": "english"}', 2013),
    ('{"file_id": FILE, "voice_id": "refused-1", "need_noise_reduction": "true"}', 2013),
    ('{"file_id": FILE, "voice_id": "refused-1", "accuracy": 1.5}', 2013),
    ('{"file_id": FILE, "voice_id": "refused-1", "clone_prompt": {"prompt_audio": CLIP}}', 2013),
    ('{"file_id": FILE, "voice_id": "refused-1", "clone_prompt": {"prompt_text": "Hello."}}', 2013),
    ('{"file_id": FILE, "voice_id": "refused-1", "clone_prompt": {"prompt_audio": CLIP, "prompt_text": "Hello"}}', 2013),
    ('{"file_id": FILE, "voice_id": "refused-1", "clone_prompt": {"prompt_audio": FILE, "prompt_text": "Hello."}}', 2013),
]  # fmt: skip


def test_refusals(server: PracticeServer, by_curl: CurlCaller, reading_id: str, clip_id: str) -> None:
    before = server.counters
    for template, code in REFUSALS:
        body = template.replace("FILE", reading_id).replace("CLIP", clip_id)
        assert code_in(by_curl.post("voice_clone", body)) == code, template
    after = server.counters
    assert (after.clones, after.billed_characters) == (before.clones, before.billed_characters)


@pytest.mark.parametrize(("duration_s", "code"), [(9.99, 2037), (10.0, 0), (300.0, 0), (300.01, 2037)])
def test_recording_is_measured_by_decoding(
    by_curl: CurlCaller, tmp_path: Path, duration_s: float, code: int
) -> None:
    file_id = file_id_in(by_curl.upload(make_wav(tmp_path / "sample.wav", duration_s)))
    voice_id = f"length-{duration_s * 100:.0f}-voice"
    assert code_in(by_curl.post("voice_clone", clone_body(file_id, voice_id))) == code


@pytest.mark.parametrize(("duration_s", "code"), [(4.0, 0), (7.99, 0), (8.0, 2048)])
def test_example_clip_is_measured_by_decoding(
    by_curl: CurlCaller, reading_id: str, tmp_path: Path, duration_s: float, code: int
) -> None:
    file_id = file_id_in(by_curl.upload(make_wav(tmp_path / "clip.wav", duration_s), purpose="prompt_audio"))
    more = f', "clone_prompt": {{"prompt_audio": {file_id}, "prompt_text": "Hello."}}'
    voice_id = f"clip-{duration_s * 100:.0f}-voice"
    assert code_in(by_curl.post("voice_clone", clone_body(reading_id, voice_id, more))) == code


def test_header_of_a_recording_isnt_believed(by_curl: CurlCaller, tmp_path: Path) -> None:
    cut = tmp_path / "sample.wav"
    with wave.open(str(make_wav(tmp_path / "whole.wav", 60.0)), "rb") as whole:
        assert whole.getnframes() == 480_000
    # The header still promises a minute, but nine seconds are there.
    cut.write_bytes((tmp_path / "whole.wav").read_bytes()[: 44 + 72_000])
    file_id = file_id_in(by_curl.upload(cut))
    assert code_in(by_curl.post("voice_clone", clone_body(file_id, "lying-header-1"))) == 2037


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("sample.ogg", None, 2013),
        ("sample", None, 2013),
        ("sample.mp3", None, 0),
        ("SAMPLE.WAV", None, 0),
        ("sample.wav", b"this is no sound at all", 2013),
    ],
)
def test_name_decides_the_type_and_the_content_has_to_decode(
    by_curl: CurlCaller, tmp_path: Path, name: str, content: bytes | None, code: int
) -> None:
    path = make_wav(tmp_path / "local.wav", 11.0)
    if content is not None:
        path.write_bytes(content)
    file_id = file_id_in(by_curl.upload(path, name=name))
    voice_id = f"named-{hashlib.sha256(name.encode()).hexdigest()[:8]}-{code}"
    assert code_in(by_curl.post("voice_clone", clone_body(file_id, voice_id))) == code


@pytest.mark.parametrize(
    ("header", "code"), [("X-Nothing: 1", 1004), ("Authorization: Bearer sk-wrong", 2049)]
)
def test_token_is_needed(server: PracticeServer, header: str, code: int) -> None:
    url = f"{server.base_url}/minimaxi/v1/files/list?purpose=voice_clone"
    printed = curl("--write-out", "\n%{http_code}", "-H", header, url)
    answer, _, status = printed.rpartition("\n")
    assert (status, code_in(answer)) == ("200", code)


def test_wrong_prefix_answers_a_page(server: PracticeServer) -> None:
    format_ = "\n%{http_code} %{content_type}"
    printed = curl(
        "--write-out", format_, "-X", "POST", "-d", "{}", f"{server.base_url}/wrong/v1/voice_clone"
    )
    page, _, facts = printed.rpartition("\n")
    assert facts == "200 text/html; charset=utf-8"
    assert "stand-in voice, not a clone" in page


# -- the demo link --------------------------------------------------------------------------------------


def test_demo_link(
    server: PracticeServer, by_curl: CurlCaller, clock: MovableClock, reading_id: str, tmp_path: Path
) -> None:
    more = ', "text": "Good morning.", "model": "speech-2.8-turbo"'
    link = json.loads(by_curl.post("voice_clone", clone_body(reading_id, "linked-voice-1", more)))[
        "demo_audio"
    ]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/demo/\w+\.mp3\?Expires=\d+&Signature=[\w%-]+", link)
    assert "%2F" in link

    def status_of(*arguments: str) -> str:
        return curl("--output", tmp_path / "answer", "--write-out", "%{http_code}", *arguments)

    assert status_of(link) == "200"
    audio = (tmp_path / "answer").read_bytes()
    assert re.search(rf"content-length: {len(audio)}\b", curl("--head", link).lower())
    assert status_of("-H", f"Authorization: Bearer {server.token}", link) == "400"
    assert (tmp_path / "answer").read_bytes().startswith(b"<?xml")
    assert status_of(link[:-1]) == "403"
    assert status_of(link.replace("%2F", "/")) == "403"
    assert status_of(link.partition("?")[0]) == "403"
    clock.move(hours=24)
    assert status_of(link) == "403"
    assert "Request has expired" in (tmp_path / "answer").read_text(encoding="utf-8")
    # Nothing of this reached the service with a token but the one that was meant to.
    asked = [r for r in server.requests if r.path in link and r.header("authorization")]
    assert len(asked) == 1


# -- the life of a voice --------------------------------------------------------------------------------

SPEECH = (
    '{"model": "speech-2.8-hd", "text": "Good morning.", "stream": false, "voice_setting": '
    '{"voice_id": "VOICE", "speed": 1, "vol": 1, "pitch": 0}, "audio_setting": {"sample_rate": 32000, '
    '"bitrate": 128000, "format": "mp3", "channel": 1}, "output_format": "OUTPUT"}'
)


def test_voice_lives_168_hours_unless_it_is_used(
    by_curl: CurlCaller, clock: MovableClock, reading_id: str, tmp_path: Path
) -> None:
    for voice_id in ("kept-voice-1", "unused-voice-1"):
        assert code_in(by_curl.post("voice_clone", clone_body(reading_id, voice_id))) == 0
    listed = by_curl.post("get_voice", '{"voice_type": "voice_cloning"}')
    assert "kept-voice-1" not in listed
    clock.move(hours=167)
    speech = SPEECH.replace("VOICE", "kept-voice-1")
    answer = json.loads(by_curl.post("t2a_v2", speech.replace("OUTPUT", "hex")))
    assert answer["data"]["status"] == 2
    spoken = tmp_path / "spoken.mp3"
    spoken.write_bytes(bytes.fromhex(answer["data"]["audio"]))
    assert decoded_s(spoken) > 0.3
    clock.move(hours=1)
    listed = by_curl.post("get_voice", '{"voice_type": "voice_cloning"}')
    assert "kept-voice-1" in listed
    assert "unused-voice-1" not in listed
    lost = SPEECH.replace("VOICE", "unused-voice-1").replace("OUTPUT", "hex")
    assert code_in(by_curl.post("t2a_v2", lost)) == 2054
    # The id of a voice that is gone stays taken.
    assert code_in(by_curl.post("voice_clone", clone_body(reading_id, "unused-voice-1"))) == 2039
    link = json.loads(by_curl.post("t2a_v2", speech.replace("OUTPUT", "url")))["data"]["audio"]
    assert curl("--output", tmp_path / "linked.mp3", "--write-out", "%{http_code}", link) == "200"
    assert decoded_s(tmp_path / "linked.mp3") == pytest.approx(decoded_s(spoken), abs=0.2)
    delete = '{"voice_type": "voice_cloning", "voice_id": "kept-voice-1"}'
    assert set(json.loads(by_curl.post("delete_voice", delete))) == {"voice_id", "created_time", "base_resp"}
    assert code_in(by_curl.post("delete_voice", delete)) == 2013
    assert code_in(by_curl.post("t2a_v2", speech.replace("OUTPUT", "hex"))) == 2054
    assert code_in(by_curl.post("voice_clone", clone_body(reading_id, "kept-voice-1"))) == 2039


def test_previews_and_speech_are_billed_by_the_character(
    server: PracticeServer, by_curl: CurlCaller, reading_id: str
) -> None:
    before = server.counters
    more = ', "text": "你好, 👋!", "model": "speech-2.8-hd"'
    assert code_in(by_curl.post("voice_clone", clone_body(reading_id, "billed-voice-1", more))) == 0
    speech = SPEECH.replace("VOICE", "billed-voice-1").replace("OUTPUT", "hex")
    assert code_in(by_curl.post("t2a_v2", speech)) == 0
    after = server.counters
    assert after.clones == before.clones + 1
    assert after.preview_characters == before.preview_characters + 6
    assert after.billed_characters == before.billed_characters + 6 + len("Good morning.")
    assert after.calls["voice_clone"] == before.calls["voice_clone"] + 1
