"""Automatic posting, third phase only: what a policy says of it, and why a draft stays for people.

Nothing here reads a database: facts are what the server looked up itself, after the run and before it
posts.  The first reason that fits is told.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from .shape import Int, Many, Money, PayloadError, Record

SHAPE = Record({"journals": Many(Int(low=1), 100), "limit": Money(low=0)})
# A finding of this rule says only that the draft is one.
DRAFT_RULE = "CMP001"
# More than this waits for the next run: one transaction posts a batch.
MOST = 500
# A batch that waited longer than this rests on a run that is too old.
WAITS_HOURS = 12


def check_auto_post(params):
    """Raise PayloadError where automatic posting does not fit the rest of the policy."""
    if "auto_post" in params and params.get("phase") != "automatic":
        raise PayloadError("auto_post", "drafts are posted by themselves in the automatic phase only")


def not_completed(book: Iterable[str], rules: Mapping[str, Any], completed: Iterable[str]) -> list[str]:
    """Return the codes of ``book`` that the policy has on and that the run did not complete."""
    done = set(completed)
    return sorted(code for code in book if rules.get(code, {}).get("enabled", True) and code not in done)


REASONS = (
    "limit",
    "reversal",
    "held",
    "unposted",
    "money",
    "recurring",
    "finding",
    "not_passed",
    "changed",
    "locked",
    "incomplete",
    "no_document",
    "unbalanced",
    "duplicate",
)
"""Why a draft stays, in the order in which they are told."""


def reason_left(facts: Mapping[str, Any]) -> str | None:
    """Return the first of REASONS that ``facts`` (yes or no for each of them) say yes to, or None.

    A fact that nobody looked up counts as yes.
    """
    return next((name for name in REASONS if facts.get(name, True)), None)
