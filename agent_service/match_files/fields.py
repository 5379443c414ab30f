"""The values of a row: each is what its key holds, or the row is bad. Nothing is guessed."""

import re
import sys
from collections.abc import Mapping
from datetime import date
from typing import Any

from agent_service.core.errors import MoneyError
from agent_service.core.matching.model import Key
from agent_service.core.money import parse_minor
from agent_service.ledger_files.tables import decimals_of
from agent_service.match_files.rows import BadRow

_AMOUNT = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_SHOWN = 60


def bad(name: str, value: Any, wanted: str) -> BadRow:
    """Return the error for a value that isn't what its key holds."""
    text = repr(value)
    return BadRow(f"{name}: {text if len(text) <= _SHOWN else text[:_SHOWN] + '…'} is not {wanted}")


def needed(row: Mapping[str, Any], name: str) -> Any:
    """Return a value that must be there; raises BadRow."""
    value = row.get(name)
    if value is None:
        raise BadRow(f"{name} is missing")
    return value


def key(value: Any, name: str) -> Key:
    """Return an id: a whole number or a text that isn't empty."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value:
        return value
    raise bad(name, value, "an id, a text or a whole number")


def keys(value: Any, name: str) -> tuple[Key, ...]:
    """Return a list of ids."""
    if not isinstance(value, list):
        raise bad(name, value, "a list of ids")
    return tuple(key(one, name) for one in value)


def text(row: Mapping[str, Any], name: str) -> str:
    """Return a text, "" where there is none."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise bad(name, value, "a text")
    return value


def flag(row: Mapping[str, Any], name: str) -> bool:
    """Return true or false, true where there is none."""
    value = row.get(name, True)
    if not isinstance(value, bool):
        raise bad(name, value, "true or false")
    return value


def shared(row: Mapping[str, Any], name: str) -> str:
    """Return a text that many rows have, kept once in memory."""
    return sys.intern(text(row, name))


def texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return a list of texts, empty where there is none."""
    value = row.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise bad(name, value, "a list of texts")
    return tuple(value)


def day(value: Any, name: str) -> date:
    """Return a date like 2026-10-31."""
    if isinstance(value, str) and _DAY.match(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise bad(name, value, "a date like 2026-10-31")


def currency(value: Any, name: str) -> str:
    """Return a currency's three capital letters."""
    if isinstance(value, str) and _CURRENCY.match(value):
        return sys.intern(value)
    raise bad(name, value, "a currency like USD")


def amount(value: Any, name: str, places: int) -> int:
    """Return a decimal text in minor units; raises BadRow for a number, a comma, or too many decimals."""
    if isinstance(value, str) and _AMOUNT.match(value):
        try:
            return parse_minor(value, places)
        except MoneyError:
            raise bad(name, value, f"an amount with at most {places} decimals") from None
    raise bad(name, value, 'an amount in quotes like "-12.50"')


def places_of(name: str, decimals: Mapping[str, int]) -> int:
    """Return a currency's decimals: what the policy says, else ISO 4217."""
    found = decimals.get(name)
    return decimals_of(name) if found is None else found
