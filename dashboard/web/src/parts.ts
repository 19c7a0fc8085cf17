// Fetching pieces of pages. The document comes parsed by the browser itself
// (responseType "document"): no string ever becomes markup here.
import { all, body, find, mark, own } from "./page.ts";

// fetchPage returns another page's document, or undefined where it did not come.
export function fetchPage(address: string): Promise<Document | undefined> {
	return new Promise((done) => {
		const request = new XMLHttpRequest();
		request.open("GET", address);
		request.responseType = "document";
		request.timeout = 10_000;
		request.onloadend = () => done((request.status === 200 && request.responseXML) || undefined);
		request.send();
	});
}

// Parts replaces what only the server can draw by a fresh copy. One fetch at a
// time; a call during it asks for another.
export class Parts {
	#running = false;
	#again = false;
	#filter = false;
	drawn: (fresh: Document) => void = () => {}; // told of each page that was fetched
	previous: () => void = () => {}; // told that another meeting is the previous one

	// refresh fetches the page: spread keeps hundreds of screens from asking in
	// the same instant. filter: the filter has changed, and with it the links.
	async refresh(spread: number, filter = false): Promise<void> {
		this.#again = true;
		this.#filter ||= filter;
		if (this.#running) return;
		this.#running = true;
		await new Promise((done) => setTimeout(done, Math.random() * spread));
		while (this.#again) {
			this.#again = false;
			const fresh = await fetchPage(location.href);
			if (!fresh || this.#again) continue;
			const before = own("previous");
			adopt(fresh, this.#filter);
			if (own("previous") !== before) this.previous();
			this.drawn(fresh);
			this.#filter = false;
		}
		this.#running = false;
	}
}

function adopt(fresh: Document, filter: boolean): void {
	for (const { id } of all("[data-part][id]")) swap(fresh, "#" + id);
	for (const name of ["data-meeting", "data-rights", "data-previous"]) body.setAttribute(name, fresh.body.getAttribute(name) ?? "");
	adoptStale(fresh);
	adoptFigures(fresh);
	if (!filter) return;
	for (const part of ["#filters", "#more-filters", ".map-head", "#grid .corner"]) swap(fresh, part);
	find(".empty")?.remove();
	const empty = find(".empty", fresh);
	if (empty) find(".right")?.prepend(empty);
	const links = "main a[href], header a[href]";
	const copies = all<HTMLAnchorElement>(links, fresh);
	const own = all<HTMLAnchorElement>(links);
	// The same page drawn anew has the same links in the same order.
	if (own.length === copies.length) own.forEach((link, i) => link.setAttribute("href", copies[i]!.getAttribute("href")!));
}

// adoptStale marks what must be confirmed. Only the server knows when a level was
// last said to hold; it says so when the clock has gone far enough.
function adoptStale(fresh: Document): void {
	const cells = "td[data-m][data-c]";
	const key = ({ dataset: { m, c } }: HTMLElement) => `${m} ${c}`;
	const stale = new Map(all(cells + "[data-stale]", fresh).map((td) => [key(td), td.dataset]));
	if (stale.size === 0 && !find(cells + "[data-stale]")) return;
	for (const td of all(cells)) {
		const { rev, at } = td.dataset;
		const now = stale.get(key(td));
		// What has been set since the page was fetched is another level.
		mark(td, "data-stale", !!now && (rev ? now["rev"] === rev || now["at"] === at : now["at"] === at));
	}
}

// adoptFigures takes over the numbers in a situation's cells, which no frame
// brings. What stands for the level where there is no number (.word) steps back.
function adoptFigures(fresh: Document): void {
	if (body.dataset["layer"] !== "situation") return;
	const cells = "td[data-m][data-c]";
	const key = ({ dataset: { m, c } }: HTMLElement) => `${m} ${c}`;
	const figures = new Map(all(cells + ":has(.fig)", fresh).map((td) => [key(td), td]));
	for (const td of all(cells)) {
		const now = figures.get(key(td));
		const text = (now && find(".fig", now)?.textContent) ?? "";
		const old = find(".fig", td);
		if (text === (old?.textContent ?? "")) continue;
		old?.remove();
		const label = now && find("a", now)?.getAttribute("aria-label");
		if (label) mark(find("a", td), "aria-label", label);
		find(".word", td)?.classList.toggle("vh", !!text);
		if (!text) continue;
		const figure = Object.assign(document.createElement("b"), { className: "fig", textContent: text });
		find("a, .wcell", td)?.append(figure);
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
	const stops = (root: Element) => all("a, button, select", root);
	const active = document.activeElement as HTMLElement;
	const at = stops(old).indexOf(active);
	if (at < 0 && old.contains(active)) return false;
	const undoes = revision(active);
	// What was unfolded stays so.
	const folds = all<HTMLDetailsElement>(".folded", copy);
	const opened = all<HTMLDetailsElement>(".folded", old);
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
