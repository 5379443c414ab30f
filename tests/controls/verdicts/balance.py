"""Balances of a day: anybody who works on the close asks, and reads the own answer only."""

from tests.controls.verdicts.words import BY_FIELD, HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

_SCREEN = {"create": BY_FIELD, "action_show": "PRCD", "action_list": HARMLESS}
METHODS: Methods = {
    "ai.close.ledger": {},
    "ai.close.as.of": {"create": BY_FIELD, "action_list": HARMLESS},
    "ai.close.trial.balance": _SCREEN,
    "ai.close.trial.balance.line": {"action_items": HARMLESS},
    "ai.close.ageing": _SCREEN,
    "ai.close.ageing.line": {"action_items": HARMLESS},
    "ai.close.variance": {
        **STATE_MIXIN,
        "action_prepare": "PRC",
        "action_sign": "RC",
        "action_send_back": "PRC",
        "action_items": HARMLESS,
    },
}
WRITABLE: Writable = {
    "ai.close.trial.balance": each("PRCD", "company_id date date_from compare_month compare_year"),
    "ai.close.ageing": each("PRCD", "company_id date kind"),
    "ai.close.variance": each("PRC", "explanation owner_id"),
}
PROTECTED: Fields = {
    "ai.close.as.of": "company_id currency_id date",
    "ai.close.trial.balance": """
        budget_text currency_id date_month date_year line_ids result total year_start
    """,
    "ai.close.trial.balance.line": """
        account_id account_type asked_id closing code company_id credit currency_id debit foreign
        foreign_currency_id is_prior name opening prior_month prior_year
    """,
    "ai.close.ageing": "currency_id line_ids overdue total",
    "ai.close.ageing.line": """
        asked_id company_id currency_id current d30 d60 d90 older partner_id total
    """,
    "ai.close.variance": """
        account_id active actual against area author change change_pct close_id company_id compared
        currency_id date drivers expected is_over key method min_amount min_percent month payload_digest
        prepared_at prepared_by_id run_id signed_at signed_by_id signed_digest size stale_reason state
        steps written_by_id year
    """,
}
# A person's text is that person's, and takes back what was signed of another text.
FOLLOWING: Fields = {
    "ai.close.variance": """
        author prepared_at prepared_by_id stale_reason state written_by_id
    """,
}
