"""The checklist and its templates."""

from tests.controls.verdicts.words import STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.task": {
        **STATE_MIXIN,
        "action_prepare": "PRC",
        "action_sign": "RC",
        "action_send_back": "PRC",
        # a preparer may say so; a reviewer confirms (see the states)
        "action_not_applicable": "PRC",
        "action_sign_each": "RC",
    },
    "ai.close.task.template": {
        "action_back_to_shared": "C",
        "action_customize": "C",
        "action_switch_off": "C",
        "action_switch_on": "C",
    },
    "ai.close": {"action_update_checklist": "C"},
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
        active area code company_id depends_on_ids evidence_hint for_adjustment for_month for_quarter
        for_year gates min_files name needs_evidence needs_note owner_id owner_role reviewer_id
        reviewer_role self_check sequence watches workday
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close.task": """
        area by_hand check_at check_message check_run_id check_state close_id code company_id date_due
        depends_on_ids due_bucket gates evidence_asked evidence_by_id evidence_count evidence_digest
        evidence_hint min_files na_reason na_requested_by_id name needed_by_ids needs_evidence
        needs_note other_file_ids owner_role people_note prepared_at
        prepared_by_id reviewer_role self_check sequence signed_at signed_by_id signed_check_state
        seen signed_files stale_reason state struck_signatures template_id
        waiting_for watches
    """,
    "ai.close": "workday_note",
    "ai.close.task.template": "scope",
}
FOLLOWING: Fields = {
    "ai.close.task": """
        check_at check_message check_state evidence_by_id evidence_digest prepared_at prepared_by_id
        seen signed_at signed_by_id signed_files stale_reason state struck_signatures
    """,
}
