"""What goes through the port: the shape of every request and of every submitted row."""

from .language import EXCHANGE, OFFER, TASK, TEXT
from .match_kinds import WRITE_OFF_KINDS
from .policy_shape import POLICY, check_policy
from .shape import (
    Anything,
    Bool,
    Choice,
    Day,
    Either,
    Int,
    Json,
    Many,
    Maybe,
    Money,
    PayloadError,
    Record,
    Text,
)
from .tie_out import KINDS as TIE_OUT_KINDS

__all__ = [
    "KINDS",
    "POLICY",
    "REQUESTS",
    "ROWS",
    "PayloadError",
    "check_policy",
    "check_request",
    "check_row",
]

_ID = Int(low=1)
_KEY = Text(200, min_chars=1, pattern=r"[^\s]+")
_RULE = Text(12, pattern=r"[A-Z]{3}\d{3}")
_CODE = Text(40, pattern=r"[A-Za-z0-9_.\-]{1,40}")
_ROOT = Text(64, pattern=r"[0-9a-f]{64}")
_SHARE = Money(low=0, high=1)
_MODEL = Text(64, pattern=r"[a-z0-9_.]+")
_SEVERITY = Choice("critical", "high", "medium", "low")
_MONTH = Text(7, pattern=r"\d{4}-(0[1-9]|1[0-2])")
_TOKEN = Text(100, min_chars=20)
_REFERENCE = Record({"model": _MODEL, "id": _ID, "label": Text(500)})
_ITEM = Record({"line_id": _ID, "amount": Money(), "amount_currency": Money()})

FINDING = Record(
    {
        "key": _KEY,
        "rule": _RULE,
        "rule_title": Text(200, min_chars=1),
        "severity": _SEVERITY,
        "facet": Text(80),
        "title": Text(500, min_chars=1),
        "message": Text(8000),
        "why": Text(4000),
        "remedy": Text(4000),
        "amount": Money(),
        "anchor": Record({"model": _MODEL, "id": _ID}),
        "records": Many(_REFERENCE, 1000),
        "evidence": Json(),
        # Findings of one cause are one row of the list; none means a cause of its own.
        "cause": Maybe(
            Record(
                {"key": Text(200, min_chars=1), "title": Text(300, min_chars=1), "severity": _SEVERITY},
                optional=("severity",),
            )
        ),
    },
    optional=("cause",),
)
# What settles beside the items: company currency, debit positive, so that the shares taken of the items less
# what the lines move is the sum of the write-offs.
_WRITE_OFFS = Many(Record({"kind": Choice(*WRITE_OFF_KINDS), "amount": Money()}), len(WRITE_OFF_KINDS))
MATCH = Record(
    {
        "key": _KEY,
        # null where items cancel each other without a bank line
        "statement_line_id": Maybe(_ID),
        "kind": _CODE,
        "items": Many(_ITEM, 500),
        "confidence": _SHARE,
        "band": Choice("auto", "review", "ask"),
        "reasons": Many(Record({"code": _CODE, "text": Text(500), "value": Json()}), 50),
        "alternatives": Many(
            Record(
                {
                    "items": Many(_ITEM, 500),
                    "confidence": _SHARE,
                    "reason": Text(500),
                    "write_offs": _WRITE_OFFS,
                },
                optional=("write_offs",),
            ),
            20,
        ),
        "matcher": _CODE,
        # all bank lines of the proposal, `statement_line_id` first; absent where that is the only one
        "line_ids": Many(_ID, 200),
        "write_offs": _WRITE_OFFS,
        # a counterpart account that people used for such lines before
        "account_id": Maybe(_ID),
        # the digest of the governed version of the matcher that made it
        "model": Maybe(Text(64)),
    },
    optional=("line_ids", "write_offs", "account_id", "model"),
)
# A revaluation lists each open item; its lines are summed by account, partner and currency.
MAX_ENTRY_ROWS = 50_000
MAX_ENTRY_LINES = 10_000
ENTRY = Record(
    {
        "key": _KEY,
        "proposer": Text(8, pattern=r"[A-Z]{2,8}"),
        "date": Day(),
        "reversal_date": Maybe(Day()),
        "ref": Text(200),
        "narration": Text(8000),
        "lines": Many(
            Record(
                {
                    "account_id": _ID,
                    "partner_id": Maybe(_ID),
                    "name": Text(500),
                    "balance": Money(),
                    "amount_currency": Money(),
                    "currency": Text(8, pattern=r"[A-Z]{3}"),
                    # JSON of percents by analytic account, as the source's line has it; absent: what
                    # Odoo's distribution models give
                    "analytic": Text(2000, min_chars=2),
                },
                optional=("analytic",),
            ),
            MAX_ENTRY_LINES,
            min_items=2,
        ),
        "calculation": Record(
            {
                "columns": Many(Text(80), 40),
                "rows": Many(Many(Json(1), 40), MAX_ENTRY_ROWS),
                "total": Text(80),
            }
        ),
        "sources": Many(_REFERENCE, MAX_ENTRY_ROWS, min_items=1),
        "confidence": _SHARE,
        "amount_min": Money(),
        "amount_max": Money(),
        "is_estimate": Bool(),
    }
)
TASK_RESULT = Record(
    {
        "key": _KEY,
        "check": _CODE,
        "state": Choice("pass", "fail", "no_data"),
        "message": Text(2000),
    }
)

