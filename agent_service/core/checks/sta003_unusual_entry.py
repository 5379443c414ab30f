"""STA003 Unusual entry.

**What it does** Reports the entries that stand most apart from all others of their kind of journal, and names
what sets them apart.

**Why it matters** Existence and accuracy: an error of a kind that nobody has thought of has no rule, but it
seldom looks like everyday work.

**Method** Isolation forest over the entries of 24 months, by type of journal with at least
`score_min_entries` of them: amount, lines, rarity of its accounts, distance to the partner's usual amount,
days from date to creation, days to the month's end, hour, weekend, roundness, rarity of the words, rarity of
the user in the journal, made by hand, attachment, new partner. Score 2^(−mean depth / c(256)); flag from
`score_min` on, at most `score_most` a period. Each feature is put to its median in turn; the three that lower
the score most are shown. Example: 120 lines made at night seven months after their date by a new user → 0.78,
driven by lines, days to creation and user.

**False positives** What another finding explains; what came at least three times before with these accounts
and words, or this partner and accounts; an entry that no feature sets apart, or under `score_min_amount`.

**Source** Liu, Ting and Zhou, Isolation Forest (2008); ISA 520."""

import math
from collections.abc import Sequence
from datetime import date

import polars as pl

from agent_service.core.clock import local
from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, entries, posted_since, posted_within
from agent_service.core.findings import Finding
from agent_service.core.forest import Forest
from agent_service.core.history import MONTH
from agent_service.core.labels import NO_WORD
from agent_service.core.model import Books
from agent_service.core.months import by_month, month
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "STA003"
TITLE = "Unusual entry"
SEVERITY = "low"
WHY = "What looks like no other entry may be an error of a kind that no rule knows."
REMEDY = "Look at the entry; correct it, or explain why it is as it is."
PARAMETERS = {"score_min": "0.70", "score_most": 10, "score_min_entries": 1000, "score_min_amount": "0.005 M"}
YIELDS_TO = ("ACC", "CLS", "CMP", "CUT", "EXF", "STA", "VAL")

_MONTHS, _NEW_DAYS, _SHOWN, _KNOWN = 24, 90, 3, 3

FEATURES = {
    "amount": "amount", "lines": "number of lines", "pair": "rarity of its accounts (bits)",
    "distance": "distance to the partner's usual amount (factor)",
    "delay": "days from its date to its creation",
    "to_end": "days to the month's end", "hour": "hour it was made at", "weekend": "made on a weekend",
    "round": "zeros at the end of its amount", "words": "rarity of its words (bits)",
    "user": "rarity of its user in the journal (bits)", "manual": "made by hand",
    "attached": "has an attachment", "new": "new partner",
}  # fmt: skip
"""The features, and what people call them."""

_WANTED = (
    "id", "date", "journal_id", "commercial_partner_id", "create_uid", "create_date", "has_attachment",
    "origin", "pair", "manual", "size", "line_count",
)  # fmt: skip
_LOGARITHMS = ("amount", "lines", "distance", "delay")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return a finding for each of the entries that stand most apart; the amount is the entry's size."""
    own = policy.parameters(CODE, PARAMETERS)
    least = float(own.decimal("score_min"))
    small = policy.amount(own, "score_min_amount")
    frame = _features(books, policy, period)
    scored: list[tuple[float, dict, Forest, list[float]]] = []
    for part in frame.sort("type", "id").rechunk().partition_by("type", maintain_order=True):
        if part.height < own.integer("score_min_entries") or part["type"][0] is None:
            continue
        names = list(FEATURES)
        now = part.filter(pl.col("date") >= period.start, ~pl.col("known"), pl.col("size") >= small)
        if not now.height:
            continue
        usual = [part[name].median() for name in names]
        forest = Forest(part.select(names).rechunk(), f"{books.company.id}:{period.name}:{part['type'][0]}")
        scores = forest.scores([now[name].to_list() for name in names])
        for row, score in zip(now.iter_rows(named=True), scores, strict=True):
            if score >= least:
                ranges = {name: (part[name].quantile(0.05), part[name].quantile(0.95)) for name in names}
                scored.append((score, row | {"ranges": ranges, "n": part.height}, forest, usual))
    scored.sort(key=lambda one: (-one[0], one[1]["id"]))
    found = []
    for score, row, forest, usual in scored[: own.integer("score_most")]:
        drivers = _drivers(score, row, forest, usual)
        if drivers:
            found.append(_finding(books, score, row, drivers))
    return found


