"""The agent's port and its runs."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods

METHODS: Methods = {
    "ai.close.agent": {
        "hello": HARMLESS,
        "pending": HARMLESS,
        "extract": HARMLESS,
        "seals": HARMLESS,
        "begin": "A",
        "drop_other_keys": "A",
        "fail": "A",
        "finish": "A",
        "heartbeat": "A",
        "rotate_key": "A",
        "submit": "A",
    },
    "ai.close.run": STATE_MIXIN,
}
PROTECTED: Fields = {
    "ai.close.run": """
        agent_version close_id company_id cost counters date_end date_start failure_count failures found
        lease lease_until matched policy_id requested_by_id rows_read rules_count rules_digest
        rules_executed run_key scopes snapshot_xmin state totals totals_state trigger user_id watermark
    """,
}
