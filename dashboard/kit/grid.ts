// Moving and choosing: arrows in the table and on the map, one selection for
// both, and what hangs together under the pointer.
import type { Cells } from "./cells.ts";
import { all, byId, find, mark, municipalityName, own, put, that, use } from "./page.ts";
import type { Panel } from "./panel.ts";

export interface Place {
	readonly m: string;
	readonly c: string;
}

const rest = 150; // ms without a step before address and panel follow
export const cellOf = (target: EventTarget | null): HTMLElement | null =>
	target instanceof Element ? target.closest<HTMLElement>("#grid td[data-m][data-c]") : null;
const placeOf = (target: EventTarget | null): Element | null =>
	target instanceof Element ? target.closest("#map [data-m], #tiles [data-m]") : null;
export const at = (element: Element): Place => ({
	m: element.getAttribute("data-m") ?? "",
	c: element.getAttribute("data-c") ?? "",
});

// linked are the heads and the tile that belong to a cell.
const linked = ({ m, c }: Place): string => `#grid th${that("m", m)}, #grid th${that("c", c)}, #tiles ${that("m", m)}`;

export class Grid {
	readonly #grid = byId("grid");
	#selected: Place | undefined;
	#roving: HTMLElement | undefined;
	readonly #stops = new Map<string, HTMLElement | SVGElement>(); // where Tab comes to on map and tiles
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(
		private readonly cells: Cells,
		private readonly panel: Panel,
	) {
		for (const link of all("#grid td a")) link.tabIndex = -1;
		for (const id of ["map", "tiles"]) {
			for (const link of all(`#${id} a[href]`)) link.tabIndex = -1;
			this.#stop(id, find(`#${id} a[href]`));
			mark(byId(id), "tabindex", "-1"); // Chromium lets Tab stop at an SVG that listens for focus
		}
		for (const link of all("#grid thead th a")) link.tabIndex = -1;
		this.#stop("grid", find("#grid th[data-map] a") ?? find("#grid th a"));
		const chosen = /^([^.]+)\.(.+)$/.exec(new URLSearchParams(location.search).get("valgt") ?? "");
		if (chosen) this.point({ m: chosen[1] ?? "", c: chosen[2] ?? "" });
		this.#rove((this.#selected && cells.td(this.#selected.m, this.#selected.c)) ?? find("td[data-m][data-c]", this.#grid));
		this.#listen();
	}

	get selected(): Place | undefined {
		return this.#selected;
	}

	// current is the cell that arrows start from.
	get current(): HTMLElement | undefined {
		return this.#roving;
	}

	// refresh fetches the panel again if its cell is among those that changed.
	refresh(changed: readonly Place[]): void {
		const s = this.#selected;
		if (s && changed.some((p) => p.m === s.m && p.c === s.c)) this.panel.show(s.m, s.c, Math.random() * 500);
	}

	#listen(): void {
		const grid = this.#grid;
		grid?.addEventListener("keydown", (event) => this.#key(event));
		grid?.addEventListener("focusin", (event) => {
			this.#rove(cellOf(event.target));
			this.#stop("grid", (event.target as Element).closest<HTMLElement>("thead a"));
		});
		grid?.addEventListener("click", (event) => this.#click(event, cellOf(event.target)));
		for (const id of ["map", "tiles"]) {
			byId(id)?.addEventListener("click", (event) => this.#clickPlace(event));
			byId(id)?.addEventListener("keydown", (event) => this.#mapKey(event as KeyboardEvent));
			byId(id)?.addEventListener("focusin", (event) => this.#stop(id, (event.target as Element).closest<SVGElement>("a[href]")));
		}
		for (const [type, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]] as const) {
			for (const root of [grid, byId("map"), byId("tiles")]) {
				root?.addEventListener(type, (event) => this.#hover(event.target, on, type.startsWith("pointer")));
			}
		}
		document.addEventListener("click", (event) => {
			const button = (event.target as Element).closest<HTMLElement>("[data-show]");
			if (!button || event.ctrlKey || event.metaKey) return;
			event.preventDefault();
			this.form(button.dataset["show"] ?? "");
		});
	}

	#click(event: MouseEvent, td: HTMLElement | null): void {
		if (!td) return;
		// A new tab is the reader's own wish.
		if (event.ctrlKey || event.metaKey || event.shiftKey) return;
		event.preventDefault();
		td.focus({ preventScroll: true });
		this.select(at(td));
	}

	#clickPlace(event: MouseEvent): void {
		const place = placeOf(event.target);
		if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
		event.preventDefault();
		this.select({ m: at(place).m, c: this.cells.mapColumn });
	}

	#key(event: KeyboardEvent): void {
		const td = cellOf(event.target);
		if (!td) this.#headKey(event);
		if (!td || event.altKey) return;
		if (event.key === "Enter" || event.key === " ") {
			event.preventDefault();
			this.select(at(td), 0);
			return;
		}
		if (event.key === "r" || event.key === "R") return this.#turn(event);
		const to = this.step(td, event);
		if (!to) return;
		event.preventDefault();
		if (event.key === "ArrowUp" && to === td) return find("#grid thead " + that("c", at(td).c) + " a")?.focus();
		to.focus();
		this.select(at(to));
	}

	// headKey goes from one column's head to the next, and down into its cells.
	#headKey(event: KeyboardEvent): void {
		const head = (event.target as Element).closest<HTMLElement>("thead th");
		const to = head && {
			ArrowLeft: find("a", head.previousElementSibling),
			ArrowRight: find("a", head.nextElementSibling),
			ArrowDown: all("#grid td" + that("c", at(head).c)).find((td) => td.offsetParent),
		}[event.key];
		if (!to || event.altKey) return;
		event.preventDefault();
		to.focus();
	}

