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

// wallQuery is the query of a wall that follows: the region that is looked at,
// what has changed since the previous meeting, the area of the cell that is pointed at. Undefined where it shows that already.
export function wallQuery(here: URLSearchParams, to: Goal): URLSearchParams | undefined {
	const out = new URLSearchParams(here);
	const since = to.query.get("since") === "mote" ? "mote" : "";
	const wish = { region: to.query.get("region") ?? "", since, kart: to.query.get("kart") || to.query.get("area") || to.c };
	for (const [key, value] of Object.entries(wish)) {
		if (value) out.set(key, value);
		else if (key !== "kart") out.delete(key);
	}
	return String(out) === String(here) ? undefined : out;
}
