"""Times of a recording in words and figures: on its ticks, beside it, and for screen readers."""

from __future__ import annotations

from voiceclone_gui.core.clock_text import exact_time
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.i18n import tr

_TICK_STEPS_S = (
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600,
)  # fmt: skip


def clock_time(seconds: float, *, tenths: bool = False) -> str:
    """``seconds`` in minutes and seconds, with hours if there are some: ``1:07``; ``tenths``: ``1:07.3``."""
    minutes, rest = divmod(int(seconds), 60)
    text = f"{minutes}:{rest:02d}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
    return f"{text}.{int(seconds * 10) % 10}" if tenths else text


def selection_words(span: Span | None, *, duration_s: float) -> str:
    """What is selected, as a sentence."""
    if span is None or span.is_whole(duration_s):
        return tr("All is selected, {duration}", duration=exact_time(duration_s))
    return tr(
        "Selected {start} to {end}, {seconds} seconds, of {duration}",
        start=exact_time(span.start_s),
        end=exact_time(span.end_s),
        seconds=f"{span.duration_s:.2f}",
        duration=exact_time(duration_s),
    )


def tick_step_s(shortest_s: float) -> float:
    """The least step between ticks that is a round number and not below ``shortest_s``."""
    return next((step for step in _TICK_STEPS_S if step >= shortest_s), _TICK_STEPS_S[-1])


def tick_words(seconds: float, *, step_s: float) -> str:
    """A tick's time, as exact as the step between ticks asks for."""
    if step_s >= 1:
        return clock_time(seconds + 0.5 * step_s / 1000)
    return exact_time(seconds) if step_s < 0.1 else exact_time(seconds)[:-1]
