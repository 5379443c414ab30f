import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";

// One call takes what was pressed while the one before it ran; the server's own limit is above this.
const AT_ONCE = 50;

const STATE_AFTER = {
    action_accept: "accepted",
    action_undo: "undone",
    action_reject: "rejected",
    action_propose_again: "proposed",
};

/** What a refusal or a lost connection says, for the row that it is about. */
export function sentenceOf(error) {
    if (error instanceof ConnectionLostError) {
        return _t("The server can't be reached; nothing was decided.");
    }
    return error.data?.message || error.message || _t("The server did not answer.");
}

/**
 * Decisions on their way to the server, one call after the other, so that a person need not wait for one to
 * press the next. ``onAnswer(id, {state, message})`` tells what became of each; a failed one keeps its state.
 */
export class Decisions {
    constructor(orm, onAnswer, onIdle) {
        this.orm = orm;
        this.onAnswer = onAnswer;
        this.onIdle = onIdle;
        this.waiting = [];
        this.running = false;
    }

    get count() {
        return this.waiting.reduce((sum, job) => sum + job.ids.length, 0) + (this.running ? 1 : 0);
    }

    push(method, ids, args = []) {
        const last = this.waiting.at(-1);
        const same = last && last.method === method && JSON.stringify(last.args) === JSON.stringify(args);
        const fresh = same ? ids.splice(0, AT_ONCE - last.ids.length) : [];
        if (same) {
            last.ids.push(...fresh);
        }
        while (ids.length) {
            this.waiting.push({ method, args, ids: ids.splice(0, AT_ONCE) });
        }
        return this.work();
    }

    async work() {
        if (this.running) {
            return;
        }
        this.running = true;
        while (this.waiting.length) {
            await this.send(this.waiting.shift());
        }
        this.running = false;
        this.onIdle();
    }

    async send({ method, args, ids }) {
        let infos;
        try {
            const answer = await this.orm.silent.call("ai.close.match", method, [ids, ...args]);
            infos = answer?.infos || { done: [], failures: [] };
        } catch (error) {
            infos = { done: [], failures: ids.map((id) => ({ id, message: sentenceOf(error) })) };
        }
        for (const id of infos.done) {
            this.onAnswer(id, { state: STATE_AFTER[method] });
        }
        for (const { id, message, state } of infos.failures) {
            this.onAnswer(id, { state, message });
        }
        const told = new Set([...infos.done, ...infos.failures.map((each) => each.id)]);
        for (const id of ids.filter((each) => !told.has(each))) {
            this.onAnswer(id, { message: _t("The server said nothing about this one; look again.") });
        }
    }
}
