"""What has to hold after every attempt, judged by the rows that changed: the books and Odoo's own tables.

Each function takes the case and yields a sentence for what is broken.  Nothing here asks whether an error was
raised.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from tests.controls.database import Change, Database
from tests.controls.facts import Before
from tests.controls.people import ROLES

# Columns of a posted line below the lock that its settlement in a later month changes, and what collecting
# money needs; the rest stays as it was locked.
FREE_LINE = {
    "amount_residual", "amount_residual_currency", "reconciled", "full_reconcile_id", "matching_number",
    "date_maturity", "write_date", "write_uid", "reconcile_model_id", "discount_date", "payment_id",
    "followup_line_id", "last_followup_date", "no_followup", "payment_date",
}  # fmt: skip
FREE_MOVE = {
    # that it was adopted, by a decision of two people, is not what an entry says
    "ai_close_adoption_id",
    "payment_state", "amount_residual", "amount_residual_signed", "status_in_payment",
    "invoice_date_due", "write_date", "write_uid", "access_token", "is_move_sent", "sending_data",
    "message_main_attachment_id", "next_payment_date", "always_tax_exigible", "invoice_source_email",
    "checked", "made_sequence_gap", "preferred_payment_method_line_id", "no_followup", "followup_level",
    "activity_ids", "message_bounce",
}  # fmt: skip
# Columns of an entry or line that say nothing about the books: how it is shown, who sold it, what it is for.
COSMETIC = {
    "collapse_prices", "collapse_composition", "medium_id", "campaign_id", "source_id",
    "invoice_user_id", "team_id", "is_manually_modified", "narration", "narration_html",
    "invoice_incoterm_id", "incoterm_location", "color", "move_sent_values", "sequence",
    "preferred_payment_method_line_id", "qr_code_method", "partner_bank_id", "payment_reference",
    "delivery_date", "quick_edit_total_amount", "auto_post_until", "partner_shipping_id",
    "is_storno_display", "invoice_cash_rounding_id",
}  # fmt: skip
# Of these a signature covers.
SIGNED = {"narration"}
AUDITED_BELOW_LOCK = {"date_maturity", "invoice_date_due"}
LOCK_COLUMNS = {
    "fiscalyear_lock_date",
    "tax_lock_date",
    "sale_lock_date",
    "purchase_lock_date",
    "hard_lock_date",
}
# Whoever changes these gives himself a right or takes a control away; none of the actors has Settings.
RIGHTS = {
    "ir_model_access", "ir_rule", "res_groups", "res_groups_users_rel", "res_groups_implied_rel",
    "ir_act_server", "ir_cron", "ir_config_parameter", "ir_module_module", "base_automation",
    "ir_model", "ir_model_fields", "ir_ui_view", "res_company_users_rel", "rule_group_rel",
}  # fmt: skip
BOT_PARTNERS = {1, 2, 3}


@dataclass
class Case:
    """An attempt after it happened."""

    changes: list[Change]
    actors: set[str]
    uids: set[int]
    companies: set[int]
    before: Before
    database: Database
    by_port: bool = False
    by_hand: bool = False
    secure_group: set[int] = field(default_factory=set)
    _by_table: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        for change in self.changes:
            self._by_table.setdefault(change.table, []).append(change)

    def of(self, *tables: str) -> list[Change]:
        """Return the changed rows of some tables."""
        return [change for table in tables for change in self._by_table.get(table, ())]

    @property
    def roles(self) -> set[str]:
        """Return all roles that took part."""
        return set().union(*(ROLES[actor] for actor in self.actors))

    def audited(self, model: str, res_id: int | None) -> list[dict]:
        """Return the new audit rows of a record, the oldest first; refusals are no acts."""
        found = [
            change.new
            for change in self.of("ai_close_audit")
            if change.old is None
            and (change.new["model"], change.new["res_id"]) == (model, res_id)
            and not change.new["refusal_code"]
        ]
        return sorted(found, key=lambda row: row["id"])


def locked_lines(case: Case) -> Iterator[str]:
    """Posted lines of locked periods stay as they are, and none appears."""
    for change in case.of("account_move_line"):
        old, new = change.old or {}, change.new or {}
        was = bool(old) and (
            case.before.posted_locked(old["move_id"])
            or (old["parent_state"] == "posted" and case.before.is_locked(old["company_id"], old["date"]))
        )
        became = (
            bool(new)
            and new["parent_state"] == "posted"
            and case.before.is_locked(new["company_id"], new["date"])
        )
        if was and (not new or change.columns - FREE_LINE - COSMETIC):
            yield f"a posted line of a locked period changed: {change}"
        elif became and not was:
            yield f"a posted line appeared in a locked period: {change}"
        elif (
            was
            and change.columns & AUDITED_BELOW_LOCK
            and not (
                case.audited("account.move", old["move_id"]) or case.audited("account.move.line", change.id)
            )
        ):
            yield f"a due date below the lock changed without an audit row: {change}"


def locked_moves(case: Case) -> Iterator[str]:
    """Posted entries of locked periods stay as they are, and none appears."""
    for change in case.of("account_move"):
        was, new = case.before.posted_locked(change.id), change.new or {}
        if was and _secured(change):
            continue
        if was and (not new or change.columns - FREE_MOVE - COSMETIC):
            yield f"a posted entry of a locked period changed: {change}"
        elif (
            not was
            and new
            and new["state"] == "posted"
            and case.before.is_locked(new["company_id"], new["date"])
        ):
            yield f"an entry was posted into a locked period: {change}"


def _secured(change: Change) -> bool:
    """Tell whether all that happened is that Odoo's wizard hashed the entry, which is its way of sealing."""
    hashed = str(change.now("inalterable_hash") or "").startswith("$") and not change.was("inalterable_hash")
    return hashed and change.columns <= {"inalterable_hash", "secure_sequence_number", "is_manually_modified",
                                         "write_date", "write_uid"}  # fmt: skip


