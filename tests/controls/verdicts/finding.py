"""Findings."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.finding": {
        **STATE_MIXIN,
        "action_assign": "PRC",
        "action_confirm_cure": "RC",
        "action_doubt_cure": "RC",
        "action_explain": "PRC",
        "action_mark_fixed": "PRC",
        "action_waive": "PRC",
    },
    "ai.close.finding.cause": {
        **STATE_MIXIN,
        "action_assign": "PRC",
        "action_confirm_cure": "RC",
        "action_explain": "PRC",
        "action_mark_fixed": "PRC",
        "action_open": HARMLESS,
        "action_waive": "PRC",
    },
}
WRITABLE: Writable = {
    "ai.close.policy.edit": each("RC", "due_critical due_high due_low due_medium finding_owner_ids"),
    "ai.close.policy.edit.owner": each(
        "RC", "accounts edit_id journal_ids partner_ids rules sequence user_id"
    ),
}
PROTECTED: Fields = {
    "ai.close.finding": """
        amount anchor_id anchor_model by_server cause_id close_id company_id
        confirmed_by_id confirmed_by_server cure cured_run_id currency_id date_due evidence fixed_by_id
        is_overdue note_id
        explained_by_id explanation facet key last_run_id message owner_id records remedy rule
        rule_title run_id server_keys severity severity_rank signed_files state title waive_reason
        waive_requested_by_id waived_by_id why
    """,
    "ai.close.finding.cause": """
        amount close_id company_id count currency_id date_due finding_ids key owner_id rule rule_title
        severity severity_rank state title
    """,
}
