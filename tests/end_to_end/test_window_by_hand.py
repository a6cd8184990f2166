"""The real program on a screen of its own, used as people use it: by mouse, by keyboard, and closed early."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.desktop import Desktop, until
from tests.fakes.ears import Ears, Heard
from tests.fakes.window_at_work import WindowAtWork
from voiceclone_gui.practice.faults import Gate, Hold, Point, Step
from voiceclone_gui.practice.server import PracticeServer

SAMPLES = Path(__file__).parents[2] / "resources" / "sample"
READING, CLIP = SAMPLES / "austen-reading.wav", SAMPLES / "austen-prompt.wav"
CLIP_WORDS = "Unless to be rather cold hearted and rather selfish is to be ill-disposed"
TEXT = "Good evening (laughs) to all of you. <#0.5#> This was said by hand."

HEADER = ("page-clone", "service", "settings")
FIELDS = (
    "voice-id", "fresh-voice-id", "preview-text", "tags", "pauses", "samples", "model", "language",
    "need-noise-reduction", "need-volume-normalization", "aigc-watermark", "advanced",
)  # fmt: skip
EMPTY_ORDER = (
    *HEADER, "connect-a-service", "choose-recording", "try-sample", "choose-clip", *FIELDS, "rights",
)  # fmt: skip
LIGHTS = tuple(
    f"recording-light-{kind}" for kind in ("length", "loudness", "noise", "clipping", "speech", "bandwidth")
)
FULL_ORDER = (
    *HEADER, "recording-zoom-in", "recording-zoom-out", "recording-zoom-whole", "recording-zoom-selection",
    "recording-snap", "recording-waveform-head", "recording-waveform-start", "recording-waveform-end",
    "play-recording", "recording-from", "recording-to", "best-recording", "replace-recording",
    *LIGHTS, "recording-listen", "recording-save-sent",
    "clip-waveform-head", "clip-waveform-start", "clip-waveform-end", "play-clip", "clip-from", "clip-to",
    "cut-another-clip", "replace-clip", "remove-clip", "clip-listen", "clip-save-sent", "prompt-text",
    *FIELDS, "text-validation", "accuracy", "rights", "clone",
    "play", "player-waveform", "source-recording", "source-clone", "volume", "save", "copy-request",
)  # fmt: skip
# What has the keyboard without being a stop of Tab: the page itself, the inside of a control, and a waveform,
# which hands it to its play head.
NO_STOPS = {"ClonePage", "QLineEdit", "qt_spinbox_lineedit", "recording-waveform", "clip-waveform"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PracticeServer]:
    """The service as it is, with its audio process, in the test's own process."""
    running = PracticeServer(state_dir=tmp_path / "service")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    with Desktop(folder=tmp_path / "desktop") as made:
        yield made


@pytest.fixture
def ears(desktop: Desktop) -> Ears:
    return Ears(desktop=desktop)


@pytest.fixture
def headphones(ears: Ears) -> str:
    """The device that programs use by themselves, and that nobody listens to."""
    device = ears.add_device("headphones")
    ears.choose("headphones")
    return device


@pytest.fixture
def work(desktop: Desktop, server: PracticeServer, request: pytest.FixtureRequest) -> Iterator[WindowAtWork]:
    with WindowAtWork(desktop=desktop, server=server, story=request.function.__name__) as made:
        yield made


