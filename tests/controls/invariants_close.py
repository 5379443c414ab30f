"""What has to hold after every attempt in AI Close's tables: states, signatures, evidence, policy, audit."""

import json
from collections.abc import Iterator

from tests.contract import kernel
from tests.controls.database import Change
from tests.controls.invariants import Case
from tests.controls.let_go import let_go
from tests.controls.people import ROLES

TRANSITIONS = kernel.load("transitions")
STATEFUL = {name.replace(".", "_"): name for name in TRANSITIONS.TABLES}
SERVER, ROOT_UID = "server", 1
INITIAL = {
    "ai.close": {"open", "locked"},
    "ai.close.task": {"open", "waiting"},
    "ai.close.run": {"requested", "running"},
    "ai.close.finding": {"open"},
    "ai.close.match": {"proposed"},
    # the server's own batch waits for no sample: a policy of two controllers asked for it
    "ai.close.match.batch": {"draft", "waiting"},
    "ai.close.auto.post": {"waiting", "stopped"},
    "ai.close.entry": {"proposed"},
    "ai.close.audit.gap": {"open"},
    "ai.close.manual.list": {"open"},
    "ai.close.audit.report": {"waiting"},
    "ai.close.package": {"waiting"},
    "ai.close.lock": {"draft"},
    "ai.close.open.item": {"named"},
    "ai.close.policy": {"draft"},
    "ai.close.backtest": {"requested"},
    "ai.close.matcher": {"draft"},
    "ai.close.language": {"draft"},
    "ai.close.delegation": {"draft"},
    "ai.close.inherited": {"open"},
    "ai.close.reopen.report": {"open"},
    "ai.close.below": {"open"},
    "ai.close.role.grant": {"draft"},
    "ai.close.small.team.list": {"open"},
    "ai.close.setup": {"draft"},
    "ai.close.uninstall": {"draft"},
    "ai.close.schedule": {"draft"},
    "ai.close.schedule.change": {"draft"},
    "ai.close.adoption": {"draft"},
    "ai.close.contract": {"draft"},
    "ai.close.loan": {"draft"},
    "ai.close.loan.movement": {"draft"},
    "ai.close.pay.run": {"draft"},
    "ai.close.holiday.balance": {"draft"},
    "ai.close.reading": {"draft"},
    "ai.close.tie.out": {"open", "no_data"},
    "ai.close.variance": {"open"},
    "ai.close.baseline": {"draft"},
    "ai.close.blind": {"open"},
}
# Whose names may stand there: columns that hold a user who took a step.
# What the server makes when an auditor asks for it: a look at the trail, a package and whom it was sent to.
ASKED_BY_AUDITORS = (
    "ai_close_audit_report",
    "ai_close_package",
    "ai_close_package_told",
    "ai_close_notice",
)
SIGNATURES = {
    "ai_close_entry": ("prepared_by_id", "reviewed_by_id", "approved_by_id"),
    "ai_close_task": ("prepared_by_id", "signed_by_id"),
    "ai_close_lock": ("requested_by_id", "approved_by_id", "second_by_id"),
    "ai_close_open_item": ("named_by_id", "accepted_by_id"),
    "ai_close_match": ("accepted_by_id",),
    "ai_close_match_batch": ("requested_by_id",),
    "ai_close_auto_post": ("stopped_by_id", "reversed_by_id"),
    "ai_close_audit_gap": ("accepted_by_id",),
    "ai_close_manual_list": ("signed_by_id",),
    "ai_close_delegation": ("asked_by_id", "accepted_by_id"),
    "ai_close_inherited": ("prepared_by_id", "signed_by_id"),
    "ai_close_reopen_report": ("signed_by_id",),
    "ai_close_below": ("judged_by_id",),
    "ai_close_role_grant": ("requested_by_id", "approved_by_id"),
    "ai_close_small_team_list": ("signed_by_id",),
    "ai_close_setup": ("submitted_by_id", "confirmed_by_id"),
    "ai_close_uninstall": ("requested_by_id", "approved_by_id"),
    "ai_close_schedule": ("prepared_by_id", "reviewed_by_id"),
    "ai_close_schedule_change": ("prepared_by_id", "reviewed_by_id"),
    "ai_close_adoption": ("prepared_by_id", "reviewed_by_id"),
    "ai_close_contract": ("prepared_by_id", "reviewed_by_id"),
    "ai_close_loan": ("prepared_by_id", "reviewed_by_id"),
    "ai_close_loan_movement": ("prepared_by_id", "reviewed_by_id"),
    "ai_close_pay_run": ("prepared_by_id", "reviewed_by_id"),
    "ai_close_holiday_balance": ("prepared_by_id", "reviewed_by_id"),
    "ai_close_reading": ("prepared_by_id", "reviewed_by_id"),
    "ai_close_tie_out": ("prepared_by_id", "signed_by_id"),
    "ai_close_variance": ("prepared_by_id", "signed_by_id"),
    "ai_close_baseline": ("prepared_by_id", "reviewed_by_id"),
    "ai_close_blind": ("answered_by_id",),
    "ai_close_matcher": ("requested_by_id", "proposed_by_id", "approved_by_id"),
    "ai_close_language": ("proposed_by_id", "approved_by_id"),
    "ai_close_finding": (
        "waived_by_id",
        "waive_requested_by_id",
        "explained_by_id",
        "confirmed_by_id",
        "fixed_by_id",
    ),
}
APPEND_ONLY = ("ai_close_audit", "ai_close_audit_seal", "ai_close_audit_membership", "ai_close_change")
# What the server itself keeps beside the steps; anybody's work may change it.
SERVER_KEPT = {
    "ai_close_audit", "ai_close_refusal_tally", "ai_close_change", "ai_close_gate",
    "ai_close_audit_seal", "ai_close_audit_membership", "ai_close_extract_page",
    "ai_close_dirty", "ai_close_sign_off", "ai_close_tie_sign_off",
    "ai_close_variance_sign_off",
    "ai_close_finding_cause", "ai_close_figure",
}  # fmt: skip
# Of a user's own screen: nobody else sees or counts it.
BOOKMARKS = {"mail_message_res_partner_starred_rel"}
ENTRY_FREE = {"write_date", "write_uid", "message_main_attachment_id", "last_run_id", "state", "change_log"}
EVIDENCE_FREE = {"write_date", "write_uid", "access_token", "index_content", "description"}
SIGNED_TASK = {"evidence_note", "prepared_by_id", "signed_by_id", "company_id", "close_id"}
WORKING_ROLES = {"preparer", "reviewer", "controller", "agent"}


