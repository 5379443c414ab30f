"""The state machines of the close: one table a model, (from, to) -> who may and what the audit calls it.

Nothing else changes a state.  ``server`` is the add-on itself acting on data (a finding that is gone,
a lease that ran out); ``agent`` is the agent's user through its port.
"""

from typing import NamedTuple

from .sod import AGENT, AUDITOR, CONTROLLER, PREPARER, REVIEWER, SERVER


class Step(NamedTuple):
    """Who may take a transition, and the action its audit row bears."""

    roles: frozenset[str]
    action: str


def _step(action: str, *roles: str) -> Step:
    return Step(frozenset(roles), action)


_PRC = (PREPARER, REVIEWER, CONTROLLER)

CLOSE = {
    ("open", "working"): _step("close.start", SERVER),
    ("working", "open"): _step("close.idle", SERVER),
    ("open", "ready"): _step("close.ready", SERVER),
    ("working", "ready"): _step("close.ready", SERVER),
    ("ready", "working"): _step("close.not_ready", SERVER),
    ("ready", "requested"): _step("close.request_lock", REVIEWER, CONTROLLER),
    ("working", "requested"): _step("close.request_lock", REVIEWER, CONTROLLER),
    ("requested", "ready"): _step("close.request_rejected", SERVER, CONTROLLER),
    ("requested", "working"): _step("close.request_rejected", SERVER, CONTROLLER),
    ("requested", "locked"): _step("close.lock", CONTROLLER),
    ("locked", "reopened"): _step("close.reopen", CONTROLLER),
    ("reopened", "locked"): _step("close.relock", SERVER, CONTROLLER),
}

TASK = {
    ("waiting", "open"): _step("task.open", SERVER),
    ("open", "waiting"): _step("task.wait", SERVER),
    ("open", "prepared"): _step("task.prepare", SERVER, *_PRC),
    ("waiting", "prepared"): _step("task.prepare", SERVER),
    ("prepared", "signed"): _step("task.sign", REVIEWER, CONTROLLER),
    # who prepared it may take it back; the method sees to it that it is the same person
    ("prepared", "open"): _step("task.send_back", SERVER, *_PRC),
    ("signed", "stale"): _step("task.stale", SERVER),
    ("signed", "open"): _step("task.send_back", CONTROLLER),
    ("prepared", "stale"): _step("task.stale", SERVER),
    ("stale", "open"): _step("task.open", SERVER, *_PRC),
    ("stale", "prepared"): _step("task.prepare", SERVER, *_PRC),
    ("waiting", "not_applicable"): _step("task.not_applicable", REVIEWER, CONTROLLER),
    ("open", "not_applicable"): _step("task.not_applicable", REVIEWER, CONTROLLER),
    ("prepared", "not_applicable"): _step("task.not_applicable", REVIEWER, CONTROLLER),
    ("stale", "not_applicable"): _step("task.not_applicable", REVIEWER, CONTROLLER),
    ("not_applicable", "open"): _step("task.applicable", CONTROLLER),
}

RUN = {
    ("requested", "running"): _step("run.begin", AGENT),
    ("requested", "expired"): _step("run.expire", SERVER),
    ("running", "done"): _step("run.finish", AGENT),
    ("running", "failed"): _step("run.fail", AGENT),
    ("running", "expired"): _step("run.expire", SERVER),
    ("expired", "running"): _step("run.resume", AGENT),
}