def locked_partials(case: Case) -> Iterator[str]:
    """Nothing is reconciled or taken apart with a date in a locked period."""
    for change in case.of("account_partial_reconcile"):
        for row in filter(None, (change.old, change.new)):
            # The company is that of the lines: what stands in the row could be sent in a context.
            company = case.database.one(
                "SELECT company_id FROM account_move_line WHERE id = %s", row["debit_move_id"]
            )
            if case.before.is_locked(company or row["company_id"], row["max_date"]) and (
                change.old is None
                or change.new is None
                or change.columns - {"full_reconcile_id", "write_date", "write_uid", "exchange_move_id"}
            ):
                yield f"a reconciliation in a locked period changed: {change}"
                break


def lock_dates(case: Case) -> Iterator[str]:
    """Lock dates of guarded companies move by applied requests only; exceptions too."""
    applied = [each for each in case.of("ai_close_lock") if each.now("state") == "applied"]
    for change in case.of("res_company"):
        if (
            change.id in case.before.guarded
            and change.columns & LOCK_COLUMNS
            and not any(each.now("company_id") == change.id for each in applied)
        ):
            yield f"a lock date moved without an applied request: {change}"
    for change in case.of("account_lock_exception"):
        if change.row["company_id"] in case.before.guarded and not applied:
            yield f"a lock exception came, went or changed without an applied request: {change}"


def _was_posted(change) -> bool:
    """Tell whether an entry is posted, or a draft again that Odoo knows was posted."""
    state = change.now("state")
    return state == "posted" or (state == "draft" and bool(change.now("posted_before")))


def approved_moves(case: Case) -> Iterator[str]:
    """What was posted from a staged entry stays as it was signed, and stays linked."""
    for change in case.of("account_move"):
        if (
            change.old
            and case.before.approved_move(change.id)
            and not _secured(change)
            and (change.new is None or change.columns - FREE_MOVE - (COSMETIC - SIGNED))
        ):
            yield f"an approved posted entry changed: {change}"
        linked = change.now("ai_close_entry_id")
        if change.new and change.was("ai_close_entry_id") != linked and not _posted_now(case, linked):
            yield f"the link to the staged entry changed: {change}"
        if (
            change.new
            and change.old
            and {"ai_close_posted_at", "ai_close_posted_by"} & change.columns
            and (change.now("ai_close_posted_by") not in case.uids or not _was_posted(change))
        ):
            # An entry that was taken back to draft and posted again names who did; so does one that its
            # poster took back to draft in the same attempt.
            yield f"who posted and when was rewritten: {change}"
    for change in case.of("account_move_line"):
        if (
            change.old
            and case.before.approved_move(change.old["move_id"])
            and (change.new is None or change.columns - FREE_LINE - COSMETIC)
        ):
            yield f"a line of an approved posted entry changed: {change}"
        if change.old is None and case.before.approved_move(change.now("move_id")):
            yield f"a line was added to an approved posted entry: {change}"