def _features(books: Books, policy: Policy, period: Period) -> pl.DataFrame:
    """Return the judged entries of history and period with a number for each feature."""
    begin = add_months(period.start, -_MONTHS)
    posted = (pl.col("state") == "posted") & (pl.col("date") <= period.as_of)
    all_entries = entries(books).lazy().filter(posted).select(_WANTED).collect()
    first = all_entries.drop_nulls("commercial_partner_id").group_by("commercial_partner_id").agg(
        first=pl.col("date").min()
    )  # fmt: skip
    journals = books.frame("journals").select(pl.col("id").alias("journal_id"), "type")
    size = pl.col("size").fill_null(0)
    kept = (
        all_entries.filter(pl.col("date") >= begin, size > 0)
        .join(journals, on="journal_id", how="left")
        .join(first, on="commercial_partner_id", how="left")
        .join(_accounts_and_words(books, period), left_on="id", right_on="move_id", how="left")
    )
    # what came before counts although it was reversed since
    kept = kept.join(_known(kept, period), on="id", how="left").filter(~exempt(CODE))
    small = policy.amount(policy.parameters(CODE, PARAMETERS), "score_min_amount")
    kept = kept.with_columns(pl.col("known").fill_null(value=False))
    judged = (pl.col("date") >= period.start) & ~pl.col("known") & (pl.col("size") >= small)
    # a kind of journal in which nothing is to be judged needs no features
    kept = kept.filter(judged.any().over("type"))
    kept = kept.with_columns(made=local("create_date", policy.timezone))
    unit = 10**books.company.currency.decimals
    logs = (pl.col("size") / unit).log1p()
    by_partner = logs - logs.median().over("type", pl.col("commercial_partner_id"))
    framed = kept.with_columns(
        amount=logs,
        lines=pl.col("line_count").cast(pl.Float64).log1p(),
        pair=_rarity("type", "accounts"),
        distance=by_partner.abs(),
        delay=(pl.col("made").dt.date() - pl.col("date")).dt.total_days().abs().cast(pl.Float64).log1p(),
        to_end=(pl.col("date").dt.month_end() - pl.col("date")).dt.total_days(),
        hour=pl.col("made").dt.hour(),
        weekend=(pl.col("made").dt.weekday() > 5),
        round=(pl.col("size").cast(pl.String).str.extract(r"(0*)$").str.len_chars()),
        words=_rarity("type", "words"),
        user=_rarity("journal_id", "create_uid"),
        manual=pl.col("manual"),
        attached=pl.col("has_attachment"),
        new=(pl.col("date") - pl.col("first")).dt.total_days() < _NEW_DAYS,
    )
    numbers = [
        pl.col(name)
        .cast(pl.Float64)
        .fill_null(pl.col(name).cast(pl.Float64).median().over("type"))
        .fill_null(0)
        for name in FEATURES
    ]
    return framed.select("id", "date", "type", "size", "known", *numbers)


def _rarity(within: str, what: str) -> pl.Expr:
    """Return −log2 of the share that a value has among the entries of a journal or type of journal."""
    return -(pl.len().over(within, what) / pl.len().over(within)).log(2)