FINDING = {
    ("open", "assigned"): _step("finding.assign", *_PRC),
    ("assigned", "assigned"): _step("finding.assign", *_PRC),
    ("open", "explained"): _step("finding.explain", *_PRC),
    ("assigned", "explained"): _step("finding.explain", *_PRC),
    ("open", "fixed"): _step("finding.fix", SERVER, *_PRC),
    ("assigned", "fixed"): _step("finding.fix", SERVER, *_PRC),
    ("explained", "fixed"): _step("finding.fix", SERVER, *_PRC),
    ("open", "waived"): _step("finding.waive", *_PRC),
    ("assigned", "waived"): _step("finding.waive", *_PRC),
    ("explained", "waived"): _step("finding.waive", *_PRC),
    ("open", "closed"): _step("finding.close", SERVER),
    ("assigned", "closed"): _step("finding.close", SERVER),
    ("explained", "closed"): _step("finding.close", SERVER),
    # that a grave one is gone is confirmed by the server's own look, or by somebody who did not fix it
    ("fixed", "closed"): _step("finding.confirm", SERVER, REVIEWER, CONTROLLER),
    # the fix did not hold, or what was gone is back, or a new amount outgrew an explanation
    ("fixed", "open"): _step("finding.reopen", SERVER, REVIEWER, CONTROLLER),
    ("closed", "open"): _step("finding.reopen", SERVER),
    ("explained", "open"): _step("finding.reopen", SERVER, *_PRC),
    ("waived", "open"): _step("finding.reopen", SERVER, CONTROLLER),
}

AUTO_POST = {
    ("waiting", "done"): _step("post.done", SERVER),
    ("waiting", "refused"): _step("post.refuse", SERVER),
    # whoever works on the close may stop it; only a controller allows it again
    ("waiting", "stopped"): _step("post.stop", *_PRC),
    ("stopped", "refused"): _step("post.resume", CONTROLLER),
    ("done", "reversed"): _step("post.reverse", PREPARER, CONTROLLER),
}

MATCH = {
    # the server's only under a policy of the last phase that names matches (close_match_unattended.py)
    ("proposed", "accepted"): _step("match.accept", SERVER, *_PRC),
    ("proposed", "rejected"): _step("match.reject", *_PRC),
    ("proposed", "superseded"): _step("match.supersede", SERVER),
    ("accepted", "undone"): _step("match.undo", *_PRC),
    ("superseded", "proposed"): _step("match.propose", AGENT, SERVER),
    # a person asks for it, or what it was undone for has changed
    ("rejected", "proposed"): _step("match.again", *_PRC),
    ("undone", "proposed"): _step("match.again", SERVER, *_PRC),
}

# A batch of matches: asked for by a person who opened its sample, or planned by the server under a policy.
MATCH_BATCH = {
    ("draft", "waiting"): _step("batch.request", *_PRC),
    ("draft", "stopped"): _step("batch.drop", *_PRC),
    ("waiting", "running"): _step("batch.start", SERVER),
    ("running", "done"): _step("batch.done", SERVER),
    # the server stops what its requester may not do any more
    ("waiting", "stopped"): _step("batch.stop", SERVER, *_PRC),
    ("running", "stopped"): _step("batch.stop", SERVER, *_PRC),
}

ENTRY = {
    ("proposed", "prepared"): _step("entry.prepare", PREPARER, CONTROLLER),
    ("prepared", "reviewed"): _step("entry.review", REVIEWER, CONTROLLER),
    ("reviewed", "approved"): _step("entry.approve", CONTROLLER, REVIEWER),
    ("approved", "posted"): _step("entry.post", CONTROLLER, REVIEWER),
    # taken together with the approval of the entry that reverses it
    ("posted", "reversed"): _step("entry.reverse", CONTROLLER, REVIEWER),
    # the server strikes signatures when a document arrives from nobody who could sign
    ("prepared", "proposed"): _step("entry.send_back", *_PRC, SERVER),
    ("reviewed", "proposed"): _step("entry.send_back", *_PRC, SERVER),
    ("approved", "proposed"): _step("entry.send_back", *_PRC),
    ("proposed", "rejected"): _step("entry.reject", *_PRC),
    ("prepared", "rejected"): _step("entry.reject", *_PRC),
    ("reviewed", "rejected"): _step("entry.reject", *_PRC),
    ("stale", "rejected"): _step("entry.reject", *_PRC),
    ("proposed", "superseded"): _step("entry.supersede", SERVER),
    ("stale", "superseded"): _step("entry.supersede", SERVER),
    ("superseded", "proposed"): _step("entry.propose", AGENT, SERVER),
    ("proposed", "stale"): _step("entry.stale", SERVER),
    ("prepared", "stale"): _step("entry.stale", SERVER),
    ("reviewed", "stale"): _step("entry.stale", SERVER),
    ("stale", "proposed"): _step("entry.propose", AGENT, SERVER),
}

