// The lead's script: levels by key and by click, what is under way, undo. Built
// on app.ts, loaded only where levels may be set.
import type { Kb } from "./app.ts";
import { at, cellOf, type Place } from "./grid.ts";
import { banner, body, byId, columnName, count, find, levelWord, mark, municipalityName, own, put, say } from "./page.ts";
import { Pick } from "./pick.ts";
import { keyLevel, lostAfter, requestId, slowAfter, type Stage, undoFor, understand } from "./save.ts";

// Wish is what a cell shall become, and what it was when that was wished.
interface Wish extends Place {
	readonly level: string;
	readonly from: string;
}

// Done is one's own last change, while it can be taken back.
interface Done {
	readonly rev: number;
	readonly wishes: readonly Wish[];
	readonly until: number; // monotonic
}

const keysOff = "kb.keys-off";

class Edit {
	readonly #pick: Pick;
	readonly #underway = new Set<string>();
	#done: Done | undefined;

	constructor(private readonly kb: Kb) {
		this.#pick = new Pick(kb.grid);
		kb.busy = () => this.#underway.size > 0 || this.#writing();
		kb.adopted = () => this.#adopted();
		document.addEventListener("keydown", (event) => this.#key(event));
		document.addEventListener("submit", (event) => this.#submit(event));
		document.addEventListener("input", (event) => this.#keep(event.target));
		find("button", byId("undo"))?.addEventListener("click", () => this.#undoLast());
		byId("keys-switch")?.addEventListener("click", () => this.#switchKeys());
		setInterval(() => this.#drawUndo(), 1_000);
		this.#drawKeys();
		this.#adopted();
	}

	#key(event: KeyboardEvent): void {
		const target = event.target as Element;
		if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(keysOff)) return;
		// Only with focus in the table, on the map or in the panel, never while writing.
		if (!target.closest("#grid, #map, #tiles, #panel, #undo") || target.matches("input, textarea, select")) return;
		if (event.key.toLowerCase() === "z" && this.#done) {
			event.preventDefault();
			this.#undoLast();
			return;
		}
		const level = keyLevel(event.key);
		if (!level) return;
		event.preventDefault();
		const td = cellOf(target);
		const places = td && this.#pick.places.length < 2 ? [at(td)] : this.#pick.places;
		const one = places.length === 1 ? places[0] : undefined;
		const form = one && this.#form(one);
		this.#set(places, level, form ? this.#text(form) : "", form?.querySelector<HTMLInputElement>("[name=reported_by]")?.value ?? "");
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
			this.#set(places, String(fields.get("level") ?? ""), this.#text(form), String(fields.get("reported_by") ?? ""));
		} else if (/\/angre$/.test(new URL(form.action).pathname)) {
			event.preventDefault();
			void this.#undo(Number(fields.get("revision")) || 0);
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
			...(edition ? {} : { meeting: own("meeting"), issued: Math.round(this.kb.live.now()) }),
		};
		void this.#send(known.map(({ m, c, level: from }) => ({ m, c, level, from })), command);
	}

	// send sends a command once and says what is known of it: under way, slow, not
	// saved. It is never sent again: who clicked decides whether it is still true.
	async #send(places: readonly Wish[], command: object): Promise<boolean> {
		if (!this.kb.live.live) {
			this.#say("error.offline");
			this.#mark(places, "unsaved");
			return false;
		}
		const request = requestId(crypto.getRandomValues(new Uint8Array(16)));
		const cut = new AbortController();
		const timers = [
			setTimeout(() => this.#stage(places, "saving.slow"), slowAfter),
			setTimeout(() => cut.abort(), lostAfter),
		];
		this.#underway.add(request);
		this.#stage(places, "saving");
		try {
			const answer = await fetch(own("api") + "/commands", {
				method: "POST",
				headers: { "Content-Type": "application/json", Accept: "application/json" },
				body: JSON.stringify({ request, ...command }),
				credentials: "same-origin",
				redirect: "error",
				signal: cut.signal,
			});
			const result = understand(answer.status, await answer.json().catch(() => undefined));
			if (!result.ok) {
				this.#say(result.word, result.message);
				this.#mark(places, "unsaved");
				return false;
			}
			this.#saved(result.rev, places);
			const over = result.over[0];
			if (over) put(byId("edit-status"), say("over", over.by, levelWord(over.level)));
			return true;
		} catch {
			this.#say(cut.signal.aborted ? "unsaved" : "error.network");
			this.#mark(places, "unsaved");
			return false;
		} finally {
			for (const timer of timers) clearTimeout(timer);
			this.#underway.delete(request);
		}
	}

	#stage(places: readonly Place[], stage: Stage): void {
		this.#mark(places, stage);
		this.#say(stage);
	}

	// saved shows what the server has taken: now, and not before.
	#saved(rev: number, wishes: readonly Wish[]): void {
		this.#mark(wishes, undefined);
		this.#say("saved");
		const at = this.kb.live.now();
		const changes = wishes.map(({ m, c, level, from }) => ({ m, c, level, from, at, rev }));
		this.kb.cells.apply(changes);
		this.kb.lists.changed(changes);
		this.kb.grid.refresh(wishes);
		for (const w of wishes) sessionStorage.removeItem(draftOf(`${w.m}.${w.c}`));
		this.#done = wishes.length > 0 ? { rev, wishes, until: performance.now() + undoFor } : undefined;
		this.#drawUndo();
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

	// say tells how it went; the server's own words, where it has some, say more.
	#say(key: string, message = ""): void {
		put(byId("edit-status"), message ? `${say("unsaved")}: ${message}` : say(key));
	}

	#undoLast(): void {
		const done = this.#done;
		if (!done) return;
		this.#done = undefined;
		this.#drawUndo();
		void this.#undo(done.rev, done.wishes.map((w) => ({ ...w, level: w.from, from: w.level })));
	}

