// The script of who may set levels: by key and by click, what is under way,
// undo. Built on live.ts, loaded only where levels may be set.
import type { Direct, Kb } from "./app.ts";
import { at, cellOf, type Place } from "./grid.ts";
import { cellField, dropDraft, keepDraft, Keys, restoreDraft, setForm, textOf, writes } from "./keys.ts";
import { byId, levelWord, mark, own, put, say } from "./page.ts";
import { Pick } from "./pick.ts";
import { Presence } from "./presence.ts";
import { offer, remember } from "./reporter.ts";
import { keyLevel, type Stage } from "./save.ts";
import { Sender } from "./send.ts";
import { Undo, type Wish } from "./undo.ts";

class Edit {
	readonly #pick: Pick;
	readonly #keys = new Keys();
	readonly #sender: Sender;
	readonly #undo = new Undo((rev, wishes) => void this.#takeBack(rev, wishes));

	constructor(
		private readonly kb: Kb,
		private readonly live: Direct,
	) {
		this.#pick = new Pick(kb.grid);
		this.#sender = new Sender(() => live.stream.live);
		kb.busy = () => this.#sender.busy || writes(document.activeElement);
		kb.adopted = () => this.#adopted();
		document.addEventListener("keydown", (event) => this.#key(event));
		document.addEventListener("submit", (event) => this.#submit(event));
		document.addEventListener("input", (event) => keepDraft(event.target));
		const presence = new Presence(live, () => kb.grid.selected);
		document.addEventListener("kb:look", () => presence.moved());
		this.#adopted();
	}

	#key(event: KeyboardEvent): void {
		// Only with focus in the table, on the map or in the panel.
		const target = event.target as Element;
		if (!this.#keys.plain(event) || !target.closest("#grid, #map, #tiles, #panel, #undo")) return;
		if (event.key.toLowerCase() === "z" && this.#undo.possible) {
			event.preventDefault();
			this.#undo.last();
			return;
		}
		const level = keyLevel(event.key, own("layer") === "situation");
		if (!level) return;
		event.preventDefault();
		const td = cellOf(target);
		const places = td && this.#pick.places.length < 2 ? [at(td)] : this.#pick.places;
		const one = places.length === 1 ? places[0] : undefined;
		const form = one && setForm();
		const its = form && cellField(form) === `${one.m}.${one.c}` ? form : null;
		this.#set(places, level, textOf(its)?.value.trim() ?? "", its?.querySelector<HTMLInputElement>("[name=reported_by]")?.value ?? "");
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
			const places = this.#pick.places.length > 1 || !place ? this.#pick.places : [place];
			this.#set(places, String(fields.get("level") ?? ""), textOf(form)?.value.trim() ?? "", String(fields.get("reported_by") ?? ""));
		} else if (/\/angre$/.test(new URL(form.action).pathname)) {
			event.preventDefault();
			void this.#takeBack(Number(fields.get("revision")) || 0);
		}
	}

	#set(places: readonly Place[], level: string, text: string, reportedBy: string): void {
		const edition = own("layer") === "edition";
		const known = places.flatMap((p) => this.kb.cells.store.get(p.m, p.c) ?? []);
		if (known.length === 0 || !level) return;
		const command = {
			type: "set_levels",
			board: own("board"),
			// An edition asks which revision the author saw, the live picture in
			// which meeting and when it was clicked.
			cells: known.map(({ m, c, rev }) => ({ m, c, level, text, ...(edition ? { seen: rev } : {}) })),
			...(reportedBy ? { reported_by: reportedBy } : {}),
			...(edition ? {} : { meeting: own("meeting"), issued: Math.round(this.kb.now()) }),
		};
		void this.#send(known.map(({ m, c, level: from }) => ({ m, c, level, from })), command);
	}

	// send shows what the server has taken: once it has, and not before.
	async #send(wishes: readonly Wish[], command: object): Promise<boolean> {
		const taken = await this.#sender.command(command, (stage) => this.#mark(wishes, stage));
		if (!taken) return false;
		const at = this.kb.now();
		this.live.take(wishes.map(({ m, c, level, from }) => ({ m, c, level, from, at, rev: taken.rev })));
		for (const w of wishes) dropDraft(`${w.m}.${w.c}`);
		this.#undo.offer(taken.rev, wishes);
		this.#pick.clear();
		const over = taken.over[0];
		if (over) put(byId("edit-status"), say("over", over.by, levelWord(over.level)));
		return true;
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

	// takeBack undoes a record; an undo is undone by another.
	async #takeBack(rev: number, wishes: readonly Wish[] = []): Promise<void> {
		if (await this.#send(wishes, { type: "undo", board: own("board"), revision: rev })) this.#sender.say("undone");
	}

	#adopted(): void {
		this.#pick.tell();
		restoreDraft();
		const form = setForm();
		const reporter = form?.querySelector<HTMLInputElement>("[name=reported_by]");
		if (!form || !reporter) return;
		const m = cellField(form).split(".")[0] ?? "";
		offer(reporter, m);
		reporter.addEventListener("change", () => remember(reporter, m));
	}
}

if (window.kb?.live) new Edit(window.kb, window.kb.live);
