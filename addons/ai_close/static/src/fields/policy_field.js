import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { onWillStart } from "@odoo/owl";

import { FactsField } from "./facts_field";

/** The parameters of a policy, the accounts and the journal by their names instead of their ids. */
export class PolicyField extends FactsField {
    setup() {
        super.setup();
        this.names = useService("name");
        onWillStart(() => this.loadNames());
    }

    async loadNames() {
        const params = this.props.record.data[this.props.name] || {};
        const accounts = Object.values(params.roles || {}).flat();
        const journals = [params.adjustment_journal_id, ...(params.manual?.journals || [])].filter(Boolean);
        this.accountNames = await this.names.loadDisplayNames("account.account", accounts);
        this.journalNames = await this.names.loadDisplayNames("account.journal", journals);
    }

    get value() {
        const params = this.props.record.data[this.props.name];
        const named = (names, id) => (typeof names[id] === "string" ? names[id] : id);
        const roles = Object.entries(params.roles || {}).map(([role, ids]) => [
            role, [ids].flat().map((id) => named(this.accountNames, id)),
        ]);
        const manual = params.manual && {
            ...params.manual,
            journals: params.manual.journals.map((id) => named(this.journalNames, id)),
        };
        return {
            ...params,
            ...(manual ? { manual } : {}),
            roles: Object.fromEntries(roles),
            adjustment_journal_id: named(this.journalNames, params.adjustment_journal_id),
        };
    }
}

registry.category("fields").add("ai_close_policy", {
    component: PolicyField,
    displayName: _t("Policy parameters"),
    supportedTypes: ["json"],
});
