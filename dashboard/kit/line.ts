// What the page may say of its line to the server. No DOM, no timers, no clock
// of its own: everything here is told the time, so that a test can be the clock.

// silence is how long a page may go on calling itself live without a word from
// the server: twelve seconds, less what it takes until a timer notices. Two
// heartbeats may be late; the third may not.
export const silence = 11_400;

export type LineState = "connecting" | "live" | "lost";

// Watchdog judges whether what is on the screen may be called live. Each event
// of any kind is told to it with two clocks: a monotonic one, which no one can
// set, and the wall's, which on some machines is the only one that goes on while
// the lid is closed. The larger gap counts.
//
// After a silence it stays lost until a new hello: a message that was waiting in
// a buffer while the machine slept proves nothing about now.
export class Watchdog {
	#state: LineState = "connecting";
	#heard: number; // monotonic
	#heardWall: number;
	#statusAt: number; // the server's time of what is shown

	constructor(mono: number, wall: number, statusAt: number) {
		this.#heard = mono;
		this.#heardWall = wall;
		this.#statusAt = statusAt;
	}

	get state(): LineState {
		return this.#state;
	}

	// statusAt is the server's time at which what is shown was last known true.
	get statusAt(): number {
		return this.#statusAt;
	}

	// hello begins a connection: what follows is of now.
	hello(mono: number, wall: number, at: number): void {
		this.#state = "live";
		this.#hear(mono, wall, at);
	}

	// heard tells of a word from the server. False: it came after a silence, the
	// connection must be made again and the word must not be believed.
	heard(mono: number, wall: number, at: number): boolean {
		this.check(mono, wall);
		if (this.#state !== "live") return false;
		this.#hear(mono, wall, at);
		return true;
	}

	// closed tells that the connection ended. It is not yet lost: a server that
	// restarts is back before anyone must be warned. But nothing is live now.
	closed(): void {
		if (this.#state === "live") this.#state = "connecting";
	}

	// check looks at the clocks and returns what the page may say.
	check(mono: number, wall: number): LineState {
		if (mono - this.#heard > silence || wall - this.#heardWall > silence) this.#state = "lost";
		return this.#state;
	}

	// doubt gives up what was believed, without waiting: the page was put away
	// and brought back.
	doubt(): void {
		this.#state = "lost";
	}

	#hear(mono: number, wall: number, at: number): void {
		this.#heard = mono;
		this.#heardWall = wall;
		if (at > this.#statusAt) this.#statusAt = at;
	}
}

// backoff is how long to wait before try n (from 0): anywhere between nothing
// and the cap, so that 350 screens do not come back at once.
export function backoff(n: number, random: number, most = 30_000): number {
	return Math.round(random * Math.min(most, 500 * 2 ** Math.min(n, 10)));
}

// wallPatience caps that wait on a wall: walls are few, and a room is looking.
export const wallPatience = 4_000;

export interface Position {
	readonly epoch: string;
	readonly rev: number;
}

// judge tells what to do with a frame: it follows what is shown, it is already
// in it, or something between is missing.
export function judge(own: number, prev: number, rev: number): "apply" | "skip" | "resync" {
	if (rev <= own) return "skip";
	return prev > own ? "resync" : "apply";
}

export type AfterClose = "again" | "resync" | "login";

// afterClose reads the server's reason for ending a connection, and from which
// try the waiting starts: a restart ends everybody's at once, so they spread.
export function afterClose(code: number): { then: AfterClose; from: number } {
	switch (code) {
		case 4000:
			return { then: "resync", from: 0 };
		case 4001:
			return { then: "login", from: 0 };
		case 4008:
		case 1012:
			return { then: "again", from: 2 };
	}
	return { then: "again", from: 0 };
}

// ServerClock tells the server's time by a monotonic clock.
export class ServerClock {
	#at = 0;
	#mono = 0;
	#skew = 0;

	constructor(at: number, mono: number) {
		this.#at = at;
		this.#mono = mono;
	}

	set(at: number, mono: number, wall: number): void {
		this.#at = at;
		this.#mono = mono;
		this.#skew = wall - at;
	}

	now(mono: number): number {
		return this.#at + (mono - this.#mono);
	}

	// skew is how far the machine's clock is ahead, 0 if too little to matter.
	get skew(): number {
		return Math.abs(this.#skew) > 30_000 ? this.#skew : 0;
	}
}
