"""What the user decided once and for all; where it is kept is storage's matter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from voiceclone_gui.core.proxy import ProxyMode

THEMES = ("system", "light", "dark")
TEXT_PERCENTS = (100, 125, 150, 175, 200)
RECENT_MAX = 8


@dataclass(frozen=True, kw_only=True)
class ServiceEntry:
    """A service as the user has it: of which profile of the catalog it is, and where it answers.

    ``service_id`` never changes; the token lies in the keyring under it.
    """

    service_id: str
    profile_id: str
    name: str
    base_url: str = ""
    prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class ProxySettings:
    """Which proxy connections take. Only ``OWN`` uses ``address``; ``keeps_password``: the keyring has it."""

    mode: ProxyMode = ProxyMode.SYSTEM
    address: str = ""
    user: str = ""
    keeps_password: bool = False


@dataclass(frozen=True, kw_only=True)
class UpdateSettings:
    """Whether and where new versions are looked for; an empty ``address`` means the packaged one, if any.

    ``asked_at`` is an ISO time with its zone, ``""`` for never; ``dismissed_version`` is one that the user
    doesn't want to hear of again.
    """

    is_on: bool = True
    address: str = ""
    asked_at: str = ""
    dismissed_version: str = ""


@dataclass(frozen=True, kw_only=True)
class PriceEntry:
    """A service's prices as the user knows them, as decimal numbers; ``as_of`` is an ISO date."""

    service_id: str
    currency: str
    hd_per_10k: str
    turbo_per_10k: str
    activation: str
    wide_characters: int
    as_of: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings. No secret is ever one of them.

    ``theme`` is one of ``THEMES``, ``text_percent`` of ``TEXT_PERCENTS``; ``microphone_id`` is the
    microphone that was chosen, empty for the system's own; ``recent_files`` are paths, the
    newest first. ``services`` are those that the user changed or added to the catalog's; ``prices`` likewise.
    """

    theme: str = "system"
    text_percent: int = 100
    plays_by_itself: bool = True
    volume_percent: int = 100
    microphone_id: str = ""
    recent_files: tuple[str, ...] = ()
    services: tuple[ServiceEntry, ...] = ()
    active_service: str = "practice"
    proxy: ProxySettings = field(default_factory=ProxySettings)
    prices: tuple[PriceEntry, ...] = ()
    updates: UpdateSettings = field(default_factory=UpdateSettings)

    def with_recent(self, path: Path) -> Settings:
        """These settings with ``path`` as the newest of the recent files."""
        name = str(path)
        others = tuple(recent for recent in self.recent_files if recent != name)
        return replace(self, recent_files=(name, *others)[:RECENT_MAX])
