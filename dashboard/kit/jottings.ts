// What an expert types about a cell and has not saved ("Kladd"): kept in this tab at
// once, by the server within two seconds, and seen by its author alone.
//
// For the page where a cell is written:
//
//	const jot = new Jotting({ api: own("api"), user: own("user"), board, m, c }, told);
//	const begun = jot.begun;          // of this tab, before a reload or a new log-in: fill the form with it
//	const others = await jot.others() // of other tabs and machines: offer to fetch them back
//	jot.typed(text, evidence, seen);  // at each input event, and when evidence is chosen
//	jot.done();                       // on the 200 of a save, and when the text is thrown away
//
// told is called with { kept: true, at } ("Kladd 10:41, bare hos deg til du lagrer") or
// { kept: false, since, why } ("Ikke tatt vare på siden 10:38. Teksten ligger i
// nettleseren."); why is the server's sentence where it refuses, else "". After a lost
// line or an ended session it tries again by itself. To fetch another's back:
// jot.typed(other.text, other.evidence, other.seen), then jot.drop(other.id).
//
// Two tabs never write over each other: each has a jotting of its own, also where a
// browser copied one tab into another. Nothing here saves anything to the record.
import { backoff } from "./line.ts";

export interface Place {
	readonly api: string;
	readonly user: string;
	readonly board: string;
	readonly m: string;
	readonly c: string;
}

export interface Content {
	readonly text: string;
	readonly evidence: readonly string[];
	readonly seen: number; // the cell's revision that it was begun on
}

export interface Other extends Content {
	readonly id: string;
	readonly at: number;
}

export type Told = { readonly kept: true; readonly at: number } | { readonly kept: false; readonly since: number; readonly why: string };

interface Answer {
	readonly status: number;
	readonly body: Record<string, unknown>;
}

// World is what surrounds it; a test is the clock and the server.
export interface World {
	readonly store: Pick<Storage, "getItem" | "setItem" | "removeItem">;
	ask(method: string, path: string, body?: string): Promise<Answer>;
	after(ms: number, f: () => void): unknown;
	cancel(timer: unknown): void;
	now(): number;
	name(): string;
}

interface Own extends Content {
	readonly id: string;
	readonly rev: number;
	readonly kept: boolean;
}

const pause = 1_000; // after the last key
const latest = 1_700; // after the first, so that it is there within two seconds
const most = 20_000; // characters that the server keeps
const retryMost = 15_000;

const browser: World = {
	get store() {
		return sessionStorage;
	},
	async ask(method, path, body) {
		const headers = { Accept: "application/json", "Content-Type": "application/json" };
		const answer = await fetch(path, { method, headers, credentials: "same-origin", redirect: "error", keepalive: (body?.length ?? 0) < 15_000, ...(body ? { body } : {}) });
		return { status: answer.status, body: (await answer.json().catch(() => ({}))) as Record<string, unknown> };
	},
	after: (ms, f) => setTimeout(f, ms),
	cancel: (timer) => clearTimeout(timer as number),
	now: () => Date.now(),
	name: () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join(""),
};

export class Jotting {
	readonly #key: string;
	#own: Own | undefined;
	#since = 0; // the first change that the server does not have
	#timer: unknown;
	#asking: Promise<void> | undefined;
	#failed = 0; // times in a row

