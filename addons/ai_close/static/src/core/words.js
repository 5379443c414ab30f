/** What states and severities are called and how they look, in one place for every screen. */
import { _t } from "@web/core/l10n/translation";
import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";

// An icon of its own for each severity: colour alone says nothing to many readers.
export const SEVERITIES = {
    critical: { label: _t("Critical"), icon: "fa-times-circle", badge: "text-bg-danger o_ai_close_badge" },
    high: { label: _t("High"), icon: "fa-exclamation-triangle", badge: "text-bg-warning o_ai_close_badge" },
    medium: { label: _t("Medium"), icon: "fa-info-circle", badge: "text-bg-info o_ai_close_badge" },
    low: { label: _t("Low"), icon: "fa-circle-o", badge: "text-bg-300 o_ai_close_badge" },
};

export const BANDS = {
    auto: { label: _t("Sure"), badge: "text-bg-success o_ai_close_badge" },
    review: { label: _t("Check"), badge: "text-bg-info o_ai_close_badge" },
    ask: { label: _t("Open"), badge: "text-bg-warning o_ai_close_badge" },
};

export const CLOSE_STATES = {
    open: { label: _t("Open"), badge: "text-bg-300 o_ai_close_badge" },
    working: { label: _t("In progress"), badge: "text-bg-info o_ai_close_badge" },
    ready: { label: _t("Ready"), badge: "text-bg-success o_ai_close_badge" },
    requested: { label: _t("Lock requested"), badge: "text-bg-info o_ai_close_badge" },
    locked: { label: _t("Locked"), badge: "text-bg-success o_ai_close_badge" },
    reopened: { label: _t("Reopened"), badge: "text-bg-warning o_ai_close_badge" },
};

export const LOCK_STATES = {
    draft: _t("lock: draft"),
    requested: _t("lock: requested"),
    approved: _t("lock: approved"),
    applied: _t("lock: applied"),
};

export const RUN_STATES = {
    requested: _t("requested, waits for the agent"),
    running: _t("running"),
    done: _t("done"),
    failed: _t("failed"),
    expired: _t("stopped before its end"),
};

export const ENTRY_STATES = {
    proposed: _t("to prepare"),
    prepared: _t("to review"),
    reviewed: _t("to approve"),
    approved: _t("to post"),
    stale: _t("sources changed"),
    posted: _t("posted"),
    reversed: _t("reversed"),
    rejected: _t("rejected"),
};

/** "Thu 5 Nov" of an ISO date; nothing for nothing. */
export function dayText(iso) {
    return iso ? deserializeDate(iso).toLocaleString({ weekday: "short", day: "numeric", month: "short" }) : "";
}

/** "21 Nov, 02:10" in the reader's zone of a UTC datetime. */
export function momentText(utc) {
    if (!utc) {
        return "";
    }
    return deserializeDateTime(utc).toLocaleString({
        day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
    });
}

/** "working day 4" of a bucket like "WD+04". */
export function workdayText(bucket) {
    const number = parseInt((bucket || "").replace("WD+", ""), 10);
    return Number.isNaN(number) ? "" : _t("working day %s", number);
}

/** Address of a record, so that a link also opens in a new tab. */
export function recordUrl(model, id) {
    return `/odoo/${model.includes(".") ? model : `m-${model}`}/${id}`;
}
