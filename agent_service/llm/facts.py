"""What a model is told: facts with a key each; it names them by key, and the figures are written by us.

A model never writes a figure, a date or a name: its text holds references like ``{change}``, and what is
shown for one is computed here. So a figure that is not among the facts can't appear, and one that is can't
appear without what it is the figure of.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["amount", "percent", "count", "date", "name", "driver"]
KINDS: tuple[Kind, ...] = ("amount", "percent", "count", "date", "name", "driver")


@dataclass(frozen=True)
class Fact:
    """One thing that is known.

    ``shown`` is what a reader sees ("4,000.00 EUR", "Lessor SA"); ``role`` says what it is in words of ours
    ("change from September 2026") and is the only text of it that a model sees. ``value`` is a plain decimal
    or ISO date, sent for amounts, percents, counts and dates, never for names. ``sign`` is the direction of
    a change (1 up, -1 down, 0 none). ``about`` are the keys of the names beside which the fact may stand;
    ``of`` is the one of them that is added in brackets where the sentence doesn't name it (the month of a
    balance).
    """

    key: str
    kind: Kind
    role: str
    shown: str
    value: str = ""
    sign: int = 0
    about: frozenset[str] = frozenset()
    of: str = ""

    def told(self) -> dict[str, Any]:
        """Return what the model sees of it."""
        row: dict[str, Any] = {"key": self.key, "kind": self.kind, "role": self.role}
        if self.value and self.kind != "name":
            row["value"] = self.value
        if self.sign:
            row["direction"] = "up" if self.sign > 0 else "down"
        return row


@dataclass(frozen=True)
class Facts:
    """The facts of one question, by key; two facts of one key are an error of ours."""

    rows: tuple[Fact, ...]
    _by_key: Mapping[str, Fact] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the facts.

        Raises:
            ValueError: a key stands twice, is no plain word, or a fact is about a name that is not told.
        """
        by_key = {fact.key: fact for fact in self.rows}
        if len(by_key) != len(self.rows):
            raise ValueError("a fact's key stands twice")
        for fact in self.rows:
            if not fact.key.isidentifier():
                raise ValueError(f"{fact.key!r} is no key")
            if fact.of and fact.of not in fact.about:
                raise ValueError(f"{fact.key} is not about {fact.of}")
            if any(name not in by_key or by_key[name].kind != "name" for name in fact.about):
                raise ValueError(f"{fact.key} is about a name that is not among the facts")
        object.__setattr__(self, "_by_key", by_key)

    def __iter__(self) -> Iterator[Fact]:
        """Go through the facts in their order."""
        return iter(self.rows)

    def get(self, key: str) -> Fact | None:
        """Return a fact, or none."""
        return self._by_key.get(key)

    def told(self) -> list[dict[str, Any]]:
        """Return what the model sees."""
        return [fact.told() for fact in self.rows]