def _posted_now(case: Case, entry: int | None) -> bool:
    return any(
        change.id == entry and change.now("state") in ("posted", "reversed")
        for change in case.of("ai_close_entry")
    )


def books_agree(case: Case) -> Iterator[str]:
    """Entries that were touched are balanced, agree with their lines, and settle what their partials say."""
    moves = {change.id for change in case.of("account_move") if change.new}
    moves |= {change.row["move_id"] for change in case.of("account_move_line")}
    for change in case.of("account_partial_reconcile"):
        moves |= {row[0] for row in case.database.rows(
            "SELECT move_id FROM account_move_line WHERE id IN (%s, %s)",
            change.row["debit_move_id"], change.row["credit_move_id"])}  # fmt: skip
    if not moves:
        return
    guarded, ids = list(case.before.guarded), list(moves)
    for row in case.database.rows(
        "SELECT m.id, sum(l.balance), bool_or(l.parent_state IS DISTINCT FROM m.state),"
        " bool_or(l.date IS DISTINCT FROM m.date), bool_or(l.company_id IS DISTINCT FROM m.company_id)"
        " FROM account_move m JOIN account_move_line l ON l.move_id = m.id"
        " AND l.display_type NOT IN ('line_section', 'line_subsection', 'line_note')"
        " WHERE m.id = ANY(%s) AND m.company_id = ANY(%s) AND m.state = 'posted' GROUP BY m.id"
        " HAVING sum(l.balance) <> 0 OR bool_or(l.parent_state IS DISTINCT FROM m.state)"
        " OR bool_or(l.date IS DISTINCT FROM m.date) OR bool_or(l.company_id IS DISTINCT FROM m.company_id)",
        ids, guarded,
    ):  # fmt: skip
        yield f"a posted entry disagrees with its lines (id, balance, state, date, company): {row}"
    for line, residual, settled in case.database.rows(
        "SELECT l.id, l.amount_residual, l.balance"
        " - coalesce((SELECT sum(amount) FROM account_partial_reconcile p WHERE p.debit_move_id = l.id), 0)"
        " + coalesce((SELECT sum(amount) FROM account_partial_reconcile p WHERE p.credit_move_id = l.id), 0)"
        " FROM account_move_line l JOIN account_account a ON a.id = l.account_id"
        " WHERE l.move_id = ANY(%s) AND l.company_id = ANY(%s) AND l.parent_state = 'posted' AND a.reconcile",
        ids, guarded,
    ):  # fmt: skip
        if residual is not None and abs(Decimal(residual) - Decimal(settled)) >= Decimal("0.005"):
            yield f"the residual of line {line} is {residual}, its reconciliations say {settled}"
    settled_now = case.of("account_partial_reconcile", "account_payment", "account_move_line")
    for change in case.of("account_move"):
        if change.now("company_id") not in case.before.guarded or not change.new:
            continue
        if (
            change.old
            and "payment_state" in change.columns
            # Odoo's own button keeps an entry out of payment runs, and lets it in again
            and "blocked" not in (change.was("payment_state"), change.now("payment_state"))
            and not settled_now
            and "state" not in change.columns
        ):
            yield f"the payment state was written: {change}"
        if (
            change.now("state") == "posted"
            and change.was("state") != "posted"
            and not (change.now("posted_before") and change.now("ai_close_posted_at"))
        ):
            yield f"an entry was posted past posting: {change}"