	// step finds the cell that a key leads to.
	step(td: HTMLElement, event: KeyboardEvent): HTMLElement | undefined {
		const row = td.closest("tr");
		if (!row) return undefined;
		const cells = (r: Element | null | undefined) => (r ? all("td[data-m][data-c]", r) : []);
		const own = cells(row);
		const column = own.indexOf(td);
		const rows = all("tr", this.#grid ?? document).filter((r) => cells(r).length > 0 && r.offsetParent !== null);
		const place = rows.indexOf(row);
		const to = (r: number, c: number) => {
			const line = cells(rows[Math.min(Math.max(r, 0), rows.length - 1)]);
			return line[Math.min(Math.max(c, 0), line.length - 1)];
		};
		const region = (r: number) => rows[r]?.closest("[data-region]");
		switch (event.key) {
			case "ArrowLeft":
				return to(place, column - 1);
			case "ArrowRight":
				return to(place, column + 1);
			case "ArrowUp":
				return to(place - 1, column);
			case "ArrowDown":
				return to(place + 1, column);
			case "Home":
				return to(event.ctrlKey ? 0 : place, 0);
			case "End":
				return to(event.ctrlKey ? rows.length : place, own.length);
			case "PageDown": {
				const next = rows.findIndex((_, r) => r > place && region(r) !== region(place));
				return to(next < 0 ? rows.length : next, column);
			}
			case "PageUp": {
				const start = rows.findIndex((_, r) => region(r) === region(place));
				const above = start < place ? start : rows.findIndex((_, r) => region(r) === region(start - 1));
				return to(above, column);
			}
		}
		return undefined;
	}

	// mapKey walks to the nearest municipality in the direction of an arrow.
	#mapKey(event: KeyboardEvent): void {
		if (event.key === "r" || event.key === "R") return this.#turn(event);
		const from = placeOf(event.target);
		const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
		if (!from || !way) return;
		event.preventDefault();
		const middle = (e: Element) => {
			const b = e.getBoundingClientRect();
			return [b.x + b.width / 2, b.y + b.height / 2] as const;
		};
		const root = from.closest("#map, #tiles");
		const links = all<HTMLElement | SVGElement>("a[href]", root ?? document);
		const [x, y] = middle(from.closest("a") ?? find("a", from) ?? from);
		let best: HTMLElement | SVGElement | undefined;
		let least = Infinity;
		for (const link of links) {
			const [lx, ly] = middle(link);
			const along = (lx - x) * way[0]! + (ly - y) * way[1]!;
			const across = Math.abs((lx - x) * way[1]!) + Math.abs((ly - y) * way[0]!);
			if (along > 1 && along + 2 * across < least) {
				least = along + 2 * across;
				best = link;
			}
		}
		if (!best) return;
		best.focus();
		const m = placeOf(best)?.getAttribute("data-m");
		if (m) this.select({ m, c: this.cells.mapColumn });
	}

