"""How much each reason weighs before a company taught anything: the published weights of the confidence.

A confidence is `1 / (1 + exp(-(bias + sum of weight x feature)))`, bent by the family's curve. Weights are in
natural logarithms of odds: +0.7 doubles the odds, -0.7 halves them. Each feature is 0 to 1.
"""

from collections.abc import Mapping
from types import MappingProxyType

ITEMS = {
    "bias": -2.5,
    # number, payer and amount: logarithms of likelihood in tenths, so that each weighs ten
    "ref": 10.0,
    "payer": 10.0,
    "amount": 10.0,
    "amount_exact": 0.5,
    # the document's number in the bank's text
    "ref_typo": -0.3,
    "ref_missing_some": -1.5,
    "names_others": -5.0,
    "names_another": 0.0,
    "leaves_many": -1.0,
    "names_unknown": -9.0,
    "month_same": 3.0,
    "month_other": -4.0,
    # who pays
    "payer_is_other": -7.0,
    "payer_another": 0.0,
    "payer_unknown": -2.0,
    "unsupported": -3.5,
    # when
    "day_near_due": 0.6,
    "day_before_item": -3.5,
    "day_very_late": -0.8,
    # how it was put together
    "several_named": 1.0,
    "several_completed": -0.5,
    "by_chance": -12.0,
    "several_swapped": -0.5,
    "several_in_order": 1.0,
    "several_all_open": 0.5,
    "several_due": 0.3,
    "several_period": 0.0,
    "several_oldest": -0.3,
    "several_found": -1.5,
    "several_other_set": 0.0,
    "named_left_out": -2.5,
    "several_lines": 6.0,
    "several_lines_mixed": 3.0,
    "several_lines_found": -1.5,
    "payout": 1.0,
    "payout_days": 3.0,
    "payout_same_share": 5.0,
    "payout_same_days": 3.0,
    "payout_more_days": -6.0,
    "payout_said": 0.5,
    # what is written off, or left open
    "partial": -2.5,
    "partial_even": 0.8,
    "partial_unsaid": -2.0,
    "partial_hinted": 0.0,
    "part_or_fee": 0.0,
    "partial_nearly_all": -3.5,
    "partial_nearly_nothing": -5.0,
    "write_off_bank_fee": -1.0,
    "fee_size": -1.0,
    "fee_even": 0.7,
    "write_off_discount": 0.0,
    "discount_late": -2.0,
    "write_off_rounding": -0.7,
    "rounding_whole": -0.8,
    "write_off_fx": 0.0,
    "fx_spread": -1.0,
    "write_off_withholding": -1.2,
    "withholding_of_net": -1.5,
    "fee_too_large": -14.0,
    "withholding_unsaid": -0.5,
    "loose": -4.0,
    "fx_unnamed": -2.5,
    "word_agrees": 2.0,
    "word_disagrees": -2.5,
    # items that cancel each other
    "voided": 0.5,
    "voided_linked": 3.0,
    "voided_said": 1.5,
    "voided_payments": 1.5,
}
"""Explanations that settle items."""

WITHOUT_ITEMS = {
    "bias": -3.2,
    # words of the kind
    "phrase": 5.8,
    "word": 3.4,
    "word_weak": 1.2,
    "word_misspelt": -0.7,
    "word_second": 0.9,
    "code": 3.5,
    # who
    "party_of_kind": 6.2,
    "party_is_bank": 1.3,
    "party_none": 0.7,
    "no_counterparty": 0.9,
    "party_company": -2.4,
    "party_trap": -3.5,
    # the amount
    "sign_usual": 0.7,
    "sign_unusual": -2.6,
    "sign_refund": -0.4,
    "amount_small": 0.5,
    "amount_large": -0.9,
    # what speaks against it
    "document_named": -3.4,
    "number_named": -0.9,
    "only_mentioned": -4.5,
    "told_how": -9.0,
    "other_head": -4.0,
    "words_beside": -2.5,
    # what people did
    "learned": 6.0,
    "learned_otherwise": -4.0,
    # two lines
    "pair_same_amount": 2.2,
    "pair_rate": 2.2,
    "pair_words": 3.4,
    "pair_words_both": 1.2,
    "pair_amount_only": -1.8,
    "pair_same_text": 2.4,
    "pair_same_reference": 2.8,
    "pair_same_party": 2.0,
    "pair_other_party": -3.5,
    "pair_own_account": 3.6,
    "pair_other_account": -6.0,
    "pair_bare": 3.8,
    "pair_own_name": 2.2,
    "pair_same_day": 0.9,
    "pair_days_apart": -1.6,
    "pair_rivals": -3.6,
    "pair_wrong_order": -2.0,
    "single_line": -0.6,
}
"""Explanations that settle no item: fees, interest, pay, taxes, own transfers, lines that cancel."""

WEIGHTS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {"items": MappingProxyType(ITEMS), "without_items": MappingProxyType(WITHOUT_ITEMS)}
)

DOUBTS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "items": MappingProxyType(
            {
                "bias": 1.166,
                "sure": 1.201,
                "contested": -0.705,
                "ambiguous": 0.688,
                "tied": -1.318,
                "one_of_sets": 0.152,
                "unsupported": 0.479,
                "by_chance": 0.013,
                "ref_missing_some": 0.803,
                "payout_days": 0.47,
                "for_a_person": -0.53,
                "payer_another": -0.79,
                "names_unknown": 0.0,
                "names_another": 1.113,
                "several_other_set": 0.337,
                "leaves_many": 0.002,
                "fx_unnamed": -1.209,
                "discount_late": 1.134,
                "withholding_unsaid": -4.239,
                "loose": -0.595,
                "partial_nearly_nothing": 0.0,
                "partial_unsaid": 1.69,
                "partial_hinted": 0.553,
                "part_or_fee": 0.0,
                "rounding_whole": 0.0,
            }
        ),
        "without_items": MappingProxyType(
            {
                "bias": 2.555,
                "sure": 1.013,
                "contested": 0.0,
                "ambiguous": 0.011,
                "tied": 0.0,
                "number_named": -1.306,
                "document_named": 0.0,
                "pair_amount_only": 0.963,
                "for_a_person": -1.254,
                "pair_rivals": -1.254,
                "single_line": -2.205,
            }
        ),
    }
)
"""What doubts take from a confidence, in natural logarithms of odds; `sure` multiplies the log odds that the
weights and the competition left. Fitted by `python -m benchmarks.confidence` on labelled statements, but for
`withholding_unsaid`: a toss, which states a half."""

CURVES: Mapping[str, tuple[tuple[float, float], ...]] = MappingProxyType({})
"""Rising points (stated, measured) a family that bend what doubts left: none are published, companies learn
their own."""
