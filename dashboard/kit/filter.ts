// The filter, at once: the choice is applied here while the address changes, and
// what only the server can word follows. Without script it is a form and links.
import type { Cells } from "./cells.ts";
import { actor, all, find, own } from "./page.ts";
import { type Parts, wholePage } from "./parts.ts";
import { merge, pressed, read } from "./query.ts";
import { type Filter, noFilter } from "./store.ts";

export class FilterBar {
	constructor(
		private readonly cells: Cells,
		private readonly parts: Parts,
		private readonly now: () => number,
	) {
		const kind = own("kind");
		if (kind !== "overview" && kind !== "wall") return;
		this.#begin();
		parts.previous = () => {
			this.#begin();
			cells.refilter(cells.filter);
		};
		if (kind === "wall") return;
		const form = (event: Event, element: HTMLFormElement | null | undefined) => {
			if (element?.id !== "filters") return;
			const wish = new URLSearchParams();
			for (const [key, value] of new FormData(element)) wish.append(key, String(value));
			this.#take(event, wish);
		};
		document.addEventListener("submit", (event) => form(event, event.target as HTMLFormElement));
		document.addEventListener("change", (event) => form(event, (event.target as HTMLSelectElement).form));
		document.addEventListener("click", (event) => this.#click(event));
		addEventListener("popstate", () => location.reload());
	}

	#read(query: URLSearchParams): Filter | undefined {
		return read(query, this.now(), { previous: Number(own("previous")), edition: own("layer") === "edition", actor: actor.id });
	}

	// begin takes over what the page was drawn with. A wall has only some of it.
	#begin(): void {
		const filter = this.#read(new URLSearchParams(location.search)) ?? noFilter;
		const { region, since } = filter;
		this.cells.filter = own("kind") === "wall" ? { ...noFilter, region, since: find(".wnews") ? since : 0 } : filter;
	}

	#click(event: MouseEvent): void {
		const link = (event.target as Element).closest<HTMLAnchorElement>("main a[href]");
		if (!link || event.defaultPrevented) return;
		const adding = event.ctrlKey || event.metaKey || event.shiftKey;
		const here = new URL(location.href);
		if (link.matches("#filters .tog")) { // what is on now, and not when its link was drawn
			const toggles = all("#filters .tog").map((tog) => tog.dataset["level"] ?? "");
			const wish = here.searchParams;
			const levels = pressed(toggles, this.#read(wish)?.levels ?? this.cells.filter.levels, link.dataset["level"] ?? "", adding);
			wish.delete("level");
			for (const level of levels) wish.append("level", level);
			return this.#take(event, wish);
		}
		if (adding) return;
		const wish = new URL(link.href);
		if (wish.origin + wish.pathname !== here.origin + here.pathname || link.matches(".close")) return;
		// Another time or another layout is another page.
		if (["at", "romslig", "tavle"].some((key) => wish.searchParams.get(key) !== here.searchParams.get(key))) return;
		if (["kart", "skjerm"].includes(wish.searchParams.get("vis") ?? "")) return;
		this.#take(event, wish.searchParams);
	}

	#take(event: Event, wish: URLSearchParams): void {
		if (event.type !== "change") event.preventDefault();
		const address = this.#address(wish);
		if (!this.#read(address.searchParams)) return location.assign(address);
		history.pushState(null, "", address);
		this.#apply(address.searchParams);
	}

	// show applies a filter that somebody else chose: it leaves no step behind.
	show(wish: URLSearchParams): void {
		const address = this.#address(wish);
		if (address.search === location.search) return;
		history.replaceState(history.state, "", address);
		this.#apply(address.searchParams);
	}

	#address(wish: URLSearchParams): URL {
		const address = new URL(location.href);
		address.search = String(merge(address.searchParams, wish));
		return address;
	}

	#apply(query: URLSearchParams): void {
		const filter = this.#read(query);
		if (!filter) return location.reload();
		const map = query.get("kart") || filter.area;
		if (map) this.cells.showOnMap(map);
		this.cells.refilter(filter);
		for (const sign of all(".cnt, .tog")) {
			sign.toggleAttribute("data-off", filter.levels.size > 0 && !filter.levels.has(sign.dataset["level"] ?? ""));
		}
		find(".empty")?.remove();
		void this.parts.refresh(0, [wholePage]);
		document.dispatchEvent(new Event("kb:look"));
	}
}
