"""What people give the agent: written while drafts, signed by two, corrected by a successor."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

_STEPS = {
    "action_prepare": "PRC",
    "action_review": "RC",
    "action_send_back": "PRC",
    "action_cancel": "PRC",
    "action_correct": "PRC",
}
_CONTROLLERS = dict.fromkeys(_STEPS, "C")
_SIGNED = """
    cancel_reason company_currency_id editor_ids payload_digest prepared_at prepared_by_id replaces_id
    reviewed_at reviewed_by_id state
"""
_SHARES = "analytic_precision distribution_analytic_account_ids"
METHODS: Methods = {
    "ai.close.given.mixin": _STEPS,
    "ai.close.contract": {**STATE_MIXIN, **_STEPS, "action_schedule": HARMLESS},
    "ai.close.loan": {**STATE_MIXIN, **_STEPS},
    "ai.close.loan.movement": {**STATE_MIXIN, **_STEPS},
    "ai.close.pay.run": {**STATE_MIXIN, **_STEPS},
    "ai.close.holiday.balance": {**STATE_MIXIN, **_CONTROLLERS},
    "ai.close.reading": {**STATE_MIXIN, **_STEPS},
}
WRITABLE: Writable = {
    "ai.close.contract": each(
        "PRC",
        """
        account_id amount company_id currency_id end_date name partner_id rhythm start_date terms
        """,
    ),
    "ai.close.loan": each(
        "PRC",
        """
        analytic_distribution company_id currency_id day_count end_date name note partner_id principal rate
        start_date
        """,
    ),
    "ai.close.loan.movement": each("PRC", "amount company_id date kind label loan_id rate"),
    "ai.close.pay.run": each(
        "PRC",
        "amount analytic_distribution basis company_id end_date move_id name note social_pct start_date",
    ),
    "ai.close.holiday.balance": each("C", "as_of company_id day_rate days key social_pct"),
    "ai.close.reading": each("PRC", "company_id label purchase_line_id quantity taken_on"),
}
PROTECTED: Fields = {
    "ai.close.contract": _SIGNED,
    "ai.close.loan": f"{_SIGNED} {_SHARES} movement_ids outstanding",
    "ai.close.loan.movement": f"{_SIGNED} currency_id",
    "ai.close.pay.run": f"{_SIGNED} {_SHARES}",
    "ai.close.holiday.balance": f"{_SIGNED} worth",
    "ai.close.reading": f"{_SIGNED} order_id partner_id",
}
