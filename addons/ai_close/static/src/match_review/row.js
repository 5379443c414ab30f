import { deserializeDate } from "@web/core/l10n/dates";
import { formatMonetary } from "@web/views/fields/formatters";
import { Component } from "@odoo/owl";

import { BANDS } from "../core/words";
import { MARKS } from "./words";

/**
 * One row of the left pane. A key that moves on changes two rows; the others have the props that they had and
 * are not painted again.
 */
export class MatchRow extends Component {
    static template = "ai_close.MatchRow";
    static props = {
        row: Object,
        // What of the row can change, told apart: the row itself is plain data that nothing observes.
        id: Number,
        state: String,
        mark: String,
        band: { type: String, optional: true },
        index: Number,
        total: Number,
        top: Number,
        height: Number,
        active: Boolean,
        selected: Boolean,
        onActivate: Function,
        onOpen: Function,
        onToggle: Function,
    };

    // Written once a row, however often it comes and goes.
    get day() {
        const { row } = this.props;
        row.dayText ??= row.date
            ? deserializeDate(row.date).toLocaleString({ day: "2-digit", month: "short" })
            : "";
        return row.dayText;
    }

    get money() {
        const { row } = this.props;
        row.moneyText ??= formatMonetary(row.amount, { currencyId: row.currencyId });
        return row.moneyText;
    }

    /** What stands at the row's end: a step on its way, what became of it, or its band. */
    get badge() {
        const { mark, state, band } = this.props;
        if (mark) {
            return MARKS[mark];
        }
        return state === "proposed" ? BANDS[band] : MARKS[state];
    }

    click(ev) {
        const { index, onToggle, onActivate } = this.props;
        return ev.ctrlKey || ev.metaKey ? onToggle(index) : onActivate(index);
    }
}
