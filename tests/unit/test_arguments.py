"""The command line: every field of the contract is an option of the same name."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from voiceclone_gui.arguments import CloneOptions, WindowOptions, parse_arguments
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.request import CloneFields

CATALOG = load_catalog()
BARE = ["clone", "a.wav", "--voice-id", "voice-abc123"]


def parse(*arguments: str) -> CloneOptions:
    options = parse_arguments(arguments, catalog=CATALOG)
    assert isinstance(options, CloneOptions)
    return options


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        ([], []),
        (["a.wav"], ["a.wav"]),
        (["--data-dir", "clone", "a.wav"], ["a.wav"]),
        (["./clone"], ["./clone"]),
    ],
)
def test_without_the_word_clone_the_window_opens_with_the_files(
    arguments: list[str], files: list[str]
) -> None:
    options = parse_arguments(arguments, catalog=CATALOG)
    assert isinstance(options, WindowOptions)
    assert options.files == tuple(map(Path, files))


def test_theme_and_text_size_of_the_window() -> None:
    options = parse_arguments(["--theme", "dark", "--text-scale", "200"], catalog=CATALOG)
    assert isinstance(options, WindowOptions)
    assert (options.theme, options.text_scale) == ("dark", 2.0)


def test_a_bare_clone_goes_to_the_practice_service() -> None:
    options = parse(*BARE)
    assert options.recording == Path("a.wav")
    assert options.fields == CloneFields(voice_id="voice-abc123")
    assert (options.profile_id, options.base_url, options.prefix) == ("practice", "", "/minimaxi")
    assert (options.data_dir, options.out, options.prompt_audio) == (None, None, None)


def test_every_field_has_its_option() -> None:
    options = parse(
        "--data-dir", "d", *BARE, "--prompt-audio", "c.wav", "--prompt-text", "Words.", "--text", "Hi.",
        "--model", "speech-3", "--language-boost", "Chinese,Yue", "--need-noise-reduction",
        "--need-volume-normalization", "--aigc-watermark", "--text-validation", "expected",
        "--accuracy", "0.5", "--out", "o.mp3",
    )  # fmt: skip
    assert options.fields == CloneFields(
        voice_id="voice-abc123",
        prompt_text="Words.",
        text="Hi.",
        model="speech-3",
        language_boost="Chinese,Yue",
        need_noise_reduction=True,
        need_volume_normalization=True,
        aigc_watermark=True,
        text_validation="expected",
        accuracy=0.5,
    )
    assert (options.data_dir, options.out, options.prompt_audio) == (Path("d"), Path("o.mp3"), Path("c.wav"))


def test_no_field_of_a_request_is_without_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse("clone", "--help")
    shown = capsys.readouterr().out
    for field in dataclasses.fields(CloneFields):
        assert re.search(rf"--{field.name.replace('_', '-')}\b(?!-)", shown), field.name
    assert "exit codes:" in shown
    assert "token" in shown


@pytest.mark.parametrize("profile", CATALOG.profiles, ids=lambda p: p.id)
def test_each_profile_brings_its_address(profile) -> None:
    more = ["--base-url", "http://127.0.0.1:1"] if profile.id == "gateway" else []
    options = parse(*BARE, "--profile", profile.id, *more)
    assert options.base_url == (profile.base_url or ("http://127.0.0.1:1" if more else ""))
    assert options.prefix == profile.prefix


def test_address_and_prefix_can_be_typed() -> None:
    options = parse(*BARE, "--profile", "hingnet", "--base-url", "https://h.example", "--prefix", "")
    assert (options.base_url, options.prefix) == ("https://h.example", "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["clone"], "required"),
        (["clone", "a.wav"], "--voice-id"),
        ([*BARE, "--profile", "gateway"], "needs --base-url"),
        ([*BARE, "--profile", "nowhere"], "invalid choice"),
        ([*BARE, "--base-url", "https://h.example"], "choose another --profile"),
        ([*BARE, "--out", "o.mp3"], "--out needs --text"),
        ([*BARE, "--accuracy", "much"], "invalid float"),
        ([*BARE, "--token", "sk-1"], "unrecognized arguments"),
    ],
)
def test_a_wrong_command_line_is_refused_with_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(*arguments)
    assert caught.value.code == 2
    assert sentence in capsys.readouterr().err
