/** What the cockpit draws, as series of a chart: days to close, bank lines, findings by age. */
import { _t } from "@web/core/l10n/translation";

import { SEVERITIES } from "../core/words";

const NOT_MEASURED = _t("not measured");
// Told apart by lightness, too; the numbers stand in the table.
const COLORS = {
    days: "#714b67", matched: "#2f7ea1", untouched: "#1d6b44",
    critical: "#a12330", high: "#d9822b", medium: "#2f7ea1", low: "#9aa0a6",
};

const texts = (rows, name) => rows.map((row) => row[`${name}_text`] ?? NOT_MEASURED);

function lastKnown(rows, name) {
    const known = rows.filter((row) => row[name] !== null);
    return known.length ? known[known.length - 1] : null;
}

export function daysChart(trend) {
    const last = lastKnown(trend, "close_days");
    return {
        name: "days",
        title: _t("Days to close"),
        help: _t("Calendar days from the end of the period to its last lock."),
        kind: "bar",
        rowTitle: _t("Period"),
        labels: trend.map((row) => row.label),
        series: [{
            label: _t("Days"), color: COLORS.days,
            values: trend.map((row) => row.close_days), texts: texts(trend, "close_days"),
        }],
        summary: last
            ? _t("Days to close, last %(count)s periods; %(period)s took %(days)s days.", {
                  count: trend.length, period: last.label, days: last.close_days_text,
              })
            : _t("Days to close: not measured, no period was locked by a request yet."),
    };
}

export function linesChart(trend) {
    const last = lastKnown(trend, "auto_match");
    return {
        name: "touchless",
        title: _t("Bank lines without work"),
        help: _t("Touchless: accepted by the server within the policy's limit and never undone. What people accepted, one by one or in bulk, is not."),
        kind: "line",
        max: 100,
        rowTitle: _t("Period"),
        labels: trend.map((row) => row.label),
        series: [
            {
                label: _t("Matched as proposed, %"), color: COLORS.matched, dash: [6, 4], point: "rect",
                values: trend.map((row) => row.auto_match), texts: texts(trend, "auto_match"),
            },
            {
                label: _t("Touchless, %"), color: COLORS.untouched,
                values: trend.map((row) => row.touchless), texts: texts(trend, "touchless"),
            },
        ],
        summary: last
            ? _t("Bank lines, last %(count)s periods; in %(period)s %(matched)s matched as proposed, %(untouched)s touchless.", {
                  count: trend.length, period: last.label, matched: last.auto_match_text,
                  untouched: last.touchless_text ?? NOT_MEASURED,
              })
            : _t("Bank lines without work: not measured, no period has bank lines."),
    };
}

export function agesChart(ages) {
    const total = ages.reduce((sum, row) => sum + row.total, 0);
    const oldest = [...ages].reverse().find((row) => row.total);
    return {
        name: "ages",
        title: _t("Open findings by age"),
        help: _t("Days since a run saw the finding first."),
        kind: "bar",
        stacked: true,
        rowTitle: _t("Age"),
        labels: ages.map((row) => row.label),
        series: Object.entries(SEVERITIES).map(([severity, { label }]) => ({
            label, color: COLORS[severity],
            values: ages.map((row) => row.counts[severity]), texts: ages.map((row) => `${row.counts[severity]}`),
        })),
        summary: oldest
            ? _t("%(total)s open findings; the oldest group is %(age)s with %(count)s.", {
                  total, age: oldest.label, count: oldest.total,
              })
            : _t("No finding is open."),
    };
}