_TIE_OPEN = _step("tie_out.open", SERVER)
TIE_OUT = {
    ("open", "prepared"): _step("tie_out.prepare", *_PRC),
    ("prepared", "signed"): _step("tie_out.sign", REVIEWER, CONTROLLER),
    # who prepared it may take it back; the method sees to it that it is the same person
    ("prepared", "open"): _step("tie_out.send_back", *_PRC),
    ("signed", "open"): _step("tie_out.send_back", CONTROLLER),
    ("prepared", "stale"): _step("tie_out.stale", SERVER),
    ("signed", "stale"): _step("tie_out.stale", SERVER),
    # the next run computed it anew
    ("stale", "open"): _TIE_OPEN,
    # a run that has data again, or a person who knows the other side and shows it
    ("no_data", "open"): _step("tie_out.open", SERVER, *_PRC),
    ("open", "no_data"): _step("tie_out.no_data", SERVER),
    ("stale", "no_data"): _step("tie_out.no_data", SERVER),
    # nobody computes it any more: another role, no balance
    ("open", "dropped"): _step("tie_out.drop", SERVER),
    ("stale", "dropped"): _step("tie_out.drop", SERVER),
    ("no_data", "dropped"): _step("tie_out.drop", SERVER),
    ("dropped", "open"): _TIE_OPEN,
    ("dropped", "no_data"): _step("tie_out.no_data", SERVER),
}

SCHEDULE = {
    ("draft", "prepared"): _step("schedule.prepare", *_PRC),
    ("prepared", "running"): _step("schedule.review", REVIEWER, CONTROLLER),
    ("prepared", "draft"): _step("schedule.send_back", *_PRC),
    ("draft", "cancelled"): _step("schedule.cancel", *_PRC),
    ("prepared", "cancelled"): _step("schedule.cancel", *_PRC),
    # what it released until then is proposed back, for three people to sign
    ("running", "cancelled"): _step("schedule.cancel", REVIEWER, CONTROLLER),
    ("running", "ended"): _step("schedule.end", SERVER),
}

SCHEDULE_CHANGE = {
    ("draft", "prepared"): _step("change.prepare", *_PRC),
    ("prepared", "reviewed"): _step("change.review", REVIEWER, CONTROLLER),
    ("prepared", "draft"): _step("change.send_back", *_PRC),
    ("draft", "cancelled"): _step("change.cancel", *_PRC),
    ("prepared", "cancelled"): _step("change.cancel", *_PRC),
    ("reviewed", "cancelled"): _step("change.cancel", REVIEWER, CONTROLLER),
}

# What a person says of an entry booked by hand: a second person makes it count.
ADOPTION = {
    ("draft", "prepared"): _step("adoption.prepare", *_PRC),
    ("prepared", "reviewed"): _step("adoption.review", REVIEWER, CONTROLLER),
    ("prepared", "draft"): _step("adoption.send_back", *_PRC),
    ("draft", "cancelled"): _step("adoption.cancel", *_PRC),
    ("prepared", "cancelled"): _step("adoption.cancel", *_PRC),
    ("reviewed", "cancelled"): _step("adoption.cancel", REVIEWER, CONTROLLER),
}


