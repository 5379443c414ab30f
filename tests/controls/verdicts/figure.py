"""Key figures: taken and kept by the server; a baseline is signed by two before go-live and then frozen."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close": {"cockpit_group": HARMLESS, "action_blind_sample": "RC"},
    "ai.close.blind": {**STATE_MIXIN, "action_answer": "RC"},
    "ai.close.figure": STATE_MIXIN,
    "ai.close.reviewer.figure": {},
    "ai.close.baseline": {
        **STATE_MIXIN,
        "action_prepare": "RC",
        "action_review": "C",
        "action_send_back": "RC",
        "action_cancel": "RC",
    },
}
WRITABLE: Writable = {
    "ai.close.baseline": each(
        "RC",
        """
        date_from date_to entry_count entry_minutes line_count line_minutes method
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close": "figure_ids",
    "ai.close.match": "accepted_with",
    "ai.close.figure": """
        close_id company_id current figure frozen measured part period_end revision sequence taken_at unit
        value value_text version whole why
    """,
    "ai.close.blind": """
        agrees answer_count answer_rows answered_at answered_by_id answers choice close_id company_id
        currency_id line_amount line_date line_label line_partner match_id right_key seed state told
    """,
    "ai.close.reviewer.figure": """
        accepted close_id company_id decisions escalations minutes minutes_each minutes_text period_end
        timed undone undone_pct undone_text user_id
    """,
    "ai.close.baseline": """
        cancel_reason company_currency_id company_id each_entry each_line editor_ids payload_digest
        prepared_at prepared_by_id reviewed_at reviewed_by_id state
    """,
}
