"""The port's part of the language model: what may be asked goes out, what was tried comes in."""

from odoo import api, models

from ..kernel.language import TASKS
from ..kernel.payload import PayloadError
from .envelope import answered


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    def _begin_answer(self, run, lease, resumed):
        """Say which language model may be asked what in this run."""
        language = self.env["ai.close.language"]._in_force(run.company_id)
        given = language._wire(run)
        run._guarded().write({"language_id": language.id if given else False})
        return super()._begin_answer(run, lease, resumed) | {"language": given}

    @api.model
    @answered
    def language_offer(self, company, agent_version, offer):
        """Take in a model and prompts with how they did on the evaluation set, for people to decide on.

        The same content again gives the same version.
        """
        company = self._begin_company(company)
        self._begin_version(agent_version)
        for part in ("prompts", "figures"):
            if set(offer[part]) - set(TASKS):
                raise PayloadError(f"offer.{part}", f"the tasks are {', '.join(TASKS)}")
        if not offer["prompts"]:
            raise PayloadError("offer.prompts", "at least one is expected")
        language = self.env["ai.close.language"]._offer(company, agent_version, offer)
        return {"version": language.version, "state": language.state}
