import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

const KINDS = {
    all: _t("All"),
    items: _t("Open items"),
    account: _t("To an account, by hand"),
    bank_fee: _t("Bank fee"),
    interest: _t("Interest"),
    payroll: _t("Payroll"),
    tax: _t("Tax"),
    internal_transfer: _t("Internal transfer"),
    offset: _t("Cancel each other"),
    none: _t("Nothing proposed"),
};

/** How two versions of the matcher did on months held out, a row a kind of line. */
export class MatcherField extends Component {
    static template = "ai_close.MatcherField";
    static props = { ...standardFieldProps };

    get rows() {
        const value = this.props.record.data[this.props.name];
        return (Array.isArray(value) ? value : []).map((row) => ({
            ...row,
            label: KINDS[row.kind] || row.kind,
        }));
    }
}

registry.category("fields").add("ai_close_matcher", {
    component: MatcherField,
    displayName: _t("Figures of a matcher version"),
    supportedTypes: ["json"],
});
