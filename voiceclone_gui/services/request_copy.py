"""A request as others can send it: curl or JSON, with ``$TOKEN`` where the token belongs."""

from __future__ import annotations

import json
import shlex

from voiceclone_gui.core.voice import Voice


def request_as_json(voice: Voice) -> str:
    """The body of the clone request, as it was sent."""
    return json.dumps(dict(voice.request), ensure_ascii=False, indent=2)


def request_as_curl(voice: Voice) -> str:
    """The clone request as a command for a shell; the practice service's address is left open."""
    service = "$BASE_URL/minimaxi" if voice.profile_id == "practice" else voice.service
    body = json.dumps(dict(voice.request), ensure_ascii=False)
    return (
        f'curl -X POST "{service}/v1/voice_clone" \\\n'
        '  -H "Authorization: Bearer $TOKEN" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f"  -d {shlex.quote(body)}"
    )
