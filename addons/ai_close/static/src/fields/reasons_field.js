import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

const AGAINST = ["ambiguous", "contested", "instalments", "later_document", "names_others", "other_partner"];

/** Whether a reason of this code is a doubt; an amount of money out is none for its minus. */
function speaksAgainst(code) {
    return AGAINST.includes(code) || /^(doubt|no)_/.test(code || "");
}

/** Why the agent thinks that an item belongs to a bank line: what speaks for it and what against. */
export class ReasonsField extends Component {
    static template = "ai_close.ReasonsField";
    static props = { ...standardFieldProps };

    get reasons() {
        const value = this.props.record.data[this.props.name];
        return (Array.isArray(value) ? value : []).map((reason) => ({
            ...reason,
            against: speaksAgainst(reason.code),
        }));
    }

    valueText(reason) {
        return reason.value === null || reason.value === undefined || reason.value === true ? "" : String(reason.value);
    }
}

registry.category("fields").add("ai_close_reasons", {
    component: ReasonsField,
    displayName: _t("Reasons"),
    supportedTypes: ["json"],
});
