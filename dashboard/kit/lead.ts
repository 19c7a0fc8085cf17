// Who leads and who follows: the rules, without the DOM.

// Pace lets the last of many through, at most one in each span.
export class Pace<T> {
	#next: T | undefined;
	#free = -Infinity; // when the next may go
	#timer = false;

	constructor(
		private readonly send: (value: T) => void,
		private readonly span: number,
		private readonly now: () => number,
		private readonly after: (ms: number, f: () => void) => void,
	) {}

	offer(value: T): void {
		this.#next = value;
		if (this.#timer) return;
		const wait = this.#free - this.now();
		if (wait <= 0) return this.#go();
		this.#timer = true;
		this.after(wait, () => {
			this.#timer = false;
			this.#go();
		});
	}

	#go(): void {
		const value = this.#next;
		this.#next = undefined;
		this.#free = this.now() + this.span;
		if (value !== undefined) this.send(value);
	}
}

// Goal is where a follower is to look.
export interface Goal {
	readonly path: string;
	readonly query: URLSearchParams;
	readonly m: string; // the cell that is pointed at, "" for none
	readonly c: string;
	readonly region: string; // the region in view
}

// pages are the kinds of pages that a presenter may take others to.
const pages = /^\/(?:tavle|utgave|kommune|omrade|region)\/[\w.-]+(?:\/v\d+)?$/;

// goal reads the path that a presenter sent, undefined where it is not one of
// our pages: what came over the line never becomes another site's address.
export function goal(path: string, regionOf: (m: string) => string): Goal | undefined {
	const [at = "", query = ""] = path.split("?", 2);
	if (!pages.test(at)) return undefined;
	const asked = new URLSearchParams(query);
	const [, m = "", c = ""] = /^([^.]+)\.(.+)$/.exec(asked.get("valgt") ?? "") ?? [];
	return { path: at, query: asked, m, c, region: asked.get("region") || regionOf(m) };
}

// shared is what of a view is passed on: where one looks, not how one's own
// screen is laid out.
const passed = ["region", "area", "level", "since", "kart", "valgt"];

export function shared(query: URLSearchParams): URLSearchParams {
	const out = new URLSearchParams();
	for (const key of passed) for (const value of query.getAll(key)) if (value) out.append(key, value);
	return out;
}

// set is the field of a led wall's address that holds the view set for it: with
// it the wall finds back by itself, also after a restart.
const set = "egen";

// viewOf is the view that was set for a wall, from its address.
export const viewOf = (address: URLSearchParams): URLSearchParams => new URLSearchParams(address.get(set) ?? address);

// wallQuery is where a wall with a view is to be while somebody leads, or nobody:
// the region that is looked at, what has changed since the previous meeting, the
// area of the cell that is pointed at. A pinned wall stays, and so do layouts
// that show all regions and areas.
export function wallQuery(view: URLSearchParams, to: Goal | undefined): URLSearchParams {
	const out = new URLSearchParams(view);
	if (!to || view.get("fest") === "1" || !["", "a"].includes(view.get("oppsett") ?? "")) return out;
	const since = to.query.get("since") === "mote" ? "mote" : "";
	for (const [key, value] of Object.entries({ region: to.query.get("region") ?? "", since })) {
		if (value) out.set(key, value);
		else out.delete(key);
	}
	const area = to.query.get("kart") || to.query.get("area") || to.c;
	if (area) {
		out.delete("area");
		out.set("kart", area);
	}
	if (!sameQuery(out, view)) out.set(set, String(view));
	return out;
}

// sameQuery reports whether two queries ask for the same, in whatever order.
export function sameQuery(a: URLSearchParams, b: URLSearchParams): boolean {
	const sorted = (query: URLSearchParams) => [...query].map((pair) => pair.join("=")).sort().join("&");
	return sorted(a) === sorted(b);
}
