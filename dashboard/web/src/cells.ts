// The board on the screen: table, map, tiles, counters. A change touches its
// cell, its place on the map and the counters; nothing else moves.
import { Announcer } from "./announce.ts";
import {
	all, banner, byId, columnName, columnShort, editionWord, find, glyph, levelWord, mark, minute, municipalityName,
	own, put, regionOf, say, show, sign, staleAfter, use,
} from "./page.ts";
import { type Cell, type Filter, noFilter, passes, Store } from "./store.ts";
import type { Change, Level } from "./wire.ts";

const nowFor = 3_000; // outline after a change
const newFor = 600_000; // corner mark after a change
const pulses = 20; // at most so many cells pulse at once

export interface Changed {
	readonly cell: Cell;
	readonly from: Level;
}

// sameSet is a level's shape from the set that stands there: with marks or bare.
const sameSet = (shape: Element | null, level: Level): string =>
	glyph(level, shape?.getAttribute("href")?.[1]);

// label is what a cell is called aloud, as the server says it.
function label(cell: Cell, out: boolean, base: string): string {
	const names = [municipalityName(cell.m), columnName(cell.c)];
	if (out) return say("cell.unset", ...names, say("cell.out"));
	const level = levelWord(cell.level) + (base ? ` (${say("edition")}: ${editionWord(base)})` : "");
	return say(cell.at && own("layer") !== "edition" ? "cell" : "cell.unset", ...names, level, minute(cell.at));
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
	readonly #now = new Map<string, number>(); // with outline, until (monotonic)
	readonly #aging: Cell[] = []; // that must be confirmed after a while
	readonly #counters = all("[data-count-level]");
	readonly #announcer = new Announcer<Changed>(
		(changes) => this.#announce(changes),
		() => performance.now(),
		(ms, f) => setTimeout(f, ms),
	);
	#outside: Changed[] = [];

	// now is the server's time.
	constructor(private readonly now: () => number) {
		this.mapColumn = (byId("map") ?? byId("tiles"))?.dataset["c"] ?? "";
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
		find("a,button", byId("outside"))?.addEventListener("click", (event) => {
			event.preventDefault();
			this.#goOutside();
		});
		find("button", byId("back"))?.addEventListener("click", () => show(byId("back"), false));
		for (const cell of this.#fresh.values()) this.#changed(cell);
		this.age();
	}

	#read(place: HTMLElement, m: string, c: string): void {
		const { level = "", at, rev } = place.dataset;
		const cell = { m, c, level, at: Number(at) || 0, rev: Number(rev) || 0 };
		this.store.add(cell);
		this.#remember(cell);
	}

	td(m: string, c: string): HTMLElement | undefined {
		return this.#tds.get(m + " " + c);
	}

	#placesOf(m: string): Element[] {
		return this.#places.get(m) ?? [];
	}

	// apply takes changes in and shows them. Quiet: they are old (taken anew, or
	// missed while away) and are marked but neither pulse nor speak.
	apply(changes: readonly Change[], how: { quiet?: boolean; force?: boolean } = {}): Changed[] {
		const done: Changed[] = [];
		for (const change of changes) {
			const from = how.force ? this.store.force(change) : this.store.apply(change);
			const cell = this.store.get(change.m, change.c);
			if (from !== undefined && cell) done.push({ cell: { ...cell }, from });
		}
		if (done.length === 0) return done;
		for (const { cell } of done) {
			this.#remember(cell);
			this.#paint(cell);
		}
		this.recount();
		if (!how.quiet) {
			const loud = done.filter((d) => d.from !== d.cell.level);
			this.#flash(loud);
			this.#announcer.add(...loud);
		}
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
		const tally = this.store.tally({ ...this.filter, levels: new Set() }, regionOf);
		const wall = own("kind") === "wall" ? this.mapColumn : "";
		for (const element of this.#counters) {
			const { countLevel = "", countRegion = "" } = element.dataset;
			put(element, String(tally(countLevel, countRegion, wall)));
		}
	}

	// age follows the server's clock: the corner mark goes, and what has not been
	// confirmed for its area's time is marked as stale.
	age(): void {
		const now = this.now();
		for (const [key, cell] of this.#fresh) {
			if (now - cell.at < newFor) continue;
			this.#fresh.delete(key);
			this.#changed(cell);
		}
		for (const cell of this.#aging) mark(this.td(cell.m, cell.c), "data-stale", cell.at > 0 && now - cell.at > staleAfter(cell.c));
	}

	// changed sets the mark of a change where it belongs: on the cell, and on tile
	// and sign if the map shows its area.
	#changed(cell: Cell): void {
		const key = cell.m + " " + cell.c;
		const state = this.#now.has(key) ? "now" : this.#fresh.has(key) && "recent";
		const places = cell.c === this.mapColumn ? this.#placesOf(cell.m) : [];
		for (const place of [this.td(cell.m, cell.c), ...places]) {
			if (place?.matches("td, li, use")) mark(place, "data-changed", (place.matches("use") || !place.hasAttribute("data-out")) && state);
		}
	}

	#remember(cell: Cell): void {
		const kept = this.store.get(cell.m, cell.c);
		if (!kept) return;
		if (kept.rev && this.now() - kept.at < newFor) this.#fresh.set(kept.m + " " + kept.c, kept);
		if (staleAfter(kept.c) && !this.#aging.includes(kept)) this.#aging.push(kept);
	}

	#paint(cell: Cell): void {
		const td = this.td(cell.m, cell.c);
		if (td) {
			mark(td, "data-level", cell.level);
			mark(td, "data-failed", false);
			mark(td, "data-rev", !!cell.rev && String(cell.rev));
			mark(td, "data-at", !!cell.at && String(cell.at));
			this.#label(td, cell);
			const shape = find("a use", td);
			mark(shape, "href", sameSet(shape, cell.level));
			this.#notch(td, differing(td, cell.level));
		}
		if (cell.c === this.mapColumn) this.#paintMap(cell);
	}

	#label(td: HTMLElement, cell: Cell): void {
		const out = !passes(cell, this.filter, regionOf);
		mark(td, "data-out", out);
		mark(find("a", td), "aria-label", label(cell, out, differing(td, cell.level)));
		this.#changed(cell);
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
		const out = !passes(cell, { ...this.filter, area: "", since: 0 }, regionOf);
		const name = say("place", municipalityName(cell.m), out ? say("cell.out") : levelWord(cell.level));
		for (const place of this.#placesOf(cell.m)) {
			if (place.hasAttribute("data-level")) mark(place, "data-level", cell.level);
			mark(place, "data-out", out);
			mark(place.matches("a") ? place : find("a", place), "aria-label", name);
			const shape = place instanceof SVGUseElement ? place : find("svg use", place);
			mark(shape, "href", sameSet(shape, cell.level));
		}
		this.#changed(cell);
	}

	#flash(changes: readonly Changed[]): void {
		if (changes.length === 0) return;
		const rings: Element[] = [];
		const states = byId("map-states");
		const until = performance.now() + nowFor;
		for (const { cell } of changes) {
			this.#now.set(cell.m + " " + cell.c, until);
			this.#changed(cell);
			mark(this.td(cell.m, cell.c), "data-pulse", changes.length <= pulses);
			if (states && cell.c === this.mapColumn) {
				const ring = use("#p" + cell.m, "now");
				states.append(ring);
				rings.push(ring);
			}
		}
		setTimeout(() => {
			for (const ring of rings) ring.remove();
			for (const { cell } of changes) {
				const key = cell.m + " " + cell.c;
				if (this.#now.get(key) !== until) continue; // changed again since
				this.#now.delete(key);
				mark(this.td(cell.m, cell.c), "data-pulse", false);
				this.#changed(cell);
			}
		}, nowFor);
		requestAnimationFrame(() => this.#noticeOutside(changes));
	}

	#announce(changes: readonly Changed[]): void {
		const last = changes.at(-1)!.cell;
		const line = say("announce.one", municipalityName(last.m), columnName(last.c), levelWord(last.level));
		put(byId("announce"), changes.length === 1 ? line : say("announce.many", changes.length, line));
	}

	// noticeOutside tells of changes that the reader cannot see: filtered out, or
	// scrolled away. Nothing scrolls by itself.
	#noticeOutside(changes: readonly Changed[]): void {
		const hidden = changes.filter(({ cell }) => {
			const td = this.td(cell.m, cell.c);
			if (!td) return false;
			if (td.hasAttribute("data-out")) return true;
			const box = td.getBoundingClientRect();
			return box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth;
		});
		if (hidden.length === 0) return;
		this.#outside.push(...hidden);
		const { cell } = this.#outside.at(-1)!;
		const line = say("outside", municipalityName(cell.m), columnShort(cell.c), levelWord(cell.level), minute(cell.at));
		banner("outside", this.#outside.length === 1 ? line : say("outside.many", this.#outside.length, line));
	}

	#goOutside(): void {
		const target = this.#outside.at(-1);
		this.#outside = [];
		show(byId("outside"), false);
		if (!target) return;
		const td = this.td(target.cell.m, target.cell.c);
		td?.scrollIntoView({ block: "center", inline: "center" });
		td?.focus({ preventScroll: true });
	}
}

