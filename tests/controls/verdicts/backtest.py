"""Backtests of a policy: asked for by people, answered by the agent through its port."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.policy": {"action_backtest": "RC", "action_export": "PRCD"},
    "ai.close.finding.quieter": {"action_draft": "RC"},
    "ai.close.backtest": {**STATE_MIXIN, "action_rows": HARMLESS},
    "ai.close.backtest.row": {"action_open": HARMLESS},
    "ai.close.agent": {
        "backtest_begin": "A",
        "backtest_extract": HARMLESS,
        "backtest_finish": "A",
    },
}
WRITABLE: Writable = {
    "ai.close.finding.quieter": each("RC", "account_id finding_id line_ids partner_id way"),
    "ai.close.finding.quieter.line": each("RC", "former meaning name quieter_id unit value"),
    "ai.close.policy.export": each("PRCD", "data"),
}
PROTECTED: Fields = {
    "ai.close.finding.quieter": """
        company_id rule rule_title
    """,
    "ai.close.policy": """
        backtest_id backtest_needed backtest_state backtest_text
    """,
    "ai.close.backtest": """
        agent_version base_id company_id date_end decided failures false_after false_before figures
        flagged_after flagged_before key missed_after missed_before month_count month_figures months note
        params_digest policy_id requested_at requested_by_id row_ids rules_digest state unknown
    """,
    "ai.close.backtest.row": """
        amount anchor_id anchor_model backtest_id change company_id currency_id finding_id month rank rule
        rule_title severity title verdict
    """,
}
