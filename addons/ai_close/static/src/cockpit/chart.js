import { loadBundle } from "@web/core/assets";
import { Component, onMounted, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";

/**
 * A small chart that is also a table: the drawing says its summary to a screen reader, and a switch shows the
 * numbers.  The library comes after the first paint; while it is missing, and where it can't be loaded, the
 * table is shown.
 */
export class CockpitChart extends Component {
    static template = "ai_close.CockpitChart";
    static props = {
        name: String,
        title: String,
        help: { type: String, optional: true },
        summary: String,
        kind: String,
        stacked: { type: Boolean, optional: true },
        max: { type: Number, optional: true },
        rowTitle: String,
        labels: Array,
        /** [{ label, color, values: [number or null], texts: [text], dash }] */
        series: Array,
        onPick: { type: Function, optional: true },
    };

    setup() {
        this.canvas = useRef("canvas");
        this.state = useState({ table: false, ready: false });
        onMounted(async () => {
            try {
                await loadBundle("web.chartjs_lib");
                this.state.ready = !this.gone;
            } catch {
                // the table says the same
                this.state.table = true;
            }
        });
        useEffect(
            () => {
                this.draw();
                return () => this.forget();
            },
            () => [this.state.ready, this.state.table, JSON.stringify([this.props.labels, this.props.series])]
        );
        onWillUnmount(() => (this.gone = true));
    }

    /** Nothing was measured, or there is nothing: a sentence says so better than an empty axis. */
    get empty() {
        return this.props.series.every((each) => each.values.every((value) => !value && (value === null || this.props.stacked)));
    }

    get tableShown() {
        return this.state.table || !this.state.ready;
    }

    toggle() {
        this.state.table = !this.state.table;
    }

    forget() {
        this.chart?.destroy();
        this.chart = null;
    }

    draw() {
        if (this.empty || this.tableShown || !this.canvas.el) {
            return;
        }
        const { kind, labels, series, stacked, max, onPick } = this.props;
        const datasets = series.map((each) => ({
            label: each.label, data: each.values, backgroundColor: each.color, borderColor: each.color,
            borderDash: each.dash || [], borderWidth: kind === "line" ? 2 : 0, pointStyle: each.point || "circle",
            pointRadius: 4, spanGaps: false, maxBarThickness: 36, tension: 0,
        }));
        const whole = { beginAtZero: true, stacked: Boolean(stacked), max, ticks: { precision: 0 } };
        this.chart = new window.Chart(this.canvas.el, {
            type: kind,
            data: { labels, datasets },
            options: {
                animation: false,
                responsive: true,
                maintainAspectRatio: false,
                onClick: (_ev, hits) => hits.length && onPick?.(hits[0].index),
                plugins: {
                    legend: { display: series.length > 1, position: "bottom", labels: { usePointStyle: kind === "line" } },
                    tooltip: {
                        callbacks: {
                            label: (item) => `${item.dataset.label}: ${series[item.datasetIndex].texts[item.dataIndex]}`,
                        },
                    },
                },
                scales: { x: { stacked: Boolean(stacked), grid: { display: false } }, y: whole },
            },
        });
    }
}
