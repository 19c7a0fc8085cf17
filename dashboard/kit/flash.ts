// What changed now: an outline for three seconds, a sentence for those who do
// not see it, a line for what is out of sight.
import { Announcer } from "./announce.ts";
import type { Cells, Changed } from "./cells.ts";
import { banner, byId, columnName, columnShort, find, levelWord, mark, minute, municipalityName, put, say, show, use } from "./page.ts";

const nowFor = 3_000; // outline after a change
const pulses = 20; // at most so many cells pulse at once

export class Flash {
	readonly #announcer = new Announcer<Changed>(
		(changes) => this.#announce(changes),
		() => performance.now(),
		(ms, f) => setTimeout(f, ms),
	);
	#outside = 0; // changes out of sight since one last went there
	#last: Changed | undefined;

	constructor(private readonly cells: Cells) {
		find("a,button", byId("outside"))?.addEventListener("click", (event) => {
			event.preventDefault();
			this.#goOutside();
		});
		find("button", byId("back"))?.addEventListener("click", () => show(byId("back"), false));
	}

	add(changes: readonly Changed[]): void {
		this.#flash(changes);
		this.#announcer.add(...changes);
	}

	#flash(changes: readonly Changed[]): void {
		if (changes.length === 0) return;
		const { cells } = this;
		const rings: Element[] = [];
		const states = byId("map-states");
		const until = performance.now() + nowFor;
		for (const { cell } of changes) {
			cells.outlined.set(cell.m + " " + cell.c, until);
			cells.changed(cell);
			mark(cells.td(cell.m, cell.c), "data-pulse", changes.length <= pulses);
			if (states && cell.c === cells.mapColumn) {
				const ring = use("#p" + cell.m, "now");
				states.append(ring);
				rings.push(ring);
			}
		}
		setTimeout(() => {
			for (const ring of rings) ring.remove();
			for (const { cell } of changes) {
				const key = cell.m + " " + cell.c;
				if (cells.outlined.get(key) !== until) continue; // changed again since
				cells.outlined.delete(key);
				mark(cells.td(cell.m, cell.c), "data-pulse", false);
				cells.changed(cell);
			}
		}, nowFor);
		requestAnimationFrame(() => this.#noticeOutside(changes));
	}

	#announce(changes: readonly Changed[]): void {
		const last = changes.at(-1)!.cell;
		const line = say("announce.one", municipalityName(last.m), columnName(last.c), levelWord(last.level));
		put(byId("announce"), changes.length === 1 ? line : say("announce.many", changes.length, line));
	}

	// noticeOutside tells of changes that the reader cannot see: filtered out, or
	// scrolled away. Nothing scrolls by itself.
	#noticeOutside(changes: readonly Changed[]): void {
		if (!byId("outside")) return; // walls: nobody is there to scroll
		const hidden = changes.filter(({ cell }) => {
			const td = this.cells.td(cell.m, cell.c);
			if (!td) return false;
			if (td.hasAttribute("data-out")) return true;
			const box = td.getBoundingClientRect();
			return box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth;
		});
		if (hidden.length === 0) return;
		this.#outside += hidden.length;
		this.#last = hidden.at(-1)!;
		const { cell } = this.#last;
		const line = say("outside", municipalityName(cell.m), columnShort(cell.c), levelWord(cell.level), minute(cell.at));
		banner("outside", this.#outside === 1 ? line : say("outside.many", this.#outside, line));
	}

	#goOutside(): void {
		const target = this.#last;
		this.#outside = 0;
		show(byId("outside"), false);
		if (!target) return;
		const td = this.cells.td(target.cell.m, target.cell.c);
		td?.scrollIntoView({ block: "center", inline: "center" });
		td?.focus({ preventScroll: true });
	}
}