# An accrual of an earlier month: against what came, not reversed, or accrued for months without a bill.
ACCURACY = Record(
    {
        "key": _KEY,
        "kind": Choice("came", "reversal", "aged"),
        "proposer": Text(8, pattern=r"[A-Z]{2,8}"),
        "date": Day(),
        "partner_id": Maybe(_ID),
        "account_id": Maybe(_ID),
        "source": _REFERENCE,
        "what": Text(200),
        "currency": Text(8, pattern=r"[A-Z]{3}"),
        # in the document's currency, then in the company's
        "accrued": Money(),
        "actual": Money(),
        "open": Money(),
        "accrued_own": Money(),
        "actual_own": Money(),
        "error_own": Money(),
        "currency_effect": Money(),
        "age": Int(low=0, high=600),
    }
)

# A balance against what else is known of it, in one currency, debit positive; `other` is null for no data.
TIE_OUT = Record(
    {
        "key": _KEY,
        "kind": Choice(*TIE_OUT_KINDS),
        "name": Text(200, min_chars=1),
        "date": Day(),
        "account_ids": Many(_ID, 2000, min_items=1),
        "partner_id": Maybe(_ID),
        "currency": Text(8, pattern=r"[A-Z]{3}"),
        # only items in that currency, in its amounts; else all of them in company currency
        "by_currency": Bool(),
        "source_state": Choice("read", "no_data"),
        "source": Text(500),
        "why": Text(2000),
        "balance": Money(),
        "other": Maybe(Money()),
        "items": Many(
            Record(
                {
                    "effect": Choice("explains", "open", "beside"),
                    "what": Text(200, min_chars=1),
                    "label": Text(500),
                    "amount": Money(),
                    "date": Day(),
                    "age_days": Int(high=100_000),
                    "count": Int(low=1),
                    "record": Maybe(_REFERENCE),
                }
            ),
            300,
        ),
    }
)

# An account against the month before, the year before and what was expected: company currency, debit
# positive.
# A driver's id is 0 where there is no partner or product, and null for the remainder of so many others.
VARIANCE = Record(
    {
        "key": _KEY,
        "account_id": _ID,
        "date": Day(),
        "actual": Money(),
        "month": Money(),
        "year": Money(),
        "expected": Maybe(Money()),
        "method": Maybe(Choice("seasonal", "median")),
        "against": Choice("expected", "month", "year"),
        "min_amount": Money(low=0),
        "min_percent": Int(high=1000),
        "explanation": Text(4000),
        "drivers": Many(
            Record(
                {
                    "base": Choice("month", "year"),
                    "dimension": Choice("partner", "product", "journal"),
                    "id": Maybe(Int()),
                    "count": Int(low=1),
                    "amount": Money(),
                }
            ),
            100,
        ),
    }
)

# One finding of a month under either version of the policy.
BACKTEST_ROW = Record(
    {
        "month": _MONTH,
        "rule": _RULE,
        "key": _KEY,
        "title": Text(500, min_chars=1),
        "severity": _SEVERITY,
        "amount": Money(),
        "anchor": Record({"model": _MODEL, "id": _ID}),
        "before": Bool(),
        "after": Bool(),
    }
)
MAX_BACKTEST_ROWS = 20_000

# What a version of the matcher would have proposed for a line that people decided on.
MATCHER_ANSWER = Record(
    {
        "items": Many(_ID, 200),
        "kind": _CODE,
        "account": Maybe(_ID),
        "confidence": _SHARE,
        "band": Choice("auto", "review", "ask"),
    }
)
MAX_MATCHER_ROWS = 50_000

ROWS = {
    "finding": FINDING,
    "match": MATCH,
    "entry": ENTRY,
    "accuracy": ACCURACY,
    "tie_out": TIE_OUT,
    "variance": VARIANCE,
    "task_result": TASK_RESULT,
    # exchanges before the texts that name them
    "exchange": EXCHANGE,
    "text": TEXT,
}
KINDS = tuple(ROWS)
MAX_ROWS = 1000
# As many rows a page of `extract` may hold, and as many ids it may be asked for (`only`: Odoo's own APIs
# take a keyword `ids` for themselves).
MAX_IDS = 20000

