"""Passwords: Argon2id, as strong as its library recommends, and nothing that tells whether a name exists."""

from __future__ import annotations

import secrets

from pwdlib import PasswordHash

SHORTEST, LONGEST = 12, 200

_hasher = PasswordHash.recommended()
_nobody = _hasher.hash(secrets.token_urlsafe(24))


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Tell whether a password is right; without anybody to check it against, take as long all the same."""
    good = _hasher.verify(password[:LONGEST], kept or _nobody)
    return good and kept is not None


def one_time() -> str:
    """Return a fresh password."""
    return secrets.token_urlsafe(15)
