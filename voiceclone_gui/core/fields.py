"""The inputs of a clone: what a problem, a refusal or an error can be tied to."""

from __future__ import annotations

from enum import StrEnum


class Field(StrEnum):
    """An input of the user's; the value is the contract's own name where it has one."""

    RECORDING = "file_id"
    VOICE_ID = "voice_id"
    PROMPT_AUDIO = "prompt_audio"
    PROMPT_TEXT = "prompt_text"
    TEXT = "text"
    MODEL = "model"
    LANGUAGE_BOOST = "language_boost"
    NEED_NOISE_REDUCTION = "need_noise_reduction"
    NEED_VOLUME_NORMALIZATION = "need_volume_normalization"
    AIGC_WATERMARK = "aigc_watermark"
    TEXT_VALIDATION = "text_validation"
    ACCURACY = "accuracy"
    RIGHTS = "rights"
    TOKEN = "token"  # noqa: S105 - a name, not a secret
    BASE_URL = "base_url"
    PREFIX = "prefix"
    PROXY = "proxy"
    CERTIFICATES = "certificates"
    PRICE_CURRENCY = "currency"
    PRICE_HD = "hd_per_10k"
    PRICE_TURBO = "turbo_per_10k"
    PRICE_ACTIVATION = "activation"
    PRICE_WIDE = "wide_characters"
    PRICE_DATE = "as_of"
    RELEASE_LIST = "release_list"
