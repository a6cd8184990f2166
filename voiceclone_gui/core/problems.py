"""Problems: what is wrong with an input, found before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.sentences import fill


class Severity(StrEnum):
    """Only a rule of the service refuses; everything else warns."""

    REFUSAL = "refusal"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with one input.

    ``code`` is stable and names the sentence in :mod:`voiceclone_gui.core.sentences`; ``values`` fill its
    named places, so that the sentence can be translated.
    """

    field: Field
    code: str
    values: Mapping[str, object] = dataclass_field(default_factory=dict)
    severity: Severity = Severity.REFUSAL

    @property
    def title(self) -> str:
        """What is wrong, as an English sentence."""
        return fill(self.code, self.values).title

    @property
    def cure(self) -> str:
        """What to do about it, as an English sentence."""
        return fill(self.code, self.values).cure


def refusals(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those problems that forbid sending."""
    return tuple(p for p in problems if p.severity is Severity.REFUSAL)
