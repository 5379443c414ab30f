"""How sure a proposal is once the competition is over: what is doubtful about it, and what that takes.

What the weights say of an explanation alone is not what is stated. That another explanation came near, that
another line wants the item, and the doubts that people read beside a proposal have a published weight each
(`weights.DOUBTS`), measured on labelled statements: of what looked as sure and had the same doubts, so many
were right. Then a company's own curve bends it to what its people found.
"""

from decimal import Decimal

from agent_service.core.matching import confidence
from agent_service.core.matching.explanations import Explanation
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.resolve import Taken
from agent_service.core.matching.weights import CURVES, DOUBTS

NEVER_AUTO = (
    "payer_another",
    "names_unknown",
    "names_another",
    "several_other_set",
    "leaves_many",
    "fx_unnamed",
    "discount_late",
    "withholding_unsaid",
    "loose",
    "partial_nearly_nothing",
    "partial_unsaid",
    "partial_hinted",
    "part_or_fee",
    "rounding_whole",
    "pair_rivals",
)
"""What a person decides, however sure the explanation is."""
PERSON_MOST = 3.0
"""What a person decides is as doubtful however sure number and payer are: more than such log odds of them
say nothing of why a payment is short, or at which rate it was changed.
"""
CHOSEN = ("several_period", "several_oldest", "several_found")
"""Sets that nobody named."""
NEAR = 0.1
"""A rival that is so probable came near."""
TIED = 0.5
"""A rival that is so probable as a share of what was taken fits as well."""


def family_of(one: Explanation) -> str:
    """Return whose weights count for an explanation."""
    return "without_items" if one.how == "without_items" else "items"


def doubts(one: Taken) -> dict[str, float]:
    """Return what a confidence is made of: `sure`, the log odds after the competition, and the doubts."""
    features = one.explanation.features
    made = {"sure": confidence.logit(one.probability)}
    made |= {name: 1.0 for name in DOUBTS[family_of(one.explanation)] if features.get(name, 0.0) > 0}
    if one.contested:
        made["contested"] = 1.0
    if came_near(one):
        made["tied" if tied(one) else "ambiguous"] = 1.0
    if one_of_sets(one):
        made["one_of_sets"] = 1.0
    if for_a_person(one.explanation):
        made["for_a_person"] = 1.0
        made["sure"] = min(made["sure"], PERSON_MOST)
    return made


def stated(one: Taken, model: Learned) -> Decimal:
    """Return the confidence of an explanation that stands."""
    family = family_of(one.explanation)
    weights = DOUBTS[family]
    score = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in doubts(one).items())
    curve = model.curves.get(family) or CURVES.get(family, ())
    return confidence.stated(confidence.bent(confidence.sigmoid(score), curve))


def came_near(one: Taken) -> bool:
    """Tell whether another explanation of the lines fits nearly as well."""
    return bool(one.rivals) and one.rivals[0][1] > NEAR


def tied(one: Taken) -> bool:
    """Tell whether another explanation of the lines fits as well: which one is right is a toss."""
    return came_near(one) and one.rivals[0][1] >= TIED * one.probability


def unnamed_and_contested(one: Taken) -> bool:
    """Tell whether another line wants an item that no number gives to either."""
    features = one.explanation.features
    return one.contested and bool(one.explanation.items) and not features.get("ref")


def for_a_person(one: Explanation) -> bool:
    """Tell whether an explanation is of those that a person decides."""
    return any(one.features.get(name) for name in NEVER_AUTO)


def one_of_sets(one: Taken) -> bool:
    """Tell whether a set that nobody named was taken though another one adds up as well."""
    own = one.explanation
    if not any(own.features.get(name) for name in CHOSEN):
        return False
    return any(rival.how == "several" and rival.items != own.items for rival, _share in one.rivals)
