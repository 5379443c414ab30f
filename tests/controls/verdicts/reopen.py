"""Periods that are opened again, what is told of it, and later periods that rest on them."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close": {
        "action_request_reopen": HARMLESS,
        "action_open_adjustment": "RC",
    },
    "ai.close.lock": {
        "action_end_early": "C",
    },
    "ai.close.reopen.report": {
        **STATE_MIXIN,
        "action_sign": "C",
        "action_open_lines": HARMLESS,
    },
    "ai.close.reopen.line": STATE_MIXIN,
    "ai.close.reopen.account": STATE_MIXIN,
    "ai.close.below": {
        **STATE_MIXIN,
        "action_judge": "RC",
    },
    "ai.close.reopen.ask": {
        "action_ask": "RC",
    },
}
WRITABLE: Writable = {
    "ai.close.reopen.ask": each(
        "RC",
        """
        close_id user_ids until limited entry_ids reason
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close": """
        window_id window_until reopen_report_ids unsigned_report_id below_ids below_message
        adjustment_id
    """,
    "ai.close.lock": """
        reopen_user_ids reopen_limited reopen_entry_ids exception_ids report_ids window_open
    """,
    "ai.close.reopen.report": """
        name lock_id close_id company_id currency_id reason user_ids approved_by_id limited state
        opened_at until ended_at version count_posted count_reversed count_changed count_reconciled
        count_unreconciled result line_ids account_ids below_ids snapshot_before snapshot_after adds_up
        signed_by_id signed_at result_text
    """,
    "ai.close.reopen.line": """
        report_id company_id currency_id kind move_id journal_id user_id done_at entry_id amount result
        label state
    """,
    "ai.close.reopen.account": """
        report_id company_id currency_id account_id before after difference is_result state
    """,
    "ai.close.below": """
        name close_id company_id currency_id report_id result accounts state judged_by_id judged_at note
    """,
    "ai.close.reopen.ask": """
        close_kind company_id
    """,
}
