import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

const NUMBER = /^-?\d+(\.\d+)?$/;
// An amount that is not in company currency says in which: `7.08 EUR`.
const MONEY = /^(-?[\d,]+(?:\.\d+)?) ([A-Z]{3})$/;
// Numbers that name something are never grouped by thousands.
const NAMES = /^(id|key|order|line|code|ref)/i;

/** Write a decimal string as the reader's language does, with the digits it came with. */
export function numberText(text) {
    const value = String(text);
    return formatFloat(parseFloat(value), { digits: [16, (value.split(".")[1] || "").length] });
}

/** How an entry's amount came about: the rows that the agent computed it from, and their sum. */
export class CalculationField extends Component {
    static template = "ai_close.CalculationField";
    static props = { ...standardFieldProps };

    get caption() {
        return _t("Calculation of the amount");
    }

    get calculation() {
        const value = this.props.record.data[this.props.name];
        return value && value.columns ? value : null;
    }

    get columns() {
        const { columns, rows } = this.calculation;
        return columns.map((column, index) => {
            const label = typeof column === "string" ? column : column.label || column.name;
            const cells = rows.map((row) => row[index]).filter((cell) => cell !== null && cell !== "");
            const numeric = index > 0 && !NAMES.test(label) && cells.length > 0
                && cells.every((cell) => NUMBER.test(String(cell)) || MONEY.test(String(cell)));
            return { label, numeric };
        });
    }

    get rows() {
        return this.calculation.rows;
    }

    /** Does a row go the other way?  Then the entry's debits add up to more than the total. */
    get netted() {
        return this.rows.some((row) => String(row.at(-1)).startsWith("-"));
    }

    /** Of a trial balance only. */
    get resultText() {
        return "";
    }

    get totalText() {
        const { total } = this.calculation;
        return NUMBER.test(String(total)) ? numberText(total) : total;
    }

    cellText(cell, column) {
        // Empty text says that the column does not apply to the row; unknown is null, and never reads as 0.
        if (cell === null || cell === undefined) {
            return _t("no data");
        }
        const money = column.numeric && MONEY.exec(String(cell));
        if (money) {
            return `${numberText(money[1].replaceAll(",", ""))} ${money[2]}`;
        }
        return column.numeric && cell !== "" ? numberText(cell) : String(cell);
    }
}

registry.category("fields").add("ai_close_calculation", {
    component: CalculationField,
    displayName: _t("Calculation"),
    supportedTypes: ["json"],
});

/** What an entry does to the trial balance: each account before, the entry itself, and after. */
export class EffectField extends CalculationField {
    get caption() {
        return _t("Posted balances before and after");
    }

    /** Amounts of one side only are no netting here: there is no total. */
    get netted() {
        return false;
    }

    get resultText() {
        const { result } = this.calculation;
        return result && Number(result) ? numberText(result) : "";
    }
}

registry.category("fields").add("ai_close_effect", {
    component: EffectField,
    displayName: _t("Trial balance before and after"),
    supportedTypes: ["json"],
});
