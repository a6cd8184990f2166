"""From what stands on the Clone page to what is ordered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from voiceclone_gui.core.request import RightsStatement
from voiceclone_gui.ui.presenters.clone_state import CloneState

if TYPE_CHECKING:
    from voiceclone_gui.services.clone_voice import CloneOrder
    from voiceclone_gui.services.connection import Connected


def order_of(state: CloneState, *, connected: Connected, stated_at: datetime, has_own_id: bool) -> CloneOrder:
    """What the page asks for, at the service that is connected; the rights were stated at ``stated_at``."""
    from voiceclone_gui.services.clone_voice import CloneOrder

    assert state.recording is not None  # noqa: S101 - nothing starts without one
    return CloneOrder(
        recording=state.recording.choice,
        prompt_clip=state.clip.choice if state.clip else None,
        fields=state.fields,
        rights=RightsStatement(stated_at=stated_at) if state.has_rights else None,
        profile_id=connected.profile_id,
        service=connected.name,
        cost=state.cost,
        has_own_id=has_own_id,
    )
