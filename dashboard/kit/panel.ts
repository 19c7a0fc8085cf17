// The side panel: one cell's text, people, history and keys, drawn by the server
// and put in its place.
import { own } from "./page.ts";
import { fetchPage, swap } from "./parts.ts";

export class Panel {
	#asked = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	// adopted is told of each new panel.
	constructor(private readonly adopted: () => void) {}

	// show fetches the panel of a cell, once arrow keys have come to rest.
	show(m: string, c: string, wait: number): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#fetch(m, c), wait);
	}

	// close fetches the panel of no cell, as the page has it.
	async close(): Promise<void> {
		clearTimeout(this.#timer);
		const asked = ++this.#asked;
		const fresh = await fetchPage(location.href, ["panel"]);
		if (fresh && asked === this.#asked && swap(fresh, "#panel")) this.adopted();
	}

	async #fetch(m: string, c: string): Promise<void> {
		const asked = ++this.#asked;
		const address = new URL(own("panel"), location.href);
		address.search = location.search;
		address.searchParams.set("board", own("board"));
		address.searchParams.set("m", m);
		address.searchParams.set("c", c);
		const fresh = await fetchPage(address.href);
		// Only the last one asked for counts.
		if (fresh && asked === this.#asked && swap(fresh, "#panel")) this.adopted();
	}
}
