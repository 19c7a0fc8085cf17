// Several cells at once: shift and ctrl with click, shift with arrows.
import { at, cellOf, type Grid, type Place } from "../kit/grid.ts";
import { all, byId, count, find, mark, put } from "../kit/page.ts";

export class Pick {
	readonly #grid = byId("grid");
	readonly #picked = new Set<HTMLElement>();

	constructor(private readonly grid: Grid) {
		// Before the grid's own, which moves on.
		this.#grid?.addEventListener("click", (event) => this.#click(event), true);
		this.#grid?.addEventListener("keydown", (event) => this.#key(event), true);
	}

	// places are the cells that a key would set.
	get places(): Place[] {
		if (this.#picked.size > 0) return [...this.#picked].map(at);
		return this.grid.selected ? [this.grid.selected] : [];
	}

	clear(): void {
		for (const td of this.#picked) mark(td, "data-picked", false);
		this.#picked.clear();
		this.tell();
	}

	#click(event: MouseEvent): void {
		const td = cellOf(event.target);
		if (!td) return;
		if (!event.shiftKey && !event.ctrlKey && !event.metaKey) return this.clear();
		event.preventDefault();
		event.stopPropagation();
		this.#begin();
		if (event.shiftKey) this.#rectangle(td);
		else if (this.#picked.has(td) && this.#picked.size > 1) this.#set(td, false);
		else this.#set(td, true);
		td.focus({ preventScroll: true });
		this.tell();
	}

	#key(event: KeyboardEvent): void {
		const td = cellOf(event.target);
		if (!td) return;
		if (event.key === "Escape") {
			if (this.#picked.size > 0) event.preventDefault(); // one thing at a press
			return this.clear();
		}
		const to = this.grid.step(td, event);
		if (!to) return;
		if (!event.shiftKey) return this.clear();
		event.preventDefault();
		event.stopPropagation();
		this.#begin();
		this.#set(td, true);
		this.#set(to, true);
		to.focus();
		this.tell();
	}

	// begin takes the selected cell in as the first.
	#begin(): void {
		const td = this.grid.current;
		if (this.#picked.size === 0 && td && this.grid.selected) this.#set(td, true);
	}

	#set(td: HTMLElement, on: boolean): void {
		if (on) this.#picked.add(td);
		else this.#picked.delete(td);
		mark(td, "data-picked", on);
		mark(td, "aria-selected", on ? "true" : false);
	}

	// rectangle picks all between the cell one stands on and this one.
	#rectangle(td: HTMLElement): void {
		const rows = all("tr", this.#grid ?? document).filter((row) => find("td[data-c]", row));
		const place = (cell: HTMLElement): [number, number] => {
			const row = rows.findIndex((r) => r.contains(cell));
			return [row, rows[row] ? all("td[data-c]", rows[row]).indexOf(cell) : 0];
		};
		const [r1, c1] = place(this.grid.current ?? td);
		const [r2, c2] = place(td);
		for (const row of rows.slice(Math.min(r1, r2), Math.max(r1, r2) + 1)) {
			for (const cell of all("td[data-c]", row).slice(Math.min(c1, c2), Math.max(c1, c2) + 1)) this.#set(cell, true);
		}
	}

	// tell says how many are picked.
	tell(): void {
		put(byId("picked"), this.#picked.size > 1 ? count("picked", this.#picked.size) : "");
	}
}
