// What is being written, by what it is of, and what was sent and has no answer. It
// survives a lost line, a new panel, a page drawn again, a login as the same account;
// and a key finds it whatever happens to be drawn. Signing out takes it away.
import { own } from "./page.ts";

export interface Draft {
	readonly text: string;
	readonly same: boolean; // the reason that was last said is said again
	readonly seen?: number; // the record of the level that it was begun for
	readonly cell?: string; // that a contact chose for it
	readonly sent?: boolean; // under way: whether it was taken is not known
}

const keyOf = (of: string): string => `kb.said ${own("user")} ${of}`;

// scope is what drafts of cells belong to. What is written at a meeting's console is
// that meeting's, and never stored in another.
const scope = (): string => own(own("kind") === "console" ? "meeting" : "board");

// ofCell names the draft of a cell ("m.c").
export const ofCell = (cell: string): string => `${scope()} ${cell}`;

// anyKept reports whether a text is kept, whoever wrote it: on the login page nobody has
// said who they are.
export const anyKept = (): boolean =>
	Object.entries(sessionStorage).some(([key, kept]) => {
		const texts = /^kb\.(said|jot) /.test(key) ? [(JSON.parse(String(kept)) as Draft).text] : key.startsWith("kb.begun ") ? Object.values(JSON.parse(String(kept)) as Begun) : [];
		return texts.some((text) => text.trim());
	});

// Begun is what is begun in another form: values by field.
export type Begun = Readonly<Record<string, string>>;

const begunKey = (about: string): string => `kb.begun ${own("user")} ${about}`;

export const begunIn = (about: string): Begun => JSON.parse(sessionStorage.getItem(begunKey(about)) ?? "{}") as Begun;
export const keepBegun = (about: string, begun: Begun): void => sessionStorage.setItem(begunKey(about), JSON.stringify(begun));
export const dropBegun = (about: string): void => sessionStorage.removeItem(begunKey(about));

// forgetAtLogout takes all of it away when somebody signs out here.
export function forgetAtLogout(): void {
	document.addEventListener("submit", (event) => {
		if (!(event.target as Element).getAttribute("action")?.endsWith("/logout")) return;
		for (const key of Object.keys(sessionStorage)) if (/^kb\.(said|begun|sent|form|jot) /.test(key)) sessionStorage.removeItem(key);
	});
}

// leftIn are the texts that were written in a meeting and not stored, by their cell.
export function leftIn(meeting: string): [string, string][] {
	const begins = keyOf(meeting) + " ";
	const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(begins)).sort();
	return keys.map((key): [string, string] => [key.slice(begins.length), (JSON.parse(sessionStorage.getItem(key) ?? "") as Draft).text]).filter(([, text]) => text.trim());
}

// draftOf is what was written and not sent.
export function draftOf(of: string): Draft {
	const kept = sessionStorage.getItem(keyOf(of));
	return kept ? (JSON.parse(kept) as Draft) : { text: "", same: false };
}

export function keep(of: string, draft: Draft): void {
	if (draft.text || draft.same) sessionStorage.setItem(keyOf(of), JSON.stringify(draft));
	else drop(of);
}

export function drop(of: string): void {
	sessionStorage.removeItem(keyOf(of));
}

// take is for anyone who sends it: it is sent once.
export function take(of: string): Draft {
	const draft = draftOf(of);
	drop(of);
	return draft;
}

// giveBack is for what was not taken, unless more has been written meanwhile.
export function giveBack(of: string, draft: Draft): void {
	if (!sessionStorage.getItem(keyOf(of))) keep(of, draft);
}

// Sent is what was asked for of a cell and has no answer: when, of which cell, with
// what was written of it; and the command, once it was sent.
export interface Sent {
	readonly at: number;
	readonly cell: string;
	readonly said: Draft;
	readonly command?: object;
}

// Filled is a form that was sent and has no answer: when, where to, with what; by what
// its text is kept, and what is said once it is taken.
export interface Filled {
	readonly at: number;
	readonly to: string;
	readonly fields: string;
	readonly of: string;
	readonly said: string;
}

// Awaited is what has no answer, by its request: a page after this one asks for it.
class Awaited<T extends { readonly at: number }> {
	constructor(private readonly what: string) {}

	get #begins(): string {
		return `${this.what} ${own("user")} ${scope()} `;
	}

	hold(request: string, sent: T): void {
		sessionStorage.setItem(this.#begins + request, JSON.stringify(sent));
	}

	settle(request: string): void {
		sessionStorage.removeItem(this.#begins + request);
	}

	// all are what a page before this one had no answer to.
	all(): [string, T][] {
		const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(this.#begins));
		const all = keys.map((key): [string, T] => [key.slice(this.#begins.length), JSON.parse(sessionStorage.getItem(key) ?? "") as T]);
		return all.sort(([, a], [, b]) => a.at - b.at);
	}
}

export const awaitedCells = new Awaited<Sent>("kb.sent");
export const awaitedForms = new Awaited<Filled>("kb.form");
