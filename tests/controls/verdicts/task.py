"""The checklist and its templates."""

from tests.controls.verdicts.words import STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.task": {
        **STATE_MIXIN,
        "action_prepare": "PRC",
        "action_sign": "RC",
        "action_send_back": "PRC",
        "action_not_applicable": "RC",
    },
    "ai.close.task.template": {},
}
WRITABLE: Writable = {
    "ai.close.task": each(
        "PRC",
        """
        evidence_ids evidence_note owner_id reviewer_id
        """,
    ),
    "ai.close.task.template": each(
        "C",
        """
        active area code company_id depends_on_ids gates name needs_evidence owner_role
        reviewer_role self_check sequence watches workday
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close.task": """
        area check_at check_message check_run_id check_state close_id code company_id date_due
        depends_on_ids due_bucket gates evidence_by_id evidence_count evidence_digest na_reason
        na_requested_by_id name needed_by_ids needs_evidence other_file_ids owner_role prepared_at
        prepared_by_id reviewer_role self_check sequence signed_at signed_by_id signed_check_state
        seen signed_files stale_reason state struck_signatures template_id watches
    """,
}
FOLLOWING: Fields = {
    "ai.close.task": """
        check_at check_message check_state evidence_by_id evidence_digest prepared_at prepared_by_id
        seen signed_at signed_by_id signed_files stale_reason state struck_signatures
    """,
}
