// Lists of lines that the script keeps: "Røde nå" and "Endret siste 15 min" of
// walls and phones, the latest event, and what changed while a screen was away.
import type { Cells, Changed } from "./cells.ts";
import {
	banner, byId, columnShort, count, element, find, levelWord, minute, municipalityName, own, put, rank, regionOf, say, sign,
} from "./page.ts";
import { type Cell, lines, passes, share, worst } from "./store.ts";
import type { Change } from "./wire.ts";

const recentFor = 900_000;

export class Lists {
	readonly #others = new Map<string, Change>(); // of areas that the page does not draw
	#latest = Date.parse(find("#latest time")?.getAttribute("datetime") ?? "") || 0;
	#missed: readonly Cell[] = []; // the newest
	#missedCount = 0;
	#whole = own("kind") !== "wall"; // a wall draws one area: the rest comes with its first snapshot

	constructor(
		private readonly cells: Cells,
		private readonly now: () => number,
	) {}

	// changed takes in what changed in any area, whatever the page's map shows.
	changed(changes: readonly Change[]): void {
		const mine = changes.filter((c) => this.#passes(c));
		for (const change of mine) {
			if (!this.cells.store.get(change.m, change.c)) this.#others.set(change.m + " " + change.c, change);
		}
		this.#whole = true;
		this.draw();
		const latest = byId("latest");
		const [last] = lines(mine, 1, rank).shown;
		if (!latest || !last || last.at <= this.#latest) return;
		const { m, c, level, from, text, at } = last;
		this.#latest = at;
		put(find(".t", latest), minute(at));
		const steps = [from, level].flatMap((l) => (l ? levelWord(l) : []));
		put(find(".text", latest), `${municipalityName(m)} · ${columnShort(c)}: ${steps.join(" → ")}${text ? ". " + text : ""}`);
	}

	#passes(cell: Cell): boolean {
		return passes(cell, { ...this.cells.filter, levels: new Set(), since: 0 }, regionOf);
	}

	draw(): void {
		const list = byId("reds");
		if (!list || !this.#whole || own("layer") === "edition") return;
		const wall = own("kind") === "wall";
		const drawn = [...this.cells.store.all()].filter((c) => this.#passes(c));
		const reds = drawn.filter((c) => worst(c.level) && (!wall || c.c === this.cells.mapColumn));
		const since = this.now() - recentFor;
		const recent = [...drawn, ...this.#others.values()].filter((c) => c.rev && c.at >= since);
		const most = Number(list.dataset["max"]);
		const [forReds, forRecent] = wall ? share(Number(list.dataset["lines"]), reds.length) : [most, most];
		this.#fill(list, reds, forReds, (at) => (wall ? say("since", minute(at)) : minute(at)), wall);
		this.#fill(byId("recent"), recent, forRecent, minute, false);
	}

	#fill(list: HTMLElement | null, cells: readonly Cell[], max: number, when: (at: number) => string, one: boolean): void {
		if (!list) return;
		const { shown, more } = lines(cells, max, rank);
		const next = JSON.stringify([shown, more]);
		if (list.dataset["shown"] === next) return; // the same lines: nothing to lay out again
		list.dataset["shown"] = next;
		list.replaceChildren(...shown.map((cell) => line(cell, when(cell.at), one)));
		const rest = more ? count("more", more) : shown.length ? "" : say("none");
		if (rest) list.append(Object.assign(element("li", rest), { className: more ? "more" : "none" }));
	}

	// missed lists what changed while the screen was away.
	missed(changes: readonly Changed[]): void {
		if (byId("back")?.hidden) {
			this.#missed = [];
			this.#missedCount = 0;
		}
		this.#missedCount += changes.length;
		if (this.#missedCount === 0) return;
		const band = banner("back", count("back", this.#missedCount));
		this.#missed = lines([...this.#missed, ...changes.map((c) => c.cell)], 10, rank).shown;
		find("ol", band)?.replaceChildren(...this.#missed.map((cell) => line(cell, minute(cell.at), false)));
	}
}

function line(cell: Cell, when: string, one: boolean): HTMLElement {
	const { m, c, level, at } = cell;
	const item = document.createElement("li");
	Object.assign(item.dataset, { m, c, level, at });
	const time = element("time", when);
	if (at) time.setAttribute("datetime", new Date(at).toISOString());
	item.append(sign(level, "m"), element("b", municipalityName(m)));
	if (!one) item.append(element("span", columnShort(c)));
	item.append(time);
	return item;
}
