// The table of a playback's changes: one page of it in the DOM, drawn from what
// the script has, and only when the time stands still.
import { all, byId, clock, columnShort, element, find, levelWord, mark, municipalityName, own, put, sign } from "../kit/page.ts";
import type { Timeline } from "./timeline.ts";

const day = new Intl.DateTimeFormat([document.documentElement.lang || "nb", "nb"], { timeZone: "Europe/Oslo", day: "numeric", month: "short" });

function mini(level: string): HTMLElement {
	const span = element("span", "");
	span.className = "mini";
	span.dataset["level"] = level;
	mark(span, "role", "img");
	mark(span, "aria-label", levelWord(level));
	mark(span, "title", levelWord(level));
	span.append(sign(level, "g"));
	return span;
}

export class ChangeTable {
	readonly #body = find("#changes tbody");
	readonly #nav = byId("pages");
	readonly #size = Number(this.#nav?.dataset["size"]) || Infinity; // one page has them all
	#page = Math.floor(Number(byId("changes")?.dataset["from"]) / this.#size) || 0;
	#rows: HTMLElement[] = all("#changes tr[data-rev]");
	#row: HTMLElement | undefined;

	constructor(
		private readonly line: Timeline,
		private readonly days: boolean, // the span has several
	) {
		for (const row of this.#rows) row.tabIndex = -1;
		this.#nav?.addEventListener("click", (event) => {
			const rel = (event.target as Element).closest("a")?.rel;
			if (!rel) return;
			event.preventDefault();
			this.#show(this.#page + (rel === "prev" ? -1 : 1));
		});
		this.#links();
	}

	// placeOf is which change a row is.
	placeOf(row: HTMLElement): number {
		const i = this.#rows.indexOf(row);
		return i < 0 ? -1 : (this.#page * this.#size || 0) + i;
	}

	// mark shows where the n-th change is, if it is on the page.
	mark(n: number): void {
		const row = this.#rows[n - 1 - (this.#page * this.#size || 0)];
		if (row === this.#row) return;
		mark(this.#row, "aria-current", false);
		mark(row, "aria-current", "true");
		this.#row = row;
	}

	// turn shows the page of the n-th change.
	turn(n: number): void {
		this.#show(Math.floor(Math.max(0, n - 1) / this.#size) || 0);
		this.mark(n);
		this.#row?.scrollIntoView({ block: "nearest" });
	}

	#show(page: number): void {
		const last = Math.ceil(this.line.steps.length / this.#size) - 1 || 0;
		const to = Math.min(Math.max(page, 0), Math.max(last, 0));
		if (to === this.#page || !this.#body) return;
		this.#page = to;
		this.#rows = this.line.steps.slice(to * this.#size, (to + 1) * this.#size).map((_, i) => this.#draw(to * this.#size + i));
		this.#row = undefined;
		this.#body.replaceChildren(...this.#rows);
		this.#links();
	}

	#links(): void {
		const nav = this.#nav;
		if (!nav) return;
		const [from, to, all] = [this.#page * this.#size, Math.min((this.#page + 1) * this.#size, this.line.steps.length), this.line.steps.length];
		put(find("span", nav), (nav.dataset["text"] ?? "").replace("{0}", String(from + 1)).replace("{1}", String(to)).replace("{2}", String(all)));
		for (const [rel, on] of [["prev", from > 0], ["next", to < all]] as const) {
			const link = find<HTMLAnchorElement>(`a[rel=${rel}]`, nav);
			if (!link) continue;
			if (on) link.href = `#changes`;
			else link.removeAttribute("href");
			mark(link, "role", !on && "link");
			mark(link, "aria-disabled", !on && "true");
		}
	}

	#draw(i: number): HTMLElement {
		const step = this.line.steps[i]!;
		const row = document.createElement("tr");
		Object.assign(row.dataset, { rev: step.rev, at: step.at, m: step.m, c: step.c, level: step.level });
		row.tabIndex = -1;
		const when = document.createElement("td");
		const link = document.createElement("a");
		link.href = `${own("base")}/tavle/${own("board")}?at=${new Date(step.at).toISOString()}`;
		link.append(element("time", (this.days ? day.format(step.at) + " " : "") + clock(step.at)));
		when.append(link);
		const place = element("th", municipalityName(step.m));
		mark(place, "scope", "row");
		const minis = element("span", "");
		minis.className = "minis";
		const arrow = element("span", "→");
		mark(arrow, "aria-hidden", "true");
		const before = this.line.before(i);
		if (before !== step.level) minis.append(mini(before), arrow);
		minis.append(mini(step.level));
		const change = document.createElement("td");
		change.append(minis);
		row.append(when, place, element("td", columnShort(step.c)), change);
		return row;
	}
}
