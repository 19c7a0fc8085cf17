// One unit that is open for writing. A level is saved when it is chosen; text and evidence
// when their author says so. What is typed until then is a jotting: in this tab at once,
// on the server within two seconds, and nobody else's.
import { Jotting } from "../kit/jottings.ts";
import { all, byId, find, minute, own, put, say, show } from "../kit/page.ts";
import { fetchPage } from "../kit/parts.ts";
import { type Answer, ask, word } from "./command.ts";

export interface Host {
	changed(m: string): void; // something of the unit was stored
	close(): void;
	next(): void;
}

type Edit = Record<string, unknown>;

export class Judgement {
	readonly m: string;
	readonly c: string;
	readonly #jots = new Map<string, Jotting>();
	#busy = false;

	constructor(
		readonly section: HTMLElement,
		private readonly address: string,
		private readonly host: Host,
	) {
		this.m = section.dataset["m"]!;
		this.c = section.dataset["c"]!;
		const form = this.#form;
		if (form && this.writes) {
			form.addEventListener("submit", (event) => {
				event.preventDefault();
				const what = (event.submitter as HTMLButtonElement | null)?.value ?? "save";
				void (what === "submit" ? this.submit() : what === "unchanged" ? this.unchanged() : this.save());
			});
			form.addEventListener("change", (event) => this.#chosen(event.target as HTMLInputElement));
			form.addEventListener("input", (event) => {
				if ((event.target as Element).matches("textarea")) this.#typed((event.target as HTMLElement).closest<HTMLElement>("[data-c]")!);
			});
			for (const cell of this.#cells) this.#begin(cell);
		}
		find("[data-close]", section)?.addEventListener("click", () => host.close());
		find("[data-next]", section)?.addEventListener("click", () => host.next());
		for (const button of all<HTMLButtonElement>("[data-take]", section)) button.addEventListener("click", () => this.#take(button.dataset["take"]!));
	}

	get writes(): boolean {
		return "write" in this.section.dataset;
	}

	get #form(): HTMLFormElement | null {
		return find<HTMLFormElement>("form.judge", this.section);
	}

	get #cells(): HTMLElement[] {
		return all("[data-c][data-seen]", this.section);
	}

	// dirty reports whether something is typed or chosen that is not stored.
	get dirty(): boolean {
		return this.#edits().length > 0;
	}

	focus(what: "text" | "evidence" | "note"): void {
		const at = { text: ".main textarea", evidence: "#sources input[type=checkbox]", note: ".internal textarea" }[what];
		const more = what === "evidence" ? find<HTMLDetailsElement>("#sources details", this.section) : null;
		if (more) more.open = true;
		(find(at, this.section) ?? find("#sources summary", this.section))?.focus();
	}

	// level sets one cell, the area's where none is told.
	async level(level: string, cell = this.#cells.find((one) => one.dataset["c"] === this.c)): Promise<void> {
		const radio = cell && find<HTMLInputElement>(`input[type=radio][value="${level}"]`, cell);
		if (!radio || radio.disabled || !this.writes) return;
		radio.checked = true;
		await this.#store([{ m: this.m, c: cell.dataset["c"], seen: Number(cell.dataset["seen"]), level }]);
	}

	async save(): Promise<boolean> {
		const edits = this.#edits();
		if (edits.length === 0) {
			this.#say(word("nothing"));
			return true;
		}
		return this.#store(edits);
	}

	async submit(): Promise<void> {
		const edits = this.#edits();
		if (edits.length > 0 && !(await this.#store(edits))) return;
		await this.#fresh();
		const answer = await ask({ type: "submit", board: own("board"), units: [{ m: this.m, c: this.c, rev: Number(this.section.dataset["unit"]) }] });
		if (answer.status === 200) {
			this.#fault("");
			this.#say(word("submitted"));
			await this.#fresh();
			this.host.changed(this.m);
		} else this.#refused(answer);
	}

	async unchanged(): Promise<void> {
		const answer = await ask({ type: "confirm_unchanged", board: own("board"), m: this.m, c: this.c, seen: Number(this.section.dataset["unit"]) });
		if (answer.status !== 200) return this.#refused(answer);
		for (const jot of this.#jots.values()) jot.done();
		this.host.changed(this.m);
		await this.redraw();
	}

	// redraw takes the whole unit as the server has it.
	async redraw(): Promise<void> {
		const fresh = await this.#page();
		if (fresh) this.section.dispatchEvent(new CustomEvent("redrawn", { detail: fresh, bubbles: true }));
	}

	#edits(): Edit[] {
		const out: Edit[] = [];
		for (const cell of this.#cells) {
			const edit: Edit = {};
			const text = find<HTMLTextAreaElement>("textarea", cell);
			if (text && text.value.trim() !== text.defaultValue.trim()) edit["text"] = text.value;
			const level = find<HTMLInputElement>("input[type=radio]:checked", cell);
			if (level && !level.defaultChecked) edit["level"] = level.value;
			if (cell === this.#cells.find((one) => one.dataset["c"] === this.c)) {
				const boxes = all<HTMLInputElement>("#sources input[name=evidence]", this.section);
				if (boxes.some((box) => box.checked !== box.defaultChecked)) edit["evidence"] = boxes.filter((box) => box.checked).map(refOf);
			}
			if (Object.keys(edit).length > 0) out.push({ m: this.m, c: cell.dataset["c"], seen: Number(cell.dataset["seen"]), ...edit });
		}
		return out;
	}

	async #store(cells: Edit[]): Promise<boolean> {
		if (this.#busy) return false;
		this.#busy = true;
		this.#say(say("saving"));
		const answer = await ask({ type: "assess", board: own("board"), cells }).finally(() => (this.#busy = false));
		if (answer.status !== 200 && answer.reason !== "save.nothing") {
			this.#refused(answer);
			return false;
		}
		for (const edit of cells) this.#stored(edit, answer.rev);
		this.#fault("");
		this.#say(word("saved", minute(Date.now())));
		await this.#fresh();
		this.host.changed(this.m);
		return true;
	}

	// stored takes what was written as what stands: a cell keeps what was typed since.
	#stored(edit: Edit, rev: number): void {
		const cell = this.#cells.find((one) => one.dataset["c"] === edit["c"]);
		if (!cell) return;
		if (rev > 0) cell.dataset["seen"] = String(rev);
		const text = find<HTMLTextAreaElement>("textarea", cell);
		if (text && "text" in edit) {
			text.defaultValue = String(edit["text"]);
			if (text.value === text.defaultValue) this.#jots.get(cell.dataset["c"]!)?.done();
		}
		if ("level" in edit) for (const radio of all<HTMLInputElement>("input[type=radio]", cell)) radio.defaultChecked = radio.value === edit["level"];
		if ("evidence" in edit) for (const box of all<HTMLInputElement>("#sources input[name=evidence]", this.section)) box.defaultChecked = box.checked;
	}

	// fresh takes over what the server says of the unit, beside what is being written.
	async #fresh(): Promise<void> {
		const copy = find("#judgement", (await this.#page()) ?? null);
		if (!copy) return;
		for (const name of ["unit", "sum"]) this.section.dataset[name] = copy.dataset[name];
		for (const part of ["h2", ".misses", "legend"]) {
			const [old, is] = [find(part, this.section), find(part, copy)];
			if (old && is && part !== "legend") old.replaceChildren(...is.childNodes);
		}
	}

	#page(): Promise<Document | undefined> {
		return fetchPage(`${this.address}/${this.m}`, ["judgement"]);
	}

	#chosen(input: HTMLInputElement): void {
		const cell = input.closest<HTMLElement>("[data-c][data-seen]");
		if (input.type === "radio" && cell) void this.level(input.value, cell);
		else if (input.name === "evidence") this.#typed(this.#cells.find((one) => one.dataset["c"] === this.c)!);
	}

	#begin(cell: HTMLElement): void {
		const text = find<HTMLTextAreaElement>("textarea", cell);
		if (!text) return;
		const c = cell.dataset["c"]!;
		const kept = find(".kept", cell);
		const jot = new Jotting({ api: own("api"), user: own("user"), board: own("board"), m: this.m, c }, (told) =>
			put(kept, told.kept ? word("jotted", minute(told.at)) : told.why || word("unkept", minute(told.since))),
		);
		this.#jots.set(c, jot);
		const begun = jot.begun;
		if (begun && begun.text !== text.value) this.#bring(cell, begun.text, begun.seen);
		else if (!begun)
			void jot.others().then((others) => {
				const other = others.find((one) => one.text !== text.value);
				if (!other || !kept || this.#edits().length > 0) return;
				const button = document.createElement("button");
				button.type = "button";
				button.className = "linklike";
				button.textContent = word("fetch", minute(other.at));
				button.addEventListener("click", () => {
					this.#bring(cell, other.text, other.seen);
					void jot.drop(other.id);
				});
				kept.replaceChildren(button);
			});
		this.#left(cell);
	}

	// bring puts what was typed before back. What was stored meanwhile is met when it is
	// saved: it keeps the revision that it was begun on.
	#bring(cell: HTMLElement, text: string, seen: number): void {
		const area = find<HTMLTextAreaElement>("textarea", cell)!;
		area.value = text;
		if (seen >= 0) cell.dataset["seen"] = String(seen);
		this.#typed(cell);
	}

	#typed(cell: HTMLElement): void {
		const text = find<HTMLTextAreaElement>("textarea", cell);
		const boxes = all<HTMLInputElement>("#sources input[name=evidence]:checked", this.section).map((box) => box.value);
		if (text) this.#jots.get(cell.dataset["c"]!)?.typed(text.value, boxes, Number(cell.dataset["seen"]));
		this.#left(cell);
	}

	#left(cell: HTMLElement): void {
		const text = find<HTMLTextAreaElement>("textarea", cell);
		const left = find(".left", cell);
		if (!text || !left) return;
		const n = Number(text.dataset["most"] ?? 5_000) - [...text.value].length;
		put(left, n < 0 ? word("over", -n) : word("left", n));
		left.toggleAttribute("data-over", n < 0);
	}

