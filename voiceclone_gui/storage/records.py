"""Jobs and voices as rows and as JSON, and back again."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from voiceclone_gui.core.job import CloneJob, JobState, LogEntry
from voiceclone_gui.core.synthesis import Synthesis, SynthesisState
from voiceclone_gui.core.voice import Voice

Record = TypeVar("Record", CloneJob, Voice, Synthesis)


class UnreadableRecord(Exception):
    """What was read is no record of ours: it was damaged on the disk."""


def row_of(record: CloneJob | Voice | Synthesis) -> dict[str, object]:
    """A record as SQLite keeps it."""
    row: dict[str, object] = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, Decimal):
            value = f"{value:f}"
        elif isinstance(value, Mapping):
            value = json.dumps(dict(value), ensure_ascii=False)
        row[field.name] = value
    return row


def facts_of(record: CloneJob | Voice) -> dict[str, object]:
    """A record as JSON, to be read by people too."""
    return {**row_of(record), "request": dict(record.request)}


def upsert(table: str, key: str, row: Mapping[str, object]) -> str:
    """The statement that adds a row, or replaces the values of the one with that ``key``."""
    # Names come from our own dataclasses, values go through places.
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    updates = ", ".join(f"{name} = excluded.{name}" for name in row)
    return f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {updates}"  # noqa: S608


def job_of(values: Mapping[str, object]) -> CloneJob:
    """The job of a row or of JSON. Raises ``UnreadableRecord``."""
    return _record(CloneJob, values)


def voice_of(values: Mapping[str, object]) -> Voice:
    """The voice of a row or of JSON. Raises ``UnreadableRecord``."""
    return _record(Voice, values)


def synthesis_of(values: Mapping[str, object]) -> Synthesis:
    """The synthesis of a row. Raises ``UnreadableRecord``."""
    return _record(Synthesis, values)


def log_entry_of(row: Mapping[str, object]) -> LogEntry:
    """A line of a job's log. Raises ``UnreadableRecord``."""
    try:
        return LogEntry(
            at=moment(row["at"]),
            code=text(row["code"]),
            trace_id=text(row["trace_id"]),
            values=mapping(row["details"]),
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableRecord(f"job_log: {error}") from error


def text(value: object) -> str:
    """``value`` where it is text. Raises ``ValueError``."""
    if not isinstance(value, str):
        raise ValueError("it is no text")  # noqa: TRY004 - for the reader all of these are the same
    return value


def moment(value: object) -> datetime:
    """The time that ``value`` says, which must carry its zone. Raises ``ValueError``."""
    found = datetime.fromisoformat(text(value))
    if found.tzinfo is None:
        raise ValueError("it has no zone")
    return found


def whole_number(value: object) -> int:
    """``value`` where it is a whole number. Raises ``ValueError``."""
    if type(value) is not int:
        raise ValueError("it is no whole number")
    return value


def mapping(value: object) -> Mapping[str, object]:
    """What a row keeps as JSON, and JSON as it is. Raises ``ValueError``."""
    found = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, dict):
        raise ValueError("it is no object")  # noqa: TRY004 - for the reader all of these are the same
    return found


def _switch(value: object) -> bool:
    if value not in {0, 1}:
        raise ValueError("it is neither yes nor no")
    return bool(value)


def _amount(value: object) -> Decimal:
    amount = Decimal(text(value))
    if not amount.is_finite():
        raise ValueError("it is no amount")
    return amount


def _or_none(read: Callable[[object], object]) -> Callable[[object], object]:
    return lambda value: None if value is None else read(value)


# How a value is read, by the type that its field was given.
_READERS: Mapping[str, Callable[[object], object]] = {
    "str": text,
    "bool": _switch,
    "int | None": _or_none(whole_number),
    "datetime": moment,
    "datetime | None": _or_none(moment),
    "Decimal | None": _or_none(_amount),
    "SynthesisState": lambda value: SynthesisState(text(value)),
    "JobState": lambda value: JobState(text(value)),
    "Mapping[str, object]": mapping,
}


def _record(kind: type[Record], values: Mapping[str, object]) -> Record:
    found: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        if field.name not in values:
            continue
        read = _READERS[str(field.type)]
        try:
            found[field.name] = read(values[field.name])
        except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
            raise UnreadableRecord(f"{field.name}: {error}") from error
    try:
        return kind(**found)
    except TypeError as error:
        raise UnreadableRecord("something is missing in it") from error
