"""Versions of the matcher: which months they are tried on, and how they did against what people decided.

An answer is what a version would have proposed for a bank line that people decided on.  Whether it is right
is looked up in what they did, never told by whoever made the version.
"""

import hashlib
import json

from .payload import PayloadError
from .shape import Either, Int, Many, MapOf, Maybe, Record, Text

FEWEST = 20
"""Fewer decisions than this teach nothing that could be tried."""
ENOUGH = 30
"""Fewer lines of a kind than this say little about it."""
RIGHT, WRONG, OPEN, UNKNOWN = "right", "wrong", "open", "unknown"
BY_ACCOUNT = "account"
"""The kind of a line that a person booked to an account by hand: any kind without items answers it."""
MOST_HELD_OUT = 3
MOST_BYTES = 2_000_000
"""What a version may be at most as text: it travels with the start of every run."""

_CELL = Maybe(Either(Int(), Text(1000)))
_KEYS = 50_000
# A share or a weight: decimal text on the way and in the database, so that it is the same everywhere.
_NUMBER = Text(40, pattern=r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
LEARNED = Record(
    {
        "format": Int(low=1, high=1),
        # what a payer's name, account or label stands for: [partner, seen, of how many]
        "aliases": MapOf(Many(Many(_CELL, 3, 3), 200), _KEYS),
        # where lines without an item went: [what the line says, sign, [[kind, account, agreed, seen]]]
        "counterparts": Many(Many(Either(_CELL, Many(Many(_CELL, 4, 4), 200)), 3, 3), _KEYS),
        "weights": MapOf(MapOf(_NUMBER, 500), 20),
        "curves": MapOf(Many(Many(_NUMBER, 2, 2), 500), 20),
        "trained": MapOf(Either(_CELL, MapOf(_CELL, 100)), 100),
    }
)


def check_learned(payload):
    """Return the partners and the accounts that a version names, or raise PayloadError: not of the shape."""
    LEARNED.check(payload)
    if len(json.dumps(payload)) > MOST_BYTES:
        raise PayloadError("payload", f"at most {MOST_BYTES} bytes are expected")
    partners = [one[0] for places in payload["aliases"].values() for one in places]
    accounts = [
        place[1]
        for one in payload["counterparts"]
        for place in (one[2] if isinstance(one[2], list) else ())
        if place[1] is not None
    ]
    for path, ids in (("aliases", partners), ("counterparts", accounts)):
        if any(type(each) is not int for each in ids):
            raise PayloadError(path, "names no record")
    return set(partners), set(accounts)


def mark(payload):
    """Return the mark by which a match names the version that made it: 16 hexadecimal digits."""
    numbers = {
        "weights": {
            family: {name: float(value) for name, value in one.items()}
            for family, one in payload["weights"].items()
        },
        "curves": {
            family: [[float(value) for value in point] for point in points]
            for family, points in payload["curves"].items()
        },
    }
    text = json.dumps({**payload, **numbers}, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


DELIVERED = mark({"format": 1, "aliases": {}, "counterparts": [], "weights": {}, "curves": {}, "trained": {}})
"""The mark of the matcher as it was delivered: nothing was learned."""


def held_out(months):
    """Return the last of ``months`` (YYYY-MM, ascending): a third of them, one at least, three at most.

    With a single month nothing is left to learn from, so none is held out.
    """
    months = sorted(set(months))
    if len(months) < 2:
        return []
    return months[-min(MOST_HELD_OUT, max(1, len(months) // 3)) :]


def judged(answer, truth):
    """Say whether an answer is what people did.

    :param answer: ``{"items": [ids], "kind": text, "account": id or None, ...}``, or None for no answer
    :param truth: the same of what people chose, or None where they only said no; ``refused`` holds the answer
        that they said no to
    """
    if not answer or answer["kind"] == "none":
        return OPEN
    chosen = truth.get("chosen")
    if chosen is None:
        return WRONG if _same(answer, truth["refused"]) else UNKNOWN
    return RIGHT if _same(answer, chosen) else WRONG


def _same(answer, other):
    if sorted(answer["items"]) != sorted(other["items"]):
        return False
    if answer["items"]:
        return True
    kinds = {answer["kind"], other["kind"]}
    if len(kinds) > 1 and (BY_ACCOUNT not in kinds or kinds & {"items", "offset", "internal_transfer"}):
        return False
    accounts = {answer.get("account"), other.get("account")} - {None}
    return len(accounts) < 2


def tally(truths, answers):
    """Return ``{"kinds": [...], "totals": {...}}``: how both versions did on the lines of ``truths``.

    :param truths: key -> truth as ``judged`` takes it, with the ``kind`` that the line counts under
    :param answers: key -> ``{"before": answer, "after": answer}``; a line without any was not tried
    """
    kinds = {}
    for key, truth in sorted(truths.items()):
        both = answers.get(key)
        row = kinds.setdefault(truth["kind"], _nothing(truth["kind"]))
        row["lines"] += 1
        if both is None:
            row["untried"] += 1
            continue
        for side in ("before", "after"):
            _count(row, side, both[side], truth)
    rows = [{**row, "few": row["lines"] < ENOUGH} for _kind, row in sorted(kinds.items())]
    totals = _nothing("")
    for row in rows:
        for name, value in row.items():
            if name not in ("kind", "few"):
                totals[name] += value
    del totals["kind"]
    return {"kinds": rows, "totals": totals}


def _nothing(kind):
    names = (RIGHT, WRONG, OPEN, UNKNOWN, "auto", "auto_wrong")
    counts = {f"{name}_{side}": 0 for name in names for side in ("before", "after")}
    return {"kind": kind, "lines": 0, "untried": 0, **counts}


def _count(row, side, answer, truth):
    said = judged(answer, truth)
    row[f"{said}_{side}"] += 1
    if answer and answer["band"] == "auto" and said != OPEN:
        row[f"auto_{side}"] += 1
        row[f"auto_wrong_{side}"] += said == WRONG


def worse(totals):
    """Tell whether the new version is more often wrong where nobody would look, or finds less in all."""
    return (
        totals["auto_wrong_after"] > totals["auto_wrong_before"]
        or totals["right_after"] < totals["right_before"]
    )
