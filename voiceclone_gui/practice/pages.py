"""The service's pages for people: what it is, and what a proxy says of a body that is too large."""

from __future__ import annotations

ABOUT_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>VoiceClone practice service</title></head>
<body>
<h1>VoiceClone practice service</h1>
<p>This is the practice service of VoiceClone, on this computer. It answers as a voice-clone service does,
but it clones nobody: what it speaks is a stand-in voice, not a clone. Nothing leaves this computer and
nothing is charged.</p>
<p>There is nothing at this address. The calls are below <code>/minimaxi/v1/</code>.</p>
</body>
</html>
"""

TOO_LARGE_PAGE = """<html>
<head><title>413 Request Entity Too Large</title></head>
<body><center><h1>413 Request Entity Too Large</h1></center><hr><center>practice service</center></body>
</html>
"""
