BEGIN TRANSACTION;
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
INSERT INTO "jobs" VALUES('j1','cloned','voice-abc123','practice','practice','2026-01-02T12:30:00+00:00','2026-01-02T12:30:00+00:00','1','/a/我 b.wav','','{"text": "Grüße 😀", "accuracy": 0.7, "aigc_watermark": true}',7,NULL,'','t','');
INSERT INTO "jobs" VALUES('j2','prepared','voice-abc123','hingnet','practice','2026-01-02T12:30:00+00:00','2026-01-02T12:30:00+00:00','1','/a/我 b.wav','','{"text": "Grüße 😀", "accuracy": 0.7, "aigc_watermark": true}',NULL,NULL,'','','');
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
INSERT INTO "voices" VALUES('practice','voice-abc123','practice','2026-01-02T12:30:00+00:00','2026-01-02T12:30:00+00:00',NULL,'2026-01-02T12:30:00+00:00','1','j1','','','{"file_id": 4611686018427387904, "voice_id": "voice-abc123"}');
COMMIT;
PRAGMA user_version = 1;
