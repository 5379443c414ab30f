import { useVirtualGrid } from "@web/core/virtual_grid_hook";
import { Component, useEffect, useRef } from "@odoo/owl";

import { MatchRow } from "./row";

export const ROW_PX = 38;

/** The left pane: as many rows as there are, of which only those near the window are in the page. */
export class MatchRows extends Component {
    static template = "ai_close.MatchRows";
    static components = { MatchRow };
    static props = {
        rows: Array,
        // Raised whenever something in the rows changed: they are plain data, thousands of them.
        tick: Number,
        active: Number,
        selected: Object,
        onActivate: Function,
        onOpen: Function,
        onToggle: Function,
        listRef: Function,
    };

    setup() {
        this.rowPx = ROW_PX;
        this.root = useRef("list");
        this.grid = useVirtualGrid({ scrollableRef: this.root, bufferCoef: 0.6 });
        this.counted = -1;
        useEffect(
            (active) => this.reveal(active),
            () => [this.props.active, this.props.rows]
        );
        useEffect(
            (el) => {
                this.props.listRef(el);
            },
            () => [this.root.el]
        );
    }

    /** Bring the row into the window, and not a pixel further than needed. */
    reveal(active) {
        const el = this.root.el;
        if (!el || active < 0) {
            return;
        }
        const top = active * ROW_PX;
        if (top < el.scrollTop) {
            el.scrollTop = top;
        } else if (top + ROW_PX > el.scrollTop + el.clientHeight) {
            el.scrollTop = top + ROW_PX - el.clientHeight;
        }
    }

    get shown() {
        const { rows } = this.props;
        if (this.counted !== rows.length) {
            this.counted = rows.length;
            this.grid.setRowsHeights(new Array(rows.length).fill(ROW_PX));
        }
        const [first, last] = this.grid.rowsIndexes || [];
        if (first === undefined) {
            return [];
        }
        const shown = rows.slice(first, last + 1).map((row, at) => ({ row, index: first + at }));
        const { active } = this.props;
        // The row that a screen reader is told of must be there, wherever somebody scrolled to.
        if (rows[active] && (active < first || active > last)) {
            shown.push({ row: rows[active], index: active });
        }
        return shown;
    }

    get activeId() {
        const row = this.props.rows[this.props.active];
        return row ? `o_ai_close_match_${row.id}` : false;
    }

    activate(index) {
        this.props.onActivate(index);
    }

    open(index) {
        this.props.onOpen(index);
    }

    toggle(index) {
        this.props.onToggle(index);
    }
}