def _given(prefix: str, makers: tuple[str, ...], signers: tuple[str, ...]) -> dict[tuple[str, str], Step]:
    """Return the table of what people give the agent to compute from: two sign it."""
    return {
        ("draft", "prepared"): _step(f"{prefix}.prepare", *makers),
        ("prepared", "reviewed"): _step(f"{prefix}.review", *signers),
        ("prepared", "draft"): _step(f"{prefix}.send_back", *makers),
        ("draft", "cancelled"): _step(f"{prefix}.cancel", *makers),
        ("prepared", "cancelled"): _step(f"{prefix}.cancel", *makers),
        ("reviewed", "cancelled"): _step(f"{prefix}.cancel", *signers),
        ("reviewed", "replaced"): _step(f"{prefix}.replace", SERVER),
    }


_BOTH = (_PRC, (REVIEWER, CONTROLLER))
# What people earn is the controllers' alone.
_CONTROLLERS = ((CONTROLLER,), (CONTROLLER,))

LOCK = {
    ("draft", "requested"): _step("lock.request", REVIEWER, CONTROLLER),
    ("requested", "approved"): _step("lock.approve", CONTROLLER),
    ("approved", "applied"): _step("lock.apply", CONTROLLER),
    # a second controller accepts what stays open before a controller approves
    ("requested", "requested"): _step("lock.accept_items", CONTROLLER),
    ("requested", "draft"): _step("lock.take_back", REVIEWER, CONTROLLER),
    ("requested", "rejected"): _step("lock.reject", CONTROLLER),
    ("draft", "rejected"): _step("lock.reject", REVIEWER, CONTROLLER),
    ("draft", "expired"): _step("lock.expire", SERVER),
    ("requested", "expired"): _step("lock.expire", SERVER),
    # the window of a reopen ends by itself, or a controller ends it
    ("applied", "expired"): _step("lock.expire", SERVER, CONTROLLER),
}

OPEN_ITEM = {
    ("named", "open"): _step("item.accept", CONTROLLER),
    ("named", "dropped"): _step("item.drop", REVIEWER, CONTROLLER, SERVER),
    ("open", "settled"): _step("item.settle", SERVER),
    # the next lock names it again, with a reason of its own
    ("open", "renewed"): _step("item.renew", CONTROLLER),
}

POLICY = {
    ("draft", "proposed"): _step("policy.propose", REVIEWER, CONTROLLER),
    ("proposed", "approved"): _step("policy.approve", CONTROLLER),
    ("proposed", "rejected"): _step("policy.reject", CONTROLLER),
    # whoever proposes may want to correct it; the approved one can be called off until its date has come
    ("proposed", "draft"): _step("policy.take_back", REVIEWER, CONTROLLER),
    ("draft", "rejected"): _step("policy.discard", REVIEWER, CONTROLLER),
    ("approved", "rejected"): _step("policy.withdraw", CONTROLLER),
    ("approved", "in_force"): _step("policy.enforce", CONTROLLER, SERVER),
    # the first version of a company has nobody to compare with: the setup puts it in force
    ("draft", "in_force"): _step("policy.first", CONTROLLER, SERVER),
    ("in_force", "replaced"): _step("policy.replace", CONTROLLER, SERVER),
}

BACKTEST = {
    ("requested", "done"): _step("backtest.finish", AGENT, SERVER),
    ("requested", "failed"): _step("backtest.fail", AGENT),
    # the version was edited, or somebody asked anew
    ("requested", "dropped"): _step("backtest.drop", SERVER),
}

MATCHER = {
    ("draft", "requested"): _step("matcher.train", REVIEWER, CONTROLLER, SERVER),
    # an earlier version, or the one that was delivered, once more
    ("draft", "proposed"): _step("matcher.bring_back", REVIEWER, CONTROLLER),
    ("requested", "proposed"): _step("matcher.propose", AGENT),
    ("requested", "failed"): _step("matcher.fail", AGENT),
    ("requested", "dropped"): _step("matcher.drop", REVIEWER, CONTROLLER),
    ("proposed", "in_force"): _step("matcher.approve", CONTROLLER),
    ("proposed", "rejected"): _step("matcher.reject", CONTROLLER),
    ("in_force", "replaced"): _step("matcher.replace", CONTROLLER),
}

