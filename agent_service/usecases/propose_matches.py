"""Propose matches: pair the open bank lines with open items."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from agent_service.core.errors import NoData
from agent_service.core.findings import Failure, raised_finding
from agent_service.core.matching.proposing import MATCHER, propose
from agent_service.core.matching.versions import from_wire
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.usecases.outcome import Outcome
from agent_service.usecases.ports import Decision

_TURNED_DOWN = ("rejected", "undone")
# A policy that switched the matcher off under the name that it had before keeps it off.
_FORMER_NAME = "exact"


def propose_matches(
    books: Books,
    policy: Policy,
    period: Period,
    decisions: Sequence[Decision],
    since: date | None = None,
    version: Mapping[str, Any] | None = None,
) -> Outcome:
    """Return the matches as rows; what people turned down is not proposed again.

    `since` is the first day of the company's first close: a bank line that is older belongs to what the
    company inherited, and people settle it. `version` is that of the matcher in use, as the port hands it
    out.
    """
    if not (policy.enabled(MATCHER) and policy.enabled(_FORMER_NAME)):
        return Outcome(scopes={"matchers": (MATCHER,)})
    decided = {one.key for one in decisions if one.kind == "match" and one.state in _TURNED_DOWN}
    try:
        matches = propose(books, policy, period, decided, since, from_wire(version))
    except NoData as error:
        return Outcome(failures=(Failure("matcher", MATCHER, "no_data", str(error)).row(),))
    except Exception as error:  # the run goes on without this matcher
        finding = raised_finding(MATCHER, "Matching", error, books.company)
        return Outcome(
            rows={"finding": (finding.row(books.company),)},
            failures=(Failure("matcher", MATCHER, "raised", type(error).__name__).row(),),
        )
    return Outcome(rows={"match": tuple(matches)}, scopes={"matchers": (MATCHER,)})