@pytest.fixture
def mp3(tmp_path: Path) -> Path:
    """The shipped reading as other people have theirs."""
    path = tmp_path / "grandma's voice.mp3"
    command = ["ffmpeg", "-loglevel", "error", "-i", str(READING), "-b:a", "128k", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


TRIES_TO_HEAR = 4


def served_preview(server: PracticeServer, tmp_path: Path) -> Path:
    """The one preview that the service has made."""
    assert server.counters.calls["demo"] == 1
    (path,) = (tmp_path / "service" / "demos").iterdir()
    return path


def check_heard(heard: Heard, preview: Path, *, ears: Ears, work: WindowAtWork) -> None:
    """The preview was really played, from its beginning to its end.

    A computer under load drops pieces of sound: then it is played again. What is wrong stays wrong.
    """
    wanted = Heard.of_file(preview)
    assert heard.peak > 2000
    for _ in range(TRIES_TO_HEAR - 1):
        if heard.likeness(wanted) > 0.9 and abs(heard.duration_s - wanted.duration_s) < 0.3:
            break
        before = ears.moment()
        work.user.click("play")
        work.wait_played_through()
        ears.wait_more(0.5)
        heard = ears.since(before)
    assert heard.duration_s == pytest.approx(wanted.duration_s, abs=0.3)
    assert heard.likeness(wanted) > 0.9


def test_by_mouse(ears: Ears, work: WindowAtWork, server: PracticeServer, mp3: Path, tmp_path: Path) -> None:
    user = work.user
    user.find("choose-recording")
    work.take_picture("empty")
    windows = user.xdotool("search", "--onlyvisible", "--pid", work.program.pid).split()
    assert len(windows) == 1
    work.connect()
    fill_by_mouse(work, mp3)

    before = ears.moment()
    user.click("clone")
    work.wait_played_through()
    ears.wait_more(0.5)
    preview = served_preview(server, tmp_path)
    check_heard(ears.since(before), preview, ears=ears, work=work)
    work.take_picture("played")
    check_sent(
        work,
        mp3,
        {
            "voice_id": "by-mouse-voice-1",
            "text": TEXT,
            "model": "speech-2.8-turbo",
            "language_boost": "French",
            "need_noise_reduction": True,
            "need_volume_normalization": True,
        },
    )
    check_switching(ears, work)
    check_saving(work, preview, tmp_path / "saved by hand.mp3")
    check_copying(work)
    user.click("page-voices")
    user.find(words="by-mouse-voice-1")
    work.take_picture("voices")
    work.close("alt+F4")


def fill_by_mouse(work: WindowAtWork, mp3: Path) -> None:
    """Recording and example clip out of another program's window, and every field by a click."""
    user = work.user
    work.desktop.start_python("tests/fakes/drag_source.py", str(mp3), str(CLIP))
    work.drag_in(mp3, share=(0.3, 0.6))
    work.wait_examined(mp3)
    work.drag_in(CLIP, share=(0.6, 0.8))
    user.scroll_to("prompt-text")
    user.fill("prompt-text", CLIP_WORDS)
    work.take_picture("dropped")
    user.scroll_to("fix-punctuation")
    user.click("fix-punctuation")
    user.wait_text("prompt-text", CLIP_WORDS + ".")
    user.fill("voice-id", "by-mouse-voice-1")
    user.fill("preview-text", TEXT)
    work.choose("model", "speech-2.8-turbo")
    work.choose("language", "French · français")
    for switch in ("need-noise-reduction", "need-volume-normalization", "rights"):
        user.click(switch)
        user.wait_checked(switch)
    user.find_enabled("clone")
    work.take_picture("ready")


def check_sent(work: WindowAtWork, recording: Path, fields: dict[str, object]) -> None:
    """The service has the sound of the files byte for byte, the words of the clip, and these fields."""
    body = work.sent_body()
    recording_id, prompt = body.pop("file_id"), body.pop("clone_prompt")
    assert isinstance(recording_id, int)
    assert isinstance(prompt, dict)
    assert work.server.uploaded_bytes(recording_id) == without_tags(recording.read_bytes())
    assert work.server.uploaded_bytes(prompt.pop("prompt_audio")) == CLIP.read_bytes()
    assert prompt == {"prompt_text": CLIP_WORDS + "."}
    assert body == fields


def without_tags(mp3: bytes) -> bytes:
    """All of the file but the ID3 tag at its beginning, which says what wrote it."""
    assert mp3[:3] == b"ID3"
    high, middle, low, lowest = mp3[6:10]
    return mp3[10 + (high << 21 | middle << 14 | low << 7 | lowest) :]


def check_switching(ears: Ears, work: WindowAtWork) -> None:
    """Recording and clone at the same place, and both are heard."""
    user = work.user
    preview_s = work.length_s()
    user.click("play")
    until(lambda: work.played_s() > 0.5, "the preview plays on")
    before_s = work.played_s()
    user.click("source-recording")
    until(lambda: work.length_s() > preview_s + 5, "the recording is shown")
    after_s = work.played_s()
    assert before_s <= after_s < before_s + 2
    switched = ears.moment()
    until(lambda: work.played_s() > after_s + 0.8, "the recording plays on")
    assert ears.since(switched).peak > 2000
    work.take_picture("recording")
    user.click("source-clone")
    until(lambda: work.length_s() == preview_s, "the clone is shown")
    user.find("play", words="Play")


def check_saving(work: WindowAtWork, preview: Path, target: Path) -> None:
    """The preview is saved byte for byte through the system's dialog."""
    user = work.user
    user.click("save")
    user.click("save-as-is")
    user.wait_focus("fileNameEdit")
    work.take_picture("saving")
    user.press("ctrl+a")
    user.type(str(target))
    user.press("Return")
    user.wait_gone("file-dialog")
    user.find(words=f"Saved as {target.name}.")
    assert target.read_bytes() == preview.read_bytes()


def check_copying(work: WindowAtWork) -> None:
    """The request can be pasted elsewhere, without the token."""
    user = work.user
    user.click("copy-request")
    user.click("copy-curl")
    until(lambda: "curl" in user.clipboard(), "the request is copied")
    copied = user.clipboard()
    assert work.server.token not in copied
    assert 'Bearer $TOKEN"' in copied
    assert "by-mouse-voice-1" in copied
    assert f"{work.server.base_url}/minimaxi/v1/voice_clone" in copied


def test_closing_while_a_voice_is_cloned(work: WindowAtWork, server: PracticeServer) -> None:
    gate = Gate()
    server.faults.add(Step.CLONE, Hold(gate=gate, at=Point.AFTER_WORK))
    user = work.user
    work.connect()
    user.click("try-sample")
    work.wait_examined(READING)
    user.click("rights")
    user.find_enabled("clone")
    user.press("ctrl+Return")
    assert gate.wait_reached(timeout_s=60)
    user.find(words="Stop waiting")

    user.press("alt+F4")
    user.find("answer-stay")
    work.take_picture("asking")
    user.press("Return")
    user.wait_gone("question")
    user.find(words="Stop waiting")
    assert work.program.poll() is None
    work.take_picture("stayed")

    user.press("alt+F4")
    user.find("answer-close")
    work.tab_to("answer-close")
    user.press("space")
    work.end()
    (voice,) = work.rows("voices")
    (job,) = work.rows("jobs")
    assert voice["made_at"] is None
    assert job["state"] == "unknown"
    assert server.counters.calls["voice_clone"] == 1


def test_by_keyboard_alone(
    ears: Ears, work: WindowAtWork, server: PracticeServer, mp3: Path, tmp_path: Path
) -> None:
    user = work.user
    user.find("choose-recording")
    until(user.focused, "the window has the keyboard")
    check_tab_stops(work, EMPTY_ORDER)
    connect_by_keyboard(work)
    choose_by_keyboard(work, mp3)
    paste_clip_by_keyboard(work)
    fill_by_keyboard(work)

    before = ears.moment()
    user.press("ctrl+Return")
    work.wait_played_through()
    ears.wait_more(0.5)
    check_heard(ears.since(before), served_preview(server, tmp_path), ears=ears, work=work)
    work.take_picture("played")
    check_sent(
        work,
        mp3,
        {
            "voice_id": "by-keyboard-voice-1",
            "text": TEXT,
            "model": "speech-2.8-turbo",
            "language_boost": "Chinese,Yue",
            "aigc_watermark": True,
            "text_validation": CLIP_WORDS,
        },
    )
    work.tab_to("rights")
    user.press("space")
    user.find_enabled("clone")
    check_tab_stops(work, FULL_ORDER)
    user.press("ctrl+2")
    user.find(words="by-keyboard-voice-1")
    work.close("ctrl+q")


def check_tab_stops(work: WindowAtWork, order: tuple[str, ...]) -> None:
    """Tab comes to everything that can be used, in the order in which it is read, and each has a name."""
    stops = work.tab_round()
    names = [stop.name for stop in stops]
    assert order[0] in names, " ".join(names)
    start = names.index(order[0])
    turned = names[start:] + names[:start]
    assert [name for name in turned if name in order] == list(order)
    usable = {control.name for control in work.user.everything() if control.focusable and control.enabled}
    assert usable - NO_STOPS == set(names)
    assert [stop.name for stop in stops if not (stop.words or stop.label)] == []


def connect_by_keyboard(work: WindowAtWork) -> None:
    """The service's menu and the dialog behind it."""
    user = work.user
    work.tab_to("service")
    user.press("space")
    user.find("profile-gateway")
    user.press("Up", "Up", "Return")
    user.wait_focus("base-url")
    user.type(server_address := work.server.base_url)
    user.wait_text("base-url", server_address)
    work.tab_to("prefix")
    user.type("/minimaxi")
    work.tab_to("token")
    user.type(work.server.token)
    user.wait_checked("keep-typed-token", False)
    user.find_enabled("use-service")
    work.take_picture("connecting")
    user.press("Return")
    user.wait_gone("connection-dialog")
    user.find(words="Service: Own gateway")


def choose_by_keyboard(work: WindowAtWork, path: Path) -> None:
    """The system's dialog, reached by Tab, with a typed path."""
    user = work.user
    work.tab_to("choose-recording")
    user.press("space")
    user.wait_focus("fileNameEdit")
    user.type(str(path))
    user.wait_text("fileNameEdit", str(path))
    work.take_picture("choosing")
    user.press("Return")
    user.wait_gone("file-dialog")
    work.wait_examined(path)


def paste_clip_by_keyboard(work: WindowAtWork) -> None:
    """A path from another program's clipboard; with a recording in place, its place is asked for."""
    user = work.user
    user.copy(str(CLIP))
    user.press("ctrl+shift+v")
    user.find("answer-clip")
    work.take_picture("asking")
    work.tab_to("answer-clip")
    user.press("space")
    user.wait_gone("question")
    work.tab_to("prompt-text")
    user.type(CLIP_WORDS + ".")
    user.wait_text("prompt-text", CLIP_WORDS + ".")


def fill_by_keyboard(work: WindowAtWork) -> None:
    """Every field by Tab and by typing."""
    user = work.user
    for name, text in (("voice-id", "by-keyboard-voice-1"), ("preview-text", TEXT)):
        work.tab_to(name)
        user.press("ctrl+a")
        user.type(text)
        user.wait_text(name, text)
    work.tab_to("model")
    user.press("Down")
    user.find("model", words="speech-2.8-turbo")
    work.tab_to("language")
    user.type("yue")
    user.press("Down", "Return")
    user.find("language", words="Chinese,Yue · 粵語")
    for name in ("aigc-watermark", "advanced", "rights"):
        work.tab_to(name)
        user.press("space")
        user.wait_checked(name)
    work.tab_to("text-validation")
    user.type(CLIP_WORDS)
    user.wait_text("text-validation", CLIP_WORDS)
    user.find_enabled("clone")
    work.take_picture("ready")


def test_unplugging_the_headphones_while_it_plays(ears: Ears, headphones: str, work: WindowAtWork) -> None:
    user = work.user
    user.click("try-sample")
    user.find_enabled("rights")
    user.find_enabled("play-recording")
    user.click("play-recording")
    until(lambda: ears.devices_in_use() == ["headphones"], "it plays in the headphones")
    unplugged = ears.moment()
    ears.unplug(headphones)
    until(lambda: ears.devices_in_use() == ["ears"], "it goes on with the other device")
    until(lambda: ears.since(unplugged).peak > 1000, "it is heard there")
    user.find(words="Pause the recording")
    work.close("alt+F4")
