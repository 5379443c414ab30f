"""The language model: offered by the agent, taken into use by two people; its texts decide nothing."""

from tests.controls.verdicts.words import APPEND_ONLY, HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.language": {
        **STATE_MIXIN,
        "action_propose": "RC",
        "action_bring_back": "RC",
        "action_approve": "C",
        "action_reject": "RC",
        "action_switch_off": "C",
    },
    "ai.close.text": {**STATE_MIXIN, "action_facts": HARMLESS},
    "ai.close.exchange": APPEND_ONLY,
    "ai.close.agent": {"language_offer": "A"},
}
WRITABLE: Writable = {
    "ai.close.policy.edit": each(
        "RC",
        """
        language_account language_entry language_finding language_is_on language_month_limit
        language_payer language_period language_variance
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close.language": """
        address agent_version approved_at approved_by_id base_id calls company_id cost currency digest
        ended_at ended_by_id ended_reason figure_rows figures model origin prompt_rows prompts proposed_at
        proposed_by_id proposed_digest reason reject_reason source_id state tokens_in tokens_out version
    """,
    "ai.close.text": """
        about_digest about_id about_key about_kind about_links about_model about_name active answers badge
        choice choice_label close_id company_id exchange exchange_id fact_rows facts is_current is_pay key
        language_id model prompt prompt_digest request run_id task text
    """,
    "ai.close.exchange": """
        answers close_id company_id cost event_id key language_id model outcome prompt prompt_digest request
        run_id task tokens_in tokens_out
    """,
    "ai.close.run": "language_currency language_id language_reasons language_shown",
    "ai.close.finding": "model_texts",
    "ai.close.entry": "model_texts",
    "ai.close.variance": "model_texts template text_model",
}
