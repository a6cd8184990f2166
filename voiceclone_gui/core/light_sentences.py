"""What the lights of a sample's check say: a part of :mod:`voiceclone_gui.core.sentence_table`."""

from __future__ import annotations

from collections.abc import Mapping

_STAYS = "Nothing needs to be done."

LIGHTS: Mapping[str, tuple[str, str]] = {
    "light-length-good": (
        "The length is good: {duration_s} s.",
        "60 to 120 s of varied speech give the best voice; more is seldom better.",
    ),
    "light-length-brief": (
        "{duration_s} s are enough for the service, but little for a good voice.",
        "Record 60 to 120 s of varied speech.",
    ),
    "light-length-brief-part": (
        "{duration_s} s are enough for the service, but little for a good voice.",
        "Select more of the recording: 60 to 120 s of varied speech are best.",
    ),
    "light-length-short": (
        "The recording is {duration_s} s long, the service wants 10 s at least.",
        "Record more; 60 to 120 s of varied speech are best.",
    ),
    "light-length-short-part": (
        "The selected part is {duration_s} s long, the service wants 10 s at least.",
        "Select more of the recording.",
    ),
    "light-length-long": (
        "{duration_s} s are selected, the service takes 300 s at most.",
        "Select less, or use the best part.",
    ),
    "light-clip-length-good": ("The length is good: {duration_s} s.", _STAYS),
    "light-clip-length-short": (
        "The example clip is {duration_s} s long; under 5 s is sometimes refused.",
        "Select 5 to 8 s.",
    ),
    "light-clip-length-long": (
        "The example clip is {duration_s} s long, it must be shorter than 8 s.",
        "Select 5 to 8 s, or use the best part.",
    ),
    "light-loudness-good": ("The speech is well audible, at {speech_dbfs} dB.", _STAYS),
    "light-loudness-quiet": (
        "The speech is quiet, at {speech_dbfs} dB.",
        "Go nearer to the microphone, or switch on Even out volume.",
    ),
    "light-loudness-loud": (
        "The speech is very loud, at {speech_dbfs} dB.",
        "Turn the microphone down, or switch on Even out volume.",
    ),
    "light-loudness-peak": (
        "The loudest moment reaches {peak_dbfs} dB, so close to full scale that it may distort.",
        "Turn the microphone down, or switch on Even out volume.",
    ),
    "light-loudness-silent": ("Nothing is heard.", "Choose or record another part."),
    "light-loudness-unknown": (
        "No speech was found whose loudness could be measured.",
        "Select a part in which somebody speaks.",
    ),
    "light-noise-good": ("The background is quiet: {snr_db} dB below the speech.", _STAYS),
    "light-noise-some": (
        "There is some noise behind the speech: {snr_db} dB below it.",
        "Switch on Reduce noise, or record in a quieter place.",
    ),
    "light-noise-bad": (
        "There is much noise behind the speech: {snr_db} dB below it.",
        "Record in a quieter place, or switch on Reduce noise.",
    ),
    "light-noise-left": (
        "There is noise behind the speech, {snr_db} dB below it, and less of it in the left channel.",
        "Take the left channel alone.",
    ),
    "light-noise-right": (
        "There is noise behind the speech, {snr_db} dB below it, and less of it in the right channel.",
        "Take the right channel alone.",
    ),
    "light-noise-silent-pauses": (
        "The pauses are digitally silent, so the noise can't be judged.",
        "Listen to the speech; if it sounds clean, nothing needs to be done.",
    ),
    "light-noise-later": ("The noise isn't measured yet.", "Wait a moment."),
    "light-noise-unknown": (
        "There are too few pauses to judge the noise by.",
        "Listen to it, or select a part with short pauses.",
    ),
    "light-clipping-none": ("Nothing is clipped.", _STAYS),
    "light-clipping-some": (
        "Some of the loudest moments are clipped, {clipped_percent} % of the speech.",
        "Select another part, or record again with the microphone turned down.",
    ),
    "light-clipping-much": (
        "Much is clipped, {clipped_percent} % of the speech: it sounds distorted.",
        "Select another part, or record again with the microphone turned down.",
    ),
    "light-clipping-unknown": ("Clipping isn't looked for yet.", "Wait a moment."),
    "light-speech-good": ("{speech_percent} % of it is speech.", _STAYS),
    "light-speech-good-by-energy": (
        "About {speech_percent} % of it is sound as loud as speech; whether it is speech isn't checked here.",
        _STAYS,
    ),
    "light-speech-little": (
        "Only {speech_percent} % of it is speech.",
        "Select a part with fewer pauses and without music.",
    ),
    "light-speech-little-by-energy": (
        "Only about {speech_percent} % of it is loud enough for speech.",
        "Select a part with fewer pauses.",
    ),
    "light-speech-unknown": (
        "Whether somebody speaks can't be told yet.",
        "Select a longer part, or wait a moment.",
    ),
    "light-bandwidth-good": ("The high tones are there.", _STAYS),
    "light-bandwidth-telephone": (
        "Telephone quality: nothing above {bandwidth_khz} kHz.",
        "Take a recording that didn't go through a telephone, or record again.",
    ),
    "light-bandwidth-unknown": ("The tones that are there aren't known yet.", "Wait a moment."),
    "light-bandwidth-no-speech": (
        "There is too little speech to tell which tones are there.",
        "Select a part in which somebody speaks for some seconds.",
    ),
    "light-content-music": (
        "There may be music in it.",
        "Listen; if so, select a part in which somebody speaks alone.",
    ),
    "light-content-voices": (
        "There may be more than one voice in it.",
        "Listen; if so, select a part in which one person speaks alone.",
    ),
}