	constructor(
		private readonly place: Place,
		private readonly told: (state: Told) => void,
		private readonly world: World = browser,
	) {
		this.#key = `kb.jot ${place.user} ${place.board} ${place.m} ${place.c}`;
		this.#own = JSON.parse(world.store.getItem(this.#key) ?? "null") ?? undefined;
		if (this.#own && !this.#own.kept) this.#later(0);
	}

	// begun is what was typed in this tab before and neither saved nor thrown away.
	get begun(): Content | undefined {
		return this.#own;
	}

	typed(text: string, evidence: readonly string[], seen: number): void {
		const own = this.#own;
		if (own && own.text === text && own.seen === seen && String(own.evidence) === String(evidence)) return;
		this.#hold({ id: own?.id ?? this.world.name(), rev: (own?.rev ?? 0) + 1, text, evidence, seen, kept: false });
		this.#failed = 0;
		this.#later(pause);
	}

	// done ends it: what was typed is saved, or thrown away.
	done(): void {
		const own = this.#own;
		this.world.cancel(this.#timer);
		this.#own = undefined;
		this.#since = 0;
		this.world.store.removeItem(this.#key);
		if (own) void (this.#asking ?? Promise.resolve()).then(() => this.drop(own.id));
	}

	// drop takes one of the author's jottings away, also of another tab.
	async drop(id: string, n = 0): Promise<void> {
		const answer = await this.#ask("DELETE", "/" + id);
		if (answer && answer.status < 500 && answer.status !== 429 || n > 5) return;
		this.world.after(backoff(n, Math.random(), retryMost), () => void this.drop(id, n + 1));
	}

	// others are the author's jottings of the cell from other tabs, the newest first.
	async others(): Promise<Other[]> {
		const answer = await this.#ask("GET", "?board=" + encodeURIComponent(this.place.board));
		const list = (answer?.body["jottings"] ?? []) as (Omit<Other, "at" | "evidence"> & { m: string; c: string; at: string; evidence?: string[] })[];
		return list
			.filter((j) => j.m === this.place.m && j.c === this.place.c && j.id !== this.#own?.id)
			.map(({ id, text, evidence = [], seen, at }) => ({ id, text, evidence, seen, at: Date.parse(at) }))
			.sort((a, b) => b.at - a.at);
	}

	#hold(own: Own): void {
		this.#own = own;
		if (!own.kept) this.#since ||= this.world.now();
		try {
			this.world.store.setItem(this.#key, JSON.stringify(own));
		} catch {
			// The browser has no room: the server has it in a moment.
		}
	}

	#later(ms: number): void {
		this.#since ||= this.world.now();
		this.world.cancel(this.#timer);
		const wait = this.#failed ? ms : Math.max(0, Math.min(ms, this.#since + latest - this.world.now()));
		this.#timer = this.world.after(wait, () => {
			this.#asking ??= this.#keep().finally(() => (this.#asking = undefined));
		});
	}

	async #keep(): Promise<void> {
		const sent = this.#own;
		if (!sent || sent.kept) return;
		const { board, m, c } = this.place;
		const signs = [...sent.text];
		const { evidence, seen, rev } = sent;
		const answer = await this.#ask("PUT", "/" + sent.id, JSON.stringify({ board, m, c, text: signs.slice(0, most).join(""), evidence, seen, rev }));
		const now = this.#own;
		if (now?.id !== sent.id) return; // saved or thrown away meanwhile
		if (answer?.status === 200 && signs.length <= most) {
			this.#failed = this.#since = 0;
			this.told({ kept: true, at: Date.parse(String(answer.body["at"])) });
			if (now.rev === sent.rev) this.#hold({ ...now, kept: true });
			else this.#later(pause);
			return;
		}
		if (answer?.status === 409) { // another tab has this one's name: it was copied from it
			this.#hold({ ...now, id: this.world.name(), rev: 1 });
			return this.#later(0);
		}
		this.#refused(sent.rev, answer);
	}

	// refused tells that the server does not have it, and tries again where that may help.
	#refused(rev: number, answer: Answer | undefined): void {
		const status = answer?.status ?? 0;
		this.told({ kept: false, since: this.#since, why: status >= 400 && status !== 401 ? String(answer?.body["message"] ?? "") : "" });
		if (status > 0 && status < 500 && status !== 401 && status !== 429) {
			if (this.#own?.rev !== rev) this.#later(pause); // else when something else is typed
			return;
		}
		this.#later(backoff(this.#failed++, Math.random(), retryMost));
	}

	async #ask(method: string, path: string, body?: string): Promise<Answer | undefined> {
		try {
			return await this.world.ask(method, `${this.place.api}/jottings${path}`, body);
		} catch {
			return undefined; // no line
		}
	}
}
