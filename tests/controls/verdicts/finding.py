"""Findings."""

from tests.controls.verdicts.words import STATE_MIXIN, Fields, Methods

METHODS: Methods = {
    "ai.close.finding": {
        **STATE_MIXIN,
        "action_assign": "PRC",
        "action_explain": "PRC",
        "action_mark_fixed": "PRC",
        "action_waive": "PRC",
    },
}
PROTECTED: Fields = {
    "ai.close.finding": """
        amount anchor_id anchor_model by_server close_id company_id currency_id evidence
        explained_by_id explanation facet key last_run_id message owner_id records remedy rule
        rule_title run_id server_keys severity severity_rank signed_files state title waive_reason
        waive_requested_by_id waived_by_id why
    """,
}