# Which model and prompts may be asked. One in force is ended at once by one controller (language.off).
LANGUAGE = {
    ("draft", "proposed"): _step("language.propose", REVIEWER, CONTROLLER),
    ("draft", "rejected"): _step("language.reject", REVIEWER, CONTROLLER),
    ("proposed", "in_force"): _step("language.approve", CONTROLLER),
    ("proposed", "rejected"): _step("language.reject", CONTROLLER),
    ("in_force", "replaced"): _step("language.replace", CONTROLLER),
}

GAP = {
    ("open", "accepted"): _step("audit.gap_accepted", CONTROLLER),
}

REPORT = {
    ("waiting", "done"): _step("audit.report_done", SERVER),
    ("waiting", "failed"): _step("audit.report_failed", SERVER),
}

PACKAGE = {
    ("waiting", "done"): _step("package.done", SERVER),
    ("waiting", "failed"): _step("package.failed", SERVER),
}

UNINSTALL = {
    ("draft", "requested"): _step("uninstall.request", CONTROLLER),
    ("requested", "approved"): _step("uninstall.approve", CONTROLLER),
    ("approved", "exported"): _step("uninstall.export", SERVER),
    ("draft", "rejected"): _step("uninstall.reject", CONTROLLER),
    ("requested", "rejected"): _step("uninstall.reject", CONTROLLER),
    ("approved", "rejected"): _step("uninstall.reject", CONTROLLER),
    ("exported", "rejected"): _step("uninstall.reject", CONTROLLER),
}

MANUAL_LIST = {
    ("open", "signed"): _step("list.sign", REVIEWER, CONTROLLER),
    ("stale", "signed"): _step("list.sign", REVIEWER, CONTROLLER),
    ("signed", "stale"): _step("list.stale", SERVER),
}

# The one list that an auditor may sign: what a team of two decided (kernel/duties.py, small_team).
SMALL_TEAM_LIST = {
    ("open", "signed"): _step("list.sign_small_team", AUDITOR, REVIEWER, CONTROLLER),
    ("stale", "signed"): _step("list.sign_small_team", AUDITOR, REVIEWER, CONTROLLER),
    ("signed", "stale"): _step("list.stale", SERVER),
}

GRANT = {
    # a settings administrator may ask without a part in the close; the method sees to it
    ("draft", "requested"): _step("grant.request", CONTROLLER, SERVER),
    ("requested", "applied"): _step("grant.approve", CONTROLLER),
    ("requested", "rejected"): _step("grant.reject", CONTROLLER),
}

DELEGATION = {
    ("draft", "asked"): _step("delegation.ask", *_PRC),
    ("asked", "accepted"): _step("delegation.accept", *_PRC),
    ("draft", "declined"): _step("delegation.decline", *_PRC),
    ("asked", "declined"): _step("delegation.decline", *_PRC),
    ("accepted", "ended"): _step("delegation.end", *_PRC),
}

INHERITED = {
    ("open", "prepared"): _step("inherited.prepare", *_PRC),
    # the books moved before it was signed: read and prepared once more
    ("prepared", "prepared"): _step("inherited.prepare", *_PRC),
    ("stale", "prepared"): _step("inherited.prepare", *_PRC),
    ("prepared", "open"): _step("inherited.send_back", *_PRC),
    ("prepared", "signed"): _step("inherited.sign", REVIEWER, CONTROLLER),
    ("signed", "stale"): _step("inherited.stale", SERVER),
}

REOPEN_REPORT = {
    ("open", "unsigned"): _step("report.write_up", SERVER, CONTROLLER),
    ("unsigned", "signed"): _step("report.sign", CONTROLLER),
}

BELOW = {
    ("open", "judged"): _step("below.judge", REVIEWER, CONTROLLER),
}

