// The line to the server: what comes in, when it may be believed, and what the
// page says of it. The rules are in line.ts; this is sockets, timers and words.
import { afterClose, backoff, judge, type ServerClock, wallPatience, Watchdog } from "./line.ts";
import { banner, body, byId, clock, count, fill, find, mark, minute, moment, own, put, say, shape, show, veil } from "./page.ts";
import { changedAt } from "./store.ts";
import { type Change, type Frame, type Hello, parseMessage, parseSnapshot, type Snapshot, type Whisper } from "./wire.ts";

const lookEvery = 500; // at the clocks
const tickEvery = 1_000;
const idleFor = 60_000; // without a key or a click, before a page is made again under its reader
const greeting = 10_000; // how long a connection may take to say hello

// News is what a frame says to the page.
export type News = Pick<Frame, "cells" | "parts">;

export interface Hooks {
	// frame: changes as they happened. missed: they happened while away.
	frame(frame: News, missed: boolean): void;
	// snapshot: the board taken again.
	snapshot(cells: readonly Change[]): void;
	// whisper: a word without a revision, true only while it is said.
	whisper(word: Whisper): void;
	// parts: what only the server can draw has changed.
	parts(): void;
	tick(): void;
	busy(): boolean; // something typed or under way would be lost with the page
}

// followed is the board whose changes the page follows.
const followed = own("follows") || own("board");
const paired = own("kind") === "wall" && own("user").startsWith("skjerm-");
const layer = own("follows") ? "live" : own("layer");

const mono = (): number => performance.now();
const wall = (): number => Date.now();

// reloaded is when this tab last made its page again.
const reloaded = (): number => Number(sessionStorage.getItem("kb.reload"));

// Held is what came in while the reader paused: the last value of each cell,
// however long the pause.
class Held {
	snapshot: Snapshot | undefined;
	readonly parts = new Set<string>();
	readonly cells = new Map<string, Change>();

	add(frame: Frame): void {
		for (const cell of frame.cells) this.cells.set(cell.m + " " + cell.c, cell);
		for (const part of frame.parts) this.parts.add(part);
	}

	// since is how many became another since a time: the others were confirmed or given
	// back.
	since(time: number): number {
		return [...this.cells.values()].filter((cell) => changedAt(cell) >= time).length;
	}
}

export class Stream {
	#watch: Watchdog;
	#socket: WebSocket | undefined;
	#epoch: string;
	#rev: number; // what has been taken in
	#target = 0; // the head at hello: up to here it was missed
	#tries = 0;
	#retryAt = 0;
	#begun = 0; // when the connection was begun, 0 once it has said hello
	#away = false; // a connection was lost since the page last followed
	#paused = 0; // since when, by the server's clock
	#held = new Held();
	// Only a snapshot brings the page up to date. A wall begins with one: its page
	// holds one area, its lists tell of all.
	#anew = own("kind") === "wall" && layer === "live";
	#cut = false; // the board may have ended
	#doubted = false; // the server would not even greet: ask it why
	#taking = false;
	#stale = false; // a newer build was seen
	#input = mono();
	#ended = false; // the page is being left

	constructor(
		private readonly hooks: Hooks,
		private readonly clock: ServerClock,
	) {
		this.#watch = new Watchdog(mono(), wall(), this.now());
		this.#epoch = own("epoch");
		this.#rev = Number(own("rev")) || 0;
	}

	get live(): boolean {
		return this.#watch.state === "live";
	}

	now(): number {
		return this.clock.now(mono());
	}

