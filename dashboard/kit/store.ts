// The board as this page knows it, without the DOM: levels, times, what counts.
import type { Change, Level } from "./wire.ts";

export type RegionOf = (m: string) => string;

export interface Cell {
	readonly m: string;
	readonly c: string;
	level: Level;
	at: number;
	said?: number | undefined; // when it was said, where an undo brought it back
	since?: number | undefined; // since when it is so, if not since then
	entered?: number | undefined; // when that was entered, if later
	changed?: number | undefined; // when it last became another, if not when it was said; 0: never
	rev: number;
	due: number; // when it must be confirmed, 0: never
	reported?: boolean; // by the actor that the page tells apart
}

export interface Filter {
	readonly region: string; // "" all
	readonly area: string; // "" all
	readonly levels: ReadonlySet<string>; // toggles that are on; empty: all
	readonly since: number; // ms, 0: any time
	readonly older: number; // ms: said then or before, 0: any time
	readonly reported: boolean; // only what the actor reported
}

export const noFilter: Filter = { region: "", area: "", levels: new Set(), since: 0, older: 0, reported: false };

// toggleOf is the toggle that a level belongs to: what says nothing about good
// or bad shares one.
export const toggleOf = (level: Level): string => (graded.includes(level) ? level : "none");
const graded: readonly Level[] = ["green", "yellow", "red", "normal", "strained", "critical"];

// worst reports whether a level is its scale's gravest.
export const worst = (level: Level): boolean => level === "red" || level === "critical";

// stale reports whether a level must be confirmed: when, only the server knows.
export const stale = ({ due }: { readonly due?: number | undefined }, now: number): boolean => !!due && now >= due;

const key = (m: string, c: string): string => m + " " + c;

// passes reports whether a cell is in the selection.
export function passes(cell: Omit<Cell, "due">, f: Filter, regionOf: RegionOf): boolean {
	return (
		(!f.region || regionOf(cell.m) === f.region) &&
		(!f.area || cell.c === f.area) &&
		(f.levels.size === 0 || f.levels.has(toggleOf(cell.level))) &&
		(!f.since || (cell.rev > 0 && changedAt(cell) >= f.since)) &&
		(!f.older || (saidAt(cell) > 0 && saidAt(cell) <= f.older)) &&
		(!f.reported || !!cell.reported)
	);
}

// reporter tells whose reports are those of an actor, by all it has been called:
// "Politiet", "Politiet v/operasjonsleder". (vectors.test.ts holds this, speaksFor,
// cutoff and lines to what the server does.)
export function reporter(names: readonly string[]): (by: string) => boolean {
	const known = new Set(names.map((name) => name.toLowerCase()));
	return (by) => known.has((by.split(" v/")[0] ?? "").trim().toLowerCase());
}

// speaksFor reports whether who reports is called by a body's name first, whatever
// follows: "politiet, vakta".
export function speaksFor(by: string, name: string): boolean {
	const called = by.trim().toLowerCase();
	return name !== "" && called.startsWith(name.toLowerCase()) && !/^[\p{L}\p{Nd}-]/u.test(called.slice(name.length));
}

// cutoff reads "10m", "1h", "7d": since when a change counts as changed. 0: any
// time. Undefined: another form, which needs more than a clock.
export function cutoff(since: string, now: number): number | undefined {
	if (!since) return 0;
	const [, n, unit] = /^(\d{1,5})([mhd])$/.exec(since) ?? [];
	if (!n || !unit || !Number(n) || Number(n) > 10_000) return undefined;
	return now - Number(n) * { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as "m" | "h" | "d"];
}

// Store holds the cells that the page shows, and only those.
export class Store {
	// resting are areas that are not judged this time: they are in no count.
	readonly resting = new Set<string>();
	readonly #cells = new Map<string, Cell>();
	reporter: (by: string) => boolean = () => false;

	add(cell: Cell): void {
		this.#cells.set(key(cell.m, cell.c), cell);
	}

	get(m: string, c: string): Cell | undefined {
		return this.#cells.get(key(m, c));
	}

	all(): IterableIterator<Cell> {
		return this.#cells.values();
	}

