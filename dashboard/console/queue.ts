// Steps through the roll-call in its order (the agenda's, in each region the
// catalogue's), which no report changes; without the DOM.
import type { Presence } from "../kit/wire.ts";

export type Roll = "not_reported" | "no_change" | "changed" | "reported";

export interface Item {
	readonly m: string;
	readonly region: string;
	readonly roll: Roll;
}

// next is who is called after m: first those of its region who have not
// reported, then the following regions', then from the top. Undefined where all
// others have.
export function next(items: readonly Item[], m: string): string | undefined {
	const here = items.findIndex((item) => item.m === m);
	const region = items[here]?.region;
	const missing = (item: Item) => item.roll === "not_reported" && item.m !== m;
	const after = [...items.slice(here + 1), ...items.slice(0, Math.max(here, 0))].filter(missing);
	return (after.find((item) => item.region === region) ?? after[0])?.m;
}

// beside is the one above (-1) or below (+1); at the ends it stays.
export function beside(items: readonly Item[], m: string, by: number): string | undefined {
	const here = items.findIndex((item) => item.m === m);
	if (here < 0) return items[by > 0 ? 0 : items.length - 1]?.m;
	return items[Math.min(Math.max(here + by, 0), items.length - 1)]?.m;
}

// others are those who work on the board besides oneself, whoever works on the
// same municipality first.
export const others = (all: readonly Presence[], self: string, m: string): Presence[] =>
	all
		.filter((p) => p.id !== self && p.m)
		.sort((a, b) => Number(b.m === m) - Number(a.m === m) || a.by.localeCompare(b.by, "nb"));
