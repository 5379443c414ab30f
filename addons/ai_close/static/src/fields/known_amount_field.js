import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { MonetaryField, monetaryField } from "@web/views/fields/monetary/monetary_field";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** An amount that may not be known: the database keeps 0 for it, and people must never read a zero. */
export class KnownAmountField extends MonetaryField {
    static template = "ai_close.KnownAmountField";

    get isUnknown() {
        return this.props.record.data.source_state === "no_data";
    }
}

/** How many have no data: a word on each that has none, and their number in the sum row. */
export class NoDataField extends Component {
    static template = "ai_close.NoDataField";
    static props = { ...standardFieldProps };

    get count() {
        return this.props.record.data[this.props.name];
    }
}

function formatNoData(count) {
    return count ? _t("%s without data", count) : "";
}

registry.category("fields").add("ai_close_known_amount", { ...monetaryField, component: KnownAmountField });
registry.category("fields").add("ai_close_no_data", {
    component: NoDataField, displayName: _t("Without data"), supportedTypes: ["integer"],
});
registry.category("formatters").add("ai_close_no_data", formatNoData);