	// apply takes a change in and returns the level before it, or undefined if
	// the page does not show the cell or already knew.
	apply(change: Change): Level | undefined {
		const cell = this.get(change.m, change.c);
		if (!cell || change.rev < cell.rev) return undefined;
		const known = change.rev === cell.rev;
		// One's own change is shown before the server has told who reported it.
		const reported = known && change.reportedBy === undefined ? !!cell.reported : this.reporter(change.reportedBy ?? "");
		const { due = 0 } = change;
		const confirmed = known && due > cell.due;
		if (confirmed) cell.due = due;
		const told = known && change.changed !== undefined && change.changed !== changedAt(cell);
		if (!known || told) cell.changed = change.changed;
		if (!known || change.since) Object.assign(cell, { since: change.since, entered: change.entered });
		if (known && change.level === cell.level && reported === !!cell.reported) return confirmed || told ? cell.level : undefined;
		const from = cell.level;
		cell.reported = reported;
		cell.level = change.level;
		cell.at = change.at;
		cell.said = change.said;
		cell.rev = change.rev;
		cell.due = due;
		return from;
	}

	// differing returns what a snapshot says otherwise. A cell that it does not
	// list was never set.
	differing(cells: readonly Change[]): Change[] {
		const given = new Map(cells.map((c) => [key(c.m, c.c), c]));
		const out: Change[] = [];
		for (const [k, cell] of this.#cells) {
			const now = given.get(k) ?? { m: cell.m, c: cell.c, level: "not_assessed", at: 0, rev: 0 };
			if (now.level !== cell.level || now.rev !== cell.rev || (now.due ?? 0) !== cell.due || (now.changed ?? changedAt(cell)) !== changedAt(cell)) out.push(now);
		}
		return out;
	}

	// force takes a snapshot's word, also where it goes back: after a restore
	// revisions begin lower.
	force(change: Change): Level | undefined {
		const cell = this.get(change.m, change.c);
		if (!cell) return undefined;
		const from = cell.level;
		Object.assign(cell, { level: change.level, at: change.at, said: change.said, since: change.since, entered: change.entered, changed: change.changed, rev: change.rev, due: change.due ?? 0, reported: this.reporter(change.reportedBy ?? "") });
		return from;
	}

	// tally counts the cells of the selection by level: in all, by region and by
	// column. One pass, whatever the number of counters. From now on it counts those
	// that must be confirmed only.
	tally(f: Filter, regionOf: RegionOf, now?: number): Tally {
		const counts = new Map<string, number>();
		const up = (k: string) => counts.set(k, (counts.get(k) ?? 0) + 1);
		for (const cell of this.#cells.values()) {
			if (this.resting.has(cell.c) || !passes(cell, f, regionOf) || (now !== undefined && !stale(cell, now))) continue;
			const region = regionOf(cell.m);
			for (const level of new Set([cell.level, toggleOf(cell.level), "any"])) {
				up(level);
				up(`${level} ${region} `);
				up(`${level}  ${cell.c}`);
				up(`${level} ${region} ${cell.c}`);
			}
		}
		return (level, region = "", column = "") =>
			counts.get(region || column ? `${level} ${region} ${column}` : level) ?? 0;
	}
}

// Tally tells how many cells have a level, in a region and a column ("" all).
export type Tally = (level: Level, region?: string, column?: string) => number;

// saidAt is when a level was said: what an undo brought back, before that.
export const saidAt = ({ at, said }: { readonly at: number; readonly said?: number | undefined }): number => said ?? at;

// changedAt is when a cell last became another: what was only confirmed, or given
// back by an undo, is as old as it was, as the server tells. (domain/picture.go has the rule.)
export const changedAt = (c: { readonly at: number; readonly said?: number | undefined; readonly changed?: number | undefined }): number => c.changed ?? saidAt(c);

// lines picks what a list shows: newest first and then in the catalogue's order,
// as the server sorts; at most max, and how many more there are.
export function lines<T extends { readonly at: number; readonly said?: number | undefined }>(
	items: readonly T[],
	max: number,
	rank: (item: T) => number,
	time: (item: T) => number = saidAt,
): { shown: T[]; more: number } {
	const sorted = [...items].sort((a, b) => time(b) - time(a) || rank(a) - rank(b));
	return { shown: sorted.slice(0, max), more: Math.max(0, sorted.length - max) };
}
