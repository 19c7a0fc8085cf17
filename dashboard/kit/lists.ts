// Lists of lines that the script keeps: "Røde nå" and "Endret siste 15 min" of
// walls and phones, the latest event, and what changed while a screen was away.
import type { Cells, Changed } from "./cells.ts";
import {
	banner, byId, columnShort, count, element, find, levelWord, mark, moment, municipalityName, own, put, rank, regionOf, say, sign, use,
} from "./page.ts";
import { type Cell, changedAt, lines, passes, saidAt, stale, worst } from "./store.ts";
import type { Change } from "./wire.ts";

const recentFor = 900_000;

export class Lists {
	readonly #others = new Map<string, Change>(); // of areas that the page does not draw
	#missed: readonly Cell[] = []; // the newest
	#missedCount = 0;
	#whole = own("kind") !== "wall"; // a wall draws one area: the rest comes with its first snapshot

	constructor(
		private readonly cells: Cells,
		private readonly now: () => number,
	) {}

	readonly #when = (at: number): string => moment(at, this.now());

	// since is since when a cell is so, and when that was entered where it was another time.
	#since(cell: Cell | Change): readonly string[] {
		const event = this.#when(sinceAt(cell));
		const entered = this.#when(cell.entered ?? sinceAt(cell));
		return event === entered ? [event] : [event, `, ${say("entered", entered)}`];
	}

	// changed takes in what changed in any area, whatever the page's map shows.
	changed(changes: readonly Change[]): void {
		const mine = changes.filter((c) => this.#passes(c));
		for (const change of mine) {
			if (!this.cells.store.get(change.m, change.c)) this.#others.set(change.m + " " + change.c, change);
		}
		this.#whole = true;
		this.draw();
	}

	// latest tells the newest change of a frame, as the server does: the newest
	// record's, and of those the catalogue's first. A snapshot does not know what was
	// before: after one, the server tells.
	latest(changes: readonly Change[]): void {
		const line = byId("latest");
		const [last] = lines(changes.filter((c) => !c.confirms), 1, rank, (c) => c.rev).shown;
		if (!line || !last || last.rev <= Number(line.dataset["rev"])) return;
		const { m, c, level, from, at, rev } = last;
		mark(line, "data-rev", String(rev));
		put(find(".t", line), this.#when(at));
		const steps = from && from !== level ? `${levelWord(from)} → ${levelWord(level)}` : levelWord(level);
		put(find(".text", line), `${municipalityName(m)} · ${columnShort(c)}: ${steps}${last.undoes ? " " + say("undo.mark") : ""}`);
		put(find(".reason", line), last.undoes || !last.text ? "" : ". " + last.text);
	}

	#passes(cell: Change): boolean {
		return passes(cell, { ...this.cells.filter, levels: new Set(), since: 0 }, regionOf);
	}

	draw(): void {
		const list = byId("reds");
		if (!list || !this.#whole || own("layer") === "edition") return;
		const wall = own("kind") === "wall";
		const drawn = [...this.cells.store.all()].filter((c) => this.#passes(c));
		const reds = drawn.filter((c) => worst(c.level) && (!wall || c.c === this.cells.mapColumn));
		const since = this.now() - recentFor;
		const recent = [...drawn, ...this.#others.values()].filter((c) => c.rev && changedAt(c) >= since);
		const most = wall ? reds.length : Number(list.dataset["max"]); // a wall measures
		const recently = byId("recent");
		const told = (c: Cell | Change) => {
			const [event = "", ...entered] = this.#since(c);
			return [wall ? say("since", event) : event, ...entered];
		};
		this.#fill(list, reds, most, told, wall, sinceAt);
		this.#fill(recently, recent, Number(recently?.dataset["max"]), (c) => [this.#when(changedAt(c))], false, changedAt);
	}

	#fill(list: HTMLElement | null, cells: readonly (Cell | Change)[], max: number, when: (c: Cell | Change) => readonly string[], one: boolean, time: (c: Cell | Change) => number): void {
		if (!list) return;
		const { shown, more } = lines(cells, max, rank, time);
		const late = (cell: Cell | Change) => stale(cell, this.now());
		const next = JSON.stringify([shown, shown.map(late), more]);
		if (list.dataset["shown"] === next) return; // the same lines: nothing to lay out again
		list.dataset["shown"] = next;
		list.replaceChildren(...shown.map((cell) => line(cell, time(cell), when(cell), one, late(cell))));
		const rest = more ? count("more", more) : shown.length ? "" : say("none");
		if (!rest) return;
		const last = Object.assign(element("li", rest), { className: more ? "more" : "none" });
		if (more) last.dataset["n"] = String(more);
		list.append(last);
	}

	// missed lists what changed while the screen was away.
	missed(news: readonly Changed[]): void {
		const changes = news.filter((change) => change.news);
		if (byId("back")?.hidden) {
			this.#missed = [];
			this.#missedCount = 0;
		}
		this.#missedCount += changes.length;
		if (this.#missedCount === 0) return;
		const band = banner("back", count("back", this.#missedCount));
		this.#missed = lines([...this.#missed, ...changes.map((c) => c.cell)], 10, rank, changedAt).shown;
		find("ol", band)?.replaceChildren(...this.#missed.map((cell) => line(cell, changedAt(cell), [this.#when(changedAt(cell))], false)));
	}
}

const sinceAt = (c: Cell | Change): number => c.since ?? saidAt(c);

function line(cell: Pick<Cell, "m" | "c" | "level" | "at">, told: number, [when = "", entered]: readonly string[], one: boolean, late = false): HTMLElement {
	const { m, c, level, at } = cell;
	const item = document.createElement("li");
	Object.assign(item.dataset, { m, c, level, at });
	const time = element("time", when);
	if (entered) time.append(Object.assign(element("span", entered), { className: "entered" }));
	if (at) time.setAttribute("datetime", new Date(told).toISOString());
	item.append(sign(level, "m"), element("b", municipalityName(m)));
	if (!one) item.append(element("span", columnShort(c)));
	if (late) item.append(lateSign());
	item.append(time);
	return item;
}

// lateSign says, in little room, that a level must be confirmed.
function lateSign(): HTMLElement {
	const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
	mark(svg, "class", "m");
	mark(svg, "aria-hidden", "true");
	svg.append(use("#late"));
	const out = Object.assign(document.createElement("em"), { className: "due" });
	out.append(svg, Object.assign(element("span", say("stale.word")), { className: "vh" }));
	return out;
}
