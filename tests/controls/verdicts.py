"""The verdict on every public method and every field of every model of ours.

A method or field without a verdict fails the test: nothing new is forgotten.  The letters say who may change
something by it: P preparer, R reviewer, C controller, D auditor, A the agent, I whoever has invoicing.
``REFUSED``: nobody.  ``HARMLESS``: it changes no row of the close and of the books.  ``TALK``: it may change
messages, followers and activities only.  ``BY_FIELD``: it may change what the verdicts on the fields let it.
"""

from tests.controls.attempts import Attempt
from tests.controls.database import Change
from tests.controls.invariants_close import SERVER_KEPT
from tests.controls.people import ROLES, Answer

REFUSED, HARMLESS, TALK, BY_FIELD = "refused", "harmless", "talk", "by field"
LETTERS = {"P": "preparer", "R": "reviewer", "C": "controller", "D": "auditor", "A": "agent", "I": "invoice"}
_STATE_MIXIN = {"create": BY_FIELD, "write": BY_FIELD}
_APPEND_ONLY = {"create": REFUSED, "write": REFUSED, "unlink": REFUSED}

METHODS: dict[str, dict[str, str]] = {
    "ai.close": {
        **_STATE_MIXIN,
        "action_refresh": "PRC",
        "action_request_lock": "RC",
        "action_run_now": "PRC",
        "action_manual_list": HARMLESS,
        "cockpit": HARMLESS,
    },
    "ai.close.access.mixin": {},
    "ai.close.agent": {
        "hello": HARMLESS,
        "pending": HARMLESS,
        "extract": HARMLESS,
        "seals": HARMLESS,
        "begin": "A",
        "drop_other_keys": "A",
        "fail": "A",
        "finish": "A",
        "heartbeat": "A",
        "rotate_key": "A",
        "submit": "A",
    },
    "ai.close.assign": {"action_confirm": "PRC"},
    "ai.close.append.only": {},
    "ai.close.audit": {**_APPEND_ONLY, "action_verify": "CD", "action_export": "CD"},
    "ai.close.audit.gap": {**_STATE_MIXIN, "action_accept": "C"},
    "ai.close.audit.report": _STATE_MIXIN,
    "ai.close.audit.seal": {**_APPEND_ONLY, "action_verify": "CD", "action_export": "CD"},
    "ai.close.entry": {
        **_STATE_MIXIN,
        "action_prepare": "PC",
        "action_review": "RC",
        "action_approve": "RC",
        "action_reject": "PRC",
        "action_send_back": "PRC",
        "action_propose_reversal": "PC",
    },
    "ai.close.entry.line": {**_STATE_MIXIN, "unlink": "PC"},
    "ai.close.entry.source": _STATE_MIXIN,
    "ai.close.finding": {
        **_STATE_MIXIN,
        "action_assign": "PRC",
        "action_explain": "PRC",
        "action_mark_fixed": "PRC",
        "action_waive": "PRC",
    },
    "ai.close.gate": {},
    "ai.close.lock": {**_STATE_MIXIN, "action_request": "RC", "action_approve": "C", "action_reject": "RC"},
    "ai.close.lock.ask": {"action_ask": "RC"},
    "ai.close.manual.list": {**_STATE_MIXIN, "action_sign": "RC", "action_open_entries": HARMLESS},
    "ai.close.match": {**_STATE_MIXIN, "action_accept": "PRC", "action_undo": "PRC", "action_reject": "PRC"},
    "ai.close.match.item": _STATE_MIXIN,
    "ai.close.match.manual": {"action_match": "PRC"},
    "ai.close.policy": _STATE_MIXIN,
    "ai.close.post.dated": {"action_post": "PCI"},
    "ai.close.post.dated.line": {},
    "ai.close.reason": {"action_confirm": "PRC"},
    "ai.close.run": _STATE_MIXIN,
    "ai.close.setup": {"action_enable": "C"},
    "ai.close.source": {},
    "ai.close.state.mixin": {},
    "ai.close.task": {
        **_STATE_MIXIN,
        "action_prepare": "PRC",
        "action_sign": "RC",
        "action_send_back": "PRC",
        "action_not_applicable": "RC",
    },
    "ai.close.task.template": {},
}

