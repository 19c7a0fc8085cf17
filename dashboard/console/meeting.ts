// The lead's console: who is called, what they say, what was done. Everything by
// key and by click; nothing here is ever in the way of the next one.
import type { Direct, Kb } from "../kit/app.ts";
import { aboutOf, fillForms, keepForms, taken } from "./begun.ts";
import type { Place } from "../kit/grid.ts";
import { cellField, Keys, setForm, textOf, writes } from "../kit/keys.ts";
import { all, body, byId, columnShort, count, fill, find, goesTo, levelWord, mark, municipalityName, own, put, say, show, that } from "../kit/page.ts";
import { swap } from "../kit/parts.ts";
import { Presence } from "../kit/presence.ts";
import { beside, type Item, next, others, type Roll } from "./queue.ts";
import { chosen, forget, isActor, speaks, turn } from "../kit/reporter.ts";
import { keyLevel, type Stage } from "../kit/save.ts";
import { forgetWhen } from "../kit/moment.ts";
import type { Posting, Taken } from "../kit/send.ts";
import { nameOf, Setting } from "../kit/setting.ts";
import type { Change } from "../kit/wire.ts";

const rest = 120; // ms without a step before the cell is fetched
const beatenFor = 30_000; // how long one's own change counts as "just now"
// kept are the parts of the cell that this script writes: they are not drawn again.
const kept = ["edit-status", "undo", "presence", "picked", "voice", "keys-switch"];

export class Meeting {
	#at: Place;
	readonly #picked = new Set<string>(); // further municipalities of the same report
	readonly #answered = new Map<string, number>(); // who has, before the queue is drawn with it: by which record
	readonly #keys = new Keys();
	readonly #setting: Setting;
	readonly #presence: Presence;
	readonly #mine = new Map<string, number>(); // cells one has set: until when it counts as just now
	#timer: ReturnType<typeof setTimeout> | undefined;
	#leaving = false;
	#ended = false;

