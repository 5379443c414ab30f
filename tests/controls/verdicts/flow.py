"""Batches of matches, and bank statements that are awaited."""

from tests.controls.verdicts.words import STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.match.batch": {
        **STATE_MIXIN,
        "action_new": "PRC",
        "action_request": "PRC",
        "action_stop": "PRC",
    },
    "ai.close.match.batch.line": {**STATE_MIXIN, "action_open": "PRC"},
    "ai.close.task": {"action_await": "PRC"},
    "ai.close.task.await": {"action_confirm": "PRC"},
}
WRITABLE: Writable = {
    "ai.close.policy.edit": each("RC", "automatic_unattended match_sample_size"),
    "ai.close.task.await": each("PRC", "date_due reason task_id"),
}
PROTECTED: Fields = {
    "ai.close.task": "awaited_until may_await",
    "ai.close.match.batch": """
        band company_id currency_id done_at done_count failed_count failed_ids left_out line_ids money_in
        money_out origin pinned policy_id progress reason requested_at requested_by_id run_id sample_ids
        shown_id shown_items shown_reasons state stopped_by_id to_open total written_off
    """,
    "ai.close.match.batch.line": """
        amount batch_id company_id confidence_text currency_id done_at items label line_date match_id
        matched_with message opened_at origin outcome proof sample
    """,
}