def append_only(case: Case) -> Iterator[str]:
    """The trail only grows, and names who acted."""
    for change in case.of(*APPEND_ONLY):
        if change.old is not None:
            yield f"a row of the trail changed or went: {change}"
    for change in case.of("ai_close_audit"):
        if change.old is None and change.new["user_id"] not in case.uids | {ROOT_UID}:
            yield f"the trail names somebody else: {change.new}"
    tallied = {True: 0, False: 0}
    for change in case.of("ai_close_refusal_tally"):
        tallied[change.old is None] += change.row["count"]
    if tallied[False] > tallied[True]:
        yield f"refusals were forgotten: {tallied}"
    for change in case.of("ai_close_gate"):
        if change.new is None or (change.old and change.new["epoch"] < change.old["epoch"]):
            yield f"the gate went back: {change}"


def states(case: Case) -> Iterator[str]:
    """A state moves along the table of the kernel, by a person who may, and the trail tells of each step."""
    for table, model in STATEFUL.items():
        for change in case.of(table):
            if change.old is None:
                if change.new["state"] not in INITIAL[model] and not _walk(case, model, change, None):
                    yield f"a record appeared in a state of its own: {change}"
            elif change.new is None:
                yield f"a record of the close was deleted: {change}"
            elif "state" in change.columns:
                yield from _walked(case, model, change)