SETUP = {
    ("draft", "submitted"): _step("setup.submit", CONTROLLER),
    ("submitted", "draft"): _step("setup.send_back", *_PRC),
    # another controller, and where there is none another of the people; the method sees to it
    ("submitted", "confirmed"): _step("setup.confirm", *_PRC),
    ("draft", "cancelled"): _step("setup.cancel", CONTROLLER),
    ("submitted", "cancelled"): _step("setup.cancel", CONTROLLER),
}

# What made a balance move: explained by one person, signed by another; a new amount or text opens it again.
VARIANCE = {
    ("open", "prepared"): _step("variance.prepare", *_PRC),
    ("prepared", "open"): _step("variance.send_back", SERVER, *_PRC),
    ("prepared", "signed"): _step("variance.sign", REVIEWER, CONTROLLER),
    ("signed", "stale"): _step("variance.stale", SERVER),
    ("stale", "open"): _step("variance.open", *_PRC),
}

# What the work took by hand: measured before go-live, signed by two, and never changed after that.
BLIND = {
    ("open", "answered"): _step("blind.answer", REVIEWER, CONTROLLER),
}

BASELINE = {
    ("draft", "prepared"): _step("baseline.prepare", REVIEWER, CONTROLLER),
    ("prepared", "frozen"): _step("baseline.review", CONTROLLER),
    ("prepared", "draft"): _step("baseline.send_back", REVIEWER, CONTROLLER),
    ("draft", "cancelled"): _step("baseline.cancel", REVIEWER, CONTROLLER),
    ("prepared", "cancelled"): _step("baseline.cancel", REVIEWER, CONTROLLER),
}

TABLES: dict[str, dict[tuple[str, str], Step]] = {
    "ai.close": CLOSE,
    "ai.close.task": TASK,
    "ai.close.run": RUN,
    "ai.close.finding": FINDING,
    "ai.close.match": MATCH,
    "ai.close.match.batch": MATCH_BATCH,
    "ai.close.auto.post": AUTO_POST,
    "ai.close.entry": ENTRY,
    "ai.close.tie.out": TIE_OUT,
    "ai.close.schedule": SCHEDULE,
    "ai.close.schedule.change": SCHEDULE_CHANGE,
    "ai.close.adoption": ADOPTION,
    "ai.close.contract": _given("contract", *_BOTH),
    "ai.close.loan": _given("loan", *_BOTH),
    "ai.close.loan.movement": _given("loan_movement", *_BOTH),
    "ai.close.pay.run": _given("pay_run", *_BOTH),
    "ai.close.holiday.balance": _given("holiday_balance", *_CONTROLLERS),
    "ai.close.reading": _given("reading", *_BOTH),
    "ai.close.lock": LOCK,
    "ai.close.open.item": OPEN_ITEM,
    "ai.close.manual.list": MANUAL_LIST,
    "ai.close.delegation": DELEGATION,
    "ai.close.inherited": INHERITED,
    "ai.close.reopen.report": REOPEN_REPORT,
    "ai.close.below": BELOW,
    "ai.close.role.grant": GRANT,
    "ai.close.small.team.list": SMALL_TEAM_LIST,
    "ai.close.setup": SETUP,
    "ai.close.policy": POLICY,
    "ai.close.backtest": BACKTEST,
    "ai.close.matcher": MATCHER,
    "ai.close.language": LANGUAGE,
    "ai.close.audit.gap": GAP,
    "ai.close.audit.report": REPORT,
    "ai.close.package": PACKAGE,
    "ai.close.uninstall": UNINSTALL,
    "ai.close.variance": VARIANCE,
    "ai.close.baseline": BASELINE,
    "ai.close.blind": BLIND,
}


def step(model: str, before: str, after: str) -> Step | None:
    """Return the step from ``before`` to ``after`` of ``model``, or None when there is none."""
    return TABLES[model].get((before, after))
