"""Drafts that the server posted by itself."""

from tests.controls.verdicts.words import STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.auto.post": {
        **STATE_MIXIN,
        "action_stop_company": "PRC",
        "action_resume": "C",
        "action_reverse": "PC",
    },
    "ai.close.auto.post.line": STATE_MIXIN,
}
WRITABLE: Writable = {
    "ai.close.policy.edit": each("RC", "auto_post_journal_ids auto_post_limit"),
}
PROTECTED: Fields = {
    "ai.close.auto.post": """
        after amount balance_rows before before_digest close_id company_id currency_id done_at left_count
        line_ids policy_id posted_count reason reversed_by_id run_id state stopped_by_id
    """,
    "ai.close.auto.post.line": """
        amount batch_id company_id currency_id date journal_id move_id name outcome partner_id reason
    """,
}
