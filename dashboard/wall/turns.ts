// Turns: which region a wall shows now. No timers and no DOM: it is told the
// time, and whoever drives it asks each second. What it keeps is bounded by the
// number of regions, however long it runs.

export const stay = 30_000; // where something changed
const least = 5_000; // before another change may take the screen

export class Turns {
	#at = 0; // index of the region on show
	#since = -Infinity; // when it came on
	#until = 0; // it stays at least until then
	#because = false; // it is on show because something changed there
	#paused = false;
	#held: string | undefined;
	readonly #waiting = new Set<string>(); // changed while another had the screen

	// every is how long a region is shown, 0: it is never left by itself.
	constructor(
		private readonly regions: readonly string[],
		private readonly every: number,
		now: number,
		first = "",
	) {
		this.#show(Math.max(0, regions.indexOf(first)), now, every);
	}

	get current(): string {
		return this.regions[this.#at] ?? "";
	}

	get index(): number {
		return this.#at;
	}

	get paused(): boolean {
		return this.#paused;
	}

	get held(): boolean {
		return this.#held !== undefined;
	}

	// left is how long it stays because something changed there, 0 if not for that.
	left(now: number): number {
		return this.#because ? Math.max(0, this.#until - now) : 0;
	}

	// changed: something changed in a region. The screen goes there at once, unless
	// another change has only just taken it.
	changed(region: string, now: number): void {
		const index = this.regions.indexOf(region);
		if (index < 0 || this.#paused || this.#held !== undefined) return;
		if (index === this.#at) {
			this.#because = true;
			this.#until = now + stay;
		} else if (this.#because && now - this.#since < least) this.#waiting.add(region);
		else this.#take(index, now);
	}

	// tick returns whether another region is on show than before.
	tick(now: number): boolean {
		if (this.#paused || this.#held !== undefined) return false;
		const [next] = this.#waiting;
		if (next !== undefined && now - this.#since >= least) {
			this.#take(this.regions.indexOf(next), now);
			return true;
		}
		if (now < this.#until || (this.every <= 0 && !this.#because) || this.regions.length < 2) return false;
		if (this.every <= 0) {
			this.#because = false; // it stays where it is
			return false;
		}
		this.#show((this.#at + 1) % this.regions.length, now, this.every);
		return true;
	}

	// hold keeps one region on show until release: somebody leads.
	hold(region: string, now: number): void {
		const index = this.regions.indexOf(region);
		if (index < 0) return;
		this.#held = region;
		this.#waiting.clear();
		if (index !== this.#at) this.#show(index, now, this.every);
		this.#because = false;
	}

	release(now: number): void {
		if (this.#held === undefined) return;
		this.#held = undefined;
		this.#until = now + this.every;
	}

	pause(now: number): void {
		this.#paused = !this.#paused;
		if (!this.#paused) this.#until = now + this.every;
	}

	// step goes to the next or the one before, by hand.
	step(by: number, now: number): void {
		const n = this.regions.length;
		if (n > 0) this.#show((this.#at + by + n) % n, now, this.every);
	}

	#take(index: number, now: number): void {
		this.#show(index, now, stay);
		this.#because = true;
	}

	#show(index: number, now: number, span: number): void {
		this.#at = index;
		this.#since = now;
		this.#until = now + span;
		this.#because = false;
		const region = this.regions[index];
		if (region !== undefined) this.#waiting.delete(region);
	}
}
