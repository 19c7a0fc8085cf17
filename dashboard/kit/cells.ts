// The board on the screen: table, map, tiles, counters. A change touches its
// cell, its place on the map and the counters; nothing else moves.
import {
	actor, all, byId, columnName, editionWord, find, glyph, levelWord, mark, moment, municipalityName, own, put, regionOf, say,
	show, sign,
} from "./page.ts";
import { type Cell, changedAt, type Filter, noFilter, passes, reporter, saidAt, stale, Store } from "./store.ts";
import type { Change, Level } from "./wire.ts";

const newFor = 600_000; // corner mark after a change

export interface Changed {
	readonly cell: Cell;
	readonly from: Level;
	readonly news: boolean; // it became another: it was neither confirmed nor given back
}

// sameSet is a level's shape from the set that stands there: with marks or bare.
const sameSet = (shape: Element | null, level: Level): string =>
	glyph(level, shape?.getAttribute("href")?.[1]);

// label is what a cell is called aloud, as the server says it.
function label(cell: Cell, out: boolean, base: string, late: boolean, now: number): string {
	const names = [municipalityName(cell.m), columnName(cell.c)];
	if (out) return say("cell.unset", ...names, say("cell.out"));
	const level = levelWord(cell.level) + (base ? ` (${say("edition")}: ${editionWord(base)})` : "");
	const text = say(cell.at && own("layer") !== "edition" ? "cell" : "cell.unset", ...names, level, moment(cell.said ?? cell.at, now));
	return late ? say("stale", text) : text;
}

// differing is the edition's level where it must be shown beside the live one.
function differing(td: HTMLElement, level: Level): string {
	const { base = "" } = td.dataset;
	return level === "not_assessed" || base === level ? "" : base;
}

export class Cells {
	readonly store = new Store();
	filter: Filter = noFilter;

	// mapColumn is the one area that the map shows.
	mapColumn: string;

	readonly #tds = new Map<string, HTMLElement>();
	readonly #places = new Map<string, Element[]>(); // on map and tiles, by municipality
	readonly #fresh = new Map<string, Cell>(); // with corner mark
	readonly #stale = new Set<Cell>(); // drawn as what must be confirmed
	readonly outlined = new Map<string, number>(); // changed now: until when (monotonic)
	loud: (changes: readonly Changed[]) => void = () => {}; // told of what changed now

	// now is the server's time.
	constructor(private readonly now: () => number) {
		this.store.reporter = reporter(actor.names);
		this.mapColumn = (byId("map") ?? byId("tiles"))?.dataset["c"] ?? "";
		for (const th of all("#grid th[data-rests]")) this.store.resting.add(th.dataset["c"] ?? "");
		for (const td of all("td[data-m][data-c]")) {
			const { m = "", c = "" } = td.dataset;
			this.#tds.set(m + " " + c, td);
			this.#read(td, m, c);
		}
		for (const place of all("#map [data-m], #tiles [data-m]")) {
			const m = place.dataset["m"] ?? "";
			this.#places.set(m, [...this.#placesOf(m), place]);
			if (place.dataset["at"] && !this.store.get(m, this.mapColumn)) this.#read(place, m, this.mapColumn);
		}
		for (const cell of this.#fresh.values()) this.changed(cell);
		for (const cell of this.store.all()) if (this.#isStale(cell)) this.#stale.add(cell);
		this.age();
	}

	#read(place: HTMLElement, m: string, c: string): void {
		const { level = "", at, said, since, entered, changedAt: changed, rev, due, reported } = place.dataset;
		const cell = { m, c, level, at: Number(at) || 0, said: Number(said) || undefined, since: Number(since) || undefined, entered: Number(entered) || undefined, changed: changed === undefined ? undefined : Number(changed), rev: Number(rev) || 0, due: Number(due) || 0, reported: reported !== undefined };
		this.store.add(cell);
		this.#remember(cell);
	}

	td(m: string, c: string): HTMLElement | undefined {
		return this.#tds.get(m + " " + c);
	}

	#placesOf(m: string): Element[] {
		return this.#places.get(m) ?? [];
	}

	// apply takes changes in and shows them. Quiet: they are old (taken again, or
	// missed while away) and are marked but neither pulse nor speak.
	apply(changes: readonly Change[], how: { quiet?: boolean; force?: boolean } = {}): Changed[] {
		const done: Changed[] = [];
		for (const change of changes) {
			const known = this.store.get(change.m, change.c);
			const before = known ? changedAt(known) : 0;
			const from = how.force ? this.store.force(change) : this.store.apply(change);
			const cell = this.store.get(change.m, change.c);
			if (from !== undefined && cell) done.push({ cell: { ...cell }, from, news: changedAt(cell) > before });
		}
		if (done.length === 0) return done;
		for (const { cell } of done) {
			this.#remember(cell);
			this.#paint(cell);
		}
		this.recount();
		if (!how.quiet) this.loud(done.filter((d) => d.from !== d.cell.level));
		return done;
	}

	// refilter shows a selection. What is filtered out keeps its place.
	refilter(filter: Filter): void {
		this.filter = filter;
		const { region, area } = filter;
		for (const cell of this.store.all()) {
			const td = this.td(cell.m, cell.c);
			if (td) this.#label(td, cell);
		}
		for (const row of all("#grid tr[data-m]")) mark(row, "data-out", !!region && regionOf(row.dataset["m"] ?? "") !== region);
		for (const part of all("#grid tbody[data-region]")) mark(part, "data-out", !!region && part.dataset["region"] !== region);
		for (const th of all("#grid th[data-c]")) mark(th, "data-out", !!area && th.dataset["c"] !== area);
		this.repaintMap();
		this.recount();
	}

