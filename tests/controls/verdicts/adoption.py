"""What people decide about entries booked by hand, and what is measured of accruals."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.adoption": {
        **STATE_MIXIN,
        "action_prepare": "PRC",
        "action_review": "RC",
        "action_send_back": "PRC",
        "action_cancel": "PRC",
        "action_open_entry": HARMLESS,
    },
    "ai.close.finding": {"action_open_by_hand": HARMLESS},
    "ai.close.accuracy": {**STATE_MIXIN, "action_open_source": HARMLESS},
}
WRITABLE: Writable = {
    "ai.close.adoption": each(
        "PRC", "company_id decision move_id proposer reason reversal reversal_date reversal_move_id"
    ),
}
PROTECTED: Fields = {
    "ai.close.adoption": """
        amount cancel_reason company_currency_id editor_ids move_date move_line_ids payload_digest prepared_at
        prepared_by_id reviewed_at reviewed_by_id staged_entry_id state
    """,
    "ai.close.finding": "is_by_hand",
    "ai.close.accuracy": """
        account_id accrued accrued_own active actual actual_own age_months close_id company_currency_id
        company_id currency_effect currency_id date error error_own error_pct error_size key kind open
        partner_id proposer result run_id source_id source_label source_model what
    """,
    "ai.close.entry": "last_error",
}
