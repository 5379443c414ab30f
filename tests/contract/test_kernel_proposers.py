"""The add-on knows each proposer of the agent by name, and every record that one cites as a source."""

import re

from agent_service.core.adjustments import (
    deferred,
    delivered,
    depreciation,
    foreign_items,
    grni,
    intercompany,
    interest,
    payroll,
    prepaid,
    proposers,
    recurring,
    revaluation,
)
from tests.contract import kernel

ADDONS = kernel.ROOT / "addons"
AGENT = kernel.ROOT / "agent_service" / "core" / "adjustments"
# Only what a finding is about.
IN_FINDINGS = {"res.company", "account.asset"}


def test_every_proposer_has_its_name():
    names = kernel.load("proposers").NAMES
    assert {one.code: one.title for one in proposers()} == {
        one.code: names.get(one.code) for one in proposers()
    }


def test_every_source_can_be_cited():
    cited = set()
    for path in AGENT.glob("*.py"):
        cited |= set(re.findall(r'Record\(\s*"([a-z_.]+)"', path.read_text()))
        cited |= set(re.findall(r'\.source\("([a-z_.]+)"\)', path.read_text()))
    facts = set()
    for path in ADDONS.glob("*/models/close_s*.py"):
        facts |= set(re.findall(r"def _facts_([a-z_]+)\(", path.read_text()))
    assert len(cited) > 8
    assert {each.replace(".", "_") for each in cited - IN_FINDINGS} <= facts


def test_what_is_booked_by_hand_is_looked_for_where_the_proposers_wait():
    """The list in Odoo and the agent's findings speak of the same accounts."""
    known = kernel.load("proposers")
    told = known.BY_HAND_WRITTEN | known.BY_HAND_ANY | known.BY_HAND_SCHEDULED
    told |= {known.REVALUED: known.REVALUED_ROLES}
    waits = {
        "GR": (grni.GRNI, grni.EXCESS),
        "GS": (grni.GRNI, grni.EXCESS),
        "DN": (delivered.ACCRUED,),
        "RB": recurring.ROLES,
        "IC": intercompany.ROLES,
        "IN": interest.ROLES,
        "PY": payroll.ROLES,
        "PP": prepaid.ROLES,
        "DR": deferred.ROLES,
        "DP": (depreciation.ACCUMULATED,),
        "FX": revaluation.ROLES,
    }
    assert told == waits
    waiting = re.compile(r"^from agent_service.core.adjustments.(by_hand|taken_over) import", re.MULTILINE)
    hand = {path.stem for path in AGENT.glob("*.py") if waiting.search(path.read_text())}
    asking = {one.propose.__module__.rpartition(".")[2]: one.code for one in proposers()}
    assert {asking[name] for name in hand if name in asking} <= told.keys()


def test_a_revaluation_by_hand_is_looked_for_on_the_accounts_that_are_revalued():
    known = kernel.load("proposers")
    assert known.REVALUED_ROLES == foreign_items.RESULT_ROLES
    assert known.REVALUED_ITEM_ROLES == foreign_items.MONETARY_ROLES
    assert known.NON_MONETARY_ROLES == foreign_items.NON_MONETARY_ROLES
    assert set(known.NON_MONETARY_TYPES) == foreign_items.NON_MONETARY_TYPES.keys()
