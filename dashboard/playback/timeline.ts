// A meeting's changes in a row, and the picture at any of them: stepping costs
// what lies between, jumping never more than a stretch from the nearest
// checkpoint. No DOM.

export interface Step {
	readonly m: string;
	readonly c: string;
	readonly level: string;
	readonly at: number; // ms
	readonly rev: number;
	readonly changed?: number | undefined; // when the cell last became another, if not then; 0: never
}

// Dense is how the server sends them: numbers, six to each step.
export interface Dense {
	readonly rows: readonly string[];
	readonly columns: readonly string[];
	readonly levels: readonly string[];
	readonly start: readonly number[];
	readonly changes: readonly number[];
}

// stepsOf unpacks a row of numbers: revision and time count on from the step
// before; then places in the lists, and how long the cell had not become another.
export function stepsOf({ rows, columns, levels }: Dense, n: readonly number[]): Step[] {
	const out: Step[] = [];
	let rev = 0;
	let at = 0;
	for (let i = 0; i + 5 < n.length; i += 6) {
		rev += n[i]!;
		at += n[i + 1]!;
		const unchanged = n[i + 5]!;
		out.push({ rev, at, m: rows[n[i + 2]!]!, c: columns[n[i + 3]!]!, level: levels[n[i + 4]!]!, ...(unchanged ? { changed: unchanged < 0 ? 0 : at - unchanged } : {}) });
	}
	return out;
}

const stretch = 256; // changes between two checkpoints

// blank is what a cell is before anything was said.
const blank = (m: string, c: string): Step => ({ m, c, level: "not_assessed", at: 0, rev: 0 });

export class Timeline {
	readonly #cells: Step[] = []; // at the beginning, by cell
	readonly #cellOf: Int32Array; // of each change
	readonly #before: Int32Array; // the change of the same cell before it, -1 none
	readonly #marks: Int32Array[] = []; // each cell's last change, every stretch
	#now: Int32Array; // each cell's last change, -1: as at the beginning
	#at = 0; // how many changes have happened

	constructor(
		start: readonly Step[],
		readonly steps: readonly Step[],
	) {
		const index = new Map<string, number>();
		const cell = (m: string, c: string, step: Step): number => {
			const key = m + " " + c;
			let i = index.get(key);
			if (i === undefined) index.set(key, (i = this.#cells.push(step) - 1));
			return i;
		};
		for (const step of start) cell(step.m, step.c, step);
		this.#cellOf = Int32Array.from(steps, ({ m, c }) => cell(m, c, blank(m, c)));
		this.#before = new Int32Array(steps.length);
		const last = new Int32Array(this.#cells.length).fill(-1);
		this.#now = last.slice();
		for (let i = 0; i < steps.length; i++) {
			if (i % stretch === 0) this.#marks.push(last.slice());
			const k = this.#cellOf[i]!;
			this.#before[i] = last[k]!;
			last[k] = i;
		}
	}

	// at is how many changes have happened.
	get at(): number {
		return this.#at;
	}

	// before is the level that the i-th change found.
	before(i: number): string {
		const j = this.#before[i]!;
		return (j < 0 ? this.#cells[this.#cellOf[i]!]! : this.steps[j]!).level;
	}

	// whole is the picture as it is now, all cells.
	whole(): Step[] {
		return this.#cells.map((_, k) => this.#step(k));
	}

	// seek goes to the picture after n changes and returns what differs now.
	seek(n: number): Step[] {
		const to = Math.min(Math.max(Math.round(n), 0), this.steps.length);
		const was = new Map<number, number>(); // cell: its change before
		const set = (k: number, i: number) => {
			if (!was.has(k)) was.set(k, this.#now[k]!);
			this.#now[k] = i;
		};
		if (Math.abs(to - this.#at) > stretch) {
			const mark = Math.min(Math.floor(to / stretch), this.#marks.length - 1);
			this.#marks[mark]!.forEach((i, k) => this.#now[k] !== i && set(k, i));
			this.#at = mark * stretch;
		}
		for (; this.#at < to; this.#at++) set(this.#cellOf[this.#at]!, this.#at);
		for (; this.#at > to; this.#at--) set(this.#cellOf[this.#at - 1]!, this.#before[this.#at - 1]!);
		return [...was].flatMap(([k, i]) => (this.#now[k] === i ? [] : this.#step(k)));
	}

	// until is how many changes had happened at a time.
	until(time: number): number {
		let low = 0;
		let high = this.steps.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.steps[middle]!.at <= time) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	#step(k: number): Step {
		const i = this.#now[k]!;
		return i < 0 ? this.#cells[k]! : this.steps[i]!;
	}
}

// Player turns real time into a meeting's: speed times as fast, and long pauses
// are not waited for.
export class Player {
	#time: number;

	constructor(
		time: number,
		private readonly end: number,
		public speed: number,
		private readonly longest = 2_000, // of real time, without a change
	) {
		this.#time = time;
	}

	get time(): number {
		return this.#time;
	}

	// go moves on by some real time; next is when the next change happens.
	// It returns whether there is anything left to play.
	go(real: number, next: number | undefined): boolean {
		if (next !== undefined && next - this.#time > this.longest * this.speed) this.#time = next - this.longest * this.speed;
		this.#time = Math.min(this.#time + real * this.speed, this.end);
		if (next === undefined) this.#time = this.end;
		return this.#time < this.end;
	}
}
