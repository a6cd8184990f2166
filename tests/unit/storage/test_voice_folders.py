"""The facts beside each preview: put down at every change, and enough to build the library from."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.libraries import (
    NOON,
    VOICES,
    Shelf,
    a_voice,
    change,
    clone,
    edit,
    expected,
    moved,
    no_database,
    version_is_damaged,
)
from voiceclone_gui.core.job import JobState


def spoil(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(text, encoding="utf-8")


def make_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


FACTS_DAMAGE = [
    spoil(""),
    spoil("{"),
    spoil("[]"),
    spoil("{}"),
    spoil("[" * 100_000),
    lambda path: path.write_bytes(b"\xff\xfe\x00"),
    lambda path: change(path, job_id="job001"),
    lambda path: change(path, asked_at="yesterday"),
    lambda path: change(path, asked_at="2026-01-02T12:00:00"),
    lambda path: change(path, job=7),
    lambda path: change(path, number="1"),
    lambda path: change(path, voice_id=None),
    lambda path: change(path, voice_id="\ud800"),
    lambda path: change(path, request=[]),
    make_a_folder,
]


@pytest.mark.parametrize("damage", FACTS_DAMAGE)
def test_facts_that_are_damaged_are_skipped_counted_and_left_as_they_are(
    original: Shelf, shelf: Shelf, damage: Callable[[Path], None]
) -> None:
    voices = moved(expected(original)[1], shelf)
    facts = shelf.voices / "job002" / "voice.json"
    damage(facts)
    before = facts.read_bytes() if facts.is_file() else b""
    no_database(shelf.path)
    assert asyncio.run(shelf.read())[1] == tuple(v for v in voices if v.job_id != "job002")
    assert [(told.voices, told.unreadable) for told in shelf.told] == [(VOICES - 1, 1)]
    assert (facts.read_bytes() if facts.is_file() else b"") == before
    asyncio.run(shelf.read())
    assert len(shelf.told) == 1


def test_a_number_that_is_too_large_costs_the_place_but_not_the_voice(shelf: Shelf) -> None:
    change(shelf.voices / "job002" / "voice.json", number=2**70)
    no_database(shelf.path)
    assert len(asyncio.run(shelf.read())[1]) == VOICES


def test_a_damaged_folder_does_not_matter_where_the_row_can_be_read(original: Shelf, shelf: Shelf) -> None:
    voices = moved(expected(original)[1], shelf)
    (shelf.voices / "job002" / "voice.json").write_text("{")
    version_is_damaged(shelf.path)
    found = asyncio.run(shelf.read())[1]
    assert {v.job_id for v in found} == {v.job_id for v in voices}
    assert shelf.told[0].unreadable == 0


def test_facts_of_an_older_program_bring_a_voice_back_too(shelf: Shelf) -> None:
    facts = shelf.voices / "job002" / "voice.json"
    kept = json.loads(facts.read_text(encoding="utf-8"))
    for name in ("job", "number"):
        del kept[name]
    facts.write_text(json.dumps(kept), encoding="utf-8")
    no_database(shelf.path)
    jobs, voices = asyncio.run(shelf.read())
    (voice,) = [v for v in voices if v.job_id == "job002"]
    assert voice.made_at is not None
    assert voice.preview_file == str(facts.with_name("preview.mp3"))
    (job,) = [j for j in jobs if j.job_id == "job002"]
    assert (job.state, job.request["text"]) == (JobState.PREVIEW_SAVED, "Grüße 😀")


async def test_what_the_folder_knows_more_wins_and_what_the_row_knows_more_stays(shelf: Shelf) -> None:
    change(shelf.voices / "job003" / "voice.json", kept_at=NOON.isoformat())
    change(shelf.voices / "job004" / "voice.json", made_at=None, trace_id="")
    version_is_damaged(shelf.path)
    voices = {v.job_id: v for v in (await shelf.read())[1]}
    assert voices["job003"].kept_at == NOON
    assert (voices["job004"].made_at, voices["job004"].trace_id) == (a_voice(4).asked_at, "t")


# -- what is put down


async def test_every_change_of_a_voice_is_put_down(tmp_path: Path) -> None:
    shelf = Shelf(folder=tmp_path)
    facts = shelf.voices / "job001" / "voice.json"

    def put_down(name: str) -> object:
        return json.loads(facts.read_text(encoding="utf-8"))[name]

    async with shelf.opened() as library:
        await clone(library, 1, until=JobState.UNKNOWN)
        assert put_down("made_at") is None
        assert put_down("job")["state"] == "unknown"  # type: ignore[index]
        await library.set_aside("job001")
        assert put_down("job")["is_set_aside"] is True  # type: ignore[index]
        made = a_voice(1).made_when_asked()
        await library.move_job("job001", JobState.CLONED, voice=made, in_doubt=False)
        assert put_down("made_at") == made.asked_at.isoformat()
        await library.save_voice(replace(made, kept_at=NOON))
        assert put_down("kept_at") == NOON.isoformat()


async def test_a_voice_that_was_not_made_leaves_no_folder(tmp_path: Path) -> None:
    shelf = Shelf(folder=tmp_path)
    async with shelf.opened() as library:
        await clone(library, 1, until=JobState.NOT_MADE)
        await clone(library, 2, until=JobState.UPLOADING)
        assert await library.voices() == ()
    assert list(shelf.voices.iterdir()) == []


async def test_facts_that_an_older_program_did_not_put_down_are_put_down_at_the_start(shelf: Shelf) -> None:
    shutil.rmtree(shelf.voices)
    before = await shelf.read()
    assert len(list(shelf.voices.glob("*/voice.json"))) == VOICES
    no_database(shelf.path)
    voices = (await shelf.read())[1]
    assert [replace(v, preview_file="") for v in before[1]] == list(voices)


async def test_a_voice_that_was_put_down_but_not_committed_is_brought_back_as_unknown(shelf: Shelf) -> None:
    """A kill between the two writes: nobody knows whether the request had left."""
    edit(
        shelf.path,
        "DELETE FROM voices WHERE job_id = 'job005'",
        "UPDATE jobs SET state = 'uploaded' WHERE job_id = 'job005'",
    )
    facts = shelf.voices / "job005" / "voice.json"
    job = json.loads(facts.read_text(encoding="utf-8"))["job"]
    change(facts, made_at=None, job={**job, "state": "cloning"})
    async with shelf.opened() as library:
        found = await library.job("job005")
        assert found is not None
        assert found.state is JobState.CLONING
        assert {v.job_id: v.made_at for v in await library.voices()}["job005"] is None


async def test_a_voice_that_certainly_was_not_made_is_not_brought_back(shelf: Shelf) -> None:
    edit(
        shelf.path,
        "DELETE FROM voices WHERE job_id = 'job005'",
        "UPDATE jobs SET state = 'not-made' WHERE job_id = 'job005'",
    )
    assert len((await shelf.read())[1]) == VOICES - 1
    assert shelf.told == []
