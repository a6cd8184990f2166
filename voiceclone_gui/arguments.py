"""The command line: what can be asked for, and nothing about how it is done."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voiceclone_gui import __version__
from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.clock_text import read_time
from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.core.sample import ChannelChoice
from voiceclone_gui.core.span import Span

_EXIT_CODES = """\
The token of a real service is read from the environment variable VOICECLONE_TOKEN, never from an
argument. By running "clone" you state that you have the right to clone this voice.

exit codes:
  0    the voice is made, and its preview is saved if there is one
  1    a fault of this program
  2    the command line is wrong
  3    a file or a field was refused before anything was sent; no voice was made
  4    the service refused; no voice was made
  5    the service could not be reached or is in trouble; no voice was made
  6    unknown: the voice may have been made; the record of it is kept
  7    the voice is made, but its preview could not be had or saved
  8    this computer: data folder, practice service or audio process
  130  cancelled; no voice was made
"""


@dataclass(frozen=True, kw_only=True)
class WindowOptions:
    """What the window is to be opened with."""

    data_dir: Path | None
    files: tuple[Path, ...]
    theme: str | None
    text_scale: float | None
    self_test: bool = False


@dataclass(frozen=True, kw_only=True)
class CloneOptions:
    """The ``clone`` command as typed."""

    data_dir: Path | None
    recording: Path
    prompt_audio: Path | None
    out: Path | None
    fields: CloneFields
    profile_id: str
    base_url: str
    prefix: str
    span: Span | None = None
    channels: ChannelChoice = ChannelChoice.AUTO


def parse_arguments(argv: Sequence[str], *, catalog: Catalog) -> CloneOptions | WindowOptions:
    """What was typed. Ends the program with a sentence and exit code 2 where it makes no sense.

    The word ``clone`` asks for a clone in the terminal; anything else opens the window, with files.
    """
    if _command(argv) == "clone":
        return _clone_options(argv, catalog=catalog)
    typed = _window_parser().parse_args(argv)
    return WindowOptions(
        data_dir=typed.data_dir,
        files=tuple(typed.files),
        theme=typed.theme,
        text_scale=typed.text_scale / 100 if typed.text_scale else None,
        self_test=typed.self_test,
    )


def _command(argv: Sequence[str]) -> str:
    """The first word that is neither an option nor the value of one."""
    position = 0
    while position < len(argv):
        if argv[position] == "--data-dir":
            position += 2
        elif argv[position].startswith("-"):
            position += 1
        else:
            return argv[position]
    return ""


def _window_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="voiceclone-gui",
        description="Open the window, with recordings if any are named.",
        epilog="voiceclone-gui clone --help tells how to clone in the terminal.",
    )
    _add_common(parser)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="recording to open with")
    themes = ("system", "light", "dark")
    parser.add_argument("--theme", choices=themes, help="for this run, instead of the setting")
    parser.add_argument(
        "--text-scale", type=int, choices=range(100, 201, 25), metavar="PERCENT",
        help="text size for this run, 100 to 200 in steps of 25, instead of the setting",
    )  # fmt: skip
    parser.add_argument(
        "--self-test", action="store_true", help="try every part of the program, and report in JSON"
    )
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="keep everything in DIR instead")


def _clone_options(argv: Sequence[str], *, catalog: Catalog) -> CloneOptions:
    typed = _parser(catalog).parse_args(argv)
    clone: argparse.ArgumentParser = typed.parser
    if typed.profile == "gateway" and not typed.base_url:
        clone.error("--profile gateway needs --base-url")
    if typed.profile == "practice" and (typed.base_url or typed.prefix is not None):
        clone.error("the practice service has its own address: choose another --profile")
    if typed.out is not None and not typed.text:
        clone.error("--out needs --text: without a preview text there is no preview to save")
    return CloneOptions(
        data_dir=typed.data_dir,
        recording=typed.recording,
        span=_span(typed, clone),
        channels=typed.channels,
        prompt_audio=typed.prompt_audio,
        out=typed.out,
        fields=CloneFields(
            voice_id=typed.voice_id,
            prompt_text=typed.prompt_text,
            text=typed.text,
            model=typed.model,
            language_boost=typed.language_boost,
            need_noise_reduction=typed.need_noise_reduction,
            need_volume_normalization=typed.need_volume_normalization,
            aigc_watermark=typed.aigc_watermark,
            text_validation=typed.text_validation,
            accuracy=typed.accuracy,
        ),
        profile_id=typed.profile,
        base_url=typed.base_url or _profile_base(catalog, typed.profile),
        prefix=typed.prefix if typed.prefix is not None else _profile_prefix(catalog, typed.profile),
    )


def _time(text: str) -> float:
    seconds = read_time(text)
    if seconds is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: type 7.2 or 1:07.2")
    return seconds


def _span(typed: argparse.Namespace, clone: argparse.ArgumentParser) -> Span | None:
    """The part that was named, ``None`` for all; an end that wasn't named is that of the recording."""
    if typed.start_s is None and typed.end_s is None:
        return None
    start_s = typed.start_s or 0.0
    end_s = typed.end_s if typed.end_s is not None else math.inf
    if start_s >= end_s:
        clone.error("--to must be behind --from")
    return Span(start_s=start_s, end_s=end_s)


