"""Delegations, roles given by two people, the list of a small team."""

from tests.controls.verdicts.words import REFUSED, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.delegation": {
        **STATE_MIXIN,
        "action_ask": "PRC",
        "action_accept": "PRC",
        "action_decline": "PRC",
        "action_end": "PRC",
    },
    "ai.close.absence": {"create": "PRC", "write": "PRC", "unlink": "PRC"},
    "ai.close.escalation": {"create": REFUSED, "write": REFUSED},
    "ai.close.auditor.access": STATE_MIXIN,
    "ai.close.entry": {"action_decide_batch": "PRC"},
    "ai.close.entry.batch": {"action_decide": "PRC", "action_leave_out": "PRC"},
    "ai.close.password": {"action_confirm": "C"},
    "ai.close.role.grant": {
        **STATE_MIXIN,
        "action_request": "C",
        "action_approve": "C",
        "action_reject": "C",
    },
    "ai.close.small.team.list": {
        **STATE_MIXIN,
        "action_sign": "RCD",
    },
}
WRITABLE: Writable = {
    "ai.close.delegation": each("PRC", "company_id date_from date_to from_id reason role to_id"),
    "ai.close.absence": each("PRC", "date_from date_to note user_id"),
    "ai.close.entry.batch": each(
        "PRC", "done_count entry_ids failures is_done posting_id reason refused_ids"
    ),
    "ai.close.password": each("PRC", "given method password res_id res_model"),
    "ai.close.role.grant": each("C", "company_ids date_end kind period_from period_to reason role user_id"),
}
PROTECTED: Fields = {
    "ai.close": "profile uncovered_note",
    "ai.close.audit": "on_behalf_of",
    "ai.close.entry": "same_person",
    "ai.close.entry.batch": "approve_count can_leave_out count review_count sums",
    "ai.close.escalation": "close_id company_id date_due label level model res_id told_ids",
    "ai.close.role.grant": """
        approved_at approved_by_id reject_reason requested_at requested_by_id state warning
    """,
    "ai.close.small.team.list": """
        close_id company_id count currency_id digest_now is_stale period_end rows signed_at signed_by_id
        signed_digest signed_rows state
    """,
    "ai.close.auditor.access": """
        company_ids counts_now date_end ended grant_id period_from period_to user_id
    """,
    "ai.close.delegation": """
        accepted_at accepted_by_id asked_by_id counts_now declined_reason ended_on state
    """,
}
