// The lead's console: who is called, what they say, what was done. Everything by
// key and by click; nothing here is ever in the way of the next one.
import type { Direct, Kb } from "./app.ts";
import type { Place } from "./grid.ts";
import { cellField, dropDraft, keepDraft, Keys, restoreDraft, setForm, textOf, writes } from "./keys.ts";
import { all, byId, columnShort, count, fill, find, levelWord, mark, municipalityName, own, put, say, that } from "./page.ts";
import { swap } from "./parts.ts";
import { Presence } from "./presence.ts";
import { beside, type Item, next, others, type Roll } from "./queue.ts";
import { offer, recalled, remember } from "./reporter.ts";
import { keyLevel, type Stage } from "./save.ts";
import { Sender } from "./send.ts";
import { Undo, type Wish } from "./undo.ts";
import type { Change } from "./wire.ts";

const rest = 120; // ms without a step before the cell is fetched
const beatenFor = 30_000; // how long one's own change counts as "just now"
// kept are the parts of the cell that this script writes: they are not drawn anew.
const kept = ["edit-status", "undo", "presence", "picked", "keys-switch"];

export class Meeting {
	#at: Place;
	readonly #picked = new Set<string>(); // further municipalities of the same report
	readonly #keys = new Keys();
	readonly #sender: Sender;
	readonly #undo = new Undo((rev, wishes) => void this.#takeBack(rev, wishes));
	readonly #presence: Presence;
	readonly #mine = new Map<string, number>(); // cells one has set: until when it counts as just now
	#timer: ReturnType<typeof setTimeout> | undefined;
	#leaving = false;