def _parser(catalog: Catalog) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="voiceclone-gui", description="Clone voices through the MiniMax voice-clone interface."
    )
    _add_common(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    clone = commands.add_parser(
        "clone",
        help="clone a voice in the terminal",
        description="Clone the voice of RECORDING. Without a token, the practice service does it.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    clone.set_defaults(parser=clone)
    clone.add_argument(
        "recording", type=Path, metavar="RECORDING", help="sound or film; 10 s to 5 min are sent"
    )
    clone.add_argument(
        "--from", type=_time, dest="start_s", metavar="TIME", help="part to send: 7.2 or 1:07.2"
    )
    clone.add_argument("--to", type=_time, dest="end_s", metavar="TIME", help="where that part ends")
    clone.add_argument(
        "--channels",
        type=ChannelChoice,
        choices=list(ChannelChoice),
        default=ChannelChoice.AUTO,
        metavar="WHICH",
        help="of a stereo recording: auto, both, left or right",
    )
    clone.add_argument("--out", type=Path, metavar="FILE", help="save the preview here too")
    _add_fields(clone.add_argument_group("fields of the request"), catalog)
    service = clone.add_argument_group("service")
    profiles = [profile.id for profile in catalog.profiles]
    service.add_argument("--profile", choices=profiles, default="practice", help="default: %(default)s")
    service.add_argument("--base-url", default="", metavar="URL", help="address, instead of the profile's")
    service.add_argument("--prefix", metavar="PATH", help="path before /v1, instead of the profile's")
    return parser


def _add_fields(group: argparse._ArgumentGroup, catalog: Catalog) -> None:
    models = ", ".join(model.id for model in catalog.models)
    languages = " · ".join(language.value for language in catalog.languages)
    group.add_argument("--voice-id", required=True, metavar="ID", help="8-256 letters, digits, - and _")
    group.add_argument("--prompt-audio", type=Path, metavar="FILE", help="example clip, under 8 s")
    group.add_argument("--prompt-text", default="", metavar="TEXT", help="the words of the example clip")
    group.add_argument("--text", default="", help="preview text, up to 1000 characters")
    group.add_argument("--model", default="", help=f"model of the preview: {models}, or a newer one")
    group.add_argument("--language-boost", default="", metavar="LANGUAGE", help=languages)
    group.add_argument("--need-noise-reduction", action="store_true", help="reduce noise")
    group.add_argument("--need-volume-normalization", action="store_true", help="even out the volume")
    group.add_argument("--aigc-watermark", action="store_true", help="mark the end of the preview")
    group.add_argument("--text-validation", default="", metavar="TEXT", help="expected words of RECORDING")
    group.add_argument("--accuracy", type=float, metavar="0-1", help="how well they must match")


def _profile_base(catalog: Catalog, profile_id: str) -> str:
    profile = catalog.profile(profile_id)
    return profile.base_url if profile else ""


def _profile_prefix(catalog: Catalog, profile_id: str) -> str:
    profile = catalog.profile(profile_id)
    return profile.prefix if profile else ""
