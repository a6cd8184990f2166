"""A secret shows nowhere by itself."""

from __future__ import annotations

import copy
import pickle

import pytest

from voiceclone_gui.core.secret import Secret
from voiceclone_gui.core.token import Token

CANARY = "canary-0123"


@pytest.mark.parametrize("secret", [Secret(CANARY), Token(CANARY)])
def test_a_secret_shows_only_when_it_is_revealed(secret: Secret) -> None:
    assert secret.reveal() == CANARY
    assert CANARY not in f"{secret} {secret!r} {[secret]}"
    assert not hasattr(secret, "__dict__")
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="never written down"):
            write(secret)
    assert secret.hide_in(f"it is {CANARY}!") == "it is •••!"


def test_secrets_compare_by_kind_and_value() -> None:
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != Token("a")
    assert Secret("a") != "a"
    assert not Secret()
    assert Secret(" a ").reveal() == " a "
    assert Token(" Bearer a b\n").reveal() == "ab"
    assert Secret().hide_in("nothing") == "nothing"
