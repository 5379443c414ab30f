"""Bank matches."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.match": {
        **STATE_MIXIN,
        "action_accept": "PRC",
        "action_undo": "PRC",
        "action_reject": "PRC",
        "review_load": HARMLESS,
        "review_totals": HARMLESS,
        "review_detail": HARMLESS,
        "review_items": HARMLESS,
        "review_choose": "PRC",
        "action_take": "PRC",
        "action_propose_again": "PRC",
    },
    "ai.close.match.item": STATE_MIXIN,
    "ai.close.match.line": STATE_MIXIN,
    "ai.close.match.manual": {
        "action_match": "PRC",
    },
}
WRITABLE: Writable = {
    "ai.close.match.manual": each(
        "PRC",
        """
        account_id item_ids label more_line_ids statement_line_id
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close.match": """
        accepted_at accepted_by_id account_id alternatives band close_id company_id confidence confidence_text
        currency_id item_ids journal_id key kind last_run_id line_amount line_date line_ids line_label
        matcher model origin proposed_by_id reasons reject_reason run_id state
        statement_line_id undone_proof write_off_account_id write_off_label write_offs
    """,
    "ai.close.match.item": """
        amount amount_currency company_currency_id company_id currency_id date_maturity match_id
        move_id move_line_id partner_id sequence
    """,
    "ai.close.match.line": """
        amount company_id currency_id date is_open journal_id label match_id partner_before_id sequence
        statement_line_id
    """,
    "ai.close.match.manual": """
        amount company_id currency_id model_texts open_item_domain payment_ref
    """,
}
FOLLOWING: Fields = {
    "ai.close.match": """
        state
    """,
}
