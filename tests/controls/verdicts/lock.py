"""Requests for lock dates."""

from tests.controls.verdicts.words import STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.lock": {
        **STATE_MIXIN,
        "action_request": "RC",
        "action_approve": "C",
        "action_reject": "RC",
    },
    "ai.close.lock.ask": {
        "action_ask": "RC",
    },
}
WRITABLE: Writable = {
    "ai.close.lock": each(
        "RC",
        """
        reason
        """,
    ),
    "ai.close.lock.ask": each(
        "RC",
        """
        company_id date_new exception_until exception_user_id field kind reason
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close.lock": """
        approved_at approved_by_id approver_ids close_id company_id covered_ids date_new date_old
        exception_until exception_user_id field kind name readiness reject_reason requested_at
        requested_by_id state
    """,
    "ai.close.lock.ask": """
        date_old
    """,
}
