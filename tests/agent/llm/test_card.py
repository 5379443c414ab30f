"""The model card's tables are those of today's prompts, cases and checks."""

from tests.agent.llm.card import answerers, rows, standing


def test_the_card_holds_what_the_set_gives_now():
    made = "".join(rows())
    assert standing() == made, "python -m tests.agent.llm.card --write"
    shown = made.splitlines()[-len(answerers()) :]
    # what may be shown is the second, third and fourth; every way to misbehave is stopped
    assert [line for line in shown[4:] if "| 0 of 16 | 0 of 20 | 0 | 36 |" not in line] == []
