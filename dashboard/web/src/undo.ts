// Undo: one's own last change, for half a minute, under one key and one button.
import { banner, columnName, count, find, levelWord, municipalityName, put, say } from "./page.ts";
import { undoFor } from "./save.ts";

// Wish is what a cell shall become, and what it was when that was wished.
export interface Wish {
	readonly m: string;
	readonly c: string;
	readonly level: string;
	readonly from: string;
}

interface Done {
	readonly rev: number;
	readonly wishes: readonly Wish[];
	readonly until: number; // monotonic
}

export class Undo {
	#done: Done | undefined;

	// back takes a record back; the wishes are what the cells become by it.
	constructor(private readonly back: (rev: number, wishes: readonly Wish[]) => void) {
		// The bar may be drawn anew with what is around it.
		document.addEventListener("click", (event) => {
			if ((event.target as Element).closest("#undo button")) this.last();
		});
		setInterval(() => this.#draw(), 1_000);
	}

	get possible(): boolean {
		return this.#done !== undefined;
	}

	// offer begins the half minute of a change; without wishes there is none.
	offer(rev: number, wishes: readonly Wish[]): void {
		this.#done = wishes.length > 0 ? { rev, wishes, until: performance.now() + undoFor } : undefined;
		this.#draw();
	}

	// last takes the last change back.
	last(): void {
		const done = this.#done;
		if (!done) return;
		this.#done = undefined;
		this.#draw();
		this.back(done.rev, done.wishes.map((w) => ({ ...w, level: w.from, from: w.level })));
	}

	#draw(): void {
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
}
