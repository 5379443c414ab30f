"""Is a model's text made of facts? Each reference is looked up, every other word must be one of ours.

The text is refused, never mended: what is shown of a model is exactly what it wrote, with the facts put in.
What is looked at, a sentence at a time:

- references in braces exist, and each sentence has one (a sentence that rests on nothing is no explanation);
- no digit, sign of money or percent, markup, address or letter of another script stands outside a reference;
- every other word stands on the closed list of vocabulary.py: no name, no number in words, no claim of a
  decision;
- a figure stands only beside names that it is about, and tells its month where the sentence doesn't;
- words of direction agree with the facts that have one; no figure is denied ("not") or hedged ("more than");
- nothing is found right ("complete"), and nothing said to be not wrong ("no error");
- a cause ("because of") is followed by a reference.

What this can't prove is said in the model card: that the sentence explains what moved the balance. A person
signs.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from agent_service.llm.facts import Fact, Facts
from agent_service.llm.vocabulary import WORD, is_ours, sense

MAX_CHARS = 1200
"""Longer answers are no explanation; the reader has the figures beside it."""

REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_PLAIN = re.compile(r"[A-Za-z '’.,;:()\-]*")
_TOKEN = re.compile(rf"{REFERENCE.pattern}|{WORD.pattern}")

UP, DOWN, DENIAL, HEDGE = sense("up"), sense("down"), sense("denial"), sense("hedge")
HEDGE_TO, CAUSE = sense("hedge_to"), sense("cause")
JUDGED, FAULT = sense("judged"), sense("fault")
_CAUSE_REACH = 6
"""Words after a word of cause within which its reference must stand."""


class Ungrounded(ValueError):
    """A text that is not made of its facts; the message says to the model what to change."""


@dataclass(frozen=True)
class Grounded:
    """A text with its facts put in, and the keys of the facts that it used, in their order."""

    text: str
    used: tuple[str, ...]


def grounded(text: str, facts: Facts) -> Grounded:
    """Return a model's text with its facts put in.

    Raises:
        Ungrounded: with the first thing that is not a fact, in words for the one retry.
    """
    bare = text.strip()
    if not bare:
        raise Ungrounded("the text is empty")
    if len(bare) > MAX_CHARS:
        raise Ungrounded(f"the text is longer than {MAX_CHARS} characters")
    sentences = [each.strip() for each in _SENTENCE.split(bare) if each.strip()]
    used: list[str] = []
    shown = []
    for sentence in sentences:
        shown.append(_shown(sentence, facts))
        used.extend(key for key in REFERENCE.findall(sentence) if key not in used)
    return Grounded(" ".join(shown), tuple(used))


def _shown(sentence: str, facts: Facts) -> str:
    """Return one sentence with its facts, or refuse it."""
    named = _facts_of(sentence, facts)
    _need_words(sentence)
    _need_places(named)
    tokens = [(match.group(1), match.group(0).lower()) for match in _TOKEN.finditer(sentence)]
    _need_direction(tokens, named)
    _need_plain_figures(tokens, facts)
    _need_no_judgement(tokens)
    _need_causes(tokens)
    names = {fact.key for fact in named if fact.kind == "name"}

    def put_in(match: re.Match[str]) -> str:
        fact = facts.get(match.group(1))
        if not fact.of or fact.of in names:
            return fact.shown
        return f"{fact.shown} ({facts.get(fact.of).shown})"

    text = REFERENCE.sub(put_in, sentence)
    return text[:1].upper() + text[1:] if sentence[0] != "{" else text


def _facts_of(sentence: str, facts: Facts) -> list[Fact]:
    keys = REFERENCE.findall(sentence)
    if not keys:
        raise Ungrounded("a sentence without a reference rests on no fact")
    for key in keys:
        if facts.get(key) is None:
            raise Ungrounded(f"{{{key}}} is not among the facts")
    return [facts.get(key) for key in keys]


def _need_words(sentence: str) -> None:
    """Refuse what is neither a reference nor a word of ours."""
    rest = REFERENCE.sub(" ", sentence)
    if not _PLAIN.fullmatch(rest):
        odd = next(char for char in rest if not _PLAIN.fullmatch(char))
        what = "a digit" if odd.isdigit() else f"the character {odd!a}"
        raise Ungrounded(f"{what} stands outside a reference; figures, dates and names are references")
    for word in WORD.findall(rest):
        if not is_ours(word):
            raise Ungrounded(f"the word {word!a} is not one that a text may use; name things by reference")
    for first, second in pairwise(WORD.findall(rest)):
        if second != "I" and second[0].isupper() and not first.isupper() and second.lower() != "odoo":
            raise Ungrounded(f"{second!a} is written like a name; names are references")


def _need_places(named: list[Fact]) -> None:
    """Refuse a figure beside a name that it is not about."""
    names = {fact.key for fact in named if fact.kind == "name"}
    for fact in named:
        if fact.kind in ("name", "driver"):
            continue
        strange = sorted(names - fact.about)
        if strange:
            raise Ungrounded(
                f"{{{fact.key}}} is not a figure of {{{strange[0]}}}: keep them in sentences apart"
            )


def _need_direction(tokens: list[tuple[str, str]], named: list[Fact]) -> None:
    words = {word for key, word in tokens if not key}
    signs = {fact.sign for fact in named if fact.sign}
    said = {step for step, known in ((1, UP), (-1, DOWN)) if words & known}
    if not said or not signs:
        return
    if len(said) > 1 or len(signs) > 1:
        raise Ungrounded("a sentence that goes up and down is read both ways: make it two")
    if said != signs:
        raise Ungrounded("the words say another direction than the facts")


def _need_plain_figures(tokens: list[tuple[str, str]], facts: Facts) -> None:
    """Refuse a figure that is denied or hedged: it would say something else than the fact."""
    figures = [i for i, (key, _) in enumerate(tokens) if key and facts.get(key).kind != "name"]
    if figures and any(not key and word in DENIAL for key, word in tokens):
        raise Ungrounded("a sentence with a figure denies something: say what is, not what is not")
    for place in figures:
        words = ["" if key else word for key, word in tokens[max(place - 2, 0) : place]]
        last = words[-1] if words else ""
        if last in HEDGE or (last == "to" and words[0] in HEDGE_TO):
            raise Ungrounded(f"{' '.join(words).strip()!a} before a figure makes another figure of it")


def _need_no_judgement(tokens: list[tuple[str, str]]) -> None:
    """Refuse a sentence that finds something right, or nothing wrong: people judge, and sign."""
    words = {word for key, word in tokens if not key}
    judged = sorted(words & JUDGED) or (words & DENIAL and sorted(words & FAULT))
    if judged:
        raise Ungrounded(f"{judged[0]!a} judges: say what is, people say whether it is right")


def _need_causes(tokens: list[tuple[str, str]]) -> None:
    for place, (key, word) in enumerate(tokens):
        if (
            not key
            and word in CAUSE
            and not any(near for near, _ in tokens[place + 1 : place + 1 + _CAUSE_REACH])
        ):
            raise Ungrounded(f"{word!a} is followed by no fact")
