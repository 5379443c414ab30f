"""Staged entries, manual entries and the posting of late documents."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.entry": {
        **STATE_MIXIN,
        "action_prepare": "PC",
        "action_review": "RC",
        "action_approve": "RC",
        "action_reject": "PRC",
        "action_send_back": "PRC",
        "action_propose_reversal": "PC",
        "action_compute_again": "PRC",
    },
    "ai.close.entry.line": {
        **STATE_MIXIN,
        "unlink": "PC",
    },
    "ai.close.entry.source": STATE_MIXIN,
    "ai.close.entry.posting": {**STATE_MIXIN, "action_propose_undo": "PC"},
    "ai.close.manual.list": {
        **STATE_MIXIN,
        "action_sign": "RC",
        "action_open_entries": HARMLESS,
    },
    "ai.close.post.dated": {
        "action_post": "PCI",
    },
    "ai.close.post.dated.line": {},
}
WRITABLE: Writable = {
    "ai.close.entry": each(
        "PC",
        """
        date edit_reason journal_id line_ids narration ref reversal_date
        """,
    ),
    "ai.close.entry.line": each(
        "PC",
        """
        account_id amount_currency analytic_distribution balance company_id credit currency_id debit
        entry_id name partner_id sequence
        """,
    ),
    "ai.close.post.dated": each(
        "PCI",
        """
        left_out line_ids posted_count refused_count waiting_count
        """,
    ),
    "ai.close.post.dated.line": each(
        "PCI",
        """
        amount_total currency_id date document_date message move_id next_date partner_id result
        wizard_id
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close.entry": """
        amount_max amount_min amount_total changed_source_count changed_sources computed_by
        edited_amount edits effect past_rejections payload posting_id approved_at approved_by_id
        approved_digest calculation
        calculation_html change_log close_id company_id confidence currency_id editor_ids
        is_estimate key last_run_id move_id name origin_move_id payload_digest prepared_at
        prepared_by_id proposed_digest proposer recurrence reject_reason reversal_move_id
        reviewed_at reviewed_by_id run_id signed_policy_id source_count source_ids state
    """,
    "ai.close.entry.line": """
        analytic_precision company_currency_id distribution_analytic_account_ids
    """,
    "ai.close.entry.source": """
        company_id digest entry_id facts label model res_id
    """,
    "ai.close.entry.posting": """
        amount_total approved_at approved_by_id close_id company_id currency_id entry_count entry_ids name
        proposer reason snapshot snapshot_digest undo_state
    """,
    "ai.close.manual.list": """
        amount close_id company_id count currency_id digest_now is_stale period_end rows signed_at
        signed_by_id signed_digest signed_rows state
    """,
}
FOLLOWING: Fields = {
    "ai.close.entry": """
        amount_total approved_at approved_by_id approved_digest change_log payload payload_digest same_person
        prepared_at prepared_by_id reviewed_at reviewed_by_id signed_policy_id state
    """,
    "ai.close.entry.line": """
        amount_currency
    """,
}