# What Odoo gives to every model; the same verdict for all of ours.
_READS = """
    check_access_rights check_access_rule check_field_access_rights copy_data default_get export_data
    fields_get formatted_read_group formatted_read_grouping_sets get_base_url get_empty_list_help
    get_external_id get_field_translations get_formview_action get_formview_id get_import_templates
    get_metadata get_property_definition get_view get_views has_access is_transient
    mail_allowed_qweb_expressions mail_get_partner_fields name_search onchange read read_group
    read_progress_bar search search_count search_panel_select_multi_range search_panel_select_range
    search_read view_header_get web_name_search web_read web_read_group web_search_read
    message_get_followers message_parse activity_search
"""
_WRITES = """
    action_archive action_unarchive toggle_active copy copy_translations load name_create create write
    unlink update_field_translations web_override_translations web_resequence web_save web_save_multi
    message_new message_update message_process message_route message_change_thread
"""
_TALKS = """
    message_mail_with_source message_notify message_post message_post_with_source message_subscribe
    message_unsubscribe notify_cancel_by_type action_reschedule_my_next_nextweek
    action_reschedule_my_next_today action_reschedule_my_next_tomorrow activity_feedback activity_reschedule
    activity_schedule activity_send_mail activity_unlink
"""
INHERITED = {
    **dict.fromkeys(_READS.split(), HARMLESS),
    **dict.fromkeys(_WRITES.split(), BY_FIELD),
    **dict.fromkeys(_TALKS.split(), TALK),
}


def _each(roles: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), roles)


