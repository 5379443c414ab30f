"""The rules, one a file; this package finds them itself, so that adding a rule is adding a file.

A rule's module is named after its code ("cmp001_draft") and has `CODE`, `TITLE`, `SEVERITY`, `WHY`, `REMEDY`
and `check(books, policy, period) -> list[Finding]`; optionally `PARAMETERS` (names and defaults) and
`YIELDS_TO` (whose findings explain this rule's away: the words of core/precedence.py).
"""

import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from types import ModuleType

from agent_service.core.dismissed import without_dismissed
from agent_service.core.errors import NoData, Nothing
from agent_service.core.findings import Failure, Finding, raised_finding
from agent_service.core.grouping import with_causes
from agent_service.core.incremental import Since
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Parameter, Policy
from agent_service.core.precedence import join_traits, settle_precedence

_RULE_FILE = re.compile(r"[a-z]{3}\d{3}_\w+")

Check = Callable[[Books, Policy, Period], list[Finding]]


@dataclass(frozen=True)
class Rule:
    """One rule, as its file describes it."""

    code: str
    title: str
    severity: str
    why: str
    remedy: str
    check: Check
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    yields_to: tuple[str, ...] = ()
    doc: str = ""
    unit: str = ""

    @classmethod
    def of(cls, module: ModuleType) -> "Rule":
        """Return the rule of a module."""
        return cls(
            code=module.CODE,
            title=module.TITLE,
            severity=module.SEVERITY,
            why=module.WHY,
            remedy=module.REMEDY,
            check=module.check,
            parameters=getattr(module, "PARAMETERS", {}),
            yields_to=tuple(getattr(module, "YIELDS_TO", ())),
            doc=module.__doc__ or "",
            unit=str(getattr(module, "UNIT", "")),
        )

    def findings(self, books: Books, policy: Policy, period: Period) -> list[Finding]:
        """Return the rule's findings under its own name, in a stable order."""
        severity = policy.severity(self.code, self.severity)
        stamped = [
            replace(
                one,
                rule=self.code,
                rule_title=self.title,
                severity=one.severity or severity,
                why=one.why or self.why,
                remedy=one.remedy or self.remedy,
            )
            for one in self.check(books, policy, period)
        ]
        heard = without_dismissed(stamped, books, policy)
        return sorted(heard, key=lambda one: (one.anchor, one.facet))


@dataclass(frozen=True)
class CheckRun:
    """What all rules together found, which of them completed, and which did not.

    `raw` has what each rule found before precedence, `whole` the rules that judged every record.
    """

    findings: tuple[Finding, ...]
    completed: tuple[str, ...]
    failures: tuple[Failure, ...]
    raw: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    whole: tuple[str, ...] = ()


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule of the package, ordered by code."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__) if _RULE_FILE.fullmatch(one.name))
    found = [Rule.of(import_module(f"{__name__}.{name}")) for name in names]
    return tuple(sorted(found, key=lambda rule: rule.code))


def run_checks(
    books: Books,
    policy: Policy,
    period: Period,
    chosen: Sequence[Rule] | None = None,
    since: Since | None = None,
) -> CheckRun:
    """Judge the books by every rule that the policy has on; a rule that raises becomes a finding.

    With `since` a rule judges only the entries that changed where its unit allows it.
    """
    findings: list[Finding] = []
    raw: dict[str, tuple[Finding, ...]] = {}
    whole: list[str] = []
    completed: list[str] = []
    failures: list[Failure] = []
    considered = rules() if chosen is None else tuple(chosen)
    for rule in considered:
        if not policy.enabled(rule.code):
            completed.append(rule.code)  # switched off: its open findings close
            continue
        try:
            parted = since is not None and since.holds(rule)
            found = since.findings(rule, books, policy, period) if parted else None
            if found is None:
                found = rule.findings(books, policy, period)
                whole.append(rule.code)
            raw[rule.code] = tuple(found)
            findings += found
            completed.append(rule.code)
        except Nothing:
            completed.append(rule.code)  # nothing there to judge: its open findings close
        except NoData as error:
            failures.append(Failure("rule", rule.code, "no_data", str(error)))
        except Exception as error:  # the run goes on without this rule
            findings.append(raised_finding(rule.code, rule.title, error, books.company))
            failures.append(Failure("rule", rule.code, "raised", type(error).__name__))
    kept = settled(findings, considered, books, policy, period)
    return CheckRun(tuple(kept), tuple(sorted(completed)), tuple(failures), raw, tuple(whole))


def settled(
    findings: Sequence[Finding], considered: Sequence[Rule], books: Books, policy: Policy, period: Period
) -> list[Finding]:
    """Return what stands of all rules' findings: without those that yield, with joined traits and causes.

    A fault in here costs precedence and causes, never a finding.
    """
    try:
        kept = settle_precedence(findings, {rule.code: rule.yields_to for rule in considered}, books)
        return with_causes(join_traits(kept), books, policy, period)
    except Exception as error:  # findings are worth more than their order
        return [*findings, raised_finding("GROUPING", "precedence and causes", error, books.company)]