	// select makes one cell the page's: at once in table and map, and after a
	// rest in address and panel.
	select(place: Place, wait = rest): void {
		this.point(place);
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			const address = new URL(location.href);
			address.searchParams.set("valgt", `${place.m}.${place.c}`);
			history.replaceState(history.state, "", address);
			this.panel.show(place.m, place.c, 0);
			document.dispatchEvent(new Event("kb:look"));
		}, wait);
	}

	// close takes the selection away, and its panel; the focus is on the cell it was.
	close(): boolean {
		if (!this.#selected) return false;
		clearTimeout(this.#timer);
		this.#unmark();
		this.#name("");
		find(".has-selection")?.classList.remove("has-selection");
		const address = new URL(location.href);
		address.searchParams.delete("valgt");
		history.replaceState(history.state, "", address);
		this.#roving?.focus({ preventScroll: true });
		void this.panel.close();
		document.dispatchEvent(new Event("kb:look"));
		return true;
	}

	#unmark(): void {
		for (const old of all<Element>("[data-selected]")) mark(old, "data-selected", false);
		find("#map-states .selected")?.remove();
		this.#selected = undefined;
	}

	// point shows which cell is chosen, and no more: on walls.
	point(place: Place): void {
		this.#unmark();
		this.#selected = place;
		const td = this.cells.td(place.m, place.c);
		for (const element of [
			td,
			...all(linked(place)),
		]) mark(element, "data-selected", true);
		if (byId("p" + place.m)) byId("map-states")?.append(use("#p" + place.m, "selected"));
		this.#name(place.m);
		this.#stop("map", find("#map a" + that("m", place.m)));
		this.#stop("tiles", find(`#tiles ${that("m", place.m)} a`));
		if (td) this.#rove(td);
	}

	// name writes the map's one name.
	#name(m: string): void {
		const name = byId("map-name") as Element | null;
		const glyph = find<SVGElement>("#map-glyphs use" + that("m", m));
		if (!name) return;
		put(name, glyph ? municipalityName(m) : "");
		for (const axis of ["x", "y"]) mark(name, axis, glyph?.getAttribute("data-" + axis) ?? false);
	}

	#hover(target: EventTarget | null, on: boolean, pointer: boolean): void {
		const td = cellOf(target);
		const place = placeOf(target);
		const m = (td ?? place)?.getAttribute("data-m");
		if (!m) return;
		find("#map-states .hover")?.remove();
		for (const old of all<Element>("[data-hover]")) mark(old, "data-hover", false);
		if (on && (pointer || place)) {
			const c = td?.dataset["c"] ?? this.cells.mapColumn;
			for (const e of all(linked({ m, c }))) {
				mark(e, "data-hover", true);
			}
			byId("map-states")?.append(use("#p" + m, "hover"));
		}
		this.#name(on ? m : (this.#selected?.m ?? ""));
	}

	#rove(td: HTMLElement | null | undefined): void {
		if (!td || td === this.#roving) return;
		if (this.#roving) this.#roving.tabIndex = -1;
		td.tabIndex = 0;
		this.#roving = td;
	}

	// stop is #rove for the map, the tiles and the heads of the columns: Tab comes to
	// one of them, the arrows go on from there.
	#stop(id: string, link: HTMLElement | SVGElement | null | undefined): void {
		if (!link) return;
		const before = this.#stops.get(id);
		if (before) before.tabIndex = -1;
		link.tabIndex = 0;
		this.#stops.set(id, link);
	}

	#turn(event: KeyboardEvent): void {
		if (event.ctrlKey || event.metaKey || event.repeat || own("keys") === "off") return;
		const next = all("[data-pane]").find((pane) => pane.hidden)?.dataset["pane"];
		if (!next) return;
		event.preventDefault();
		this.form(next);
		// The focus goes along, from a municipality to the same one.
		const m = placeOf(event.target)?.closest("[data-m]")?.getAttribute("data-m");
		const there = m && find(`[data-pane="${next}"] ${that("m", m)}`);
		if (there) (there.matches("a") ? there : find("a", there))?.focus();
	}

	// form shows the map or the tiles, and keeps it in the address.
	form(name: string): void {
		const panes = all("[data-pane]");
		if (!panes.some((pane) => pane.dataset["pane"] === name)) return;
		for (const pane of panes) pane.hidden = pane.dataset["pane"] !== name;
		for (const button of all("[data-show]")) {
			const on = button.dataset["show"] === name;
			if (button.hasAttribute("aria-pressed")) mark(button, "aria-pressed", String(on));
			else mark(button, "aria-current", on ? "true" : false);
		}
		const address = new URL(location.href);
		if (name === "tiles") address.searchParams.set("vis", "ruter");
		else address.searchParams.delete("vis");
		history.replaceState(history.state, "", address);
	}
}