	constructor(
		private readonly kb: Kb,
		private readonly live: Direct,
	) {
		const { m = "", c = "" } = byId("cell")?.dataset ?? {};
		this.#at = { m, c };
		this.#sender = new Sender(() => live.stream.live);
		kb.busy = () => this.#sender.busy || writes(document.activeElement) || this.#picked.size > 0;
		kb.parts.drawn = (fresh) => this.#drawn(fresh);
		live.heard.push((changes) => this.#heard(changes));
		this.#presence = new Presence(live, () => this.#at);
		live.whispered.push(() => {
			this.#drawPresence();
			this.#drawCrowd();
		});
		live.ticked.push(() => this.#tick());
		document.addEventListener("keydown", (event) => this.#key(event));
		document.addEventListener("click", (event) => this.#click(event));
		document.addEventListener("submit", (event) => this.#submit(event));
		document.addEventListener("input", (event) => keepDraft(event.target));
		document.addEventListener("change", (event) => this.#change(event.target as Element));
		const main = byId("main");
		if (main) main.tabIndex = -1; // a click beside everything keeps the keys alive
		if (this.#at.m) this.#address();
		this.#adopted();
		if (document.activeElement === document.body) find("#queue [aria-current]")?.focus({ preventScroll: true });
	}

	// --- choosing

	get #queue(): Item[] {
		return all("#queue [data-region] li[data-m]").map((li) => ({
			m: li.dataset["m"] ?? "",
			region: li.closest<HTMLElement>("[data-region]")?.dataset["region"] ?? "",
			roll: (li.dataset["roll"] ?? "") as Roll,
		}));
	}

	// select makes a cell the one that keys set: at once; what the server says of it
	// follows when the keys have come to rest.
	#select(place: Place, wait = rest): void {
		const { m } = this.#at;
		this.#at = place;
		if (place.m !== m) this.#picked.clear();
		if (!this.#sender.busy) put(byId("edit-status"), "");
		this.#address();
		this.#markSelected();
		put(byId("cell-h"), municipalityName(place.m));
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			// A text that has the focus keeps its draft, but not its place.
			if (writes(document.activeElement) && byId("cell")?.contains(document.activeElement)) this.#focusOn("#areas");
			void this.kb.parts.refresh(0);
		}, wait);
		this.#presence.moved();
		document.dispatchEvent(new Event("kb:look"));
	}

	// address names what is on show, so that it is what comes when the page is
	// fetched again, by this script or by hand.
	#address(): void {
		const here = new URL(location.href);
		here.searchParams.set("valgt", this.#at.m);
		here.searchParams.set("c", this.#at.c);
		here.searchParams.delete("gjort"); // it was said
		history.replaceState(history.state, "", here);
	}

	#markSelected(): void {
		for (const li of all("#queue li[data-m], #areas li[data-c]")) {
			const on = li.dataset["m"] === this.#at.m || li.dataset["c"] === this.#at.c;
			mark(li, "data-selected", on);
			mark(find("a", li), "aria-current", on ? "true" : false);
		}
	}

	#next(): void {
		const m = next(this.#queue, this.#at.m);
		if (m) return this.#select({ ...this.#at, m }, 0);
		this.#sender.say("queue.done");
		const link = byId("next") as HTMLAnchorElement | null;
		const to = link && new URL(link.href).searchParams.get("valgt");
		if (to) this.#select({ ...this.#at, m: to }, 0);
	}

	#stepArea(by: number): void {
		const areas = all("#areas li[data-c]").map((li) => li.dataset["c"] ?? "");
		const c = areas[Math.min(Math.max(areas.indexOf(this.#at.c) + by, 0), areas.length - 1)];
		if (c) this.#select({ ...this.#at, c });
		this.#focusOn("#areas");
	}

	#stepQueue(by: number): void {
		const m = beside(this.#queue, this.#at.m, by);
		if (m) this.#select({ ...this.#at, m });
		this.#focusOn("#queue");
	}

	#focusOn(list: "#queue" | "#areas"): void {
		(find(list + " [aria-current]") ?? byId("main"))?.focus();
	}

	// --- keys, clicks, forms

	#key(event: KeyboardEvent): void {
		const target = event.target as Element;
		if (!target.closest("#main")) return;
		if (target.matches("#set textarea")) return this.#textKey(event);
		if (!this.#keys.plain(event)) return;
		if (this.#act(event.key, target)) event.preventDefault();
	}

	// textKey: Escape leads back to the keys, ctrl and Enter saves the text with
	// the level that is.
	#textKey(event: KeyboardEvent): void {
		if (event.key === "Escape") this.#focusOn("#areas");
		else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#set(this.#levelOf(this.#at.c));
		else return;
		event.preventDefault();
	}

	#act(key: string, target: Element): boolean {
		const level = keyLevel(key, own("layer") === "situation");
		if (level) {
			this.#set(level);
			return true;
		}
		const inQueue = !!target.closest("#queue");
		switch (key.toLowerCase()) {
			case "i":
				void this.#noChange();
				return true;
			case "n":
				this.#next();
				return true;
			case "z":
				this.#undo.last();
				return true;
			case "f":
				byId("follow")?.click();
				return true;
			case "e":
				this.#since();
				return true;
			case "arrowdown":
			case "arrowup": {
				const by = key === "ArrowDown" ? 1 : -1;
				if (inQueue) this.#stepQueue(by);
				else this.#stepArea(by);
				return true;
			}
			case "arrowleft":
				this.#focusOn("#queue");
				return true;
			case "arrowright":
				this.#focusOn("#areas");
				return true;
		}
		return false;
	}

	// since tells what has changed since the previous meeting, or no longer.
	#since(): void {
		const here = new URL(location.href);
		if (here.searchParams.get("since")) here.searchParams.delete("since");
		else here.searchParams.set("since", "mote");
		history.replaceState(history.state, "", here);
		void this.kb.parts.refresh(0);
		document.dispatchEvent(new Event("kb:look"));
	}

	#click(event: MouseEvent): void {
		const link = (event.target as Element).closest<HTMLAnchorElement>("#queue a[href], #areas a[href], #next, #missing-reason a[href], #since a");
		if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
		if (link.closest("#since")) {
			event.preventDefault();
			return this.#since();
		}
		const query = new URL(link.href).searchParams;
		const m = query.get("valgt");
		if (!m) return;
		event.preventDefault();
		if (link.id === "next") return this.#next();
		// From the queue one stays in the area that is being asked about.
		this.#select({ m, c: (!link.closest("#queue") && query.get("c")) || this.#at.c }, 0);
	}

	#submit(event: SubmitEvent): void {
		const form = event.target as HTMLFormElement;
		const button = event.submitter;
		if (!form.closest("#main") || form.method !== "post") return;
		const action = new URL(button?.getAttribute("formaction") ?? form.action, location.href).pathname;
		if (action.endsWith("/avslutt")) {
			this.#leaving = true; // to the minutes
			return;
		}
		event.preventDefault();
		if (button?.id === "no-change") void this.#noChange();
		else if (action.endsWith("/angre")) void this.#takeBack(Number(new FormData(form).get("revision")) || 0);
		else if (form.id === "set" && !button?.hasAttribute("formaction")) this.#set((button as HTMLButtonElement | null)?.value ?? "");
		else void this.#post(form, button);
	}

	async #post(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
		if (!(await this.#sender.form(form, button))) return;
		const said = button?.dataset["said"] ?? form.dataset["said"];
		if (said) put(byId("edit-status"), said);
		if (form.id !== "set") {
			form.reset();
			const fold = form.closest("details");
			if (fold) fold.open = false;
		}
		void this.kb.parts.refresh(0);
	}

	#change(target: Element): void {
		if (target.matches("#reported-by")) {
			remember(target as HTMLInputElement, byId("cell")?.dataset["m"] ?? this.#at.m);
		} else if (target.matches("#set input[type=checkbox][name=cell]")) {
			const { value, checked } = target as HTMLInputElement;
			const m = value.split(".")[0] ?? "";
			if (checked) this.#picked.add(m);
			else this.#picked.delete(m);
			this.#sayPicked();
		}
	}

	// --- doing

	get #reporter(): string {
		const drawn = byId("cell")?.dataset["m"] === this.#at.m;
		const field = byId("reported-by") as HTMLInputElement | null;
		return (drawn && field ? field.value : recalled(this.#at.m)).trim();
	}

	#levelOf(c: string): string {
		return find("#areas " + that("c", c))?.dataset["level"] ?? "";
	}

	// set sets the cell, and with it those of all that were picked: one record, one
	// undo.
	#set(level: string): void {
		const { m, c } = this.#at;
		if (!level || !m || !c || !own("rights").includes("set_levels")) return;
		const form = setForm();
		const text = (form && cellField(form) === `${m}.${c}` && textOf(form)?.value.trim()) || "";
		const wishes = [m, ...this.#picked].map((one) => ({ m: one, c, level, from: one === m ? this.#levelOf(c) : "" }));
		void this.#send(wishes, {
			type: "set_levels",
			board: own("board"),
			meeting: own("meeting"),
			issued: Math.round(this.kb.now()),
			cells: wishes.map((w) => ({ m: w.m, c, level, text })),
			...(this.#reporter ? { reported_by: this.#reporter } : {}),
		});
	}

	async #noChange(): Promise<void> {
		const municipalities = [this.#at.m, ...this.#picked];
		const command = {
			type: "report_no_change",
			meeting: own("meeting"),
			municipalities,
			...(this.#reporter ? { reported_by: this.#reporter } : {}),
		};
		if (!(await this.#sender.command(command))) return;
		const said = count("reported", municipalities.length);
		put(byId("edit-status"), municipalities.length === 1 ? `${municipalityName(municipalities[0]!)}: ${said}` : said);
		this.#unpick();
		void this.kb.parts.refresh(0);
	}

	async #send(wishes: readonly Wish[], command: object): Promise<boolean> {
		const c = wishes[0]?.c ?? "";
		const taken = await this.#sender.command(command, (stage) => this.#mark(c, stage));
		if (!taken) return false;
		const at = this.kb.now();
		this.live.take(wishes.map((w) => ({ ...w, at, rev: taken.rev })));
		for (const w of wishes) {
			dropDraft(`${w.m}.${w.c}`);
			this.#mine.set(`${w.m} ${w.c}`, performance.now() + beatenFor);
		}
		this.#undo.offer(taken.rev, wishes);
		this.#unpick();
		const over = taken.over[0];
		if (over) put(byId("edit-status"), say("over", over.by, levelWord(over.level)));
		void this.kb.parts.refresh(0);
		return true;
	}

	async #takeBack(rev: number, wishes: readonly Wish[] = []): Promise<void> {
		if (await this.#send(wishes, { type: "undo", board: own("board"), revision: rev })) this.#sender.say("undone");
	}

	#mark(c: string, stage: Stage | undefined): void {
		const li = find("#areas " + that("c", c));
		const failed = stage === "unsaved";
		mark(li, "data-saving", stage && !failed ? say(stage) : false);
		mark(li, "data-failed", failed ? say("unsaved") : false);
		mark(byId("set"), "aria-busy", stage && !failed ? "true" : false);
	}

	#unpick(): void {
		this.#picked.clear();
		this.#drawPicked();
	}

	// --- what comes in

	// heard tells who set something over one's own change of a moment ago.
	#heard(changes: readonly Change[]): void {
		const user = own("user");
		for (const change of changes) {
			const key = `${change.m} ${change.c}`;
			if (change.over !== user || !user || (this.#mine.get(key) ?? 0) < performance.now()) continue;
			this.#mine.delete(key);
			put(byId("edit-status"), say("beaten", change.by ?? "", municipalityName(change.m), columnShort(change.c), levelWord(change.level)));
		}
	}

	#drawn(fresh: Document): void {
		// Another has closed the meeting: what is there now is its minutes.
		if (fresh.body.dataset["kind"] !== own("kind")) return void (this.#leaving || this.kb.busy() || location.reload());
		const { m, c } = find("#cell", fresh)?.dataset ?? {};
		if (m !== this.#at.m || c !== this.#at.c) {
			this.#markSelected();
			return;
		}
		const inQueue = !!document.activeElement?.closest("#queue");
		if (swap(fresh, "#cell", kept)) this.#adopted();
		// What is being written stays; what is told beside it is of now.
		else for (const part of ["#areas", "#cell .cc-now"]) swap(fresh, part);
		if (inQueue) this.#focusOn("#queue");
	}

	#adopted(): void {
		restoreDraft();
		const reporter = byId("reported-by") as HTMLInputElement | null;
		if (reporter) offer(reporter, this.#at.m);
		this.#drawPicked();
		this.#drawPresence();
	}

	#drawPicked(): void {
		for (const box of all<HTMLInputElement>("#set input[type=checkbox][name=cell]")) {
			box.checked = this.#picked.has(box.value.split(".")[0] ?? "");
		}
		const fold = find<HTMLDetailsElement>("#set details");
		if (fold && this.#picked.size > 0) fold.open = true;
		this.#sayPicked();
	}

	#sayPicked(): void {
		put(byId("picked"), this.#picked.size > 0 ? count("picked", this.#picked.size + 1) : "");
	}

	// --- who works where

	#tick(): void {
		for (const [key, until] of this.#mine) if (until < performance.now()) this.#mine.delete(key);
	}

	// drawCrowd tells how many look at the board, and how many of them follow.
	#drawCrowd(): void {
		const line = byId("crowd");
		const { one = "", many = "", following = "" } = line?.dataset ?? {};
		const { screens, following: along } = this.live.word.crowd ?? { screens: 0, following: 0 };
		put(line, screens ? fill(screens === 1 ? one : many, screens) + (along ? fill(following, along) : "") : "");
	}

	#drawPresence(): void {
		const there = others(this.live.word.presence ?? [], own("user"), this.#at.m);
		const words = there.map(({ by, m }) => say("presence", by, municipalityName(m)));
		put(byId("presence"), words.slice(0, 2).join(" · "));
		mark(byId("presence"), "data-here", there.some(({ m }) => m === this.#at.m));
	}
}
