"""The start of a company: the inherited list."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods

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
}
PROTECTED: Fields = {
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
