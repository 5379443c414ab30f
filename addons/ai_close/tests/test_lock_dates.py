"""Lock dates in the database: nothing moves one but an approved request, and each move leaves its event."""

import json

from psycopg2 import errors

from odoo.tests import tagged

from .close_common import END, CloseCase
from .locks import lock_by_hand

FIELDS = ("fiscalyear_lock_date", "tax_lock_date", "sale_lock_date", "purchase_lock_date", "hard_lock_date")


class LockDateCase(CloseCase):
    def sql(self, query, *params):
        """Run SQL as the database's role, undone when it fails."""
        self.env.flush_all()
        with self.env.cr.savepoint():
            self.env.cr.execute(query, params, log_exceptions=False)
        self.env.invalidate_all()

    def assert_raises(self, code, query, *params):
        """Assert that the database itself refuses."""
        with self.assertRaises(errors.CheckViolation) as caught:
            self.sql(query, *params)
        self.assertIn(f"[{code}]", str(caught.exception))
        return caught.exception.diag

    def approved(self, field="tax_lock_date", old=None, new=END, **vals):
        """Return a request as it stands the moment before it is applied."""
        request = (
            self.env["ai.close.lock"]
            ._guarded()
            .create(
                {
                    "name": "x",
                    "company_id": self.company.id,
                    "close_id": self.close.id,
                    "field": field,
                    "date_old": old,
                    "date_new": new,
                    "requested_by_id": self.ben.id,
                    "approved_by_id": self.carla.id,
                    "state": "approved",
                    **vals,
                }
            )
        )
        self.env.flush_all()
        return request

    def events(self, action="company.lock_date"):
        self.env.flush_all()
        return self.env["ai.close.audit"].sudo().search([("action", "=", action)], order="id")


