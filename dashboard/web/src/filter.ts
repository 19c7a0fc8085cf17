// The filter bar, at once: the choice is applied here while the address changes;
// what only the server can word follows after. Without script it is a GET form.
import type { Cells } from "./cells.ts";
import { all, byId, find } from "./page.ts";
import type { Parts } from "./parts.ts";
import { cutoff, type Filter } from "./store.ts";

// read takes the filter from an address; undefined where only the server knows
// what it means ("since the last meeting").
export function read(query: URLSearchParams, now: number): Filter | undefined {
	const since = cutoff(query.get("since") ?? "", now);
	if (since === undefined) return undefined;
	const levels = query.getAll("level").flatMap((v) => v.split(",")).filter(Boolean);
	return {
		region: query.get("region") ?? "",
		area: query.get("area") ?? "",
		levels: new Set(levels.length === 4 ? [] : levels),
		since,
	};
}

export class FilterBar {
	constructor(
		private readonly cells: Cells,
		private readonly parts: Parts,
		private readonly now: () => number,
	) {
		const form = byId("filters") as HTMLFormElement | null;
		if (!form) return;
		const first = read(new URLSearchParams(location.search), now());
		if (first) cells.filter = first;
		document.addEventListener("change", (event) => {
			if ((event.target as HTMLInputElement).form === form) this.#take(form);
		});
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			this.#take(form);
		});
		form.addEventListener("reset", () => setTimeout(() => this.#take(form)));
		addEventListener("popstate", () => location.reload());
	}

	#take(form: HTMLFormElement): void {
		const address = new URL(location.href);
		const fields = new FormData(form);
		const keys = new Set(all<HTMLInputElement>("[name]", form).map((e) => e.name));
		for (const [key] of fields) keys.add(key);
		for (const key of keys) address.searchParams.delete(key);
		for (const [key, value] of fields) if (value) address.searchParams.append(key, String(value));
		const filter = read(address.searchParams, this.now());
		if (!filter) {
			location.assign(address);
			return;
		}
		history.pushState(null, "", address);
		this.cells.refilter(filter);
		const onMap = address.searchParams.get("kart") || filter.area;
		if (onMap && onMap !== this.cells.mapColumn) this.cells.showOnMap(onMap);
		for (const part of all("[data-level].cnt")) {
			part.toggleAttribute("data-off", filter.levels.size > 0 && !filter.levels.has(part.dataset["level"] ?? ""));
		}
		find("#filters [type=reset]")?.removeAttribute("disabled");
		void this.parts.refresh(0);
	}
}
