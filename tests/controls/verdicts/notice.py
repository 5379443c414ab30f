"""Risk reports, digests and people's days: the server writes them, a person asks for a report."""

from tests.controls.verdicts.words import REFUSED, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close": {"action_risk_report": "RC"},
    "ai.close.notice": {"create": REFUSED, "write": REFUSED},
}
WRITABLE: Writable = {
    "ai.close.policy.edit": each(
        "RC",
        """
        report_preparer report_reviewer report_controller report_auditor report_user_ids report_days
        report_digest report_mine report_hour report_amounts
        package_preparer package_reviewer package_controller package_auditor package_user_ids
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close.notice": """
        asked_by_id body channel_id close_id company_id date_due day facts kind subject told_ids unreached
    """,
}
