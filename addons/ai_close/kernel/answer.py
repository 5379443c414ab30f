"""What the port answers: the shape of every result, and of every refusal."""

from .codes import KINDS
from .language import GIVEN, OFFERED
from .shape import Bool, Choice, Either, Int, Json, Many, MapOf, Maybe, Money, Record, Text

_ID = Int(low=1)
_NAME = Text(500)
_MOMENT = Text(27, pattern=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_DAY = Text(10, pattern=r"\d{4}-\d\d-\d\d")
_MONTH = Text(7, pattern=r"\d{4}-\d\d")
_ROOT = Text(64, pattern=r"[0-9a-f]{64}")
_XID = Text(20, pattern=r"\d+")
_COUNT = Int()

_MATCHER = Record({"version": _ID, "digest": _ROOT, "payload": Json(8)})
_REQUEST = Record({"key": Text(100), "company_id": _ID, "company": _NAME})

RESULTS = {
    "hello": Record(
        {
            "server_version": _NAME,
            "addon_version": _NAME,
            "database_uuid": _NAME,
            "now": _MOMENT,
            "user": Record({"id": _ID, "name": _NAME, "login": _NAME}),
            "roles": Record({"agent": Bool()}),
            "companies": Many(
                Record(
                    {
                        "id": _ID,
                        "name": _NAME,
                        "enabled": Bool(),
                        "tz": Maybe(_NAME),
                        "currency": _NAME,
                        "policy_version": Maybe(_ID),
                    }
                )
            ),
            "datasets": Many(Text(40)),
            "key_expires_at": Maybe(_MOMENT),
        }
    ),
    "begin": Record(
        {
            "run_id": _ID,
            "lease": Text(100, min_chars=20),
            "lease_until": _MOMENT,
            "lease_s": _COUNT,
            "resumed": Bool(),
            "company": Record(
                {
                    "id": _ID,
                    "name": _NAME,
                    "currency": _NAME,
                    "currency_decimals": _COUNT,
                    "tz": _NAME,
                    # first day of the first close; what is older is never proposed on
                    "starts_on": Maybe(_DAY),
                }
            ),
            "period": Record({"start": _DAY, "end": _DAY, "name": _MONTH}),
            "policy": Record({"id": _ID, "version": _ID, "params": Json()}),
            "snapshot": Record({"xmin": _XID, "at": _MOMENT}),
            "watermark": Maybe(_XID),
            "locked": Bool(),
            "decisions": Many(
                Record(
                    {
                        "kind": Choice("finding", "match", "entry"),
                        "key": Text(200),
                        "state": Text(40),
                        # of a rejected entry: what was proposed, summed by account, and why not
                        "lines": Many(Record({"account_id": _ID, "balance": Money()})),
                        "reason": Text(4000),
                    },
                    optional=("lines", "reason"),
                ),
                max_items=100_000,
            ),
            "gap_accepted": Maybe(
                Record({"number": _ID, "root": _ROOT, "by": _NAME, "at": _MOMENT, "reason": Text(4000)})
            ),
            # the version of the matcher in use; none while it matches as it was delivered
            "matcher": Maybe(_MATCHER),
            # which language model may be asked what; none: templates only
            "language": Maybe(GIVEN),
        }
    ),
    "seals": Record(
        {
            "seals": Many(
                Record(
                    {
                        "format": _ID,
                        "database_uuid": Text(100),
                        "company_id": _COUNT,
                        "number": _ID,
                        "former_root": _ROOT,
                        "count": _ID,
                        "first_id": _ID,
                        "last_id": _ID,
                        "sealed_at": _MOMENT,
                        "merkle_root": _ROOT,
                        "root": _ROOT,
                        "leaves": Many(_ROOT, max_items=100_000),
                    }
                ),
                max_items=1000,
            ),
            "next": Maybe(_ID),
            "unsealed": Record({"count": _COUNT, "oldest_at": Maybe(_MOMENT)}),
        }
    ),
    "pending": Record(
        {
            "runs": Many(
                Record({"run_key": Text(100), "company_id": _ID, "company": _NAME, "period": _MONTH})
            ),
            "backtests": Many(_REQUEST),
            "trainings": Many(_REQUEST),
        },
        optional=("backtests", "trainings"),
    ),
    "backtest_begin": Record(
        {
            "company": Record(
                {
                    "id": _ID,
                    "name": _NAME,
                    "currency": _NAME,
                    "currency_decimals": _COUNT,
                    "tz": _NAME,
                }
            ),
            "months": Many(_MONTH, max_items=120),
            "policy": Record({"id": _ID, "version": _ID, "params": Json()}),
            "base": Record({"id": _ID, "version": _ID, "params": Json()}),
            "snapshot": Record({"xmin": _XID, "at": _MOMENT}),
        }
    ),
    "backtest_extract": Record(
        {
            "columns": MapOf(Many(Either(Json(1)), max_items=10_000_000)),
            "count": _COUNT,
            "next": Maybe(Int(high=2**63 - 1)),
            "watermark": _XID,
        },
        optional=("watermark",),
    ),
    "backtest_finish": Record({"state": Choice("done", "failed")}),
    "matcher_begin": Record(
        {
            "company": Record(
                {
                    "id": _ID,
                    "name": _NAME,
                    "currency": _NAME,
                    "currency_decimals": _COUNT,
                    # minor digits of the currencies that are not the company's
                    "decimals": MapOf(_COUNT),
                }
            ),
            "version": _ID,
            "current": Maybe(_MATCHER),
            "bands": MapOf(Text(20)),
            "held_out": Many(_MONTH, max_items=12),
            "facts": _COUNT,
        }
    ),
    "matcher_extract": Record({"rows": Many(Json(8), max_items=1000), "next": Maybe(Int(high=2**63 - 1))}),
    "matcher_finish": Record({"state": Choice("proposed", "failed", "in_force", "rejected", "replaced")}),
    "language_offer": OFFERED,
    "extract": Record(
        {
            "columns": MapOf(Many(Either(Json(1)), max_items=10_000_000)),
            # columns as one text each: values joined by commas (an empty one is none), or a JSON list
            "packed": MapOf(
                Record({"form": Choice("int", "bool", "text", "words", "json"), "values": Text(2**31)})
            ),
            "count": _COUNT,
            "next": Maybe(Int(high=2**63 - 1)),
            "watermark": _XID,
        },
        optional=("watermark", "packed"),
    ),
    "submit": Record(
        {
            "rows": Many(
                Record(
                    {
                        "key": Text(240),
                        "status": Choice("created", "updated", "unchanged", "superseded", "refused"),
                        "reason": Maybe(Text(4000)),
                        "code": Maybe(Text(6)),
                    }
                )
            )
        }
    ),
    "heartbeat": Record({"lease_until": _MOMENT}),
    "finish": Record(
        {
            "state": Choice("done"),
            "closed": _COUNT,
            "superseded": _COUNT,
            "close_id": _ID,
            "checklist": Record({"done": _COUNT, "total": _COUNT}),
        }
    ),
    "fail": Record({"state": Choice("failed")}),
    "rotate_key": Record({"key": Text(200, min_chars=20), "expires_at": _MOMENT, "name": _NAME}),
    "drop_other_keys": Record({"dropped": _COUNT}),
}

ERROR = Record(
    {
        "code": Text(6, pattern=r"[A-Z]{3}\d{3}"),
        "name": Text(40, pattern=r"[A-Z_]+"),
        "kind": Choice(*KINDS),
        "message": Text(8000, min_chars=1),
    }
)


def check_answer(method, answer):
    """Raise PayloadError unless ``answer`` is the envelope that ``method`` may give."""
    envelope = (
        {"ok": Bool(), "result": RESULTS[method]} if answer.get("ok") else {"ok": Bool(), "error": ERROR}
    )
    Record(envelope).check(answer)
