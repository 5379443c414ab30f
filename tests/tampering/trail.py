"""A sealed trail in a real database, and what was known of it before anybody tampered (in `odoo shell`)."""

import json
from dataclasses import dataclass, field

from agent_service.audit.known import Known, read_known
from agent_service.audit.tree import HEADER

BLOCKS = 12
TAIL = 6
SEALED_COLUMNS = (
    "event_at", "company_id", "user_id", "user_login", "user_name", "role", "action", "model", "res_id",
    "res_name", "close_id", "run_id", "before", "after", "evidence", "reason", "refusal_code", "format",
)  # fmt: skip


@dataclass
class Event:
    """Where one sealed event stands."""

    id: int
    seal_id: int
    number: int
    position: int


@dataclass
class SealedTrail:
    """The trail of one company: its sealed events, its blocks, the lines of an honest export, known roots."""

    company: object
    events: list[Event]
    seals: dict[int, dict]
    """Seal id to its stored fields."""
    honest: list[bytes]
    known: Known
    last_root: Known
    tail: list[int] = field(default_factory=list)

    @property
    def company_id(self) -> int:
        return self.company.id


def build(env, chance) -> SealedTrail:
    """Write a few hundred events in blocks of many sizes, commit, and note what is known."""
    company = env["res.company"].create({"name": f"Tampered {chance.randrange(10**9)}"})
    audit, seals = env["ai.close.audit"], env["ai.close.audit.seal"]
    users = [env.ref("base.user_root"), env.ref("base.user_admin")]

    def append(count):
        for number in range(count):
            audit.with_user(chance.choice(users)).sudo()._append(
                chance.choice(("entry.review", "entry.approve", "match.accept", "task.sign")),
                company,
                before={"state": "prepared", "amount": f"{chance.randrange(10**6)}.00"},
                after=chance.choice((None, {"state": "reviewed", "n": number})),
                evidence=chance.choice((None, {"payload": f"{chance.getrandbits(256):064x}"})),
                reason=chance.choice((None, "checked", "Müller & Söhne – 東京", 'quoted "," \\ text')),
                company=company,
            )
        env.flush_all()

    for size in [1, 2, 3, *(chance.randrange(5, 60) for _block in range(BLOCKS - 3))]:
        append(size)
        seals._seal(company)
    append(TAIL)
    env.cr.commit()
    return _noted(env, company)


def _noted(env, company) -> SealedTrail:
    cr = env.cr
    cr.execute(
        "SELECT member.audit_id, member.seal_id, seal.number, member.position"
        " FROM ai_close_audit_membership member JOIN ai_close_audit_seal seal ON seal.id = member.seal_id"
        " WHERE seal.company_id = %s ORDER BY seal.number, member.position",
        [company.id],
    )
    events = [Event(*row) for row in cr.fetchall()]
    cr.execute("SELECT * FROM ai_close_audit_seal WHERE company_id = %s ORDER BY number", [company.id])
    columns = [column.name for column in cr.description]
    stored = {row[columns.index("id")]: dict(zip(columns, row, strict=True)) for row in cr.fetchall()}
    honest = list(env["ai.close.audit.seal"]._export_lines(company))
    blocks = [json.loads(line) for line in honest if b'"kind":"seal"' in line]
    rows = [{"kind": "seal", **{name: block[name] for name in (*HEADER, "root")}} for block in blocks]
    known = read_known(json.dumps(row) for row in rows)
    leaves = {block["root"]: [bytes.fromhex(leaf) for leaf in block["leaves"]] for block in blocks}
    known.leaves_of = leaves.get
    last = read_known([f"{blocks[-1]['number']} {blocks[-1]['root']}"])
    cr.execute(
        "SELECT id FROM ai_close_audit event WHERE company_id = %s AND NOT EXISTS"
        " (SELECT 1 FROM ai_close_audit_membership member WHERE member.audit_id = event.id) ORDER BY id",
        [company.id],
    )
    return SealedTrail(company, events, stored, honest, known, last, [row[0] for row in cr.fetchall()])
