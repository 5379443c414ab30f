"""What a signature on a staged entry covers, its digest, and the journal entry held against it."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_date, format_datetime, html2plaintext

from ..kernel import canonical
from ..kernel.differences import differences
from ..kernel.money import fmt
from .memo import gathered
from .refusal import refuse


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    # What the proof code was taken of, to say what differs; decided is by the proof code alone.
    payload = fields.Json(readonly=True)

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"payload"}

    # -- the payload

    @api.private
    def _payload(self, policy=None):
        """Return everything that a signature covers, as plain values with decimal strings.

        :param policy: another policy than the one in force, to tell whether only the policy changed
        """
        self.ensure_one()
        return {
            "company": self.company_id.id,
            "date": self.date,
            "reversal_date": self.reversal_date or None,
            "journal": self.journal_id.id,
            "ref": self.ref or self.name,
            "narration": self.narration or "",
            "lines": [
                self._line_payload(line)
                for line in self.line_ids.sorted(lambda line: (line.sequence, line.id))
            ],
            "attachments": self._evidence(),
            "policy": (policy or self._policy())._signed_facts(),
        }

    @api.private
    def _line_payload(self, line, sign=1):
        """Return what is signed of one line, be it ours or a journal item."""
        currency = line.currency_id or self.currency_id
        shares = line.analytic_distribution or {}
        return {
            "account": line.account_id.id,
            "partner": line.partner_id.id or None,
            "name": line.name or "",
            "balance": fmt(sign * line.balance, self.currency_id.decimal_places),
            "currency": currency.name,
            "amount_currency": fmt(sign * line.amount_currency, currency.decimal_places),
            "analytic": {key: fmt(float(share), 6) for key, share in shares.items()},
        }

    @api.private
    def _evidence(self):
        """Return the checksums of the entry's documents.  Of their content: a name proves nothing."""
        return gathered(self, "evidence", self._evidence_of)[self.id]

    @api.model
    def _evidence_of(self, ids):
        found = {each: [] for each in ids}
        for document in (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", ids), ("res_field", "=", False)])
        ):
            found[document.res_id].append(document._ai_close_sha256() or "")
        return {each: sorted(sums) for each, sums in found.items()}

    @api.private
    def _policy(self):
        """Return the policy that binds this entry, the nearest above its company."""
        return self.env["ai.close.policy"]._in_force_above(self.company_id)

    # -- digests

    @api.private
    def _digest_now(self, policy=None):
        return canonical.digest(self.sudo()._payload(policy))

    @api.private
    def _debits(self):
        """Return the exact sum of the debits and of all lines, as Decimals."""
        decimals = self.currency_id.decimal_places
        balances = [Decimal(fmt(line.balance, decimals)) for line in self.line_ids]
        return sum((each for each in balances if each > 0), Decimal(0)), sum(balances, Decimal(0))

    @api.private
    def _sum_up(self):
        """Write the digest and the total of the present payload."""
        for entry in self.sudo():
            payload = canonical.plain(entry._payload())
            entry._guarded().write(
                {
                    "payload": payload,
                    "payload_digest": canonical.digest(payload),
                    "signed_policy_id": entry._policy().id,
                    "amount_total": float(entry._debits()[0]),
                }
            )

    @api.private
    def _only_policy_changed(self):
        """Is everything as it was signed, but under another policy?"""
        former = self.sudo().signed_policy_id
        return bool(former) and self._digest_now(former) == self.payload_digest

    @api.private
    def _take_policy(self):
        """Bind the entry to the policy of now, under which it is prepared."""
        if self.sudo()._digest_now() != self.payload_digest and self._only_policy_changed():
            self._sum_up()

    # -- demands

    def _need_signed_payload(self, action):
        """Refuse unless this is still what the proof code says."""
        if self._digest_now() == self.payload_digest:
            return
        sentence = None
        if self._only_policy_changed():
            sentence = self.env._(
                "The policy changed from version %(old)s to %(new)s since this was signed."
                " Send the entry back and prepare it again.",
                old=self.signed_policy_id.version,
                new=self._policy().version,
            )
        else:
            sentence = self._differs_sentence(action)
        raise refuse(self, "ENT002", sentence, action=action)

    def _differs_sentence(self, action):
        """Name what is not as it was signed; a partner that somebody merged away is refused as such."""
        entry = self.sudo()
        found = differences(entry.payload or {}, canonical.plain(entry._payload())) if entry.payload else []
        partners = self.env["res.partner"].sudo()
        merged = [
            each for each in found if each.path[-1] == "partner" and not partners.browse(each.before).exists()
        ]
        if merged and merged == found:
            raise refuse(
                self,
                "ENT010",
                self.env._(
                    "A partner of this entry was merged into %s after it was proposed. Compute again: the new"
                    " proposal names the one that is left.",
                    ", ".join(partners.browse({each.after for each in merged}).mapped("display_name")),
                ),
                action=action,
            )
        if not found:
            return None
        return self.env._(
            "Not as it was signed: %s. Send it back or compute it again.",
            ", ".join(each.words for each in found[:5]),
        )

    def _need_seen(self, action):
        """Refuse to sign something else than what the caller's screen shows.

        The form sends the proof code that it shows.  A caller can only make the step stricter by it.
        """
        seen = self.env.context.get("ai_close_seen")
        if seen is None or seen == self.sudo().payload_digest:
            return
        raise refuse(self, "ENT015", self._changed_since_sentence(), action=action)

    @api.private
    def _changed_since_sentence(self):
        """Say who changed this last, and when in the reader's time."""
        last = (self.sudo().change_log or [{}])[-1]
        at = fields.Datetime.to_datetime((last.get("at") or "")[:19].replace("T", " "))
        return self.env._(
            "%(who)s changed this, %(at)s: reload and look again. Nothing was signed.",
            who=last.get("user") or self.sudo().write_uid.name,
            at=format_datetime(self.env, at or self.write_date, tz=self.env.user.tz, dt_format="short"),
        )

    @api.private
    def _way_out(self):
        """Say how an entry with changed sources becomes one that can be signed."""
        return self.env._("Compute again, then review.")

    @api.private
    def _hold_accounts(self):
        """Keep the accounts as they are until this transaction ends.

        An account that somebody archived since it began raises a serialization failure, and Odoo runs the
        approval again, which then sees it.
        """
        ids = sorted(self.sudo().line_ids.account_id.ids)
        self.env.cr.execute(
            SQL("SELECT id FROM account_account WHERE id = ANY(%s) ORDER BY id FOR SHARE", ids)
        )
        self.sudo().line_ids.account_id.invalidate_recordset(["active"])

    # -- the journal entry against the approval

    @api.private
    def _need_as_approved(self, move):
        """Refuse unless ``move`` is what was approved, or its reversal with every sign swapped."""
        entry, action = self.sudo(), "entry.post"
        if entry.state != "approved" or not entry.approved_digest:
            raise refuse(
                self,
                "ENT001",
                self.env._("%(name)s is %(state)s.", name=entry.name, state=entry._state_label()),
                action=action,
            )
        entry._need_postable(action)
        signed = entry._payload()
        said = entry._payload_of(move, signed)
        if canonical.digest(said) != entry.approved_digest:
            differing = [name for name, value in signed.items() if said[name] != value]
            if differing in (["date"], ["reversal_date"]):
                raise entry._redated(move, signed[differing[0]])
            raise refuse(
                self,
                "ENT002",
                self.env._(
                    "What would be posted is not what was approved: %s.",
                    ", ".join(differing or said),
                ),
                action=action,
            )
        entry._need_first(move)

    @api.private
    def _payload_of(self, move, signed):
        """Return the payload ``signed`` with what ``move`` says in place of what the staged entry says."""
        move = move.sudo()
        mirrored = self._is_own_reversal(move)
        lines = move.line_ids.sorted(lambda line: (line.sequence, line.id))
        said = {
            "company": move.company_id.id,
            "journal": move.journal_id.id,
            "ref": self._payload_ref(move, mirrored),
            "narration": self._payload_narration(move),
            "lines": [self._line_payload(line, -1 if mirrored else 1) for line in lines],
            "reversal_date" if mirrored else "date": move.date,
        }
        odd = lines.filtered(lambda line: line.tax_ids or line.tax_line_id or line.tax_tag_ids)
        if odd or move.move_type != "entry" or move.auto_post != "no":
            # Nothing of the kind was signed, so it is a difference, wherever it comes from.
            said["lines"] = [*said["lines"], {"taxes": odd.ids, "kind": move.move_type}]
        if not mirrored and move.reversed_entry_id != self._reversed_move():
            said["lines"] = [*said["lines"], {"reverses": move.reversed_entry_id.id}]
        return {**signed, **said}

    @api.private
    def _is_own_reversal(self, move):
        """Is ``move`` the reversal that was approved together with the entry?"""
        return move.sudo().reversed_entry_id.ai_close_entry_id == self

    @api.private
    def _payload_ref(self, move, mirrored):
        expected = self._reversal_ref() if mirrored else self.ref or self.name
        return (self.ref or self.name) if (move.ref or "") == expected else move.ref or ""

    @api.private
    def _payload_narration(self, move):
        # Odoo stores it as HTML: compared is what the same text becomes there.
        field = move._fields["narration"]
        expected = field.convert_to_cache(self.narration or False, move)
        same = (move.narration or "") == (expected or "")
        return (
            (self.narration or "")
            if same
            else html2plaintext(move.narration or "") or "\N{REPLACEMENT CHARACTER}"
        )

    @api.private
    def _reversal_ref(self):
        """Return the reference of the reversal, in the company's language whoever approves."""
        lang = self.company_id.sudo().partner_id.lang or "en_US"
        return self.with_context(lang=lang).env._("Reversal of: %s", self.ref or self.name)

    @api.private
    def _reversed_move(self):
        """Return the posted entry that this one reverses; none unless it was proposed for that."""
        return self.env["account.move"]

    @api.private
    def _need_first(self, move):
        """One approval, one journal entry and at most one reversal of it."""
        mirrored = self._is_own_reversal(move)
        posted = gathered(self, "posted", self._posted_of)[self.id] - move
        if any(self._is_own_reversal(other) == mirrored for other in posted):
            raise refuse(self, "ENT001", self.env._("%s was posted already.", self.name), action="entry.post")

    @api.model
    def _posted_of(self, ids):
        """Return ``{id: the posted journal entries that stand for it}``."""
        found = dict.fromkeys(ids, self.env["account.move"])
        for move in self.env["account.move"].search(
            [("ai_close_entry_id", "in", ids), ("state", "=", "posted")]
        ):
            found[move.ai_close_entry_id.id] |= move
        return found

    @api.private
    def _redated(self, move, approved):
        """Return the refusal of a date that is not the approved one."""
        return refuse(
            self,
            "LCK002",
            self.env._(
                "Odoo would post this on %(date)s instead of %(approved)s.",
                date=format_date(self.env, move.date),
                approved=format_date(self.env, approved) if approved else "-",
            ),
            action="entry.approve",
        )
