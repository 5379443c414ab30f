"""Leaving: the request to uninstall AI Close and its final exports."""

from tests.controls.verdicts.words import STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.uninstall": {**STATE_MIXIN, "action_request": "C", "action_approve": "C", "action_reject": "C"},
}
WRITABLE: Writable = {"ai.close.uninstall": each("C", "reason")}
PROTECTED: Fields = {
    "ai.close.uninstall": """
        approved_at approved_by_id reject_reason report_ids requested_at requested_by_id state
    """,
    "ai.close.audit.report": "chain uninstall_id",
}