	start(): void {
		byId("pause")?.addEventListener("click", () => (this.#paused ? this.#resume() : this.#pause()));
		for (const type of ["keydown", "pointerdown"]) {
			addEventListener(type, () => (this.#input = mono()), { capture: true, passive: true });
		}
		// Timers stand still behind a closed lid and in a page put away. Whatever
		// wakes first looks at the clocks before anything is shown as live.
		document.addEventListener("visibilitychange", () => this.#check());
		addEventListener("pageshow", (event) => {
			if (event.persisted) this.#watch.doubt();
			this.#check();
		});
		addEventListener("online", () => this.#hurry());
		addEventListener("offline", () => this.#check());
		addEventListener("pagehide", () => this.#drop());
		setInterval(() => this.#check(), lookEvery);
		setInterval(() => this.hooks.tick(), tickEvery);
		this.#check();
	}

	#connect(): void {
		this.#drop();
		this.#retryAt = 0;
		const at = new URL(own("live"), location.href);
		at.protocol = at.protocol.replace("http", "ws");
		at.searchParams.set("board", followed);
		at.searchParams.set("epoch", this.#epoch);
		at.searchParams.set("rev", String(this.#rev));
		const socket = new WebSocket(at, "kb.v1");
		this.#socket = socket;
		this.#begun = mono();
		socket.onmessage = (event) => {
			if (socket === this.#socket) this.#take(String(event.data));
		};
		socket.onclose = (event) => {
			if (socket === this.#socket) this.#closed(event.code);
		};
	}

	// drop lets go of the socket without hearing from it again.
	#drop(): void {
		const socket = this.#socket;
		this.#socket = undefined;
		if (!socket) return;
		socket.onmessage = socket.onclose = null;
		socket.close();
		this.#watch.closed();
	}

	#closed(code: number): void {
		this.#socket = undefined;
		this.#watch.closed();
		this.#away = true;
		const { then, from } = afterClose(code);
		if (then === "login") return this.#login();
		if (then === "resync") this.#anew = this.#cut = true;
		if (this.#begun) this.#doubted = true;
		this.#tries = Math.max(this.#tries, from);
		this.#later();
		this.#check();
	}

	// later lets go of the line and comes back after a while.
	#later(): void {
		this.#drop();
		this.#away = true;
		this.#retryAt = mono() + backoff(this.#tries++, Math.random(), own("kind") === "wall" ? wallPatience : undefined);
	}

	#hurry(): void {
		if (this.#socket?.readyState === WebSocket.OPEN) return;
		this.#tries = 0;
		this.#retryAt = mono();
		this.#check();
	}

	// check is run by the timer and by everything that wakes a page.
	#check(): void {
		const was = this.#watch.state;
		if (this.#watch.check(mono(), wall()) === "lost" && was !== "lost" && this.#socket) {
			// The old line may hold words from before the silence: a new one.
			this.#later();
		}
		// A connection that never says hello is no better than none.
		if (this.#socket && this.#begun && mono() - this.#begun > greeting) this.#later();
		if (!this.#socket && !this.#taking && !this.#ended && mono() >= this.#retryAt) {
			if (this.#anew || this.#doubted) void this.#snapshot();
			else this.#connect();
		}
		this.#draw();
		this.#renew();
	}

	#take(data: string): void {
		const { hello, beat, tick, frame, whisper } = parseMessage(data);
		if (hello) this.#hello(hello);
		else if (!this.#hear(beat || tick || 0)) return;
		if (beat) {
			this.#tries = 0;
			this.clock.set(beat, mono(), wall());
			pulse();
		}
		if (frame) this.#frame(frame);
		if (whisper) this.hooks.whisper(whisper);
		// The picture changed by the clock alone: only the server can draw it.
		if (tick) this.hooks.parts();
		this.#draw();
	}

	// stand keeps how far the page has come, where others can read it.
	#stand(rev: number): void {
		this.#rev = rev;
		body.dataset.rev = String(rev);
	}

	#hello({ epoch, rev, now, build }: Hello): void {
		this.#begun = 0;
		this.clock.set(now, mono(), wall());
		this.hooks.whisper({}); // what was whispered before may have ended meanwhile
		this.#target = rev;
		if (own("build") && build !== own("build")) this.#stale = true;
		if (epoch !== this.#epoch || rev < this.#rev) {
			this.#anew = true;
			void this.#snapshot();
			return;
		}
		this.#watch.hello(mono(), wall(), now);
		if (this.#rev >= rev) this.#away = false;
	}

	// tell says a word to the server, if there is contact.
	tell(word: "follow" | "alone"): void {
		if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(word);
	}

	// hear believes a word, unless it came after a silence.
	#hear(at: number): boolean {
		if (this.#watch.heard(mono(), wall(), at)) return true;
		this.#check();
		return false;
	}

	#frame(frame: Frame): void {
		switch (judge(this.#rev, frame.prev, frame.rev)) {
			case "skip":
				return;
			case "resync":
				this.#anew = true;
				void this.#snapshot();
				return;
		}
		this.#stand(frame.rev);
		if (this.#paused) {
			this.#held.add(frame);
			return;
		}
		this.#show(frame);
	}

	#show(frame: Frame): void {
		const missed = this.#away && frame.rev <= this.#target;
		this.hooks.frame(frame, missed);
		if (frame.rev >= this.#target) this.#away = false;
	}

	// snapshot takes the board again and shows what differs: scroll, focus and
	// selection stay. Where nothing but the greeting failed, it only asks whether
	// the board is still there for this reader, and the position is kept.
	async #snapshot(): Promise<void> {
		if (this.#taking) return;
		if (this.#anew && layer === "edition") return this.reload();
		this.#drop();
		this.#taking = true;
		try {
			if (this.#cut && paired && (await this.#elsewhere())) return this.#login(true);
			this.#cut = false;
			const answer = await fetch(`${own("api")}/boards/${followed}`, {
				cache: "no-store",
				signal: AbortSignal.timeout(greeting),
			});
			// What was there and is not to be seen: the session has ended. Who is
			// still signed in is led back, and told what is the matter.
			if ([401, 403, 404].includes(answer.status)) return this.#login(answer.status === 404);
			if (!answer.ok) throw answer.status;
			this.#doubted = false;
			if (this.#anew) this.#adopt(parseSnapshot(await answer.json()));
			// The stream begins after the snapshot: nothing lies between the two.
			if (!this.#ended) this.#connect();
		} catch {
			this.#later();
		} finally {
			this.#taking = false;
		}
		this.#draw();
	}

	// elsewhere asks where a paired screen is led to now: a board that has ended is
	// not asked for.
	async #elsewhere(): Promise<boolean> {
		const { url } = await fetch(own("base") + "/skjerm", { cache: "no-store", signal: AbortSignal.timeout(greeting) });
		return new URL(url).pathname !== location.pathname;
	}

	#adopt(snapshot: Snapshot): void {
		// What is withheld now, stands in more places of the page than its cells.
		if (snapshot.veil !== veil) return this.reload();
		// A page that was just made again and still differs is not made again for ever:
		// what it can show, it shows.
		if (snapshot.shape !== shape && wall() - reloaded() > 60_000) return this.reload();
		this.#epoch = snapshot.epoch;
		this.#stand(snapshot.rev);
		this.#anew = false;
		this.#away = false;
		this.#held = new Held();
		if (this.#paused) this.#held.snapshot = snapshot;
		else this.#anewOf(snapshot);
	}

	#anewOf(snapshot: Snapshot): void {
		this.hooks.snapshot(snapshot.cells);
		this.hooks.parts();
	}

	#pause(): void {
		this.#paused = this.now();
		this.#draw();
	}

	#resume(): void {
		this.#paused = 0;
		const held = this.#held;
		this.#held = new Held();
		if (held.snapshot) this.#anewOf(held.snapshot);
		this.hooks.frame({ cells: [...held.cells.values()], parts: [...held.parts] }, false);
		this.#draw();
	}

	// A screen on a wall is led on by itself: to its new view, or to a new code.
	#login(gone = false): void {
		this.#ended = true;
		if (paired || (own("kind") === "wall" && gone)) return location.assign(own("base") + "/skjerm");
		const base = own("base");
		const path = location.pathname.slice(base.length) + location.search;
		location.assign(`${base}/login?next=${encodeURIComponent(path)}`);
	}

	// reload makes the page again, at most every ten seconds, and not all screens
	// in the same instant.
	reload(): void {
		if (this.#ended) return;
		this.#ended = true;
		const wait = Math.max(Math.random() * 2_000, reloaded() + 10_000 - wall());
		this.#drop();
		this.#watch.doubt();
		this.#draw();
		setTimeout(() => {
			sessionStorage.setItem("kb.reload", String(wall()));
			location.reload();
		}, Math.min(wait, 10_000));
	}

	// renewTo makes a page again where a copy that has just come is laid out
	// for something else: at once, since what is shown is true meanwhile, and at
	// most every ten seconds. Later it is fetched first, so that no wall ever asks a
	// server that is down for its page.
	renewTo(room: string): void {
		if (room === own("room") || this.#ended) return;
		const wait = Math.min(reloaded() + 10_000 - wall(), 10_000);
		if (wait > 0) return void setTimeout(() => this.hooks.parts(), wait);
		this.#ended = true;
		sessionStorage.setItem("kb.reload", String(wall()));
		location.reload();
	}

	// renew follows a newer build: a wall at once, a reader when nothing of theirs
	// would be lost.
	#renew(): void {
		if (!this.#stale || this.#ended) return;
		const idle = document.hidden || mono() - this.#input > idleFor;
		if (own("kind") === "wall" || (idle && !this.hooks.busy() && !this.#paused)) this.reload();
	}

	#draw(): void {
		const state = this.#watch.state;
		const lost = state === "lost";
		mark(body, "data-state", lost ? "disconnected" : this.#paused ? "paused" : state);
		const words = this.#paused ? say("paused", moment(this.#paused, this.now())) : say(lost ? "offline" : state);
		put(byId("live-word"), words);
		put(byId("live-clock"), this.#status());
		put(find("#pause .pt"), say(this.#paused ? "resume" : "pause"));
		const pending = this.#held.since(this.#paused);
		put(byId("pending"), this.#paused && pending ? count("pending", pending) : "");
		this.#drawLost(lost);
		this.#drawSkew();
	}

	// status is of when what is shown is.
	#status(): string {
		return moment(this.#watch.statusAt, this.now(), clock);
	}

	#drawLost(lost: boolean): void {
		const at = this.#status();
		const line = banner("disconnected", say("disconnected", at), lost);
		const wait = Math.ceil((this.#retryAt - mono()) / 1000);
		put(find(".retry", line), lost && wait > 0 ? say("retry", wait) : "");
		for (const id of ["reds-head", "recent-head"]) {
			const head = byId(id);
			const { liveText, text } = head?.dataset ?? {};
			if (liveText && text) put(head, lost ? fill(text, at, minute(this.now() - 900_000)) : liveText);
		}
	}

	#drawSkew(): void {
		const skew = this.clock.skew;
		const minutes = Math.abs(skew) < 120_000 ? 0 : Math.round(Math.abs(skew) / 60_000);
		const how = minutes ? say("minutes", minutes) : say("seconds", Math.round(Math.abs(skew) / 1000));
		put(byId("skew"), skew ? say(skew > 0 ? "skew.ahead" : "skew.behind", how) : "");
		show(byId("skew"), skew !== 0);
	}
}

// beat lets the dot answer the heartbeat itself, not a timer of its own.
function pulse(): void {
	const dot = byId("live-dot");
	if (!dot || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
	dot.animate([{ opacity: 1 }, { opacity: 0.6 }, { opacity: 1 }], 600);
}
