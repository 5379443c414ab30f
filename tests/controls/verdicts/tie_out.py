"""Tie-outs: computed by the agent, added up by the server, signed by two people."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.tie.out": {
        **STATE_MIXIN,
        "action_prepare": "PRC",
        "action_sign": "RC",
        "action_send_back": "PRC",
        "action_give": "PRC",
        "action_items": HARMLESS,
    },
    "ai.close.tie.out.item": {**STATE_MIXIN, "action_open_record": HARMLESS},
    "ai.close.tie.out.give": {"action_give": "PRC"},
}
WRITABLE: Writable = {
    "ai.close.tie.out": each("PRC", "note"),
    "ai.close.policy.edit": each(
        "RC",
        """
        tie_out_blocks tie_out_kind_ids tie_out_outstanding_days tie_out_payroll_days
        tie_out_rotation_months tie_out_transfer_days
        """,
    ),
    "ai.close.policy.edit.tie.out": each("RC", "edit_id high_risk kind title"),
    "ai.close.tie.out.give": each("PRC", "amount balance currency_id source tie_out_id why"),
}
PROTECTED: Fields = {
    "ai.close": "tie_out_ids",
    "ai.close.tie.out": """
        account_ids area balance balance_own by_currency close_id company_currency_id company_id currency_id
        date difference explained given_by_id high_risk item_ids key kind last_run_id name no_data_count
        open_amount other_balance partner_id payload_digest prepared_at prepared_by_id required row_digest
        run_id signed_at signed_by_id signed_digest signed_files source source_state stale_reason state
        struck_signatures ties why
    """,
    "ai.close.tie.out.item": """
        age_days amount company_id count currency_id date effect label res_id res_model sequence tie_out_id
        what
    """,
}