	constructor(
		private readonly kb: Kb,
		private readonly live: Direct,
	) {
		const { m = "", c = "" } = byId("cell")?.dataset ?? {};
		this.#at = { m, c };
		this.#setting = new Setting(kb, live, (places, stage) => this.#mark(places, stage), (taken) => this.#taken(taken));
		kb.busy = () => this.#setting.sender.busy || writes(document.activeElement) || this.#picked.size > 0;
		kb.parts.also = ["cell"];
		kb.parts.drawn = (fresh) => {
			this.#drawn(fresh);
			fillForms();
			this.#hold();
		};
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
		document.addEventListener("input", (event) => (event.target as Element).matches("#reported-by") && this.#drawVoice());
		document.addEventListener("change", (event) => this.#change(event.target as Element));
		const main = byId("main");
		if (main) main.tabIndex = -1; // a click beside everything keeps the keys alive
		keepForms();
		fillForms();
		for (const posting of this.#setting.sender.formsAgain()) void this.#post(posting);
		if (this.#at.m) this.#address();
		this.#adopted();
		this.#learn();
		this.#hold();
	}

	// --- choosing

	get #queue(): Item[] {
		return all("#queue [data-region] li[data-m]").map((li) => ({
			m: li.dataset["m"] ?? "",
			region: li.closest<HTMLElement>("[data-region]")?.dataset["region"] ?? "",
			roll: (this.#answered.has(li.dataset["m"] ?? "") ? "changed" : li.dataset["roll"] ?? "") as Roll,
		}));
	}

	// select makes a cell the one that keys set: at once; what the server says of it
	// follows when the keys have come to rest.
	#select(place: Place, wait = rest): void {
		const { m } = this.#at;
		const left = this.#at;
		this.#at = place;
		if (place.m !== m) {
			this.#picked.clear();
			forgetWhen();
		}
		if (!this.#setting.sender.busy) put(byId("edit-status"), "");
		this.#address();
		this.#markSelected();
		this.#about();
		if (nameOf(left) !== nameOf(place)) void this.#leave(left);
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.kb.parts.refresh(0), wait);
		this.#presence.moved();
		document.dispatchEvent(new Event("kb:look"));
	}

	// about makes the form that of the chosen cell at once, and takes out of sight
	// what is told of the one before.
	#about(): void {
		const cell = byId("cell");
		const form = setForm();
		put(byId("cell-h"), municipalityName(this.#at.m));
		const { m, c } = cell?.dataset ?? {};
		mark(cell, "data-waiting", m !== this.#at.m ? "m" : c !== this.#at.c && "c");
		if (!form || cellField(form) === nameOf(this.#at)) return;
		for (const key of all(".ckey", form)) mark(key, "aria-current", false);
		if (cell?.contains(document.activeElement)) this.#focusOn("#areas");
		find<HTMLInputElement>("[name=cell]", form)!.value = nameOf(this.#at);
		this.#setting.fill();
		this.#drawPicked();
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
		this.#setting.sender.say("queue.done");
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

	#focusOn(list: "#queue" | "#areas", options?: FocusOptions): void {
		const chosen = find(list + " [aria-current]");
		const folded = chosen?.closest("details:not([open])");
		(folded ? find("summary", folded) : (chosen ?? byId("main")))?.focus(options);
	}

	// hold puts the focus where one works, if what had it was drawn away.
	#hold(): void {
		if (document.activeElement === body) this.#focusOn("#queue", { preventScroll: true });
	}

	// --- keys, clicks, forms

	#key(event: KeyboardEvent): void {
		if (this.#ended) return;
		const target = event.target as Element;
		// A focus that is nowhere is no reason to be deaf.
		if (target !== body && !target.closest("#main")) return;
		if (target.matches("#set textarea")) return this.#textKey(event);
		// Enter in a field is said, not sent: the nearest button is another's.
		if ((event.key === "Escape" && writes(target)) || (event.key === "Enter" && target.matches(".cc-who input"))) {
			this.#focusOn("#queue");
			return event.preventDefault();
		}
		if (!this.#keys.plain(event)) return;
		if (this.#act(event.key, target)) event.preventDefault();
	}

	// textKey: Escape leads back to the keys, ctrl and Enter saves the text with
	// the level that is.
	#textKey(event: KeyboardEvent): void {
		if (event.key === "Escape") this.#focusOn("#areas");
		else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#set("");
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
			case "t":
				textOf(setForm())?.focus();
				return true;
			case "r":
				(byId("reported-by") as HTMLInputElement | null)?.select(); // another goes in its place
				return true;
			case "g":
				this.#several();
				return true;
			case "v":
				unfold("#note-text");
				return true;
			case "a":
				this.#accept();
				return true;
			case "?": {
				const help = byId("keys-help") as HTMLDetailsElement | null;
				if (help) help.open = !help.open;
				if (help?.open) help.scrollIntoView({ block: "nearest" });
				return true;
			}
			case "n":
				this.#next();
				return true;
			case "s":
				this.#setting.same(this.#at);
				return true;
			case "o":
				this.#turn();
				return true;
			case "z":
				void this.#setting.takeBack();
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

	// accept takes the topmost report. Where a lead has set the level since it was sent,
	// that is read first: it gets the focus alone.
	#accept(): void {
		const take = find<HTMLButtonElement>("#proposals button[name=take][value=yes]");
		const seen = take?.form?.elements.namedItem("seen");
		if (seen instanceof HTMLInputElement && Number(seen.value) > 0) take?.focus();
		else take?.click();
	}

	// several leads to the choice of more municipalities, those of the one that speaks
	// first.
	#several(): void {
		const fold = find<HTMLDetailsElement>("#set details.also");
		if (!fold) return;
		fold.open = true;
		const region = find("#queue [data-here]")?.dataset["region"] ?? "";
		(find(`fieldset${that("region", region)} legend input`, fold) ?? find("legend input", fold))?.focus();
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
		if ((event.target as Element).closest("#voice button")) return this.#turn();
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
		const action = goesTo(form, button).pathname;
		if (action.endsWith("/avslutt")) {
			const stored = this.#leave(this.#at);
			if (stored) {
				event.preventDefault();
				void stored.then((taken) => taken && form.requestSubmit(button));
				return;
			}
			this.#leaving = true; // to the minutes
			forget();
			return;
		}
		event.preventDefault();
		if (button?.id === "no-change") void this.#noChange();
		else if (action.endsWith("/angre")) void this.#setting.takeBack(Number(new FormData(form).get("revision")) || 0);
		else if (form.id === "set" && !button?.hasAttribute("formaction")) this.#set((button as HTMLButtonElement | null)?.value ?? "");
		else if (action.endsWith("/forslag")) void this.#decide(form, button);
		else void this.#post(this.#setting.sender.form(form, button, aboutOf(form)));
	}

	// decide takes a contact's report, or not. Where another lead has set the level
	// since, it is refused, and drawn again with that for anyone who would take it even so.
	async #decide(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
		const fields = new FormData(form, button);
		const number = (name: string) => Number(fields.get(name)) || 0;
		const command = { type: "decide_proposal", meeting: own("meeting"), proposal: number("proposal"), take: fields.get("take") === "yes", seen: number("seen") };
		const taken = await this.#setting.sender.command(() => command);
		if (taken) this.#setting.took(taken);
		else void this.kb.parts.refresh(0);
	}

	// post follows a form to its answer.
	async #post(posting: Posting): Promise<void> {
		if (!(await posting.taken)) return;
		if (posting.form.said) put(byId("edit-status"), posting.form.said);
		taken(posting.form);
		void this.kb.parts.refresh(0);
	}

	#change(target: Element): void {
		const { checked } = target as HTMLInputElement;
		const whole = target.closest(".also legend");
		const boxes = whole ? all<HTMLInputElement>("input[name=cell]", whole.parentElement!) : target.matches("#set input[type=checkbox][name=cell]") ? [target as HTMLInputElement] : [];
		if (boxes.length === 0) return;
		for (const { value } of boxes) {
			const m = value.split(".")[0] ?? "";
			if (checked) this.#picked.add(m);
			else this.#picked.delete(m);
		}
		this.#drawPicked();
	}

	// --- doing

	// once gives who is reported about now, and nobody else the next time.
	#once(): string[] {
		const all = [this.#at.m, ...this.#picked];
		this.#picked.clear();
		this.#drawPicked();
		return all;
	}

	// set sets the cell, and with it those of all that were picked: one record, one
	// undo.
	#set(level: string): void {
		const { m, c } = this.#at;
		if (!m || !c || !own("rights").includes("set_levels")) return;
		const all = this.#once();
		const answers = all.length === 1 && speaks(m);
		void this.#report(all, this.#setting.set(all.map((one) => ({ m: one, c })), level), answers);
	}

	// leave stores a reason that was typed or ticked and left, with the level that the
	// cell has.
	#leave(place: Place): Promise<Taken | undefined> | undefined {
		if (!this.#setting.left(place) || !own("rights").includes("set_levels")) return undefined;
		return this.#report([place.m], this.#setting.set([place], ""), speaks(place.m));
	}

	async #noChange(): Promise<void> {
		const by = chosen(this.#at.m);
		if (!speaks(this.#at.m)) return this.#setting.sender.say("no_change.about"); // it is the municipality's own answer
		const municipalities = this.#once();
		const command = { type: "report_no_change", meeting: own("meeting"), municipalities, ...(by ? { reported_by: by } : {}) };
		if (!(await this.#report(municipalities, this.#setting.sender.command(() => command)))) return;
		const said = count("reported", municipalities.length);
		put(byId("edit-status"), municipalities.length === 1 ? `${municipalityName(municipalities[0]!)}: ${said}` : said);
		void this.kb.parts.refresh(0);
	}

	// report counts municipalities as called while their answer is under way, and until
	// the queue is drawn with it. Who is only reported about stays among the missing.
	async #report(municipalities: readonly string[], sent: Promise<Taken | undefined>, answers = true): Promise<Taken | undefined> {
		const answering = answers ? municipalities : [];
		for (const m of answering) this.#answered.set(m, Infinity);
		const taken = await sent;
		for (const m of answering) {
			if (taken) this.#answered.set(m, taken.rev);
			else this.#answered.delete(m);
		}
		if (!taken && municipalities[0] === this.#at.m && this.#picked.size === 0) {
			for (const m of municipalities.slice(1)) this.#picked.add(m);
			this.#drawPicked();
		}
		return taken;
	}

	#taken({ changed }: Taken): void {
		for (const { m, c } of changed) this.#mine.set(`${m} ${c}`, performance.now() + beatenFor);
		void this.kb.parts.refresh(0);
	}

	#mark(places: readonly Place[], stage: Stage | undefined): void {
		const [first] = places;
		const status = byId("edit-status");
		if (first && nameOf(first) !== nameOf(this.#at)) put(status, `${municipalityName(first.m)}, ${columnShort(first.c)}: ${status?.textContent}`);
		if (!first || byId("cell")?.dataset["m"] !== first.m) return;
		const li = find("#areas " + that("c", first.c));
		const failed = stage === "unsaved";
		mark(li, "data-saving", stage && !failed ? say(stage) : false);
		mark(li, "data-failed", failed ? say("unsaved") : false);
		mark(byId("set"), "aria-busy", stage && !failed ? "true" : false);
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
		const { kind } = fresh.body.dataset;
		if (kind === "ended") return void this.#end();
		if (kind !== own("kind")) return void (this.#leaving || this.kb.busy() || location.reload());
		const rev = Number(fresh.body.dataset["rev"]) || 0;
		for (const [m, by] of this.#answered) if (by <= rev) this.#answered.delete(m);
		const { m, c } = find("#cell", fresh)?.dataset ?? {};
		if (m !== this.#at.m || c !== this.#at.c) {
			this.#markSelected();
			return;
		}
		const inQueue = !!document.activeElement?.closest("#queue");
		if (swap(fresh, "#cell", kept)) this.#adopted();
		// What is being written stays; what is told beside it is of now.
		else {
			for (const part of ["#areas", "#cell .cc-now", "#was", "#figures"]) swap(fresh, part);
			this.#setting.fill();
		}
		this.#learn();
		if (inQueue) this.#focusOn("#queue");
	}

	// end leaves for the page that says who closed the meeting, whatever one is at: it
	// keeps what is written here. What became of what is under way is known before.
	async #end(): Promise<void> {
		if (this.#leaving || this.#ended) return;
		this.#ended = true;
		mark(byId("main"), "inert", true);
		forget();
		await this.#setting.sender.settled();
		location.reload();
	}

	#adopted(): void {
		this.#setting.fill();
		this.#drawPicked();
		this.#drawPresence();
	}

	// learn takes in what the areas of the municipality on show are.
	#learn(): void {
		const m = byId("cell")?.dataset["m"] ?? "";
		for (const li of all("#areas li[data-c]")) {
			const { c = "", level = "", rev } = li.dataset;
			const cell = { m, c, level, at: 0, rev: Number(rev) || 0, due: 0 };
			const known = this.kb.cells.store.get(m, c);
			if (!known || known.rev < cell.rev) this.kb.cells.store.add(cell);
		}
	}

	#drawPicked(): void {
		const picked = (box: HTMLInputElement): boolean => this.#picked.has(box.value.split(".")[0] ?? "");
		for (const set of all(".also fieldset")) {
			const boxes = all<HTMLInputElement>("input[name=cell]", set);
			for (const box of boxes) box.checked = picked(box);
			const whole = find<HTMLInputElement>("legend input", set);
			if (whole) whole.checked = boxes.length > 0 && boxes.every(picked);
		}
		const fold = find<HTMLDetailsElement>("#set details");
		if (fold && this.#picked.size > 0) fold.open = true;
		this.#sayPicked();
	}

	// drawVoice tells whether what is reported counts as the municipality's answer. One
	// report for several never does, nor does an actor's.
	#drawVoice(): void {
		const line = byId("voice");
		const { m } = this.#at;
		const fixed = this.#picked.size > 0 || isActor(m);
		const answers = !fixed && speaks(m);
		put(find("span", line), say(answers ? "voice.own" : "voice.about", municipalityName(m)));
		put(find("button span", line), say(answers ? "voice.to_about" : "voice.to_own"));
		show(find("button", line), !fixed);
		show(line, true);
	}

	#turn(): void {
		if (this.#picked.size > 0 || isActor(this.#at.m)) return;
		turn(this.#at.m);
		this.#drawVoice();
	}

	#sayPicked(): void {
		this.#drawVoice();
		put(byId("picked"), this.#picked.size > 0 ? count("picked", this.#picked.size + 1) : "");
	}

	// --- who works where

	#tick(): void {
		for (const [key, until] of this.#mine) if (until < performance.now()) this.#mine.delete(key);
	}

	// drawCrowd tells how many others look at the board, and how many of them follow: who
	// leads is no audience of their own.
	#drawCrowd(): void {
		const line = byId("crowd");
		const { none = "", one = "", many = "", following = "" } = line?.dataset ?? {};
		const { crowd } = this.live.word;
		const others = (crowd?.screens ?? 0) - 1;
		const said = others > 0 ? fill(others === 1 ? one : many, others) : none;
		put(line, crowd ? said + (crowd.following ? fill(following, crowd.following) : "") : "");
	}

	#drawPresence(): void {
		const there = others(this.live.word.presence ?? [], own("user"), this.#at.m);
		const words = there.map(({ by, m }) => say("presence", by, municipalityName(m)));
		put(byId("presence"), words.slice(0, 2).join(" · "));
		mark(byId("presence"), "data-here", there.some(({ m }) => m === this.#at.m));
	}
}

// unfold leads to a field, which may be folded away.
function unfold(field: string): void {
	const to = find(field);
	const fold = to?.closest("details");
	if (fold) fold.open = true;
	to?.focus();
}
