// The script of those who may set levels: by key and by click, what is under way,
// undo. Built on live.ts, loaded only where levels may be set.
import type { Direct, Kb } from "../kit/app.ts";
import { at, cellOf, type Place } from "../kit/grid.ts";
import { Keys, writes } from "../kit/keys.ts";
import { byId, goesTo, mark, own, say } from "../kit/page.ts";
import { Pick } from "../overview/pick.ts";
import { Presence } from "../kit/presence.ts";
import { keyLevel, type Stage } from "../kit/save.ts";
import { Setting } from "../kit/setting.ts";

class Edit {
	readonly #pick: Pick;
	readonly #keys = new Keys();
	readonly #setting: Setting;

	constructor(
		private readonly kb: Kb,
		live: Direct,
	) {
		this.#pick = new Pick(kb.grid);
		this.#setting = new Setting(kb, live, (places, stage) => this.#mark(places, stage));
		kb.busy = () => this.#setting.sender.busy || writes(document.activeElement);
		kb.adopted = () => this.#adopted();
		document.addEventListener("keydown", (event) => this.#key(event));
		document.addEventListener("submit", (event) => this.#submit(event));
		const presence = new Presence(live, () => kb.grid.selected);
		document.addEventListener("kb:look", () => presence.moved());
		this.#adopted();
	}

	#key(event: KeyboardEvent): void {
		// Only with focus in the table, on the map or in the panel.
		const target = event.target as Element;
		if (!this.#keys.plain(event) || !target.closest("#grid, #map, #tiles, #panel, #undo")) return;
		const key = event.key.toLowerCase();
		const level = keyLevel(key, own("layer") === "situation");
		const { selected } = this.kb.grid;
		if (level) this.#set(this.#meant(cellOf(target)), level);
		else if (key === "z") void this.#setting.takeBack();
		else if (key === "s" && selected) this.#setting.same(selected);
		else return;
		event.preventDefault();
	}

	// meant are the cells that a key is for: those that were picked, else the one that
	// has the focus, else the selected one.
	#meant(td: HTMLElement | null): Place[] {
		const picked = this.#pick.places;
		return td && picked.length < 2 ? [at(td)] : picked;
	}

	// submit takes the panel's keys and the undo buttons over from the browser.
	#submit(event: SubmitEvent): void {
		const form = event.target as HTMLFormElement;
		if (!byId("edit-status")) return; // the answer would have no place
		const fields = new FormData(form, event.submitter);
		if (form.id === "set") {
			event.preventDefault();
			const cell = /^([^.]+)\.(.+)$/.exec(String(fields.get("cell") ?? ""));
			const place = cell && { m: cell[1] ?? "", c: cell[2] ?? "" };
			const picked = this.#pick.places;
			this.#set(picked.length > 1 || !place ? picked : [place], String(fields.get("level") ?? ""));
		} else if (/\/angre$/.test(goesTo(form).pathname)) {
			event.preventDefault();
			void this.#setting.takeBack(Number(fields.get("revision")) || 0);
		}
	}

	// set sets the cells that are on the page, the selected one first: its reason and
	// reporter are those of all.
	#set(places: readonly Place[], level: string): void {
		const selected = this.kb.grid.selected;
		const known = places.filter((p) => this.kb.cells.store.get(p.m, p.c));
		const first = known.filter((p) => p.m === selected?.m && p.c === selected.c);
		void this.#setting.set([...first, ...known.filter((p) => !first.includes(p))], level);
		this.#pick.clear();
	}

	#mark(places: readonly Place[], stage: Stage | undefined): void {
		for (const p of places) {
			const td = this.kb.cells.td(p.m, p.c);
			const failed = stage === "unsaved";
			mark(td, "data-saving", stage && !failed ? say(stage) : false);
			mark(td, "data-failed", failed ? say("unsaved") : false);
			mark(td, "aria-busy", stage && !failed ? "true" : false);
		}
	}

	#adopted(): void {
		this.#pick.tell();
		this.#setting.fill();
	}
}

if (window.kb?.live) new Edit(window.kb, window.kb.live);
