// Lists of lines that the script keeps: a wall's "Røde nå" and "Endret siste 15
// min", its latest event, and what changed while a screen was away.
import type { Changed } from "./cells.ts";
import {
	all, banner, byId, columnShort, count, element, find, levelWord, minute, municipalityName, own, put, say, sign,
} from "./page.ts";
import { type Cell, lines, type Store } from "./store.ts";

const recentFor = 900_000;

export class Lists {
	readonly #recent = new Map<string, Cell>();
	#missed: Changed[] = [];

	constructor(
		private readonly store: Store,
		private readonly column: () => string,
		private readonly now: () => number,
	) {
		for (const line of all("#recent [data-m]")) {
			const { m = "", c = "", level = "", at } = line.dataset;
			this.#recent.set(m + " " + c, { m, c, level, at: Number(at) || 0, rev: 0 });
		}
	}

	changed(changes: readonly Changed[]): void {
		for (const { cell } of changes) this.#recent.set(cell.m + " " + cell.c, cell);
		this.draw();
		const last = changes.at(-1)?.cell;
		const latest = byId("latest");
		if (!last || !latest) return;
		put(find(".t", latest), minute(last.at));
		put(find(".text", latest), say("announce.one", municipalityName(last.m), columnShort(last.c), levelWord(last.level)));
	}

	draw(): void {
		const wall = own("kind") === "wall";
		const reds = [...this.store.all()].filter((c) => c.level === "red" && (!wall || c.c === this.column()));
		this.#fill("reds", reds, (at) => say("since", minute(at)), wall);
		const now = this.now();
		for (const [key, cell] of this.#recent) if (now - cell.at > recentFor) this.#recent.delete(key);
		this.#fill("recent", [...this.#recent.values()], minute, false);
	}

	#fill(id: string, cells: readonly Cell[], when: (at: number) => string, one: boolean): void {
		const list = byId(id);
		if (!list) return;
		const { shown, more } = lines(cells, Number(list.dataset["max"]) || 7);
		const next = shown.map((cell) => `${cell.m} ${cell.c} ${cell.level} ${cell.at}`).join("|") + more;
		if (list.dataset["shown"] === next) return; // the same lines: nothing to lay out again
		list.dataset["shown"] = next;
		list.replaceChildren(...shown.map((cell) => this.#line(cell, when(cell.at), one)));
		if (more === 0) return;
		const rest = element("li", count("more", more));
		rest.className = "more";
		rest.dataset["n"] = String(more);
		list.append(rest);
	}

	#line(cell: Cell, when: string, one: boolean): HTMLElement {
		const item = document.createElement("li");
		Object.assign(item.dataset, { m: cell.m, c: cell.c, level: cell.level, at: String(cell.at) });
		const time = element("time", when);
		if (cell.at) time.setAttribute("datetime", new Date(cell.at).toISOString());
		item.append(sign(cell.level, "m"), element("b", municipalityName(cell.m)));
		if (!one) item.append(element("span", columnShort(cell.c)));
		item.append(time);
		return item;
	}

	// missed lists what changed while the screen was away.
	missed(changes: readonly Changed[]): void {
		if (byId("back")?.hidden) this.#missed = [];
		this.#missed.push(...changes);
		if (this.#missed.length === 0) return;
		const line = banner("back", count("back", this.#missed.length));
		const newest = lines(this.#missed.map((c) => c.cell), 10).shown;
		find("ol", line)?.replaceChildren(...newest.map((cell) => this.#line(cell, minute(cell.at), false)));
	}
}
