"""The agent renews its own key, and sees nobody else's."""

from datetime import timedelta

from odoo import fields
from odoo.addons.ai_close.kernel.answer import check_answer
from odoo.tests import tagged

from .common import PortCase


@tagged("post_install", "-at_install")
class TestKey(PortCase):
    def _keys(self, user):
        return self.env["res.users.apikeys"].sudo().search([("user_id", "=", user.id)])

    def _works(self, key):
        return self.env["res.users.apikeys"]._check_credentials(scope="rpc", key=key)

    def test_a_new_key_works_and_ends(self):
        answer = self.port("rotate_key")
        check_answer("rotate_key", answer)
        result = answer["result"]
        self.assertEqual(self._works(result["key"]), self.agent.id)
        ends = self._keys(self.agent).expiration_date
        self.assertLess(ends, fields.Datetime.now() + timedelta(days=91))
        self.assertEqual(self.result("hello")["key_expires_at"], result["expires_at"][:19] + ".000000Z")

    def test_the_old_key_goes_when_the_new_one_is_in_use(self):
        old, new = self.result("rotate_key"), self.result("rotate_key")
        self.assertEqual(self._works(old["key"]), self.agent.id)
        stranger = (
            self.env["res.users.apikeys"]
            .with_user(self.preparer)
            .sudo()
            ._generate("rpc", new["name"], fields.Datetime.now() + timedelta(days=1))
        )
        self.assertEqual(self.result("drop_other_keys", keep_name=new["name"])["dropped"], 1)
        self.assertFalse(self._works(old["key"]))
        self.assertEqual(self._works(new["key"]), self.agent.id)
        self.assertEqual(self._works(stranger), self.preparer.id, "another's key of the same name stays")

    def test_dropping_needs_the_key_to_keep(self):
        kept = self.result("rotate_key")
        self.refused("RUN010", "drop_other_keys", keep_name="no such key")
        self.assertEqual(self._works(kept["key"]), self.agent.id)

    def test_the_key_itself_is_nowhere_in_the_trail(self):
        result = self.result("rotate_key")
        event = self.audit("key.rotate")
        self.assertIn(result["name"], event.after)
        self.assertNotIn(result["key"][:8], event.after)
