// The roll-call's order, without the DOM: who is next, who stands beside whom.

export type Roll = "not_reported" | "no_change" | "changed";

export interface Item {
	readonly m: string;
	readonly region: string;
	readonly roll: Roll;
}

// ordered sorts the queue as the agenda has it, and within a region as the
// catalogue has it, so that stepping through it never turns in a circle, however
// the list on the screen is sorted.
export function ordered(items: readonly Item[], rank: (m: string) => number): Item[] {
	const agenda = [...new Set(items.map((item) => item.region))];
	const at = new Map(agenda.map((region, i) => [region, i]));
	return [...items].sort((a, b) => at.get(a.region)! - at.get(b.region)! || rank(a.m) - rank(b.m));
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

// Present are those who work on something, as far as one has heard lately.
export class Present {
	readonly #who = new Map<string, { m: string; c: string; until: number }>();

	constructor(private readonly lasting = 15_000) {}

	heard(by: string, m: string, c: string, now: number): void {
		if (m) this.#who.set(by, { m, c, until: now + this.lasting });
		else this.#who.delete(by);
	}

	// at returns who is there, whoever works on the same municipality first.
	at(m: string, now: number): { by: string; m: string; c: string }[] {
		for (const [by, { until }] of this.#who) if (until <= now) this.#who.delete(by);
		const all = [...this.#who].map(([by, place]) => ({ by, m: place.m, c: place.c }));
		return all.sort((a, b) => Number(b.m === m) - Number(a.m === m) || a.by.localeCompare(b.by, "nb"));
	}
}
