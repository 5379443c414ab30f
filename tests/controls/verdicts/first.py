"""The start of a company: its set-up by two people, and the inherited list."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close": {
        "action_inherited": HARMLESS,
    },
    "ai.close.inherited": {
        **STATE_MIXIN,
        "action_prepare": "PRC",
        "action_sign": "RC",
        "action_send_back": "PRC",
        "action_open_items": HARMLESS,
    },
    "ai.close.inherited.item": {
        **STATE_MIXIN,
        "action_open_record": HARMLESS,
    },
    "ai.close.setup": {
        **STATE_MIXIN,
        "action_start": "C",
        "action_submit": "C",
        "action_send_back": "PRC",
        "action_cancel": "C",
        "action_confirm": "PRC",
        "action_propose": "C",
        "action_copy": "C",
    },
    "ai.close.setup.role": {
        **STATE_MIXIN,
        "unlink": "C",
    },
}
WRITABLE: Writable = {
    "ai.close.setup": each(
        "C",
        """
        audit_retention_years company_id copy_company_id journal_id limit_entry limit_match manual_amount
        manual_journal_ids materiality period_start phase role_ids seal_mail_to template tz
        """,
    ),
    "ai.close.setup.role": each(
        "C",
        """
        account_id role setup_id
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close.setup": """
        calendar_id close_id confirmed_at confirmed_by_id copy_notes currency_id editor_ids missing params
        params_digest people policy_id state submitted_at submitted_by_id template_about
    """,
    "ai.close.setup.role": """
        company_id confidence proposed_account_id proposed_confidence proposed_reason reason role_label
        sequence
    """,
    "ai.close.inherited": """
        ageing as_of books_digest close_id company_id count currency_id item_ids items_digest kinds
        open_count prepared_at prepared_by_id signed_at signed_by_id signed_digest stale_reason state
        taken_at
    """,
    "ai.close.inherited.item": """
        account_id amount amount_currency bucket company_id currency_id date date_due days_since is_open
        item_currency_id kind label list_id open_now partner_id res_id res_model source_id
    """,
}
