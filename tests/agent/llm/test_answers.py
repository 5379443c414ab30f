"""An answer belongs to the database whose trail has its question."""

from agent_service.llm.answers import KeptAnswers, forget
from agent_service.llm.exchange import Exchange
from agent_service.llm.weather import Usage
from agent_service.state import Scope

USAGE = Usage(1000, 100, 1)
ASKED = Exchange("e" * 64, "entry", "entry@1", "p" * 64, "m", "d" * 64, "[]", ("{}",), "taken", USAGE)


def kept(tmp_path, company=1, period="2026-10", database="first"):
    return KeptAnswers(tmp_path / "llm" / f"{Scope(database, company, period).file_stem}.jsonl")


def filled(*where, **more):
    answers = kept(*where, **more)
    answers.keep("a" * 64, "yes")
    answers.refuse("b" * 64, "not made of its facts")
    return answers


def knows(answers):
    return answers.knows("a" * 64), answers.knows("b" * 64)


def test_where_an_older_database_came_to_light_all_months_of_the_company_are_forgotten(tmp_path):
    for period in ("2026-09", "2026-10"):
        filled(tmp_path, period=period)
    others = ({"company": 12}, {"database": "second"})
    for other in others:
        filled(tmp_path, **other)
    forget(tmp_path / "llm", Scope("first", 1, "").file_stem)
    for period in ("2026-09", "2026-10"):
        assert knows(kept(tmp_path, period=period)) == (False, False)
    for other in others:
        assert knows(kept(tmp_path, **other)) == (True, True)


def test_what_was_asked_and_not_told_is_still_told_and_paid(tmp_path):
    filled(tmp_path).note(ASKED)
    forget(tmp_path / "llm", Scope("first", 1, "").file_stem)
    assert [one.usage for one in kept(tmp_path).untold()] == [USAGE]


def test_a_run_that_learns_of_it_when_it_begins_has_forgotten_too(tmp_path):
    filled(tmp_path)
    answers = kept(tmp_path)
    forget(tmp_path / "llm", Scope("first", 1, "").file_stem)
    answers.begins(resumed=False)
    assert knows(answers) == (False, False)
    answers.keep("a" * 64, "again")
    assert kept(tmp_path).get("a" * 64) == "again"


def test_a_run_that_goes_on_keeps_what_it_told(tmp_path):
    answers = filled(tmp_path)
    answers.begins(resumed=False)
    answers.note(ASKED)
    answers.told([ASKED.key])
    again = kept(tmp_path)
    assert (again.begins(resumed=True), knows(again)) == (USAGE, (True, True))


def test_another_database_has_answers_of_its_own(tmp_path):
    filled(tmp_path)
    assert knows(kept(tmp_path, database="swapped")) == (False, False)