	// showOnMap makes another area the map's.
	showOnMap(column: string): void {
		this.mapColumn = column;
		for (const th of all("#grid th[data-c]")) mark(th, "data-map", th.dataset["c"] === column);
		for (const form of all<Element>("#map, #tiles")) mark(form, "data-c", column);
		this.repaintMap();
	}

	repaintMap(): void {
		for (const cell of this.store.all()) if (cell.c === this.mapColumn) this.#paintMap(cell);
	}

	recount(): void {
		// Numbers tell what is there, whatever levels are shown.
		const wall = own("kind") === "wall" ? this.mapColumn : "";
		const { since } = this.filter;
		const tally = this.store.tally({ ...this.filter, levels: new Set(), since: wall ? 0 : since }, regionOf);
		for (const element of all("[data-count-level]")) {
			const { countLevel = "", countRegion = "" } = element.dataset;
			put(element, String(tally(countLevel, countRegion, wall)));
		}
		const late = this.store.tally({ ...this.filter, levels: new Set(), since: wall ? 0 : since }, regionOf, this.now());
		// A region says of the levels that are shown how many must be confirmed.
		const shown = this.store.tally({ ...this.filter, since: wall ? 0 : since }, regionOf, this.now());
		for (const element of all("[data-due-level]")) {
			const { dueLevel = "", dueRegion = "" } = element.dataset;
			const n = (dueLevel === "any" ? shown : late)(dueLevel, dueRegion, wall);
			put(find("b", element), String(n));
			show(element, n > 0);
		}
	}

	#isStale(cell: Cell): boolean {
		return stale(cell, this.now());
	}

	// age follows the server's clock: the corner mark goes, a level must be
	// confirmed.
	age(): void {
		const now = this.now();
		let turned = false;
		for (const cell of this.store.all()) {
			if (this.#stale.has(cell) === stale(cell, now)) continue;
			turned = true;
			this.#paint(cell);
		}
		if (turned) this.recount();
		for (const [key, cell] of this.#fresh) {
			if (now - changedAt(cell) < newFor) continue;
			this.#fresh.delete(key);
			this.changed(cell);
		}
	}

	// changed sets the mark of a change where it belongs: on the cell, and on tile
	// and sign if the map shows its area.
	changed(cell: Cell): void {
		const key = cell.m + " " + cell.c;
		const state = this.outlined.has(key) ? "now" : this.#fresh.has(key) && "recent";
		const places = cell.c === this.mapColumn ? this.#placesOf(cell.m) : [];
		for (const place of [this.td(cell.m, cell.c), ...places]) {
			if (place?.matches("td, li, use")) mark(place, "data-changed", (place.matches("use") || !place.hasAttribute("data-out")) && state);
		}
	}

	#remember(cell: Cell): void {
		const kept = this.store.get(cell.m, cell.c);
		if (!kept) return;
		if (kept.rev && this.now() - changedAt(kept) < newFor) this.#fresh.set(kept.m + " " + kept.c, kept);
		else this.#fresh.delete(kept.m + " " + kept.c);
	}

	#paint(what: Cell): void {
		const cell = this.store.get(what.m, what.c) ?? what;
		if (this.#isStale(cell)) this.#stale.add(cell);
		else this.#stale.delete(cell);
		const td = this.td(cell.m, cell.c);
		if (td) {
			mark(td, "data-level", cell.level);
			mark(td, "data-failed", false);
			mark(td, "data-stale", this.#isStale(cell));
			mark(td, "data-rev", !!cell.rev && String(cell.rev));
			mark(td, "data-at", !!cell.at && String(cell.at));
			for (const of of ["said", "since", "entered"] as const) mark(td, "data-" + of, !!cell[of] && String(cell[of]));
			mark(td, "data-changed-at", changedAt(cell) !== saidAt(cell) && String(changedAt(cell)));
			mark(td, "data-due", !!cell.due && String(cell.due));
			this.#label(td, cell);
			const shape = find("use", td); // the level's comes first
			mark(shape, "href", sameSet(shape, cell.level));
			put(find(".word", td), levelWord(cell.level));
			this.#notch(td, differing(td, cell.level));
		}
		if (cell.c === this.mapColumn) this.#paintMap(cell);
	}

	#label(td: HTMLElement, cell: Cell): void {
		const out = !passes(cell, this.filter, regionOf);
		mark(td, "data-out", out);
		mark(find("a", td), "aria-label", label(cell, out, differing(td, cell.level), this.#isStale(cell), this.now()));
		this.changed(cell);
	}

	// notch shows the other layer's level, as a shape, only where it differs.
	#notch(td: HTMLElement, base: string): void {
		find(".notch", td)?.remove();
		if (!base) return;
		const notch = document.createElement("i");
		notch.className = "notch";
		notch.dataset["level"] = base;
		notch.append(sign(base, "g"));
		td.append(notch);
	}

	#paintMap(cell: Cell): void {
		const out = !passes(cell, { ...this.filter, area: "" }, regionOf);
		const late = this.#isStale(cell);
		const word = late ? say("stale", levelWord(cell.level)) : levelWord(cell.level);
		const name = say("place", municipalityName(cell.m), out ? say("cell.out") : word);
		for (const place of this.#placesOf(cell.m)) {
			if (place.hasAttribute("data-level")) {
				mark(place, "data-level", cell.level);
				mark(place, "data-stale", late);
			}
			mark(place, "data-out", out);
			mark(place.matches("a") ? place : find("a", place), "aria-label", name);
			const shape = place instanceof SVGUseElement ? place : find("svg use", place);
			mark(shape, "href", sameSet(shape, cell.level));
		}
		this.changed(cell);
	}
}