@tagged("post_install", "-at_install")
class TestLockDates(LockDateCase):
    def test_each_date_is_refused_to_raw_sql(self):
        for field in FIELDS:
            with self.subTest(field):
                diag = self.assert_raises(
                    "LCK006",
                    f"UPDATE res_company SET {field} = '2026-09-30' WHERE id = %s",
                    self.company.id,
                )
                self.assertEqual(diag.table_name, "res_company")

    def test_the_request_has_to_fit(self):
        statement = "UPDATE res_company SET tax_lock_date = %s WHERE id = %s"
        request = self.approved()
        for name, wrong in (
            ("state", "requested"),
            ("field", "sale_lock_date"),
            ("date_new", "2026-11-01"),
            ("date_old", "2026-01-31"),
            ("company_id", self.env.ref("base.main_company").id),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                request._guarded().write({name: wrong})
                self.assert_raises("LCK006", statement, END, self.company.id)
                savepoint.rollback()
                self.env.invalidate_all()
        self.sql(statement, END, self.company.id)
        self.assertEqual(self.company.tax_lock_date, END)

    def test_a_lock_date_never_moves_back_even_with_a_request(self):
        lock_by_hand(self.company, tax_lock_date=END)
        self.sql("ALTER TABLE ai_close_lock DROP CONSTRAINT ai_close_lock_forward")
        self.approved(old=END, new="2026-09-30")
        statement = "UPDATE res_company SET tax_lock_date = %s WHERE id = %s"
        self.assert_raises("LCK004", statement, "2026-09-30", self.company.id)
        self.assert_raises("LCK004", statement, None, self.company.id)

    def test_same_values_and_other_columns_pass(self):
        lock_by_hand(self.company, tax_lock_date=END)
        self.sql(
            "UPDATE res_company SET tax_lock_date = tax_lock_date, name = 'New name' WHERE id = %s",
            self.company.id,
        )
        self.company.write({"tax_lock_date": END, "email": "close@example.com"})
        self.env.flush_all()
        self.assertEqual(self.company.name, "New name")

    def test_a_guard_is_not_left_and_passed_in_one_statement(self):
        self.assert_raises(
            "LCK006",
            "UPDATE res_company SET ai_close_enabled = false, tax_lock_date = '2026-09-30' WHERE id = %s",
            self.company.id,
        )

    def test_other_companies_are_free(self):
        other = self.env["res.company"].create({"name": "Other", "tax_lock_date": "2025-12-31"})
        other.tax_lock_date = False
        other.hard_lock_date = "2025-12-31"
        self.env.flush_all()
        self.assertFalse(self.events())

    def test_branches_are_bound(self):
        companies = self.env["res.company"]
        branch = companies.create({"name": "Branch", "parent_id": self.company.id})
        self.env.flush_all()
        self.assert_raises(
            "LCK006", "UPDATE res_company SET sale_lock_date = '2026-09-30' WHERE id = %s", branch.id
        )
        self.assert_refused("LCK006", branch.sudo().write, {"sale_lock_date": "2026-09-30"})
        vals = {"name": "Locked branch", "parent_id": self.company.id, "tax_lock_date": "2026-09-30"}
        self.assert_refused("LCK006", companies.sudo().create, vals)
        by_default = companies.with_context(default_tax_lock_date="2026-09-30")
        self.assert_refused("LCK006", by_default.create, {"name": "x", "parent_id": self.company.id})
        self.assert_refused("LCK006", self.company.sudo().write, {"child_ids": [(0, 0, vals)]})
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'res_company'"
        )
        own = {
            "id": "nextval('res_company_id_seq')",
            "name": "'Sneaked in'",
            "parent_id": "id",
            "parent_path": "NULL",
        }
        own |= {"tax_lock_date": "'2026-09-30'", "ai_close_enabled": "NULL"}
        columns = {f'"{name}"': own.get(name, f'"{name}"') for (name,) in self.env.cr.fetchall()}
        self.assert_raises(
            "LCK006",
            f"INSERT INTO res_company ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
            " FROM res_company WHERE id = %s",
            self.company.id,
        )

    def test_superusers_code_is_refused_in_words(self):
        for field in FIELDS:
            self.assert_refused("LCK006", self.company.sudo().write, {field: "2026-09-30"})
        forged = self.company.sudo().with_context(ai_close_lock=True, ai_close_lift=True)
        self.assert_refused("LCK006", forged.write, {"tax_lock_date": "2026-09-30"})

    def test_what_the_database_refuses_is_odoos_own_error(self):
        """A write that comes around the ORM's guard ends as a message, not as a server error."""
        with self.assertRaises(errors.CheckViolation) as caught:
            self.sql("UPDATE res_company SET tax_lock_date = '2026-09-30' WHERE id = %s", self.company.id)
        message = self.env["res.company"]._sql_error_to_message(caught.exception)
        self.assertIn("approved request only. [LCK006]", message)

    # -- events

    def test_each_move_leaves_an_event_of_who_did_it(self):
        self.approved()
        company = self.be(self.company, self.carla)
        company.with_context(tracking_disable=True)._ai_close_move_lock_date("tax_lock_date", END)
        (event,) = self.events()
        self.assertTrue(event._intact())
        self.assertEqual(
            (event.user_id, event.user_login, event.user_name, event.role, event.company_id, event.res_id),
            (self.carla.id, "close_carla", "Carla", "controller", self.company.id, self.company.id),
        )
        self.assertEqual(json.loads(event.before), {"tax_lock_date": None})
        self.assertEqual(json.loads(event.after), {"tax_lock_date": "2026-10-31"})
        self.assertEqual((event.model, event.res_name), ("res.company", self.company.name))

    def test_of_raw_sql_the_role_of_the_database_is_known(self):
        self.approved()
        self.sql("UPDATE res_company SET tax_lock_date = %s WHERE id = %s", END, self.company.id)
        (event,) = self.events()
        self.env.cr.execute("SELECT session_user")
        (role,) = self.env.cr.fetchone()
        self.assertEqual((event.user_login, event.user_id), (role, 0))
        self.assertTrue(event._intact())

    def test_an_event_is_sealed_whatever_the_names_are(self):
        self.company.name = 'Ä "quoted" \\ back\nline\ttab \x01\x1f\x7f 漢字 \u2028 😀 </script>'
        self.approved()
        self.sql("UPDATE res_company SET tax_lock_date = %s WHERE id = %s", END, self.company.id)
        (event,) = self.events()
        self.assertEqual(event.res_name, self.company.name)
        self.assertTrue(event._intact())

    def test_nobodys_name_is_left_behind(self):
        self.approved()
        self.be(self.company, self.carla)._ai_close_move_lock_date("tax_lock_date", END)
        self.approved("sale_lock_date")
        self.sql("UPDATE res_company SET sale_lock_date = %s WHERE id = %s", END, self.company.id)
        self.assertEqual(self.events().mapped("user_id"), [self.carla.id, 0])

    def test_silenced_tracking_hides_nothing(self):
        """H12: with the context key Odoo's chatter stays empty; the event is written all the same."""
        self.approved()
        company = self.company.with_context(tracking_disable=True, mail_notrack=True)
        before = self.company.message_ids
        self.sql("SELECT 1")
        company._ai_close_move_lock_date("tax_lock_date", END)
        self.assertEqual(len(self.events()), 1)
        self.assertTrue(before <= self.company.message_ids)
