import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** Why the agent thinks that an item belongs to a bank line: what speaks for it and what against. */
export class ReasonsField extends Component {
    static template = "ai_close.ReasonsField";
    static props = { ...standardFieldProps };

    get reasons() {
        const value = this.props.record.data[this.props.name];
        return (Array.isArray(value) ? value : []).map((reason) => ({
            ...reason,
            against: String(reason.value ?? "").startsWith("-") || reason.sign === "-",
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
