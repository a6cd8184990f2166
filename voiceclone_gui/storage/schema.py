"""The library's tables, and the way from one version of them to the next."""

from __future__ import annotations

VERSION = 1

CREATE = """
CREATE TABLE jobs (
    job_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    voice_id TEXT NOT NULL,
    profile_id TEXT NOT NULL,
    service TEXT NOT NULL,
    created_at TEXT NOT NULL,
    rights_stated_at TEXT NOT NULL,
    rights_text_version TEXT NOT NULL,
    recording TEXT NOT NULL,
    prompt_clip TEXT NOT NULL,
    request TEXT NOT NULL,
    file_id INTEGER,
    prompt_file_id INTEGER,
    demo_audio TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    error_code TEXT NOT NULL
) STRICT;
CREATE TABLE voices (
    service TEXT NOT NULL,
    voice_id TEXT NOT NULL,
    profile_id TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    made_at TEXT,
    kept_at TEXT,
    rights_stated_at TEXT NOT NULL,
    rights_text_version TEXT NOT NULL,
    job_id TEXT NOT NULL REFERENCES jobs (job_id),
    preview_file TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (job_id)
) STRICT;
"""
