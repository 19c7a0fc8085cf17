// The filter in an address.
import { cutoff, type Filter } from "./store.ts";

const keys = ["region", "area", "level", "since", "kart"];

// read takes the filter from an address; undefined where only the server knows
// what it means ("since the last meeting").
export function read(query: URLSearchParams, now: number): Filter | undefined {
	const since = cutoff(query.get("since") ?? "", now);
	if (since === undefined) return undefined;
	const levels = new Set(query.getAll("level").join().split(",").filter(Boolean));
	return { region: query.get("region") ?? "", area: query.get("area") ?? "", levels, since };
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
