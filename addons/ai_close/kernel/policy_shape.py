"""The parameters of a policy: which members there are, and what a version may say in each.

A section of its own is one line in ``POLICY``, its name in ``OPTIONAL`` and, where members of it have to fit
each other, a function in ``CHECKS``.
"""

from .auto_post import SHAPE as AUTO_POST
from .auto_post import check_auto_post
from .duties import DUTIES, check_duties
from .language import POLICY as LANGUAGE
from .match_sample import SHAPE as MATCH_SAMPLE
from .money import parse
from .notices import REPORT
from .owners import DUE_DAYS, OWNERS
from .proposer_book import check_proposers
from .rule_book import SETTINGS_SHAPE, check_rules
from .shape import Bool, Choice, Either, Int, Json, Many, MapOf, Money, PayloadError, Record, Text
from .tie_out import SHAPE as TIE_OUTS

__all__ = ["PHASES", "POLICY", "PayloadError", "check_policy"]

_ID = Int(low=1)
_SHARE = Money(low=0, high=1)

# What the agent's proposals may ask of people: nothing, everything, or not the small ones.
PHASES = ("observe", "supervised", "automatic")
DEFAULT_PHASE = "supervised"

SECTIONS = {
    "materiality": Money(low=0),
    "tolerance_units": Int(high=100),
    "roles": MapOf(Either(_ID, Many(_ID, 100)), 100),
    "adjustment_journal_id": _ID,
    # where adjustments after the fiscal year's lock are posted; otherwise as all others
    "adjustment_close_journal_id": _ID,
    "bands": Record({"auto": _SHARE, "review": _SHARE}),
    "limits": MapOf(Money(low=0), 40),
    "rules": MapOf(MapOf(Json(4), 200)),
    # words, days, limits and accounts that several rules share
    "settings": SETTINGS_SHAPE,
    # how long events are kept, and who gets the proof codes at night
    "audit_retention_years": Int(low=7, high=100),
    "seal_mail_to": Many(Text(254, pattern=r"[^@\s,;<>]+@[^@\s,;<>]+"), 20),
    # From this amount on a manual entry in one of these journals is posted through an approval only.
    "manual": Record({"journals": Many(_ID, 100), "amount": Money(low=0)}),
    "phase": Choice(*PHASES),
    # What the last phase is limited to: proposals of these kinds up to this amount. Sure matches are accepted
    # unattended only where a version says so in a word of its own: older ones named matches before that was.
    "automatic": Record(
        {"max_amount": Money(low=0), "kinds": Many(Choice("match", "entry"), 2), "unattended": Bool()},
        optional=("unattended",),
    ),
    # How many rows of a band somebody opens before the whole band is accepted.
    "match_sample": MATCH_SAMPLE,
    # Drafts that the server posts by itself in the last phase: journals, and the amount they stay below.
    "auto_post": AUTO_POST,
    # Who may take which step up to which amount; it only tightens the kernel's tables.
    "duties": DUTIES,
    # A request for a lock that nobody approved after so many days is asked for anew.
    "locks": Record({"request_days": Int(low=1, high=92)}),
    # The risk report before the due day, the morning's digest, and what they may say.
    "report": REPORT,
    # Whose the findings are, and within how many working days they are to be decided.
    "owners": OWNERS,
    "due_days": DUE_DAYS,
    # Which balances are tied out every month, which by turns, and whether the lock waits for them.
    "tie_outs": TIE_OUTS,
    # What a language model may be asked, and what it may cost in a calendar month.
    "language": LANGUAGE,
}
OPTIONAL = (
    "adjustment_close_journal_id",
    "settings",
    "audit_retention_years",
    "seal_mail_to",
    "manual",
    "phase",
    "automatic",
    "match_sample",
    "auto_post",
    "duties",
    "locks",
    "report",
    "owners",
    "due_days",
    "tie_outs",
    "language",
)

POLICY = Record(SECTIONS, optional=OPTIONAL)


def _check_bands(params):
    if not parse(params["bands"]["review"]) <= parse(params["bands"]["auto"]):
        raise PayloadError("bands", "review lies above auto")


def _check_automatic(params):
    limits = params.get("automatic")
    if params.get("phase") == "automatic" and not (limits and limits["kinds"]):
        raise PayloadError("automatic", "this phase needs an amount and the kinds that it is limited to")
    if limits and limits.get("unattended") and "match" not in limits["kinds"]:
        raise PayloadError("automatic.unattended", "matches are not among the kinds of this phase")


# Each takes the parameters, which have the shape above, and raises PayloadError where they don't fit.
CHECKS = (_check_bands, _check_automatic, check_auto_post, check_rules, check_proposers, check_duties)


def check_policy(params):
    """Raise PayloadError unless ``params`` are the parameters of a policy."""
    POLICY.check(params)
    for check in CHECKS:
        check(params)
