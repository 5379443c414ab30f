"""Canonical JSON and digests: the same content gives the same bytes on every machine.

Sorted keys, UTF-8 without escapes, no blanks, money as decimal strings, datetimes in UTC with
microseconds and ``Z``.  Floats are refused, because no two programs print them alike.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal


class CanonicalError(TypeError):
    """A value that has no canonical form."""


def timestamp(moment: datetime) -> str:
    """Write ``moment`` (naive means UTC, as Odoo stores it) as ISO 8601 UTC with microseconds."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value):
    """Return ``value`` made of dict, list, str, int, bool and None only, or raise CanonicalError."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise CanonicalError(f"{value} is not a number that can be written")
        return format(value, "f")
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise CanonicalError(f"the key {key!r} is not a text")
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [plain(item) for item in value]
    raise CanonicalError(f"{type(value).__name__} has no canonical form; money is a decimal string")


def canonical_json(value) -> str:
    """Return the one JSON text of ``value``."""
    return json.dumps(
        plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def digest(value) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``, 64 lower-case hex digits."""
    return hashlib.sha256(canonical_json(value).encode("utf-8")).hexdigest()