def _events(case: Case, model: str, res_id: int) -> list[tuple[str, dict]]:
    found = []
    for row in case.audited(model, res_id):
        after = json.loads(row["after"]) if row["after"] else {}
        if isinstance(after, dict) and after.get("state") and not row["refusal_code"]:
            found.append((after["state"], row))
    return found


def _walk(case: Case, model: str, change: Change, _old) -> bool:
    return bool(_events(case, model, change.id)) or bool(case.audited(model, change.id))


def _walked(case: Case, model: str, change: Change) -> Iterator[str]:
    here = change.old["state"]
    for state, row in _events(case, model, change.id):
        step = TRANSITIONS.step(model, here, state)
        if step is None:
            yield f"{model}#{change.id} went from {here} to {state}, which is no step"
        elif row["role"] == SERVER:
            if SERVER not in step.roles:
                yield f"{model}#{change.id}: {here} to {state} is not the server's step"
        elif not any(row["role"] in ROLES[actor] & step.roles for actor in case.actors):
            yield f"{model}#{change.id}: {here} to {state} by {case.actors} as {row['role']}"
        here = state
    if here != change.new["state"]:
        yield f"{model}#{change.id} became {change.new['state']}, and the trail does not say so: {change}"


def duties(case: Case) -> Iterator[str]:
    """Maker, checker and controller are different people, and nobody signs with another's name."""
    for table, names in SIGNATURES.items():
        for change in case.of(table):
            if change.new is None:
                continue
            signed = [change.now(name) for name in names if change.now(name)]
            if table != "ai_close_finding" and len(signed) != len(set(signed)):
                yield f"one person signed twice: {change}"
            for name in names:
                value = change.now(name)
                if value and value != change.was(name) and value not in case.uids:
                    yield f"somebody else's signature: {name} of {change}"
    for change in case.of("ai_close_entry"):
        approver = change.now("approved_by_id")
        if approver and approver != change.was("approved_by_id"):
            editors = case.database.rows(
                "SELECT res_users_id FROM ai_close_entry_editor WHERE ai_close_entry_id = %s", change.id
            )
            if approver in {each for (each,) in editors}:
                yield f"the approver edited the entry: {change}"


def entries(case: Case) -> Iterator[str]:
    """Approved and posted staged entries stay as they were signed; what is posted is what was signed."""
    final = case.before.final_entries
    for change in case.of("ai_close_entry"):
        if change.id in final and change.columns - ENTRY_FREE - {"reversal_move_id"}:
            yield f"an approved entry changed: {change}"
        if change.id in final and "reversal_move_id" in change.columns and change.was("reversal_move_id"):
            yield f"the reversal of an approved entry changed: {change}"
        kept = change.old and change.was("reviewed_by_id") and change.now("reviewed_by_id")
        if (
            kept
            and change.was("reviewed_at") == change.now("reviewed_at")
            and "payload_digest" in change.columns
        ):
            yield f"signatures survived an edit: {change}"
        if change.now("state") == "posted" and change.was("state") != "posted":
            yield from _posted_as_signed(case, change)
    for change in case.of("ai_close_entry_line", "ai_close_entry_source"):
        for row in filter(None, (change.old, change.new)):
            if row["entry_id"] in final:
                yield f"a line or source of an approved entry changed: {change}"
                break
            # The order of two lines says nothing as long as the digest stays, and that one is compared above.
            changed = change.old and change.columns - {"write_date", "write_uid", "sequence"}
            if changed and change.table == "ai_close_entry_line" and _still_signed(case, row["entry_id"]):
                yield f"a line changed and the signatures stayed: {change}"
                break
    for change in case.of("ai_close_entry_editor"):
        if change.new is None:
            yield f"an editor was struck: {change}"


def _posted_as_signed(case: Case, change: Change) -> Iterator[str]:
    """Compare what was posted with the staged lines; no edit may be younger than a signature."""
    order = {row["action"]: row["id"] for row in case.audited("ai.close.entry", change.id)}
    if order.get("entry.edit", 0) > min(order.get("entry.review", 0), order.get("entry.approve", 0)):
        yield f"an edit is younger than the signatures on what was posted: {change}"
    staged, booked = (
        case.database.rows(
            f"SELECT account_id, partner_id, balance::numeric(20, 2) FROM {table} WHERE {column} = %s"
            " ORDER BY 1, 2, 3",
            value,
        )
        for table, column, value in (
            ("ai_close_entry_line", "entry_id", change.id),
            ("account_move_line", "move_id", change.now("move_id")),
        )
    )
    if staged != booked:
        yield f"what was posted is not what was signed: {staged} {booked}"