def _known(kept: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Return the period's entries, and whether entries like them came before.

    Like them: of these accounts and words, or of this partner and accounts. In a busy journal what comes once
    a month is rare, and yet nobody's surprise.
    """
    now, past = (kept.filter(one) for one in (pl.col("date") >= period.start, pl.col("date") < period.start))
    words = ["journal_id", "accounts", "words"]
    partner = ["journal_id", "accounts", "commercial_partner_id"]
    told = now.select("id", *words, partner[-1])
    for name, by in (("by_words", words), ("by_partner", partner)):
        alike = past.select(by).join(told.select(by).unique(), on=by, how="semi", nulls_equal=True)
        often = alike.group_by(by).len().filter(pl.col("len") >= _KNOWN).select(*by, pl.lit(True).alias(name))
        told = told.join(often, on=by, how="left", nulls_equal=True)
    known = pl.col("by_words").is_not_null()
    known = known | (pl.col("by_partner").is_not_null() & pl.col(partner[-1]).is_not_null())
    return told.select("id", known=known)


def _accounts_and_words(books: Books, period: Period) -> pl.DataFrame:
    """Return each entry's largest debit and credit account as one text, and the words of its first line."""
    begin = add_months(period.start, -_MONTHS)
    past = by_month(books, f"{CODE} words", _past_words, begin, period.start)
    here = posted_since(books, period.start).filter(pl.col("date") <= period.as_of)
    told = pl.concat([past, _told(here)])
    if told["move_id"].n_unique() == told.height:
        return told.drop(MONTH)
    # an entry whose lines bear days of two months is told by the first
    return told.sort("move_id", MONTH).unique("move_id", keep="first").drop(MONTH)


def _past_words(books: Books, months: Sequence[date]) -> pl.DataFrame:
    return _told(posted_within(books, months))


def _told(lines: pl.DataFrame) -> pl.DataFrame:
    ordered = lines.select("id", "move_id", "account_id", "balance", "name", month())
    entry = ordered.sort("move_id", "balance", "id").group_by("move_id", MONTH, maintain_order=True)
    return entry.agg(
        accounts=pl.format("{}>{}", pl.col("account_id").first(), pl.col("account_id").last()),
        words=pl.col("name").drop_nulls().first().str.replace_all(NO_WORD, " ").str.to_lowercase(),
    )


def _drivers(score: float, row: dict, forest: Forest, usual: list[float]) -> list[tuple[str, float]]:
    """Return the features that lower the score most when they are as usual, with by how much."""
    names = list(FEATURES)
    own = [row[name] for name in names]
    # one row for each feature put to its median
    columns = [
        [usual[place] if place == changed else own[place] for changed in range(len(names))]
        for place in range(len(names))
    ]
    lower = [(score - one, name) for one, name in zip(forest.scores(columns), names, strict=True)]
    best = sorted((one for one in lower if one[0] > 0), key=lambda one: (-one[0], one[1]))[:_SHOWN]
    return [(name, delta) for delta, name in best]


def _finding(books: Books, score: float, row: dict, drivers: list[tuple[str, float]]) -> Finding:
    told = "; ".join(
        f"{FEATURES[name]} {_shown(name, row[name])} (usual {_range(name, row['ranges'][name])})"
        for name, _delta in drivers
    )
    return about_entry(
        books,
        row["id"],
        "score",
        "{}: unlike other entries of its kind",
        f"{{}} of {row['date']} over {books.show(row['size'])} scores {score:.2f} among {row['n']} entries: "
        f"{told}.",
        amount=row["size"],
        evidence={
            "score": f"{score:.3f}",
            "n": row["n"],
            "features": [
                {
                    "feature": FEATURES[name],
                    "value": _shown(name, row[name]),
                    "usual": _range(name, row["ranges"][name]),
                    "weight": f"{delta:.3f}",
                }
                for name, delta in drivers
            ],
        },
    )


def _shown(name: str, value: float) -> str:
    if name in ("weekend", "manual", "attached", "new"):
        return "yes" if value >= 0.5 else "no"
    if name == "distance":
        return f"{math.exp(value):.1f}"
    number = math.expm1(value) if name in _LOGARITHMS else value
    return f"{number:,.2f}" if name == "amount" else f"{number:.0f}"


def _range(name: str, bounds: tuple[float, float]) -> str:
    low, high = (_shown(name, one) for one in bounds)
    return low if low == high else f"{low} to {high}"
