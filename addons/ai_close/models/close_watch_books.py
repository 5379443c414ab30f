"""Findings about the locked books: what changed below the lock, and lines that contradict their entry."""

from odoo import api, models
from odoo.tools import SQL, format_date

from ..kernel.files import short
from .close_snapshot_drift import LABELS

RULE = "SYS004"
MOST_SHOWN = 100


class CloseWatch(models.AbstractModel):
    _inherit = "ai.close.watch"

    @api.model
    @api.private
    def _look_books(self, close, everything=False):
        """Return the findings about what the lock protects."""
        company = close.company_id
        snapshots = self.env["ai.close.snapshot"]
        drift = snapshots._drift(company, everything)
        rows = [self._contradiction_row(snapshots._contradictions(company))]
        if drift:
            self._name_what(drift)
            allowed = self._exceptions(company)
            for line in drift["lines"]:
                line["exception"] = self._exception_of(line, allowed)
            excepted = [line for line in drift["lines"] if line["exception"]]
            others = [line for line in drift["lines"] if not line["exception"]]
            rows.append(self._drift_row(drift, others, bool(excepted)))
            rows.append(self._exception_row(drift, excepted))
        elif snapshots._known(company):
            rows.append(self._no_snapshot_row(company))
        else:
            # locked since the watch began, by another way than a close: from here on it is remembered
            snapshots._take(company, "begin")
        return [row for row in rows if row]

    # -- naming ---

    def _name_what(self, drift):
        """Put names where the facts have ids, and say who and when."""
        accounts = {line["account_id"] for line in drift["lines"]} | {
            row["account_id"] for row in drift["accounts"]
        }
        codes = self._codes(drift["snapshot"], accounts)
        logins = {}
        for line in drift["lines"]:
            line["account"] = codes.get(line["account_id"], f"#{line['account_id']}")
            uid, line["when"] = self._toucher(line, drift["snapshot"]["taken_at"])
            if uid not in logins:
                logins[uid] = self._login(uid) if uid else self.env._("the database")
            line["uid"], line["who"] = uid, logins[uid]
        for row in (*drift["accounts"], *drift["kinds"]):
            row["account"] = codes.get(row["account_id"], f"#{row['account_id']}")

    def _codes(self, snapshot, account_ids):
        if not account_ids:
            return {}
        self.env.cr.execute("SELECT company_id FROM ai_close_snapshot WHERE id = %s", [snapshot["id"]])
        (company_id,) = self.env.cr.fetchone()
        company = self.env["res.company"].sudo().browse(company_id).exists()
        accounts = (
            self.env["account.account"]
            .sudo()
            .with_company(company.root_id)
            .browse(sorted(account_ids))
            .exists()
        )
        return {account.id: account.display_name for account in accounts}

    def _toucher(self, line, since):
        """Who changed the line after ``since`` as Odoo noted it: ``(uid, when)``; raw SQL is nobody."""
        now = line["now"]
        if now is None:
            return self._deleter(line["move_id"], since)
        noted = [(now["write_uid"], now["write_date"])]
        if line["kind"] == "inserted":
            noted = [(now["create_uid"], now["create_date"]), *noted]
        noted.append((now["move_uid"], now["move_date"]))
        for uid, when in noted:
            if uid and when and when > since:
                return uid, str(when)[:19]
        return None, None

    def _deleter(self, move_id, since):
        self.env.cr.execute(
            "SELECT write_uid, write_date FROM account_move WHERE id = %s AND write_date > %s",
            [move_id, since],
        )
        row = self.env.cr.fetchone()
        return (row[0], str(row[1])[:19]) if row else (None, None)

    # -- exceptions ---

    def _exceptions(self, company):
        """Return the approved lock exceptions of ``company`` and its parents."""
        requests = self.env["ai.close.lock"]
        if "exception_until" not in requests._fields:
            return []
        self.env["ai.close.lock"].flush_model()
        return self.env.execute_query_dict(
            SQL(
                "SELECT id, name, date_new, date_old, exception_user_id, approved_at, exception_until"
                " FROM ai_close_lock WHERE kind = 'exception' AND approved_at IS NOT NULL"
                " AND state IN ('applied', 'expired') AND company_id IN %s ORDER BY id DESC",
                tuple(company.sudo().parent_ids.ids) or (company.id,),
            )
        )

    def _exception_of(self, line, allowed):
        """Return the exception under which a person posted or changed this line, or None."""
        now = line["now"]
        if now is None:
            return None
        acts = [(now["ai_close_posted_by"], now["ai_close_posted_at"])]
        if line["kind"] == "changed":
            acts = [(now["write_uid"], now["write_date"])]
        for uid, when in acts:
            for each in allowed:
                if (
                    uid == each["exception_user_id"]
                    and when
                    and each["approved_at"] <= when <= each["exception_until"]
                    and now["date"] > (each["date_new"] or now["date"])
                ):
                    return each
        return None

    # -- rows ---

    def _drift_row(self, drift, lines, excepted):
        accounts = [] if lines or excepted else drift["accounts"]
        if not (lines or accounts or drift["kinds"] or drift["forged"]):
            return None
        count = max(drift["count"] if not excepted else 0, len(lines))
        locked_to = format_date(self.env, drift["snapshot"]["date_to"])
        said = self._said(lines)
        said += [
            self.env._(
                "Account %(account)s: the lines can't be named, its digest is another one.",
                account=row["account"],
            )
            for row in accounts
        ]
        said += [
            self.env._(
                "Account %(account)s: type %(before)s → %(after)s",
                account=row["account"], before=row["type_before"], after=row["type_after"],
            )
            for row in drift["kinds"]
        ]  # fmt: skip
        said += [
            self.env._("The snapshot itself (%s) is not the one that the audit trail knows.", what)
            for what in drift["forged"]
        ]
        return {
            **self._books_words(),
            "facet": "drift",
            "severity": "critical",
            "title": self.env._(
                "%(count)s changes below the lock of %(date)s",
                count=count + len(accounts) + len(drift["kinds"]) + len(drift["forged"]),
                date=locked_to,
            ),
            "message": "\n".join(said),
            "amount": float(round(sum(line["amount"] for line in lines), 2)),
            "records": self._records(lines),
            "evidence": {
                "locked_to": str(drift["snapshot"]["date_to"]),
                "snapshot_at": str(drift["snapshot"]["taken_at"])[:19],
                "lines": count,
                "changes": self._evidence(lines),
                "accounts": [
                    {
                        "account": row["account"],
                        "lines before": row["lines_before"] or 0,
                        "lines now": row["lines_after"],
                        "balance before": _text(row["balance_before"]),
                        "balance now": _text(row["balance_after"]),
                    }
                    for row in drift["accounts"][:MOST_SHOWN]
                ],
            },
            "keys": [
                *(_key(line) for line in lines),
                *(f"account {row['account_id']}:{(row['digest_after'] or '')[:12]}" for row in accounts),
                *(f"type {row['account_id']}:{row['type_after']}" for row in drift["kinds"]),
                *(f"snapshot {what}" for what in drift["forged"]),
            ],
        }

    def _exception_row(self, drift, lines):
        if not lines:
            return None
        return {
            **self._books_words(),
            "facet": "exception",
            "severity": "medium",
            "title": self.env._("%s lines below the lock posted under an approved exception", len(lines)),
            "message": "\n".join(self._said(lines)),
            "why": self.env._(
                "The exception was approved; what was done under it is told here, line by line."
            ),
            "remedy": self.env._("Look whether it is what the exception was for; then explain or waive it."),
            "amount": float(round(sum(line["amount"] for line in lines), 2)),
            "records": self._records(lines),
            "evidence": {
                "locked_to": str(drift["snapshot"]["date_to"]),
                "lines": len(lines),
                "changes": self._evidence(lines),
            },
            "keys": [_key(line) for line in lines],
        }

    def _contradiction_row(self, lines):
        if not lines:
            return None
        said = []
        for line in lines[:MOST_SHOWN]:
            for name, mine, moves in (
                (self.env._("state"), line["parent_state"], line["state"]),
                (self.env._("date"), line["date"], line["move_date"]),
                (self.env._("company"), line["company_id"], line["move_company"]),
            ):
                if mine != moves:
                    said.append(
                        self.env._(
                            "%(move)s, line %(line)s: %(field)s %(mine)s, the entry's is %(moves)s",
                            move=line["number"] or f"#{line['move_id']}",
                            line=line["line_id"], field=name, mine=mine, moves=moves,
                        )
                    )  # fmt: skip
        return {
            **self._books_words(),
            "facet": "contradiction",
            "severity": "critical",
            "title": self.env._("%s lines contradict their own entry", lines[0]["count"]),
            "message": "\n".join(said),
            "why": self.env._(
                "Such a line is hidden from reports or shown in another period than its entry."
            ),
            "amount": float(round(sum(abs(line["balance"] or 0) for line in lines), 2)),
            "records": _links((line["move_id"], line["number"]) for line in lines),
            "evidence": {"count": lines[0]["count"], "lines": said[:MOST_SHOWN]},
            "keys": [
                f"{line['line_id']}:{line['parent_state']},{line['date']},{line['company_id']}"
                for line in lines
            ],
        }

    def _no_snapshot_row(self, company):
        return {
            **self._books_words(),
            "facet": "drift",
            "severity": "critical",
            "title": self.env._("The snapshot of the locked books is gone"),
            "message": self.env._(
                "The audit trail knows a snapshot of %s that the database does not have any more.",
                company.name,
            ),
            "remedy": self.env._(
                "Ask who may change the database; restore it. The next lock takes a new snapshot."
            ),
            "records": [],
            "evidence": {},
            "keys": ["none"],
        }

    def _books_words(self):
        return {
            "rule": RULE,
            "rule_title": self.env._("Changed after the lock"),
            "why": self.env._("What was signed and reported is no longer what the books say."),
            "remedy": self.env._(
                "Ask who is named; put the books back as they were, or correct them by an entry in an"
                " open month."
                " What stays as it is now is waived by two controllers, and the next lock remembers it so."
            ),
        }

    def _said(self, lines):
        return [
            self.env._(
                "%(move)s, %(account)s: %(field)s %(before)s → %(after)s by %(who)s%(under)s",
                move=line["number"] or f"#{line['move_id']}",
                account=line["account"],
                field=self._field_said(line, change),
                before=_text(change["before"]),
                after=_text(change["after"]),
                who=line["who"] + (f", {line['when']}" if line["when"] else ""),
                under=self._under(line),
            )
            for line in lines[:MOST_SHOWN]
            for change in line["changes"]
        ]

    def _field_said(self, line, change):
        if line["kind"] == "inserted":
            return self.env._("inserted")
        if line["kind"] == "removed":
            return self.env._("removed")
        return LABELS[change["field"]]

    def _under(self, line):
        each = line.get("exception")
        return self.env._(", posted under exception #%(id)s (%(name)s)", **each) if each else ""

    def _evidence(self, lines):
        return [
            {
                "entry": line["number"] or f"#{line['move_id']}",
                "account": line["account"],
                "field": self._field_said(line, change),
                "before": _text(change["before"]),
                "after": _text(change["after"]),
                "amount": _text(line["amount"]),
                "who": line["who"],
                "when": line["when"] or "-",
                **({"exception": line["exception"]["id"]} if line.get("exception") else {}),
            }
            for line in lines[:MOST_SHOWN]
            for change in line["changes"]
        ]

    def _records(self, lines):
        there = self.env["account.move"].sudo().browse({line["move_id"] for line in lines}).exists().ids
        return _links((line["move_id"], line["number"]) for line in lines if line["move_id"] in there)


def _links(moves):
    return [
        {"model": "account.move", "id": move_id, "label": number or f"#{move_id}"}
        for move_id, number in dict(moves).items()
    ]


def _text(value):
    if isinstance(value, float):
        # the database's numbers arrive so; a difference too small for cents is still shown
        return f"{value:.2f}" if round(value, 2) == value else repr(value)
    return "-" if value in (None, "") else str(value)


def _key(line):
    content = "|".join(f"{change['field']}={_text(change['after'])}" for change in line["changes"])
    return f"{line['kind']} {line['line_id']}:{short(content.encode())[:12]}"
