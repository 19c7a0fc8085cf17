// Announcer gathers what changed into sentences for a screen reader: one for a
// burst, and never more often than every five seconds.
export class Announcer<T> {
	#waiting: T[] = [];
	#last = -Infinity;
	#timer = false;

	constructor(
		private readonly say: (changes: readonly T[]) => void,
		private readonly now: () => number,
		private readonly after: (ms: number, f: () => void) => void,
		private readonly burst = 300,
		private readonly pace = 5000,
	) {}

	add(...changes: T[]): void {
		if (changes.length === 0) return;
		this.#waiting.push(...changes);
		if (this.#timer) return;
		this.#timer = true;
		this.after(Math.max(this.burst, this.#last + this.pace - this.now()), () => this.#fire());
	}

	#fire(): void {
		this.#timer = false;
		this.#last = this.now();
		const said = this.#waiting;
		this.#waiting = [];
		this.say(said);
	}
}
