// Undo: one's own last changes, each for half a minute, under one key and one
// button. The bar says what the record says.
import { banner, columnName, count, find, levelWord, municipalityName, put, say } from "./page.ts";
import { type Answer, undoFor, type Was } from "./save.ts";

interface Done {
	readonly rev: number;
	readonly changed: readonly Was[];
	readonly until: number; // monotonic
}

export class Undo {
	#done: readonly Done[] = [];

	// back takes a record back.
	constructor(private readonly back: (rev: number) => void) {
		// The bar may be drawn again with what is around it.
		document.addEventListener("click", (event) => {
			const last = this.#done.at(-1);
			if (last && (event.target as Element).closest("#undo button")) this.back(last.rev);
		});
		setInterval(() => this.#draw(), 1_000);
	}

	// took is told of each record of one's own: it can be taken back, unless it took
	// one back itself.
	took({ rev, changed, undoes }: Extract<Answer, { ok: true }>): void {
		this.#done = this.#done.filter((done) => done.rev !== undoes);
		if (!undoes && changed.length > 0) this.#done = [...this.#done, { rev, changed, until: performance.now() + undoFor }];
		this.#draw();
	}

	#draw(): void {
		this.#done = this.#done.filter((done) => done.until > performance.now());
		const done = this.#done.at(-1);
		if (!done) {
			banner("undo", "", false);
			return;
		}
		const [first] = done.changed;
		const text = done.changed.length === 1 && first ? oneOf(first) : manyOf(done.changed);
		put(find(".left", banner("undo", text)), say("undo.left", Math.ceil((done.until - performance.now()) / 1000)));
	}
}

// oneOf says what became of a cell. A level that was said again became no other.
function oneOf({ m, c, from, level }: Was): string {
	const of = [municipalityName(m), columnName(c)] as const;
	return from === level ? say("undo.still", levelWord(level).toLowerCase(), ...of) : say("undo", levelWord(from), levelWord(level), ...of);
}

const named = 4;

// manyOf names cells that became the same in one change.
function manyOf(changed: readonly Was[]): string {
	const [first] = changed;
	if (!first || changed.some(({ c, level }) => c !== first.c || level !== first.level)) return count("undo", changed.length);
	const names = changed.slice(0, named).map(({ m }) => municipalityName(m)).join(", ");
	const more = changed.length - named;
	return say("undo.cells", levelWord(first.level), names + (more > 0 ? " +" + more : ""), columnName(first.c));
}
