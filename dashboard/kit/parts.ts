// Fetching pieces of pages. The document comes parsed by the browser itself
// (responseType "document"): no string ever becomes markup here.
import { backoff } from "./line.ts";
import { all, body, byId, find, own } from "./page.ts";

// fetchPage returns another page's document, or those parts of it that are asked for
// by their ids; undefined where it did not come. A form is asked with what it holds.
export function fetchPage(address: string, ids?: readonly string[], form?: URLSearchParams): Promise<Document | undefined> {
	return new Promise((done) => {
		const request = new XMLHttpRequest();
		request.open(form ? "POST" : "GET", address);
		// No part's id is "-": then the answer says only what the page is.
		if (ids) request.setRequestHeader("Kb-Parts", ids.join() || "-");
		request.responseType = "document";
		request.timeout = 10_000;
		request.onloadend = () => done((request.status === 200 && request.responseXML) || undefined);
		request.send(form);
	});
}

// All of a page's parts are asked for by one name, and with them by another the
// selection and its links: no part is drawn from these.
const everything = "*";
export const wholePage = "page";

// Parts replaces what only the server can draw by a fresh copy. One fetch at a
// time; what becomes another during it is fetched after it.
export class Parts {
	#running = false;
	#asked = new Set<string>(); // what has become another, as frames name it, and "cells"
	also: readonly string[] = []; // parts that the page's own script draws
	figures: readonly string[] = []; // those of them that are drawn from figures
	arrived: (fresh: Document) => void = () => {}; // told of each copy before it is taken over
	drawn: (fresh: Document) => void = () => {}; // told of each copy that was fetched
	previous: () => void = () => {}; // told that another meeting is the previous one

	// refresh fetches what is drawn from the names: spread keeps hundreds of screens
	// from asking in the same instant.
	async refresh(spread: number, names: Iterable<string> = [everything]): Promise<void> {
		this.#ask(names);
		if (this.#running) return;
		this.#running = true;
		await after(Math.random() * spread);
		for (let failed = 0; this.#asked.size > 0; ) {
			const asked = this.#asked;
			this.#asked = new Set();
			const named = (name: string) => [everything, wholePage, "board", name].some((one) => asked.has(one));
			const parts = all("[data-part][id]").filter((part) => part.dataset["part"]!.split(" ").some(named)).map((part) => part.id);
			const wanted = parts.concat(named("figures") ? this.figures : [], this.also);
			if (wanted.length === 0 && !named("board")) continue; // the body tells which meetings there are
			const page = asked.has(wholePage);
			const address = location.href;
			const rev = Number(own("rev"));
			const fresh = await fetchPage(address, page ? undefined : wanted);
			await pressed;
			if (!fresh || (same(fresh) && Number(fresh.body.dataset["rev"]) < rev)) {
				// Until it comes, what stands here is old, and no later frame names it again.
				await after(backoff(failed++, Math.random(), 8_000));
				this.#ask(asked);
			} else if (location.href !== address) this.#ask(asked);
			else {
				const before = own("previous");
				this.arrived(fresh);
				adopt(fresh, page, parts);
				if (own("previous") !== before) this.previous();
				this.drawn(fresh);
			}
		}
		this.#running = false;
	}

	#ask(names: Iterable<string>): void {
		for (const name of names) this.#asked.add(name);
	}
}

// What is drawn anew waits for a press that has begun: a click that ends on another
// element than it began on is nobody's.
let pressed: Promise<unknown> | undefined;
addEventListener("pointerdown", () => {
	const ended = new Promise<void>((done) => {
		// A finger that scrolls presses nothing: its press is cancelled.
		for (const type of ["pointerup", "pointercancel"]) addEventListener(type, () => setTimeout(done), { once: true, capture: true });
	});
	pressed = Promise.race([ended, after(5_000)]).then(() => (pressed = undefined));
}, { capture: true });

const after = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