def manual(case: Case) -> Iterator[str]:
    """A manual entry that the policy wants approved is posted from a staged entry, or not at all."""
    origins = ("ai_close_entry_id", "statement_line_id", "origin_payment_id", "reversed_entry_id")
    for change in case.of("account_move"):
        limit = case.before.manual.get(change.now("journal_id"))
        drafted = change.old is not None or case.by_hand
        posted = change.now("state") == "posted" and change.was("state") != "posted"
        if limit is None or not drafted or not posted or change.now("move_type") != "entry":
            continue
        debits = case.database.one(
            "SELECT sum(balance) FROM account_move_line WHERE move_id = %s AND balance > 0", change.id
        )
        if (debits or 0) >= limit and not any(change.now(name) for name in origins):
            yield f"a manual entry of {debits} was posted without its approval: {change}"


def accounts(case: Case) -> Iterator[str]:
    """Accounts with lines in a locked period keep type and code, and are neither merged nor deleted."""
    for change in case.of("account_account"):
        if change.id in case.before.locked_accounts and (
            change.new is None or change.columns & {"account_type", "reconcile", "code_store"}
        ):
            yield f"an account with locked lines changed: {change}"


def _shows_secured(case: Case, change: Change) -> bool:
    """Tell whether it is Odoo's wizard for securing entries, which shows its menu by a group of its own."""
    return change.table in ("res_groups", "res_groups_implied_rel") and (
        change.columns <= {"write_uid", "write_date"} or change.row.get("hid") in case.secure_group
    )


def rights(case: Case) -> Iterator[str]:
    """Nobody of these people gives rights or changes what Odoo itself runs."""
    for change in case.changes:
        if change.table == "ir_config_parameter" and not change.old and "ai_close" not in change.row["key"]:
            continue  # Odoo notes its own progress there
        if change.table in RIGHTS and not _shows_secured(case, change):
            yield f"rights changed: {change}"
        if change.table == "ir_default" and (change.row.get("user_id") is None):
            yield f"a default for everybody changed: {change}"


def other_companies(case: Case) -> Iterator[str]:
    """Rows of companies that nobody of the actors may see stay untouched."""
    quiet = {"ai_close_audit", "ai_close_refusal_tally", "ai_close_change", "ai_close_gate"}
    for change in case.changes:
        if change.table in quiet or change.columns <= {"write_uid", "write_date"}:
            continue
        if change.table == "ir_attachment" and change.columns <= {"company_id", "write_uid", "write_date"}:
            continue  # a word on a file; who may read it follows from the record that it hangs on
        column = "id" if change.table == "res_company" else "company_id"
        for row in filter(None, (change.old, change.new)):
            company = row.get(column, row.get("res_company_id"))
            if company and company not in case.companies and change.table != "res_company":
                yield f"another company's row changed: {change}"
                break
            if change.table == "res_company" and change.old and company not in case.companies:
                yield f"another company changed: {change}"
                break


def talk(case: Case) -> Iterator[str]:
    """Messages bear the name of who wrote them, and what was said on documents of the close stays."""
    mine = {case.before.partner_of[uid] for uid in case.uids} | BOT_PARTNERS
    mails = {case.before.email_of.get(each, "") for each in mine} - {""}
    for change in case.of("mail_message"):
        model = change.row.get("model") or ""
        watched = model.startswith("ai.close") or model in ("account.move", "account.payment", "res.company")
        move = case.before.moves.get(change.row.get("res_id") or 0) if model == "account.move" else None
        if not watched or (move and move["company_id"] not in case.before.guarded):
            continue
        author, sender = change.now("author_id"), change.now("email_from") or ""
        if change.new and change.was("author_id") != author and author and author not in mine:
            yield f"a message in another's name: {change.id} on {model}, author {author}"
        if (
            change.new
            and change.was("email_from") != sender
            and sender
            and author not in mine
            and not any(mail in sender for mail in mails)
        ):
            yield f"a message with another's address: {change.id} on {model}, {sender}"
        said = {"body", "date", "model", "res_id", "author_id", "create_uid", "create_date", "message_type",
                "subtype_id", "email_from"}  # fmt: skip
        if (
            change.old
            and model.startswith("ai.close")
            and (change.new is None or said & change.columns)
            and (change.old["author_id"] not in mine or change.old["message_type"] == "notification")
        ):
            yield f"what was said on a document of the close changed: {change}"


BOOKS = (
    *(locked_lines, locked_moves, locked_partials, lock_dates, approved_moves),
    *(books_agree, manual, accounts, rights, other_companies, talk),
)
