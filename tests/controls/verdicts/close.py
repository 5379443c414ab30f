"""The close itself, its checklist and the small windows that ask for a reason."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close": {
        **STATE_MIXIN,
        "action_refresh": "PRC",
        "action_request_lock": "RC",
        "action_run_now": "PRC",
        "action_manual_list": HARMLESS,
        "cockpit": HARMLESS,
    },
    "ai.close.access.mixin": {},
    "ai.close.assign": {
        "action_confirm": "PRC",
    },
    "ai.close.append.only": {},
    "ai.close.gate": {},
    "ai.close.reason": {
        "action_confirm": "PRC",
    },
    "ai.close.source": {},
    "ai.close.state.mixin": {},
}
WRITABLE: Writable = {
    "ai.close.assign": each(
        "PRC",
        """
        finding_ids user_id
        """,
    ),
    "ai.close.reason": each(
        "PRC",
        """
        method reason res_ids res_model
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close": """
        company_id currency_id date_due entry_ids finding_ids kind last_run_id lock_ids match_ids name
        period_end period_start readiness_at readiness_counters readiness_pct run_ids state task_ids
        version
    """,
    "ai.close.assign": """
        company_ids
    """,
    "ai.close.reason": """
        count
    """,
}
FOLLOWING: Fields = {
    "ai.close": """
        readiness_at readiness_counters readiness_pct state
    """,
}
