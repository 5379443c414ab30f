"""`ai-close match evaluate`: what counts as right, and the figures."""

import json
from decimal import Decimal

import pytest

from agent_service.cli import call
from agent_service.core.matching.evaluation import Answer, evaluate
from agent_service.core.matching.model import WriteOff


def said(lines, items=(), kind="items", offs=(), confidence="0.99", band="auto", case=""):
    offs = tuple(WriteOff(name, amount) for name, amount in offs)
    return Answer(tuple(lines), tuple(items), kind, offs, Decimal(confidence), band, case)


TRUTH = [
    said([1], [10], case="plain"),
    said([2], [11, 12], case="batch"),
    said([3, 4], [13], case="instalments"),
    said([5], [14], offs=[("bank_fee", 200)], case="fee"),
    said([6], kind="bank_fee"),
    said([7], kind="none"),
    said([], [20, 21], "offset", case="voided"),
]


def test_the_truth_itself_is_right():
    found = evaluate(TRUTH, TRUTH)
    assert found.total.f1 == 1
    assert (found.total.true, found.auto.recall, found.auto_wrong) == (7, 1, 0)
    assert found.kinds["none"].right == 1
    assert found.coverage == {"99%": 1, "99.9%": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        said([5], [14]),
        said([5], [14], offs=[("bank_fee", 201)]),
        said([5], [14], offs=[("rounding", 200)]),
        said([5], [14, 15], offs=[("bank_fee", 200)]),
        said([5], [], "bank_fee"),
    ],
)
def test_items_kind_and_write_offs_all_have_to_agree(wrong):
    made = [one if one.lines != (5,) else wrong for one in TRUTH]
    found = evaluate(TRUTH, made)
    assert found.auto_wrong == 1
    assert found.wrong_auto == (wrong,)
    assert (found.cases["fee"].right, found.cases["fee"].auto_wrong) == (0, 1)
    assert found.total.recall == pytest.approx(6 / 7)


def test_order_and_split_write_offs_do_not_matter():
    same = (
        said([4, 3], [13]),
        said([2], [12, 11]),
        said([5], [14], offs=[("bank_fee", 150), ("bank_fee", 50)]),
    )
    assert evaluate(TRUTH, same).auto_wrong == 0
    assert evaluate(TRUTH, same).shapes["one line, several items"].right == 1
    assert evaluate(TRUTH, same).shapes["several lines, one item"].right == 2


def test_part_of_an_instalment_is_wrong_and_lines_are_told():
    found = evaluate(TRUTH, [said([3], [13]), said([3], [14]), said([1], kind="none", band="ask")])
    assert found.auto_wrong == 2
    assert found.twice == (3,)
    assert found.missing == (2, 4, 5, 6, 7)
    assert found.kinds["none"].precision == 0


def test_calibration_and_coverage():
    truth = [said([n], [n]) for n in range(200)]
    made = [said([n], [n if n % 10 else 999], confidence="0.92", band="review") for n in range(100)]
    made += [said([n], [n], confidence="0.995") for n in range(100, 200)]
    found = evaluate(truth, made)
    assert found.calibration_error == pytest.approx(0.02)
    assert [one.lines for one in found.bins] == [100]
    assert found.coverage == {"99%": 0.5, "99.9%": 0.5}
    assert (found.auto.proposed, found.auto.recall) == (100, 0.5)


def test_the_command_prints_figures(tmp_path, capsys):
    rows = [
        {
            "line_ids": [1],
            "item_ids": ["a"],
            "kind": "items",
            "write_offs": [{"kind": "fx", "amount": "-1.2"}],
        },
        {"line_ids": [2], "kind": "none"},
    ]
    truth, made = tmp_path / "truth.jsonl", tmp_path / "proposals.jsonl"
    truth.write_text("".join(json.dumps({**row, "case": "euro"}) + "\n" for row in rows))
    rows[0] |= {"confidence": 0.97, "band": "auto", "reasons": ["x"], "alternatives": []}
    made.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert call(["match", "evaluate", "--truth", str(truth), "--proposals", str(made)]) == 0
    told = capsys.readouterr().out
    assert "one line, one item, fx" in told
    assert "auto: 1 lines, 0 wrong, precision 1.0000, coverage 1.0000" in told
    assert call(["match", "evaluate", "--truth", str(truth), "--proposals", str(made), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["f1"] == 1
    made.write_text('{"line_ids": [1], "kind": "invoice"}\n')
    assert call(["match", "evaluate", "--truth", str(truth), "--proposals", str(made)]) == 2
    assert "proposals.jsonl, row 1: kind: 'invoice' is not one of" in capsys.readouterr().err


def test_where_nobody_could_tell_only_a_sure_proposal_is_wrong():
    from dataclasses import replace

    truth = [said([1], [10]), replace(said([2], kind="none", case="tie"), answerable=False)]
    careful = evaluate(truth, [said([1], [10]), said([2], [11], confidence="0.5", band="review")])
    assert (careful.total.f1, careful.calibration_error) == (1, None)
    sure = evaluate(truth, [said([1], [10]), said([2], [11])])
    assert (sure.auto_wrong, sure.cases["tie"].auto_wrong) == (1, 1)
