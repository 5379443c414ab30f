"""Open items at a lock: named on the request, accepted by controllers, carried into the next close."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.lock": {
        "action_name_items": "RC",
        "action_accept_items": "C",
        "action_take_back": "RC",
    },
    "ai.close.open.item": {**STATE_MIXIN, "action_open_source": HARMLESS},
    "ai.close": {"action_ask_lock": HARMLESS, "action_open_items": HARMLESS},
    "ai.close.lock.ask": {"action_draft": "RC"},
    "ai.close.lock.name": {"action_name": "RC"},
    "ai.close.lock.confirm": {"action_confirm": "C"},
}
WRITABLE: Writable = {
    "ai.close.lock.ask": each("RC", "span"),
    "ai.close.lock.name": each("RC", "lock_id line_ids"),
    "ai.close.lock.name.line": each("RC", "wizard_id key label count amount_text why_not reason"),
    "ai.close.lock.confirm": each("C", "lock_id typed"),
}
PROTECTED: Fields = {
    "ai.close.lock": """
        currency_id open_item_ids open_amount open_unknown open_limit needs_second second_by_id second_at
        expires_at not_approver_rows nobody_message date_rows open_rows open_count ready_text is_hard
    """,
    "ai.close": "carried_item_ids open_item_ids",
    "ai.close.lock.confirm": "field effect left_open",
    "ai.close.open.item": """
        lock_id company_id currency_id close_id first_close_id origin_id carried_to_close_id code key
        source_model source_id label count amount amount_known reason state named_by_id named_at
        accepted_by_id accepted_at second_by_id settled_at age_months
    """,
}
