"""Whoever changes the books has their transaction judged for sign-offs that rest on them."""

from odoo import api, models


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["ai.close.dirty"]._arm()
        return super().create(vals_list)

    def write(self, vals):
        self.env["ai.close.dirty"]._arm()
        return super().write(vals)

    def unlink(self):
        self.env["ai.close.dirty"]._arm()
        return super().unlink()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["ai.close.dirty"]._arm()
        return super().create(vals_list)

    def write(self, vals):
        self.env["ai.close.dirty"]._arm()
        return super().write(vals)

    def unlink(self):
        self.env["ai.close.dirty"]._arm()
        return super().unlink()


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["ai.close.dirty"]._arm()
        return super().create(vals_list)

    def unlink(self):
        self.env["ai.close.dirty"]._arm()
        return super().unlink()


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["ai.close.dirty"]._arm()
        return super().create(vals_list)

    def write(self, vals):
        self.env["ai.close.dirty"]._arm()
        return super().write(vals)

    def unlink(self):
        self.env["ai.close.dirty"]._arm()
        return super().unlink()
