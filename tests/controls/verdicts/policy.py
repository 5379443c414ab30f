"""The policy and the wizard that sets a company up."""

from tests.controls.verdicts.words import STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close.policy": {
        **STATE_MIXIN,
        "action_draft_next": "RC",
        "action_propose": "RC",
        "action_take_back": "RC",
        "action_discard": "RC",
        "action_approve": "C",
        "action_reject": "C",
        "action_withdraw": "C",
    },
    "ai.close.policy.edit": {
        "action_save": "RC",
        "action_propose_roles": "RC",
        "action_copy_roles": "RC",
    },
    "ai.close.policy.propose": {
        "action_propose": "RC",
    },
    "ai.close.score": STATE_MIXIN,
}
WRITABLE: Writable = {
    "ai.close.policy.edit": each(
        "RC",
        """
        adjustment_journal_id analytic_required approval_limits asset_words audit_retention_years
        automatic_entry automatic_match automatic_max_amount band_auto band_review close_days duty_profile
        exception_ids factoring_accounts holidays limit_entry limit_match manual_amount manual_journal_ids
        materiality overdraft_limits password_lock password_policy password_reopen phase policy_id role_ids
        rule_ids seal_mail_to seen_digest setting_ids tolerance_units vague_words
        ageing_ids ageing_older copy_company_id individual_ids monetary_account_ids proposer_ids
        proposer_setting_ids successor_ids
        """,
    ),
    "ai.close.policy.edit.role": each(
        "RC",
        """
        account_ids confidence edit_id label needed_by reason role
        """,
    ),
    "ai.close.policy.edit.proposer": each("RC", "code edit_id enabled lacks title"),
    "ai.close.policy.edit.proposer.setting": each("RC", "code edit_id meaning name usual value wanted"),
    "ai.close.policy.edit.ageing": each("RC", "days edit_id percent"),
    "ai.close.policy.edit.individual": each("RC", "edit_id move_id partner_id"),
    "ai.close.policy.edit.successor": each("RC", "account_id edit_id successor_id"),
    "ai.close.policy.edit.rule": each(
        "RC",
        """
        code edit_id enabled severity title usual
        """,
    ),
    "ai.close.policy.edit.exception": each(
        "RC",
        """
        account_id code edit_id partner_id
        """,
    ),
    "ai.close.policy.edit.setting": each(
        "RC",
        """
        code edit_id meaning name unit usual value
        """,
    ),
    "ai.close.policy.propose": each(
        "RC",
        """
        policy_id reason valid_from
        """,
    ),
}
PROTECTED: Fields = {
    "ai.close.policy": """
        approved_at approved_by_id base_id change_count changes changes_phase company_id digest drafted_by_id
        editor_ids exit_figures holds params proposed_at proposed_by_id proposed_digest reason reject_reason
        proposer_rows rule_rows state valid_from version
    """,
    "ai.close.policy.edit": """
        company_id currency_id others
    """,
    "ai.close.policy.propose": """
        changes
    """,
    "ai.close.score": """
        amount amount_extra close_id company_id currency_id extra few frozen hits kind misses misses_known
        part policy_id precision precision_text proposals recall recall_text scored_at waiting
    """,
    "ai.close": """
        is_observed score_ids
    """,
    "ai.close.entry": """
        is_observed
    """,
    "ai.close.finding": """
        is_observed
    """,
    "ai.close.match": """
        is_observed
    """,
}
