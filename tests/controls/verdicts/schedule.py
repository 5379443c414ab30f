"""Schedules of prepaid, deferred and depreciated amounts: written while drafts, signed by two."""

from tests.controls.verdicts.words import STATE_MIXIN, Fields, Methods, Writable, each

_STEPS = {
    "action_prepare": "PRC",
    "action_review": "RC",
    "action_send_back": "PRC",
    "action_cancel": "PRC",
}
_SIGNED = """
    cancel_reason editor_ids payload_digest prepared_at prepared_by_id reviewed_at reviewed_by_id state
"""
METHODS: Methods = {
    "ai.close.signed.by.two": _STEPS,
    "ai.close.schedule": {**STATE_MIXIN, **_STEPS},
    "ai.close.schedule.change": {**STATE_MIXIN, **_STEPS},
}
WRITABLE: Writable = {
    "ai.close.schedule": each(
        "PRC",
        """
        analytic_distribution balance_account_id booked_account_id booked_on change_ids company_id currency_id
        end_date kind method month_count name note partner_id residual result_account_id source_line_id
        start_date total total_currency
        """,
    ),
    "ai.close.schedule.change": each(
        "PRC",
        """
        account_id amount amount_currency company_id currency_id date from_date kind label move_line_id
        new_end schedule_id
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close.schedule": f"""
        {_SIGNED} additions analytic_precision as_of closing company_currency_id
        distribution_analytic_account_ids is_tied month_rows opening release source_move_id tie_message
    """,
    "ai.close.schedule.change": f"""
        {_SIGNED} company_currency_id
    """,
}