_FAILURES = Many(
    Record(
        {
            "scope": Text(40),
            "code": Text(40),
            "kind": Text(40),
            "message": Text(2000),
        },
        optional=("scope", "code", "kind"),
    ),
    200,
)
_SCOPES = Record(
    {
        "rules": Many(_CODE, 500),
        "matchers": Many(_CODE, 100),
        "proposers": Many(_CODE, 100),
        # kinds of tie-outs that were computed to the end
        "tie_outs": Many(_CODE, 100),
        "withdrawn": Many(_KEY, 5000),
        # drafts that would pass every rule if they were posted
        "drafts_passed": Many(_ID, 5000),
        # tasks of the language model that were asked to the end
        "texts": Many(TASK, 20),
    },
    optional=("rules", "matchers", "proposers", "tie_outs", "withdrawn", "drafts_passed", "texts"),
)
_LEASED = {"run_id": _ID, "lease": Text(100, min_chars=20)}

REQUESTS = {
    "begin": Record(
        {
            "company": Either(_ID, Text(200, min_chars=1)),
            "period": Text(7, pattern=r"\d{4}-(0[1-9]|1[0-2])"),
            "run_key": Text(100, min_chars=8, pattern=r"[A-Za-z0-9_.:\-]+"),
            "agent_version": Text(40, min_chars=1),
            "rules_digest": Text(200),
            "trigger": Choice("cli", "nightly", "person"),
            "known_seal": Maybe(Record({"number": Int(low=1), "root": _ROOT})),
        },
        optional=("known_seal",),
    ),
    "extract": Record(
        _LEASED
        | {
            "dataset": Text(40),
            "after": Either(Int(high=2**63 - 1), Text(20, pattern=r"\d+")),
            "limit": Int(low=1, high=MAX_IDS),
            "only": Maybe(Many(_ID, MAX_IDS)),
            "packed": Bool(),
        },
        optional=("only", "packed"),
    ),
    "submit": Record(_LEASED | {"kind": Choice(*KINDS), "rows": Many(Anything(), MAX_ROWS)}),
    "heartbeat": Record(_LEASED),
    "finish": Record(
        _LEASED
        | {
            "counters": Json(),
            "scopes": _SCOPES,
            "failures": _FAILURES,
            "cost": Money(low=0),
            "watermark": Maybe(Text(20, pattern=r"\d+")),
        }
    ),
    "fail": Record(_LEASED | {"failures": _FAILURES}),
    "seals": Record(
        {
            "company": Either(Int(), Text(200, min_chars=1)),
            "after": Int(),
            "limit": Int(low=1, high=1000),
        }
    ),
    "backtest_begin": Record(
        {"key": _TOKEN, "agent_version": Text(40, min_chars=1), "rules_digest": Text(200)}
    ),
    "backtest_extract": Record(
        {
            "key": _TOKEN,
            "dataset": Text(40),
            "after": Either(Int(high=2**63 - 1), Text(20, pattern=r"\d+")),
            "limit": Int(low=1, high=20000),
        }
    ),
    "backtest_finish": Record(
        {
            "key": _TOKEN,
            "figures": Many(
                Record({"rule": _CODE, "month": _MONTH, "before": Int(), "after": Int()}), MAX_BACKTEST_ROWS
            ),
            "rows": Many(BACKTEST_ROW, MAX_BACKTEST_ROWS),
            "left_out": Int(),
            "failures": _FAILURES,
            "failed": Maybe(Text(2000, min_chars=1)),
        }
    ),
    "matcher_begin": Record({"key": _TOKEN, "agent_version": Text(40, min_chars=1)}),
    "matcher_extract": Record(
        {
            "key": _TOKEN,
            "after": Either(Int(high=2**63 - 1), Text(20, pattern=r"\d+")),
            "limit": Int(low=1, high=1000),
        }
    ),
    "matcher_finish": Record(
        {
            "key": _TOKEN,
            "payload": Json(8),
            "card": Text(40_000),
            "answers": Many(
                Record({"id": _ID, "before": Maybe(MATCHER_ANSWER), "after": Maybe(MATCHER_ANSWER)}),
                MAX_MATCHER_ROWS,
            ),
            "failed": Maybe(Text(2000, min_chars=1)),
        }
    ),
    "language_offer": Record(
        {
            "company": Either(_ID, Text(200, min_chars=1)),
            "agent_version": Text(40, min_chars=1),
            "offer": OFFER,
        }
    ),
    "drop_other_keys": Record({"keep_name": Text(200, min_chars=1)}),
}


def check_request(method, values):
    """Raise PayloadError unless ``values`` (name -> value) is a request of ``method``."""
    REQUESTS[method].check(values)


def check_row(kind, row):
    """Raise PayloadError unless ``row`` is a row that may be submitted as ``kind``."""
    ROWS[kind].check(row)