def _still_signed(case: Case, entry: int) -> bool:
    """Tell whether an entry bears the same signature before and after, whose lines changed meanwhile."""
    old = case.database.rows(
        "SELECT prepared_by_id, prepared_at FROM pristine.ai_close_entry WHERE id = %s", entry
    )
    new = case.database.rows(
        "SELECT prepared_by_id, prepared_at FROM public.ai_close_entry WHERE id = %s", entry
    )
    return bool(old and new and old[0][0] and old == new)


def evidence(case: Case) -> Iterator[str]:
    """What a signed task rests on stays; so do its own texts."""
    for change in case.of("ai_close_task"):
        kept = change.id in case.before.signed_tasks and (not change.new or change.now("state") == "signed")
        if kept and change.columns & SIGNED_TASK:
            yield f"a signed task changed: {change}"
    if not case.of("ai_close_task_ir_attachment_rel", "ir_attachment"):
        return
    signed = {each for (each,) in case.database.rows("SELECT id FROM ai_close_task WHERE state = 'signed'")}
    for change in case.of("ai_close_task_ir_attachment_rel"):
        if change.row["ai_close_task_id"] in signed & case.before.signed_tasks:
            yield f"the evidence of a signed task changed: {change}"
    for change in case.of("ir_attachment"):
        if case.before.evidence.get(change.id, set()) & signed and (
            not change.new or change.columns - EVIDENCE_FREE
        ):
            yield f"a file that a signed task rests on changed: {change}"


def policy(case: Case) -> Iterator[str]:
    """The policy in force changes by the steps of a policy only; guards are not switched off."""
    for change in case.of("ai_close_policy"):
        if (
            change.old
            and change.old["state"] in ("in_force", "replaced", "approved")
            and (change.new is None or change.columns - {"state", "write_date", "write_uid", "reject_reason"})
        ):
            yield f"a policy in force changed: {change}"
    for change in case.of("res_company"):
        if change.old and change.columns & {"ai_close_enabled", "ai_close_tz", "ai_close_start"}:
            by_setup = {"controller"} & case.roles and change.was("ai_close_enabled") is not True
            if not by_setup or not case.of("ai_close_policy"):
                yield f"the switch of a company changed: {change}"


def by_role(case: Case) -> Iterator[str]:
    """The agent writes through its port only; who has no role in the close changes nothing of it."""
    for change in case.changes:
        if change.columns <= {"is_manually_modified", "write_uid", "write_date"}:
            continue  # Odoo computes the sections of an invoice while it reads them
        if change.columns - {"write_uid", "write_date"} <= let_go(change):
            continue
        ours = change.table.startswith("ai_close") and change.table not in SERVER_KEPT | case.before.forms
        books = change.table.startswith("account_") or change.table == "res_company"
        if change.table in BOOKMARKS:
            continue
        if case.roles == {"agent"} and not case.by_port and change.table not in SERVER_KEPT:
            yield f"the agent wrote past its port: {change}"
        elif case.roles <= {"auditor"} and (ours or books) and not _asked_for(case, change):
            yield f"somebody without a role that acts changed something: {change}"
        elif (
            ours
            and not case.roles & WORKING_ROLES
            and "state" not in change.columns
            and change.table not in ("ai_close_task", "ai_close")
        ):
            yield f"the close changed by somebody without a role: {change}"


def _asked_for(case: Case, change: Change) -> bool:
    """Tell whether it is a report on the trail, or a package, which an auditor may ask for."""
    return change.table in ASKED_BY_AUDITORS and "auditor" in case.roles


CLOSE = (append_only, states, duties, entries, evidence, policy, by_role)
