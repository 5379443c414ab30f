"""The policy and the wizard that sets a company up."""

from tests.controls.verdicts.words import STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.policy": STATE_MIXIN,
    "ai.close.setup": {
        "action_enable": "C",
    },
}
WRITABLE: Writable = {
    "ai.close.setup": each(
        "C",
        """
        billed_not_received_account_id company_id grni_account_id journal_id limit_entry limit_match
        manual_amount manual_journal_ids materiality tz
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close.policy": """
        company_id digest params state valid_from version
    """,
    "ai.close.setup": """
        currency_id
    """,
}
