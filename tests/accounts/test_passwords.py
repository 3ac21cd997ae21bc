"""What a password costs who guesses it, as it is served: the other tests hash at the lowest cost (`tests/quick.py`)."""

import pytest
from argon2 import Type
from argon2.exceptions import VerifyMismatchError

from civic.accounts import passwords
from tests.quick import SERVED_HASHER, SERVED_NOBODY


def test_a_password_is_hashed_by_argon2id_at_the_cost_that_its_specification_advises() -> None:
    assert SERVED_HASHER.type is Type.ID
    assert SERVED_HASHER.memory_cost >= 64 * 1024
    assert SERVED_HASHER.time_cost >= 3


def test_who_has_no_account_is_compared_at_the_same_cost_and_never_let_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "_hasher", SERVED_HASHER)
    monkeypatch.setattr(passwords, "_nobody", SERVED_NOBODY)

    assert not passwords.needs_new_hash(SERVED_NOBODY)
    with pytest.raises(VerifyMismatchError):
        SERVED_HASHER.verify(SERVED_NOBODY, "une petite phrase sans histoire")
    assert not passwords.is_right_password(None, "une petite phrase sans histoire")
