"""Compare proposals with what is true: by case, by band, and in the few figures that count.

A proposal is right only when its lines, items, kind, and each write-off's kind and amount are the true ones.
Lines that nobody could decide from the files (`answerable` false) may stand at any kind below `auto`; as auto
they are wrong unless they name the very items that are true.
"""

from collections import Counter, defaultdict
from decimal import Decimal


def _shape(row):
    offs = defaultdict(Decimal)
    for off in row.get("write_offs") or ():
        offs[off["kind"]] += Decimal(off["amount"])
    return (
        tuple(sorted(map(str, row["line_ids"]))),
        tuple(sorted(map(str, row["item_ids"]))),
        row["kind"],
        tuple(sorted((kind, amount) for kind, amount in offs.items() if amount)),
    )


def _mark(proposal, true):
    """Return 'right', or in what the proposal differs first."""
    got, want = _shape(proposal), _shape(true)
    if got == want:
        return "right"
    if got[2] == "none":
        return "nothing proposed"
    if want[2] == "none":
        return "proposed though nothing is true"
    if got[2] != want[2]:
        return f"kind {got[2]} for {want[2]}"
    if got[0] != want[0]:
        return "other lines"
    if got[1] != want[1]:
        return "other items"
    if [k for k, _ in got[3]] != [k for k, _ in want[3]]:
        return (
            "write-off kinds "
            + ("+".join(k for k, _ in got[3]) or "no")
            + " for "
            + ("+".join(k for k, _ in want[3]) or "no")
        )
    return "write-off amount"


def judge(truth, proposals):
    """Return counts, a table by case and band, what was wrong, and [proposals, right, confidence] by bin."""
    by_line, by_items = {}, {}
    for row in truth:
        for key in row["line_ids"]:
            by_line[str(key)] = row
        if not row["line_ids"]:
            by_items[tuple(sorted(map(str, row["item_ids"])))] = row
    table = defaultdict(Counter)
    wrongs, bins = [], defaultdict(lambda: [0, 0, 0.0])
    auto = auto_wrong = proposed = proposed_right = answerable = covered = 0
    many = many_right = 0
    right_truths = set()
    seen = Counter()
    for row in proposals:
        keys = [str(key) for key in row["line_ids"]]
        seen.update(keys)
        trues = (
            {id(by_line[key]): by_line[key] for key in keys}
            if keys
            else {
                0: by_items.get(
                    tuple(sorted(map(str, row["item_ids"]))),
                    {
                        "line_ids": [],
                        "item_ids": [],
                        "kind": "none",
                        "case": "items, no lines",
                        "answerable": True,
                    },
                )
            }
        )
        true = next((t for t in trues.values() if _shape(t) == _shape(row)), next(iter(trues.values())))
        mark = _mark(row, true)
        right = mark == "right"
        weight = len(keys)
        band, none = row["band"], row["kind"] == "none"
        table[true["case"]][f"{band} {'right' if right else 'none' if none else 'wrong'}"] += weight or 1
        if not right or (none and true["kind"] != "none"):
            wrongs.append((true["case"], band, mark, row, true))
        if right:
            right_truths.add(id(true))
        if none:
            continue
        if band == "auto":
            auto += weight
            auto_wrong += 0 if right else weight
        if true["answerable"]:
            proposed += 1
            proposed_right += right
            confidence = float(row["confidence"])
            if 0.5 <= confidence < 0.99:
                cell = bins[int(confidence * 20)]
                cell[0] += 1
                cell[1] += right
                cell[2] += confidence
        if right and band == "auto" and true["answerable"]:
            covered += weight
    expected = [row for row in truth if row["answerable"] and row["kind"] != "none"]
    answerable = sum(len(row["line_ids"]) for row in expected)
    many_rows = [row for row in expected if len(row["item_ids"]) > 1 and row["line_ids"]]
    many, many_right = len(many_rows), sum(id(row) in right_truths for row in many_rows)
    found = sum(id(row) in right_truths for row in expected)
    counts = {
        "lines": len(by_line),
        "lines not in exactly one proposal": sum(seen[key] != 1 for key in by_line),
        "auto": auto,
        "auto wrong": auto_wrong,
        "answerable": answerable,
        "covered": covered,
        "proposed": proposed,
        "right": proposed_right,
        "expected": len(expected),
        "found": found,
        "many": many,
        "many right": many_right,
    }
    return counts, table, wrongs, dict(sorted(bins.items()))