# Fields that people write in a form, with the roles that may; the rest is written by the steps only.
WRITABLE: dict[str, dict[str, str]] = {
    "ai.close.post.dated": _each(
        "PCI",
        """
        left_out line_ids posted_count refused_count waiting_count
    """,
    ),
    "ai.close.post.dated.line": _each(
        "PCI",
        """
        amount_total currency_id date document_date message move_id next_date partner_id result
        wizard_id
    """,
    ),
    "ai.close.assign": _each(
        "PRC",
        """
        finding_ids user_id
    """,
    ),
    "ai.close.entry": _each(
        "PC",
        """
        date journal_id line_ids narration ref reversal_date
    """,
    ),
    "ai.close.entry.line": _each(
        "PC",
        """
        account_id amount_currency analytic_distribution balance company_id credit
        currency_id debit entry_id name partner_id sequence
    """,
    ),
    "ai.close.lock": _each(
        "RC",
        """
        reason
    """,
    ),
    "ai.close.lock.ask": _each(
        "RC",
        """
        company_id date_new exception_until exception_user_id field kind reason
    """,
    ),
    "ai.close.match.manual": _each(
        "PRC",
        """
        account_id item_ids label statement_line_id
    """,
    ),
    "ai.close.reason": _each(
        "PRC",
        """
        method reason res_ids res_model
    """,
    ),
    "ai.close.setup": _each(
        "C",
        """
        billed_not_received_account_id company_id grni_account_id journal_id limit_entry limit_match
        manual_amount manual_journal_ids materiality tz
    """,
    ),
    "ai.close.task": _each(
        "PRC",
        """
        evidence_ids evidence_note owner_id reviewer_id
    """,
    ),
    "ai.close.task.template": _each(
        "C",
        """
        active area code company_id depends_on_ids gates name needs_evidence owner_role reviewer_role
        self_check sequence watches workday
    """,
    ),
}
PROTECTED: dict[str, str] = {
    "ai.close": """
        company_id currency_id date_due entry_ids finding_ids last_run_id lock_ids match_ids name
        period_end period_start readiness_at readiness_counters readiness_pct run_ids state task_ids
    """,
    "ai.close.assign": """
        company_ids
    """,
    "ai.close.audit": """
        action after before block change close_id company_id digest event_at evidence format model
        reason refusal_code res_id res_name role run_id user_id user_login user_name
    """,
    "ai.close.audit.gap": """
        accepted_at accepted_by_id company_id database_uuid found_at known_number known_root reason
        server_number server_root state
    """,
    "ai.close.audit.report": """
        attachment_id broken company_id date_done kind message requested_by_id state
    """,
    "ai.close.audit.seal": """
        company_id company_name count database_uuid first_id format former_root keep_until last_id
        merkle_root number root sealed_at
    """,
    "ai.close.entry": """
        amount_max amount_min amount_total approved_at approved_by_id approved_digest calculation
        calculation_html change_log close_id company_id confidence currency_id editor_ids is_estimate
        key last_run_id move_id name origin_move_id payload_digest prepared_at prepared_by_id
        proposed_digest proposer recurrence reject_reason reversal_move_id reviewed_at reviewed_by_id
        run_id signed_policy_id source_count source_ids state
    """,
    "ai.close.entry.line": """
        analytic_precision company_currency_id distribution_analytic_account_ids
    """,
    "ai.close.entry.source": """
        company_id digest entry_id facts label model res_id
    """,
    "ai.close.finding": """
        amount anchor_id anchor_model by_server close_id company_id currency_id evidence explained_by_id
        explanation facet key last_run_id message owner_id records remedy rule rule_title run_id
        server_keys severity severity_rank signed_files state title waive_reason waive_requested_by_id
        waived_by_id why
    """,
    "ai.close.lock": """
        approved_at approved_by_id approver_ids close_id company_id date_new date_old exception_until
        exception_user_id field kind name readiness reject_reason requested_at requested_by_id state
    """,
    "ai.close.lock.ask": """
        date_old
    """,
    "ai.close.manual.list": """
        amount close_id company_id count currency_id digest_now is_stale period_end rows signed_at
        signed_by_id signed_digest signed_rows state
    """,
    "ai.close.match": """
        accepted_at accepted_by_id alternatives band close_id company_id confidence confidence_text
        currency_id item_ids journal_id key kind last_run_id line_amount line_date line_label matcher
        origin partner_before_id proposed_by_id reasons reject_reason run_id state statement_line_id
        write_off_account_id write_off_label
    """,
    "ai.close.match.item": """
        amount amount_currency company_currency_id company_id currency_id date_maturity match_id move_id
        move_line_id partner_id sequence
    """,
    "ai.close.match.manual": """
        amount company_id currency_id open_item_domain payment_ref
    """,
    "ai.close.policy": """
        company_id digest params state valid_from version
    """,
    "ai.close.reason": """
        count
    """,
    "ai.close.run": """
        agent_version close_id company_id cost counters date_end date_start failures lease lease_until
        policy_id requested_by_id rules_digest run_key scopes snapshot_xmin state trigger user_id
        watermark
    """,
    "ai.close.setup": """
        currency_id
    """,
    "ai.close.task": """
        area check_at check_message check_run_id check_state close_id code company_id date_due
        depends_on_ids due_bucket evidence_by_id evidence_count evidence_digest na_reason
        na_requested_by_id name needed_by_ids needs_evidence other_file_ids owner_role prepared_at
        prepared_by_id reviewer_role self_check sequence signed_at signed_by_id signed_check_state
        signed_files stale_reason state template_id watches
    """,
}
# Odoo's own fields of a record: the ORM ignores what is sent for them.
MAGIC = frozenset({"id", "display_name", "create_uid", "create_date", "write_uid", "write_date"})
# Fields that the mail module brings: they hold talk, not the document.
TALK_MODULES = frozenset(
    {"mail", "sms", "snailmail", "phone_validation", "rating", "web", "base_import", "portal"}
)
_BOOKS = ("account_move", "account_partial", "account_full", "account_bank", "res_company")