	// undo takes a record back; an undo is undone by another.
	async #undo(rev: number, wishes: readonly Wish[] = []): Promise<void> {
		const ok = await this.#send(wishes, { type: "undo", board: own("board"), revision: rev });
		if (ok) this.#say("undone");
	}

	#drawUndo(): void {
		const done = this.#done;
		const left = done ? Math.ceil((done.until - performance.now()) / 1000) : 0;
		if (!done || left <= 0) {
			this.#done = undefined;
			banner("undo", "", false);
			return;
		}
		const [first] = done.wishes;
		const text =
			done.wishes.length === 1 && first
				? say("undo", levelWord(first.from), levelWord(first.level), municipalityName(first.m), columnName(first.c))
				: count("undo", done.wishes.length);
		put(find(".left", banner("undo", text)), say("undo.left", left));
	}

	#form(place: Place): HTMLFormElement | undefined {
		const form = byId("set") as HTMLFormElement | null;
		return form && cellField(form) === `${place.m}.${place.c}` ? form : undefined;
	}

	#text(form: HTMLFormElement): string {
		return form.querySelector<HTMLTextAreaElement>("textarea[name=text]")?.value.trim() ?? "";
	}

	// A text that is being written survives a lost line, a new panel, a login.
	#keep(target: EventTarget | null): void {
		if (!(target instanceof HTMLTextAreaElement) || target.form?.id !== "set") return;
		sessionStorage.setItem(draftOf(cellField(target.form)), target.value);
	}

	#adopted(): void {
		this.#pick.tell();
		const form = byId("set") as HTMLFormElement | null;
		const text = form?.querySelector<HTMLTextAreaElement>("textarea[name=text]");
		if (!form || !text) return;
		const draft = sessionStorage.getItem(draftOf(cellField(form)));
		if (draft) text.value = draft;
		const reporter = form.querySelector<HTMLInputElement>("[name=reported_by]");
		if (reporter && !reporter.value) reporter.value = sessionStorage.getItem("kb.reporter") ?? "";
		reporter?.addEventListener("change", () => sessionStorage.setItem("kb.reporter", reporter.value));
	}

	#writing(): boolean {
		return document.activeElement?.matches("textarea, input:not([type=checkbox])") ?? false;
	}

	#switchKeys(): void {
		if (localStorage.getItem(keysOff)) localStorage.removeItem(keysOff);
		else localStorage.setItem(keysOff, "1");
		this.#drawKeys();
	}

	#drawKeys(): void {
		const off = localStorage.getItem(keysOff) !== null;
		const button = byId("keys-switch");
		mark(button, "aria-pressed", String(!off));
		put(button, say(off ? "keys.off" : "keys.on"));
		mark(body, "data-keys", off ? "off" : false);
	}
}

const cellField = (form: HTMLFormElement): string => form.querySelector<HTMLInputElement>("[name=cell]")?.value ?? "";
const draftOf = (cell: string): string => `kb.draft ${own("board")} ${cell}`;

if (window.kb) new Edit(window.kb);
