// Setting levels: the one road from a key or a click, beside the table or at the
// console, to a record. What is sent is judged from what was written of the cell,
// what was chosen and what was known when the key was pressed; never from what
// happens to be drawn.
import type { Direct, Kb } from "./app.ts";
import { awaitedCells, type Draft, draftOf, drop, giveBack, keep, ofCell, type Sent, take } from "./drafts.ts";
import type { Place } from "./grid.ts";
import { cellField, setForm, textOf } from "./keys.ts";
import { byId, find, levelWord, own, put, say } from "./page.ts";
import { choose, chosen, offer, spoke } from "./reporter.ts";
import type { Stage } from "./save.ts";
import { newRequest, Sender, type Taken } from "./send.ts";
import { giveWhen, isWhen, takeWhen } from "./moment.ts";
import { lastTime } from "./time.ts";
import { Undo } from "./undo.ts";

export const nameOf = ({ m, c }: Place): string => `${m}.${c}`;
const placeOf = (cell: string): Place => ({ m: cell.split(".")[0] ?? "", c: cell.slice(cell.indexOf(".") + 1) });

// shownOf is what the page shows of a cell's reason: of which record it was drawn, and
// whether the level that stands has it.
function shownOf(cell: string): { rev: number; stands: boolean } | undefined {
	const { cell: of, rev, stands } = byId("was")?.dataset ?? {};
	return of === cell ? { rev: Number(rev) || 0, stands: stands !== undefined } : undefined;
}

export class Setting {
	readonly sender: Sender;
	readonly #undo = new Undo((rev) => void this.takeBack(rev));
	readonly #mine = new Map<string, number>(); // by cell, one's own last record

