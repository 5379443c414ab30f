"""Delegations, roles given by two people, the list of a small team."""

from tests.controls.verdicts.words import STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.delegation": {
        **STATE_MIXIN,
        "action_ask": "PRC",
        "action_accept": "PRC",
        "action_decline": "PRC",
        "action_end": "PRC",
    },
}
WRITABLE: Writable = {
    "ai.close.delegation": each("PRC", "company_id date_from date_to from_id reason role to_id"),
}
PROTECTED: Fields = {
    "ai.close.audit": "on_behalf_of",
    "ai.close.delegation": """
        accepted_at accepted_by_id asked_by_id counts_now declined_reason ended_on state
    """,
}
