"""Records of the close are seen in their own company only."""

from odoo.tests import tagged

from .close_common import CloseCase


@tagged("post_install", "-at_install")
class TestCompanyRules(CloseCase):
    def test_each_model_with_a_company_has_a_rule_for_everybody(self):
        """A global rule, which no group can lift, names the company; transient records are their own."""
        rules = self.env["ir.rule"].sudo().search([("groups", "=", False), ("perm_read", "=", True)])
        bound = {
            rule.model_id.model
            for rule in rules
            if "company" in (rule.domain_force or "") and rule.domain_force != "[(1, '=', 1)]"
        }
        ours = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("ai.close")
            and not model._abstract
            and not model._transient
            and "company_id" in model._fields
        }
        self.assertGreater(len(ours), 15)
        self.assertEqual(ours - bound, set(), "without a company rule")
