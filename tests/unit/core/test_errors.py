"""Errors and their sentences: every code can be said, whatever carries it."""

from __future__ import annotations

import ast
import pickle
import re
from pathlib import Path

import pytest

import voiceclone_gui
from voiceclone_gui.core import errors, sentence_table
from voiceclone_gui.core.errors import InputRefused, SampleUnreadable, SlowDown, VoiceCloneError
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.sentences import fill, places, template

PACKAGE = Path(voiceclone_gui.__file__).parent


@pytest.mark.parametrize("code", sentence_table.SENTENCES)
def test_every_sentence_says_what_is_wrong_and_what_to_do(code: str) -> None:
    values = dict.fromkeys(places(code), "X")
    sentence = fill(code, values)
    assert sentence.title[-1] in ".:)X"
    assert sentence.cure[-1] in ".X"
    assert "error" not in sentence.title.lower() or code in {"service-1000", "service-unknown"}


def codes_used_in(source: str) -> set[str]:
    """Literal codes handed to an error's constructor or to whatever makes a problem."""
    makers = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    makers |= {"Problem", "_refuse", "_warn", "_problem", "_not_connected"}
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        values = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "code")]
        if name in makers:
            literals = (v.value for value in values for v in ast.walk(value) if isinstance(v, ast.Constant))
            found |= {v for v in literals if isinstance(v, str) and re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", v)}
    return found


def test_every_code_in_the_program_has_its_sentence() -> None:
    used = set()
    for path in PACKAGE.rglob("*.py"):
        used |= codes_used_in(path.read_text(encoding="utf-8"))
    assert len(used) > 60
    assert used - set(sentence_table.SENTENCES) == set()


def test_a_code_without_a_sentence_is_found() -> None:
    assert codes_used_in('raise SampleError("no-such-code", name="x")') == {"no-such-code"}


def test_an_unknown_code_or_a_missing_value_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        template("no-such-code")
    with pytest.raises(KeyError):
        fill("sample-missing", {})


def test_an_error_crosses_the_border_of_a_process_whole() -> None:
    error = SampleUnreadable("sample-missing", field=Field.RECORDING, trace_id="abc", name="a.wav")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is SampleUnreadable
    assert str(again) == str(error) == "There is no file a.wav. Choose the recording again."
    assert (again.field, again.trace_id, again.action) == (Field.RECORDING, "abc", error.action)

    slow = SlowDown("slow-down")
    slow.retry_after_s = 7.0
    assert pickle.loads(pickle.dumps(slow)).retry_after_s == 7.0


def test_input_refused_says_every_problem() -> None:
    error = InputRefused(
        [Problem(field=Field.VOICE_ID, code="voice-id-missing"), Problem(field=Field.TEXT, code="text-blank")]
    )
    assert "voice ID is missing" in str(error)
    assert "only white space" in str(error)
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_every_kind_of_error_stands_in_the_drawn_tree() -> None:
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__ or ""))

    def kinds(kind: type) -> set[str]:
        return {k.__name__ for sub in kind.__subclasses__() for k in (sub,)} | {
            name for sub in kind.__subclasses__() for name in kinds(sub)
        }

    assert kinds(VoiceCloneError) == drawn
