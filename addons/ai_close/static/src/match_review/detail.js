import { deserializeDate } from "@web/core/l10n/dates";
import { formatMonetary } from "@web/views/fields/formatters";
import { Component } from "@odoo/owl";

import { BANDS, recordUrl } from "../core/words";
import { MatchPayer } from "./payer";

/** The right pane: what is proposed for the line, why, what accepting does, and what else it could be. */
export class MatchDetail extends Component {
    static template = "ai_close.MatchDetail";
    static components = { MatchPayer };
    static props = {
        row: Object,
        tick: Number,
        detail: { type: Object, optional: true },
        error: { type: String, optional: true },
        onTake: Function,
        onOpen: Function,
        onReopen: Function,
        onRetry: Function,
        onSearch: Function,
        searching: Boolean,
    };

    setup() {
        this.bands = BANDS;
        this.recordUrl = recordUrl;
    }

    get detail() {
        return this.props.detail;
    }

    /** The first bank line stands in the head; further ones are listed. */
    get line() {
        return this.detail?.lines[0];
    }

    get otherLines() {
        return this.detail ? this.detail.lines.slice(1) : [];
    }

    /** A person's own words about the payer, as the bank gave them. */
    get facts() {
        const { line } = this;
        return line ? [line.partner, line.account_number, line.ref].filter(Boolean).join(" · ") : "";
    }

    day(iso) {
        return iso ? deserializeDate(iso).toLocaleString({ day: "numeric", month: "short", year: "numeric" }) : "";
    }

    money(amount, currencyId) {
        return formatMonetary(amount, { currencyId });
    }

    open(ev, document) {
        if (ev.ctrlKey || ev.metaKey || ev.shiftKey) {
            return;
        }
        ev.preventDefault();
        this.props.onOpen(document);
    }
}
