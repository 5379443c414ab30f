import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** What a backtest came to, a row a rule; rules that found nothing in either version are left out. */
export class BacktestField extends Component {
    static template = "ai_close.BacktestField";
    static props = { ...standardFieldProps };

    get rows() {
        const value = this.props.record.data[this.props.name];
        return (Array.isArray(value) ? value : []).filter((row) => row.before || row.after || row.decided);
    }
}

registry.category("fields").add("ai_close_backtest", {
    component: BacktestField,
    displayName: _t("Figures of a backtest"),
    supportedTypes: ["json"],
});
