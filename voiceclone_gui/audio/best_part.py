"""The best part of a recording to send, and the best example clip in it.

Each frame has a worth: speech counts for it, the more the further it is above the noise around it; pauses
count against it, clipped speech much more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voiceclone_gui.audio.features import SoundFeatures
from voiceclone_gui.audio.voice_activity import FRAME_S, dbfs
from voiceclone_gui.core.span import Span

LENGTHS_S = (10.0, 20.0, 30.0, 60.0, 120.0, 300.0)
CLIP_MIN_S, CLIP_MAX_S = 5.0, 7.8

_SPEECH, _CLEAN, _SNR_FULL_DB = 1.0, 0.5, 45.0
_NO_SPEECH, _CLIPPED = -1.2, -20.0
# Noise is what pauses within this time hold.
_AROUND_S = 15.0
# More speech than this makes no better voice: longer is taken only where it costs hardly anything.
_ENOUGH_S = 120.0
_AS_GOOD = 0.98


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long a part may be; a little within the service's own limits, which allow no error."""

    shortest_s: float = 10.5
    longest_s: float = 299.5


def best_part(features: SoundFeatures, *, limits: Limits | None = None) -> Span | None:
    """The part that promises the best voice, cut in pauses; ``None`` where no speech is or it is too short.

    Of each length the best place counts; of the lengths the longest that is nearly as good as the best
    one for up to two minutes.
    """
    limits = limits or Limits()
    if features.duration_s < limits.shortest_s or not features.speech.any():
        return None
    total = np.concatenate([[0.0], np.cumsum(worth(features))])
    candidates = [_best_of(total, length_s) for length_s in _lengths(features.duration_s, limits)]
    best = max(credit for credit, _, _ in candidates)
    if best <= 0:
        # Mostly pauses: the place that has least of them, and no more than need be.
        _, start_s, end_s = candidates[0]
    else:
        _, start_s, end_s = max(
            (found for found in candidates if found[0] >= best * _AS_GOOD),
            key=lambda found: found[2] - found[1],
        )
    return _snapped(start_s, end_s, features, limits)


def best_clip(features: SoundFeatures) -> Span | None:
    """The part from pause to pause of 5.0 to 7.8 s with most worth a second; ``None`` if there is none."""
    cuts = np.array(_cuts(features))
    total = np.concatenate([[0.0], np.cumsum(worth(features))])
    at = np.minimum(np.round(cuts / FRAME_S).astype(np.intp), features.frames)
    first = np.searchsorted(cuts, cuts + CLIP_MIN_S - 1e-9)
    last = np.searchsorted(cuts, cuts + CLIP_MAX_S + 1e-9)
    best, found = -np.inf, None
    for index in np.flatnonzero(first < last):
        ends = at[first[index] : last[index]]
        means = (total[ends] - total[at[index]]) / np.maximum(ends - at[index], 1)
        place = int(means.argmax())
        if means[place] > best and means[place] > 0:
            best, found = float(means[place]), (cuts[index], cuts[first[index] + place])
    return None if found is None else Span(start_s=float(found[0]), end_s=float(found[1]))


def worth(features: SoundFeatures) -> npt.NDArray[np.float64]:
    """What each frame is worth."""
    above_db = dbfs(features.power) - _noise_around_dbfs(features)
    clean = np.clip(above_db, 0, _SNR_FULL_DB) / _SNR_FULL_DB
    speech = features.speech & features.judged
    # Of a long recording only some is judged, and only that is sure. By energy alone music would win.
    found = np.where(speech if speech.any() else features.speech, _SPEECH + _CLEAN * clean, _NO_SPEECH)
    if features.clipped is not None:
        found[features.clipped > 0] = _CLIPPED
    return found


def _noise_around_dbfs(features: SoundFeatures) -> npt.NDArray[np.float64]:
    """The level of the pauses around each frame; where there are none, of all pauses."""
    quiet = features.quiet
    power = np.concatenate([[0.0], np.cumsum(np.where(quiet, features.power, 0), dtype=np.float64)])
    count = np.concatenate([[0], np.cumsum(quiet)])
    reach = round(_AROUND_S / FRAME_S)
    place = np.arange(features.frames)
    start, end = np.maximum(place - reach, 0), np.minimum(place + reach + 1, features.frames)
    pauses = count[end] - count[start]
    overall = power[-1] / count[-1] if count[-1] else 0.0
    around = np.where(pauses > 0, (power[end] - power[start]) / np.maximum(pauses, 1), overall)
    return dbfs(around)


def _lengths(duration_s: float, limits: Limits) -> list[float]:
    """The lengths to try, shortest first; all of the recording among them where that is allowed."""
    longest = min(limits.longest_s, duration_s)
    bounded = {min(max(length_s, limits.shortest_s), longest) for length_s in LENGTHS_S}
    return sorted(bounded | {longest})


def _best_of(total: npt.NDArray[np.float64], length_s: float) -> tuple[float, float, float]:
    """Credit, start and end in seconds of the best place for a part of ``length_s``."""
    size = min(round(length_s / FRAME_S), len(total) - 1)
    sums = total[size:] - total[: len(total) - size]
    place = int(sums.argmax())
    credit = float(sums[place]) / size * min(size * FRAME_S, _ENOUGH_S)
    return credit, place * FRAME_S, place * FRAME_S + length_s


def _cuts(features: SoundFeatures) -> list[float]:
    """Where to cut without hurting a word: the middles of pauses, and both ends."""
    middles = {(pause.start_s + pause.end_s) / 2 for pause in features.pauses()}
    return sorted(middles | {0.0, features.duration_s})


def _snapped(start_s: float, end_s: float, features: SoundFeatures, limits: Limits) -> Span:
    """Both ends at the nearest cut that leaves an allowed length; else where they are."""
    duration_s = features.duration_s
    end_s = min(end_s, duration_s)
    start_s = max(0.0, min(start_s, end_s - limits.shortest_s))
    cuts = np.array(_cuts(features))
    start_s = _nearest(cuts[end_s - cuts >= limits.shortest_s], start_s)
    lengths = cuts - start_s
    end_s = _nearest(cuts[(lengths >= limits.shortest_s) & (lengths <= limits.longest_s)], end_s)
    return Span(start_s=start_s, end_s=min(end_s, start_s + limits.longest_s))


def _nearest(cuts: npt.NDArray[np.float64], place_s: float) -> float:
    return float(cuts[np.abs(cuts - place_s).argmin()]) if cuts.size else place_s