def method_verdict(model: str, name: str) -> str | None:
    """Return the verdict on a method, or None where nobody gave one."""
    return METHODS.get(model, {}).get(name) or INHERITED.get(name)


def field_verdict(model: str, name: str, module: str | None) -> str | None:
    """Return the verdict on a field, or None where nobody gave one."""
    if name in MAGIC:
        return HARMLESS
    if name in WRITABLE.get(model, {}):
        return WRITABLE[model][name]
    if name in PROTECTED.get(model, "").split():
        return REFUSED
    return TALK if module in TALK_MODULES else None


def roles_of(verdict: str) -> set[str]:
    """Return the roles that a verdict lets change something."""
    return {LETTERS[each] for each in verdict} if set(verdict) <= LETTERS.keys() else set()


class Verdicts:
    """Judges attempts on our own models by the table."""

    def __init__(self, registry: dict) -> None:
        """Keep the registry."""
        self.registry = registry
        self.tables = {
            facts["table"]: model
            for model, facts in registry.items()
            if facts["table"] and model.startswith("ai.close")
        }

    def __call__(self, attempt: Attempt, _answers: list[Answer], changes: list[Change]) -> list[str]:
        """Return what the table does not allow; attempts of several steps are judged by their fields."""
        roles = set().union(*(ROLES[actor] for actor in attempt.actors))
        steps = attempt.steps
        broken = []
        ours = [each for each in changes if each.table in self.tables and each.table not in SERVER_KEPT]
        books = [each for each in changes if each.table.startswith(_BOOKS)]
        if len(steps) == 1 and steps[0].model.startswith("ai.close"):
            verdict = method_verdict(steps[0].model, steps[0].method) or REFUSED
            if verdict in (REFUSED, HARMLESS, TALK) and (ours or books):
                broken.append(f"verdict: {steps[0].method} is {verdict}, and it changed {(ours + books)[0]}")
            elif (
                verdict not in (BY_FIELD, REFUSED, HARMLESS, TALK)
                and not roles & roles_of(verdict)
                and (ours or books)
            ):
                broken.append(
                    f"verdict: {steps[0].method} is for {verdict}, and it changed {(ours + books)[0]}"
                )
        if all(method_verdict(step.model, step.method) == BY_FIELD for step in steps):
            broken += self._fields(ours, roles)
        return broken

    def _fields(self, ours: list[Change], roles: set[str]) -> list[str]:
        """Return fields that changed by mere writing although steps alone may change them."""
        broken = []
        for change in ours:
            model = self.tables[change.table]
            fields = self.registry[model]["fields"]
            sent = [name for name in change.columns if name in fields and change.old and name not in MAGIC]
            for name in sent:
                verdict = field_verdict(model, name, fields[name]["module"]) or REFUSED
                if verdict == REFUSED and not self._follows(model, name):
                    broken.append(f"verdict: {model}.{name} is written by steps only: {change}")
                elif verdict not in (REFUSED, TALK, HARMLESS) and not roles & roles_of(verdict):
                    broken.append(f"verdict: {model}.{name} is for {verdict}: {change}")
        return broken

    def _follows(self, model: str, name: str) -> bool:
        """Tell whether the server writes the field itself when a field that people write changes."""
        return (model, name) in FOLLOWING


# An edit strikes signatures, and the server notes it; it judges what depends on it anew.
_FOLLOWING = {
    "ai.close": "readiness_at readiness_counters readiness_pct state",
    "ai.close.entry": """
        amount_total approved_at approved_by_id approved_digest change_log payload_digest prepared_at
        prepared_by_id reviewed_at reviewed_by_id signed_policy_id state
    """,
    "ai.close.entry.line": "amount_currency",
    "ai.close.match": "state",
    "ai.close.task": """
        check_at check_message check_state evidence_by_id evidence_digest prepared_at prepared_by_id signed_at
        signed_by_id signed_files stale_reason state
    """,
}
FOLLOWING = frozenset((model, name) for model, names in _FOLLOWING.items() for name in names.split())