	#take(text: string): void {
		const area = find<HTMLTextAreaElement>(".main textarea", this.section);
		if (!area) return;
		area.value = area.value ? `${area.value}\n${text}` : text;
		this.#typed(area.closest<HTMLElement>("[data-c]")!);
	}

	#refused(answer: Answer): void {
		if (answer.reason === "cell.stale") return void this.#clash();
		if (answer.status === 0) return this.#say(word("unsaved", minute(Date.now())));
		if (answer.status === 401) return this.#fault(word("session"));
		const misses = answer.reason === "submit.missing" ? ` ${find(".misses", this.section)?.textContent ?? ""}` : "";
		this.#fault((answer.message || word("failed")) + misses);
	}

	// clash shows what was stored meanwhile beside one's own, and lets its author choose.
	async #clash(): Promise<void> {
		const place = byId("conflict");
		const cell = this.#cells.find((one) => one.dataset["c"] === (this.#edits()[0]?.["c"] ?? this.c));
		const text = cell && find<HTMLTextAreaElement>("textarea", cell);
		if (!place || !cell || !text) return;
		const body = new URLSearchParams({ c: cell.dataset["c"]!, seen: cell.dataset["seen"]!, text: text.value, level: find<HTMLInputElement>("input[type=radio]:checked", cell)?.value ?? "", token: find<HTMLInputElement>("input[name=token]")?.value ?? "" });
		const fresh = await fetchPage(`${this.address}/${this.m}/sammenlign`, undefined, body);
		const clash = find(".clash", fresh ?? null);
		if (!clash) return this.#fault(word("failed"));
		place.replaceChildren(clash);
		show(place, true);
		const result = find<HTMLTextAreaElement>("textarea", clash)!;
		for (const button of all<HTMLButtonElement>("[data-version]", clash)) {
			button.addEventListener("click", () => {
				result.value = button.dataset["version"]!;
				for (const other of all("[data-version]", clash)) other.setAttribute("aria-pressed", String(other === button));
			});
		}
		find("[data-settle]", clash)?.addEventListener("click", () => {
			text.value = result.value;
			text.defaultValue = clash.dataset["stored"] ?? "";
			cell.dataset["seen"] = clash.dataset["seen"]!;
			for (const radio of all<HTMLInputElement>("input[type=radio]", cell)) radio.defaultChecked = radio.value === clash.dataset["level"];
			const level = find<HTMLInputElement>(".clash input[type=radio]:checked", place);
			if (level) for (const radio of all<HTMLInputElement>("input[type=radio]", cell)) radio.checked = radio.value === level.value;
			show(place, false);
			void this.save();
		});
		find("[data-later]", clash)?.addEventListener("click", () => {
			show(place, false);
			text.focus();
		});
		result.focus();
	}

	#say(text: string): void {
		put(find(".main .kept", this.section), text);
		put(byId("work-status"), text);
	}

	#fault(text: string): void {
		const place = find(".faults", this.section);
		put(place, text);
		show(place, text !== "");
		if (text) place?.focus();
	}
}

function refOf(box: HTMLInputElement): object {
	const at = box.value.lastIndexOf("@");
	return { e: box.value.slice(0, at), v: Number(box.value.slice(at + 1)) };
}
