import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatMonetary } from "@web/views/fields/formatters";
import { Component, useState } from "@odoo/owl";

/** What made a balance move: a table of its parts that is the chart's table too. The server made the sums. */
export class WaterfallField extends Component {
    static template = "ai_close.WaterfallField";
    static props = { ...standardFieldProps };

    setup() {
        this.chosen = useState({ base: null, dimension: null });
    }

    get groups() {
        const value = this.props.record.data[this.props.name];
        return Array.isArray(value) ? value : [];
    }

    get bases() {
        return this.several("base", "base_label");
    }

    get dimensions() {
        return this.several("dimension", "label");
    }

    several(name, label) {
        const known = new Map(this.groups.map((group) => [group[name], group[label]]));
        return [...known].map(([key, text]) => ({ key, text, on: this.group && this.group[name] === key }));
    }

    get group() {
        const { base, dimension } = this.chosen;
        const first = this.groups[0];
        return first && this.groups.find((each) =>
            each.base === (base || first.base) && each.dimension === (dimension || first.dimension));
    }

    /** Where a step begins and how long it is, in percent of all that the steps pass through. */
    bar(row) {
        const points = this.group.rows.flatMap((each) => [Number(each.before), Number(each.after)]);
        const [low, high] = [Math.min(...points), Math.max(...points)];
        const share = (value) => (high > low ? (100 * (value - low)) / (high - low) : 0);
        const [one, two] = [share(Number(row.before)), share(Number(row.after))].sort((a, b) => a - b);
        return `left: ${one.toFixed(2)}%; width: ${(two - one).toFixed(2)}%`;
    }

    money(text) {
        return formatMonetary(Number(text), { currencyId: this.props.record.data.currency_id.id });
    }
}

registry.category("fields").add("ai_close_waterfall", {
    component: WaterfallField,
    displayName: _t("Steps of a change"),
    supportedTypes: ["json"],
});
