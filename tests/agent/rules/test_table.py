"""docs/rules.md says what the rules are."""

from agent_service.core.checks import rules
from agent_service.core.parameters import MEANINGS, meaning_of
from benchmarks.rules_table import CATALOGUE as ADDON_CATALOGUE
from benchmarks.rules_table import LEFT_OUT, TARGET, catalogue, table

CATALOGUE = (
    [f"CMP{n:03}" for n in range(1, 9)]
    + [f"CUT{n:03}" for n in range(1, 6)]
    + [f"ACC{n:03}" for n in range(1, 11)]
    + [f"CLS{n:03}" for n in range(1, 7)]
    + [f"EXF{n:03}" for n in range(1, 16)]
    + [f"VAL{n:03}" for n in range(1, 9)]
    + [f"STA{n:03}" for n in range(1, 5)]
)


def test_the_page_is_what_the_rules_say():
    assert TARGET.read_text(encoding="utf-8").startswith(table().split("## Measured")[0])


def test_every_code_of_the_catalogue_is_a_rule_or_has_its_reason():
    page = table()
    assert [code for code in CATALOGUE if f"| {code}" not in page and code not in LEFT_OUT] == []


def test_the_add_on_shows_these_rules_in_a_policy():
    assert ADDON_CATALOGUE.read_text(encoding="utf-8") == catalogue(), "run python -m benchmarks.rules_table"


def test_each_meaning_is_some_rules_parameter():
    named = {one for rule in rules() for one in rule.parameters}
    assert set(MEANINGS) <= named
    assert all(meaning_of(one, value).kind for rule in rules() for one, value in rule.parameters.items())
