import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { deserializeDate } from "@web/core/l10n/dates";
import { formatMonetary } from "@web/views/fields/formatters";
import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";

import { sentenceOf } from "./decisions";
import { MatchPayer } from "./payer";

const TYPING_MS = 180;

/** Another item for the line, by number, partner or amount: several are picked, the rest is told at once. */
export class MatchSearch extends Component {
    static template = "ai_close.MatchSearch";
    static components = { MatchPayer };
    static props = {
        matchId: Number, lines: Array, query: { type: String, optional: true }, payer: { type: [Object, { value: null }], optional: true },
        onChosen: Function, onWriteOff: Function, onLeave: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.input = useAutofocus({ refName: "query" });
        this.state = useState({ query: this.props.query || "", found: [], picked: [], more: false, rest: "", at: 0, busy: false, error: "", lineIds: null });
        this.later = useDebounced(() => this.load(), TYPING_MS);
        onWillStart(() => this.load());
        onWillUnmount(() => (this.gone = true));
    }

    get pickedIds() {
        return this.state.picked.map((item) => item.id);
    }

    /** Ask for the items again; an answer that was overtaken by a later question is dropped. */
    async load() {
        const turn = (this.turn = (this.turn || 0) + 1);
        try {
            const answer = await this.orm.silent.call("ai.close.match", "review_items", [
                [this.props.matchId], this.state.query, this.pickedIds, this.state.lineIds,
            ]);
            if (turn === this.turn && !this.gone) {
                Object.assign(this.state, {
                    found: answer.items, picked: answer.picked, more: answer.more, rest: answer.rest_text, error: "",
                    lineIds: answer.lines.map((line) => line.id),
                });
                this.state.at = Math.min(this.state.at, Math.max(answer.items.length - 1, 0));
            }
        } catch (error) {
            if (turn === this.turn && !this.gone) {
                this.state.error = sentenceOf(error);
            }
        }
    }

    isMeant(line) {
        return (this.state.lineIds || []).includes(line.id);
    }

    /** Of a proposal of several bank lines, take one out or in; the first one that is left leads. */
    toggleLine(line) {
        const meant = this.props.lines.filter((each) => (each.id === line.id) !== this.isMeant(each));
        this.state.lineIds = meant.map((each) => each.id);
        this.state.rest = "";
        return this.load();
    }

    /** Look for the open items of the partner that a model suggests: nothing is picked by that. */
    lookFor(name) {
        Object.assign(this.state, { query: name, at: 0 });
        this.input.el?.focus();
        return this.load();
    }

    type(ev) {
        this.state.query = ev.target.value;
        this.state.at = 0;
        this.later();
    }

    pick(item) {
        if (!item || this.pickedIds.includes(item.id)) {
            return;
        }
        this.state.picked.push(item);
        this.state.rest = "";
        this.state.found = this.state.found.filter((each) => each.id !== item.id);
        this.input.el?.focus();
        return this.load();
    }

    drop(item) {
        this.state.rest = "";
        this.state.picked = this.state.picked.filter((each) => each.id !== item.id);
        this.input.el?.focus();
        return this.load();
    }

    /** In the field: arrows choose, Enter picks, Ctrl+Enter (or Enter in an empty list) matches, Escape leaves. */
    onKeydown(ev) {
        const last = this.state.found.length - 1;
        if (ev.key === "ArrowDown") {
            this.state.at = Math.min(this.state.at + 1, Math.max(last, 0));
        } else if (ev.key === "ArrowUp") {
            this.state.at = Math.max(this.state.at - 1, 0);
        } else if (ev.key === "Enter") {
            if (ev.ctrlKey || ev.metaKey || (this.state.picked.length && (last < 0 || !this.state.query))) {
                this.match();
            } else {
                this.pick(this.state.found[this.state.at]);
                this.state.query = "";
            }
        } else if (ev.key === "Backspace" && !this.state.query && this.state.picked.length) {
            this.drop(this.state.picked.at(-1));
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    async match() {
        if (!this.state.picked.length || this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const answer = await this.orm.silent.call("ai.close.match", "review_choose", [
                [this.props.matchId], this.pickedIds, null, null, this.state.lineIds,
            ]);
            if (!this.gone) {
                this.props.onChosen(answer);
            }
        } catch (error) {
            this.state.error = sentenceOf(error);
        } finally {
            this.state.busy = false;
        }
    }

    day(iso) {
        return deserializeDate(iso).toLocaleString({ day: "numeric", month: "short", year: "numeric" });
    }

    lineMoney(line) {
        return formatMonetary(line.amount, { currencyId: line.currency_id });
    }

    money(item) {
        const own = formatMonetary(item.amount, { currencyId: item.company_currency_id });
        return item.amount_currency === null
            ? own
            : `${formatMonetary(item.amount_currency, { currencyId: item.currency_id })} (${own})`;
    }
}