// adopt takes over what a fresh copy says: of these parts, of a whole page the
// selection and its links too. Another page in its place (the meeting was closed, the
// session has ended) has nothing that is the page's.
function adopt(fresh: Document, page: boolean, parts: readonly string[]): void {
	if (fresh.body.dataset["kind"] !== own("kind")) return;
	for (const id of parts) {
		const part = byId(id);
		if (!part || older(find("#" + id, fresh), part, fresh)) continue;
		carry(part, fresh);
		swap(fresh, "#" + id, ["edit-status"]);
	}
	for (const name of ["data-meeting", "data-rights", "data-previous"]) body.setAttribute(name, fresh.body.getAttribute(name) ?? "");
	if (!page) return;
	for (const part of ["#filters", "#more-filters", ".map-head", ".exports", ".print-only", "#grid .corner"]) swap(fresh, part);
	// How near the map is, only the server knows.
	for (const name of ["viewBox", "class"]) {
		const value = find("#map", fresh)?.getAttribute(name);
		if (value) byId("map")?.setAttribute(name, value);
	}
	find(".empty")?.remove();
	const empty = find(".empty", fresh);
	if (empty) find(".right")?.prepend(empty);
	const links = "main a[href], header a[href]";
	const copies = all<HTMLAnchorElement>(links, fresh);
	const here = all<HTMLAnchorElement>(links);
	// The same page drawn again has the same links in the same order.
	if (here.length === copies.length) here.forEach((link, i) => link.setAttribute("href", copies[i]!.getAttribute("href")!));
}

// older reports whether a copy was drawn before a frame brought the part further.
const older = (copy: HTMLElement | null, part: HTMLElement, fresh: Document): boolean =>
	same(fresh) && Number(copy?.dataset["rev"]) < Number(part.dataset["rev"]);

// same reports whether a copy's revisions are of the journal that the page's are of.
const same = (fresh: Document): boolean => fresh.body.dataset["epoch"] === own("epoch");

// kept is what stays unfolded when it is drawn again.
const kept = "details.folded, details[id]";

// carry takes along what somebody has begun to write in a part, and the revision
// that it was begun for: of a newer one the server asks.
function carry(part: Element, fresh: Document): void {
	for (const { name, value, defaultValue } of all<HTMLTextAreaElement>("textarea", part)) {
		const begun = value !== defaultValue;
		for (const field of begun ? [name, name.replace(/^text/, "seen")] : [name]) {
			const named = `[name="${CSS.escape(field)}"]`;
			const old = find<HTMLTextAreaElement | HTMLInputElement>(named, part);
			const copy = find<HTMLTextAreaElement | HTMLInputElement>(`#${part.id} ${named}`, fresh);
			if (old && copy && (begun || !copy.defaultValue)) copy.value = old.value;
		}
	}
}

// revision is what a button would undo.
const revision = (stop: Element): string | undefined => find<HTMLInputElement>("[name=revision]", stop.closest("form"))?.value;

// swap replaces one part. Focus stays on what has its place there; a text that is
// being written is left alone; and a button that undoes never becomes another's.
// Elements of keep go along as they are: what they say is not the server's.
export function swap(fresh: Document, part: string, keep: readonly string[] = []): boolean {
	const old = find(part);
	const copy = find(part, fresh);
	if (!old || !copy) return false;
	const stops = (root: Element) => all("a, button, select, summary", root);
	const active = document.activeElement as HTMLElement;
	const at = stops(old).indexOf(active);
	if (at < 0 && old.contains(active)) return false;
	const undoes = revision(active);
	// What was unfolded stays so.
	const folds = all<HTMLDetailsElement>(kept, copy);
	const opened = all<HTMLDetailsElement>(kept, old);
	if (folds.length === opened.length) folds.forEach((fold, i) => (fold.open ||= opened[i]!.open));
	for (const id of keep) {
		const own = find("#" + id, old);
		if (own) find("#" + id, copy)?.replaceWith(own);
	}
	old.replaceWith(copy);
	if (at < 0) return true;
	const next = undoes ? stops(copy).find((stop) => revision(stop) === undoes) : stops(copy)[at];
	next?.focus({ preventScroll: true });
	return true;
}
