// The filter in an address.
import { cutoff, type Filter } from "./store.ts";

const keys = ["region", "area", "level", "since", "age", "aktor", "kart"];

// Drawn is what the server knew when it drew the page.
export interface Drawn {
	readonly previous: number; // when the previous meeting ended, ms; 0: not told
	readonly edition: boolean; // the board is one
	readonly actor: string; // whose reports are told apart, "" nobody's
}

// read takes the filter from an address; undefined where only the server knows
// what it means: another form of time, another actor's reports.
export function read(query: URLSearchParams, now: number, drawn: Drawn): Filter | undefined {
	const asked = query.get("since") ?? "";
	const since = asked === "mote" ? drawn.previous || undefined : cutoff(asked, now);
	// How old a judgement of an edition is, only the server knows.
	const age = query.get("age") ?? "";
	const older = age && drawn.edition ? undefined : cutoff(age, now);
	const actor = query.get("aktor") ?? "";
	if (since === undefined || older === undefined || actor !== drawn.actor) return undefined;
	const levels = new Set(query.getAll("level").join().split(",").filter(Boolean));
	return { region: query.get("region") ?? "", area: query.get("area") ?? "", levels, since, older, reported: !!actor };
}

// merge puts the filter of a link or form into the page's own address: what is
// selected and how the map looks may have changed since they were drawn.
export function merge(here: URLSearchParams, wish: URLSearchParams): URLSearchParams {
	const out = new URLSearchParams(here);
	for (const key of keys) {
		out.delete(key);
		for (const value of wish.getAll(key)) if (value) out.append(key, value);
	}
	return out;
}

// pressed are the toggles that are on once one was pressed: it alone, and once more all;
// adding switches just that one. Of all none is named.
export function pressed(toggles: readonly string[], on: ReadonlySet<string>, level: string, adding: boolean): string[] {
	if (!adding) return on.size === 1 && on.has(level) ? [] : [level];
	const left = toggles.filter((other) => (on.size === 0 || on.has(other)) !== (other === level));
	return left.length === toggles.length ? [] : left;
}
