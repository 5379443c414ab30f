"""The audit trail, its seals, reports and accepted gaps."""

from tests.controls.verdicts.words import APPEND_ONLY, STATE_MIXIN, Fields, Methods

METHODS: Methods = {
    "ai.close.audit": {
        **APPEND_ONLY,
        "action_verify": "CD",
        "action_export": "CD",
    },
    "ai.close.audit.gap": {
        **STATE_MIXIN,
        "action_accept": "C",
    },
    "ai.close.audit.report": STATE_MIXIN,
    "ai.close.audit.seal": {
        **APPEND_ONLY,
        "action_verify": "CD",
        "action_export": "CD",
    },
}
PROTECTED: Fields = {
    "ai.close.audit": """
        action after before block change close_id company_id digest event_at evidence format model
        reason refusal_code res_id res_name role run_id user_id user_login user_name
    """,
    "ai.close.audit.gap": """
        accepted_at accepted_by_id company_id database_uuid found_at known_number known_root reason
        server_number server_root state
    """,
    "ai.close.audit.report": """
        attachment_id broken company_id date_done kind message requested_by_id state
    """,
    "ai.close.audit.seal": """
        company_id company_name count database_uuid first_id format former_root keep_until last_id
        merkle_root number root sealed_at
    """,
}
