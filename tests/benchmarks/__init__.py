"""Programs that print figures: how fast the window starts, and how long it ever stands still.

No figure passes or fails a test. ``docs/benchmarks.md`` tells how to run them and what was measured.
"""
