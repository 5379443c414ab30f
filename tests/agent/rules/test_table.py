"""docs/rules.md says what the rules are."""

from benchmarks.rules_table import LEFT_OUT, TARGET, table

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
