"""The proposers of adjusting entries, one a file; this package finds them itself.

A proposer's module has `CODE`, `TITLE` and `propose(books, policy, period, decided)`, which returns entries
and, where a person has to look, findings made by `concern`, and measures of what came of earlier entries;
optionally `PARAMETERS` and `ROLES`. With `READS_FINDINGS = True` it is given what the run's checks found, as
the keyword `findings`. It raises EvidenceMissing when an amount can't be proved, and proposes nothing then.
A proposer whose `ROLES` are all unmapped isn't set up in this company and isn't asked; as soon as the policy
maps one of them, the lack of another is said by name.
"""

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from agent_service.core.adjustments.flux import Flux
from agent_service.core.adjustments.measures import Measure
from agent_service.core.entries import Entry
from agent_service.core.errors import EvidenceMissing, NoData
from agent_service.core.findings import Failure, Finding, raised_finding, refused_finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

Propose = Callable[..., Sequence[Entry | Finding | Measure | Flux]]


@dataclass(frozen=True)
class Proposer:
    """One proposer, as its file describes it."""

    code: str
    title: str
    propose: Propose
    roles: tuple[str, ...] = ()
    reads_findings: bool = False

    def is_set_up(self, policy: Policy) -> bool:
        """Tell whether the policy maps an account to any of its roles, or it needs none of its own."""
        return not self.roles or bool(policy.role_ids(*self.roles))


@dataclass(frozen=True)
class ProposerRun:
    """What all proposers propose, which completed, and which were refused or failed."""

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    completed: tuple[str, ...]
    failures: tuple[Failure, ...]
    measures: tuple[Measure, ...] = ()
    variances: tuple[Flux, ...] = ()


@cache
def proposers() -> tuple[Proposer, ...]:
    """Return every proposer of the package, ordered by code."""
    modules = [import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__)]
    found = [
        Proposer(
            one.CODE,
            one.TITLE,
            one.propose,
            getattr(one, "ROLES", ()),
            getattr(one, "READS_FINDINGS", False),
        )
        for one in modules
        if hasattr(one, "CODE")
    ]
    return tuple(sorted(found, key=lambda one: one.code))


def run_proposers(
    books: Books,
    policy: Policy,
    period: Period,
    decided: Mapping[str, str],
    chosen: tuple[Proposer, ...] | None = None,
    found: Sequence[Finding] = (),
) -> ProposerRun:
    """Propose entries; one without evidence becomes a finding that names what is missing.

    `decided` gives the state of keys that people decided, `found` what the run's checks found. A refused
    proposer isn't complete: what it proposed before stays until the evidence is there.
    """
    entries: list[Entry] = []
    findings: list[Finding] = []
    completed: list[str] = []
    failures: list[Failure] = []
    measures: list[Measure] = []
    variances: list[Flux] = []
    for proposer in proposers() if chosen is None else chosen:
        if not policy.enabled(proposer.code) or not proposer.is_set_up(policy):
            completed.append(proposer.code)
            continue
        try:
            more = {"findings": found} if proposer.reads_findings else {}
            for one in proposer.propose(books, policy, period, decided, **more):
                if isinstance(one, Measure):
                    measures.append(one)
                elif isinstance(one, Flux):
                    variances.append(one)
                else:
                    (entries if isinstance(one, Entry) else findings).append(one)
            completed.append(proposer.code)
        except NoData as error:
            failures.append(Failure("proposer", proposer.code, "no_data", str(error)))
        except EvidenceMissing as error:
            findings.append(refused_finding(proposer.code, proposer.title, error.reasons, books.company))
            failures.append(Failure("proposer", proposer.code, "refused", str(error)))
        except Exception as error:  # the run goes on without this proposer
            findings.append(raised_finding(proposer.code, proposer.title, error, books.company))
            failures.append(Failure("proposer", proposer.code, "raised", type(error).__name__))
    return ProposerRun(
        tuple(entries),
        tuple(findings),
        tuple(completed),
        tuple(failures),
        tuple(measures),
        tuple(variances),
    )