	// mark is told how it goes with cells, taken of what was taken.
	constructor(
		private readonly kb: Kb,
		private readonly live: Direct,
		private readonly mark: (places: readonly Place[], stage: Stage | undefined) => void,
		private readonly taken: (taken: Taken) => void = () => {},
	) {
		this.sender = new Sender(() => live.stream.live, () => kb.now());
		document.addEventListener("input", (event) => this.#written(event.target as HTMLInputElement));
		for (const [request, sent] of awaitedCells.all()) void this.#resume(request, sent);
	}

	// written keeps what is typed and chosen in the form of a cell.
	#written(field: HTMLInputElement): void {
		const { form, name, value } = field;
		if (form?.id !== "set") return;
		const cell = cellField(form);
		const of = ofCell(cell);
		if (name === "text") {
			const { text, seen } = draftOf(of);
			keep(of, { text: value, same: false, seen: text ? (seen ?? 0) : this.#rev(placeOf(cell)) });
			if (!this.sender.busy) put(byId("edit-status"), ""); // what it says is not of this text
		} else if (name === "same") this.#tick(cell, field.checked);
		else if (name === "reported_by") choose(field, cell.split(".")[0] ?? "");
		if (name === "text") this.#fillSame(form, false);
	}

	// fill writes into the form what was written and chosen for its cell.
	fill(): void {
		const form = setForm();
		if (!form) return;
		const cell = cellField(form);
		const { text, same } = this.#current(cell);
		const area = textOf(form);
		if (area && area.value !== text) area.value = text;
		this.#fillSame(form, same);
		const reporter = form.elements.namedItem("reported_by");
		if (reporter instanceof HTMLInputElement && reporter !== document.activeElement) offer(reporter, cell.split(".")[0] ?? "");
	}

	#fillSame(form: HTMLFormElement, on: boolean): void {
		const box = find<HTMLInputElement>("[name=same]", form);
		if (box) box.checked = on;
	}

	// same says the last reason of a cell again, or no longer: with the next level.
	// What is written goes before it.
	same(place: Place): void {
		const { text, same } = draftOf(ofCell(nameOf(place)));
		if (text) return;
		this.#tick(nameOf(place), !same);
		this.fill();
	}

	// tick keeps the choice, and which level it was made for: of the reason that is
	// shown, or where nothing of the cell is shown yet, the one that is known.
	#tick(cell: string, same: boolean): void {
		keep(ofCell(cell), { text: draftOf(ofCell(cell)).text, same, seen: shownOf(cell)?.rev ?? this.#rev(placeOf(cell)) });
	}

	// current is the draft of a cell. What was ticked for a level that is no more is
	// dropped, and that is said.
	#current(cell: string): Draft {
		const draft = draftOf(ofCell(cell));
		const { text, same, seen = 0 } = draft;
		if (!same || this.sender.busy || (shownOf(cell)?.rev ?? 0) <= Math.max(seen, this.#mine.get(cell) ?? 0)) return draft;
		keep(ofCell(cell), { text, same: false });
		this.sender.say("same.dropped");
		return draftOf(ofCell(cell));
	}

	// left reports whether something is written of a cell that is to be stored when it is
	// left. A tick for a reason that the level has already says nothing, and is dropped.
	left(place: Place): boolean {
		const cell = nameOf(place);
		const { text, same } = draftOf(ofCell(cell));
		const shown = shownOf(cell);
		if (same && !text.trim() && !this.sender.busy && shown?.stands && shown.rev >= (this.#mine.get(cell) ?? 0)) drop(ofCell(cell));
		return !!text.trim() || draftOf(ofCell(cell)).same;
	}

	// set gives cells a level, "" the one that they have, in one record. The first is
	// the one that was written of.
	async set(places: readonly Place[], level: string): Promise<Taken | undefined> {
		const [first] = places;
		if (!first) return undefined;
		if (level && !isWhen(this.kb.now())) {
			this.sender.say("when.wrong");
			return undefined;
		}
		const said = take(ofCell(nameOf(first)));
		if (!level && !said.text.trim() && !said.same) return undefined;
		const when = level ? takeWhen() : ""; // a reason alone is of the level that stands
		const make = this.#command(places, level, said, lastTime(when, this.kb.now()));
		const request = newRequest();
		const sent: Sent = { at: Date.now(), cell: nameOf(first), said };
		awaitedCells.hold(request, sent);
		const made = () => {
			const command = { request, ...make() };
			awaitedCells.hold(request, { ...sent, command });
			return command;
		};
		let stale = false;
		const taken = await this.sender.command(made, (stage, word) => {
			stale = word === "error.409"; // the lead was told: what is sent next is of what is now
			this.mark(places, stage);
		});
		if (!taken) giveWhen(when);
		return this.#settled(request, stale ? { ...sent, said: { text: said.text, same: false } } : sent, taken);
	}

	// resume goes on where a page before this one was left: it asks what became of what
	// was sent, and gives back what was not.
	async #resume(request: string, sent: Sent): Promise<void> {
		const { command, at } = sent;
		const places = (command as { cells?: Place[] } | undefined)?.cells ?? [];
		this.#settled(request, sent, command && (await this.sender.again(command, at, (stage) => this.mark(places, stage))));
	}

	// settled is what remains when it is known what became of a change.
	#settled(request: string, { cell, said }: Sent, taken: Taken | undefined): Taken | undefined {
		awaitedCells.settle(request);
		if (!taken) giveBack(ofCell(cell), said);
		else {
			if (draftOf(ofCell(cell)).text) put(byId("edit-status"), ""); // more is written already
			this.took(taken);
		}
		this.fill();
		return taken;
	}

	// command fixes what is sent as of now; only what one's own changes before it have
	// made of the cells is looked up when they are there.
	#command(places: readonly Place[], level: string, said: Draft, at: number | undefined): () => object {
		const by = chosen(places[0]?.m ?? "");
		const voice = spoke(places[0]?.m ?? "");
		const seen = places.map((p, i) => this.#seen(p, i === 0 && (said.text || said.same) ? said.seen : 0));
		const rest = {
			type: "set_levels",
			board: own("board"),
			// The live picture asks in which meeting it was clicked, and when; an edition what
			// was seen of the cell, however late it comes.
			...(own("layer") === "edition" ? { issued: undefined } : { meeting: own("meeting"), issued: this.sender.issued(), ...(by ? { reported_by: by } : {}), ...(voice ? { spoke: voice } : {}), ...(at ? { event_at: at } : {}) }),
		};
		const same = said.same && !said.text.trim();
		return () => ({
			...rest,
			cells: places.map((p, i) => ({
				...p,
				...(level ? { level } : {}),
				text: said.text,
				...(same && i === 0 ? { same } : {}),
				seen: seen[i]?.() ?? 0,
			})),
		});
	}

	// seen is the revision of a cell that one knows of, or wrote of: one's own, where
	// that was under way.
	#seen(place: Place, written = 0): () => number {
		const mine = () => this.#mine.get(nameOf(place)) ?? 0;
		if (written) return () => Math.max(written, mine());
		const before = mine();
		const known = this.#rev(place);
		return () => (mine() === before ? known : mine());
	}

	#rev({ m, c }: Place): number {
		return this.kb.cells.store.get(m, c)?.rev ?? 0;
	}

	// takeBack undoes a record; 0 is one's own last that was not undone, whichever
	// that is when its turn comes. It is done in the meeting whose console this is.
	async takeBack(rev = 0): Promise<void> {
		const taken = await this.sender.command(() => ({ type: "undo", board: own("board"), meeting: own("meeting"), revision: rev }), undefined, rev === 0);
		if (!taken) return;
		this.took(taken);
		this.sender.say("undone");
	}

	// took shows what the server has taken: once it has, and not before.
	took(taken: Taken): void {
		this.live.take(taken.changed.map((was) => ({ ...was, rev: taken.rev })));
		for (const was of taken.changed) this.#mine.set(nameOf(was), taken.rev);
		this.#undo.took(taken);
		this.#overwrote(taken);
		this.taken(taken);
	}

	// overwrote says whose change of a moment ago one has set over.
	#overwrote({ over: [over] }: Taken): void {
		if (over) put(byId("edit-status"), say("over", over.by, levelWord(over.level)));
	}
}
