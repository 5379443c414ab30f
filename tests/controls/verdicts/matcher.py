"""Versions of the matcher: asked for by people, trained by the agent, taken into use by a second person."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods

METHODS: Methods = {
    "ai.close.matcher": {
        **STATE_MIXIN,
        "action_train": "RC",
        "action_drop": "RC",
        "action_bring_back": "RC",
        "action_as_delivered": "RC",
        "action_approve": "C",
        "action_reject": "C",
        "action_matches": HARMLESS,
    },
    "ai.close.agent": {
        "matcher_begin": "A",
        "matcher_extract": HARMLESS,
        "matcher_finish": "A",
    },
}
PROTECTED: Fields = {
    "ai.close.matcher": """
        agent_version alias_rows approved_at approved_by_id auto_after auto_before auto_wrong_after
        auto_wrong_before base_id card company_id counterpart_rows digest fact_count figures held_out
        held_out_text is_worse key lines mark match_count note open_after open_before origin payload
        proposed_at proposed_by_id proposed_digest reason reject_reason requested_at requested_by_id
        right_after right_before source_id state trained_from trained_to version wrong_after wrong_before
    """,
    "ai.close.match": """
        matcher_id
    """,
    "ai.close.run": """
        matcher_id
    """,
}
