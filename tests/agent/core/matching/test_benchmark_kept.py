"""A benchmark matches a kept statement once; what another matcher made is never taken."""

import json

from benchmarks import confidence, kept, match, match_blind, match_calibration


def test_a_statement_is_matched_once_where_a_folder_keeps_it(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "FOLDER", str(tmp_path))
    made = []

    def make(folder):
        made.append(folder)
        return match.matched(7, folder, 0.02)

    first, second = (match.answers("f", 7, make) for _time in range(2))
    assert first == second
    assert len(made) == 1
    assert {one.lines[0].split(":")[0] for one in first[1] if one.lines} == {"f7"}
    monkeypatch.setattr(kept, "digest", lambda: "another")
    match.answers("f", 7, make)
    assert len(made) == 2, "matched by other sources"


def test_nothing_is_kept_without_a_folder(monkeypatch):
    monkeypatch.setattr(kept, "FOLDER", "")
    truth, said = kept.told("f", 7, lambda folder: match.matched(7, folder, 0.02))
    assert len(truth.splitlines()) > 10
    assert all("confidence" in json.loads(row) for row in said.splitlines())


def test_seeds_that_were_fitted_on_are_never_measured():
    fitted = {*confidence.FIT, *confidence.FIRST_MORE, *confidence.SECOND_MORE}
    assert not fitted & {*match_calibration.FIRST, *match_calibration.SECOND}
    assert not fitted & {*match.SEEDS, *match_blind.SEEDS}
