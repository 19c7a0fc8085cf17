// Playback: the changes of a time, one after another, on map and grid. All come
// with one fetch, which the page's head begins; from then on nothing is asked of
// the server.
import type { Kb } from "../kit/app.ts";
import { ChangeTable } from "./changes.ts";
import { all, byId, find, mark, put, say, show } from "../kit/page.ts";
import { type Dense, Player, type Step, Timeline, stepsOf } from "./timeline.ts";

interface Answer {
	readonly dense: Dense;
	readonly more: boolean;
	readonly next: number;
}

const when = new Intl.DateTimeFormat([document.documentElement.lang || "nb", "nb"], { timeZone: "Europe/Oslo", dateStyle: "medium", timeStyle: "medium" });

const most = 16; // answers with changes
const settled = 300; // ms without a move, until address and table follow

export class Playback {
	readonly #slider = byId("time") as HTMLInputElement | null;
	#line = new Timeline([], []);
	#from = Number(this.#slider?.min) || 0; // the server's bounds
	#to = Number(this.#slider?.max) || 0;
	#time = Number(this.#slider?.value) || this.#from;
	#player: Player | undefined;
	#last = 0; // when the last frame was drawn
	#drawing = false;
	#table: ChangeTable | undefined;
	#settling: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly kb: Kb) {
		void this.#load();
	}

	async #load(): Promise<void> {
		const start: Step[] = [];
		const steps: Step[] = [];
		let after = 0;
		for (let page = 0; page < most; page++) {
			const answer = await this.#fetch(after);
			if (!answer) return; // the page stays as the server drew it
			start.push(...stepsOf(answer.dense, answer.dense.start));
			steps.push(...stepsOf(answer.dense, answer.dense.changes));
			if (!answer.more) break;
			after = answer.next;
		}
		this.#line = new Timeline(start, steps);
		const [from, to] = [this.#from, this.#to].map((t) => new Date(t).toDateString());
		this.#table = new ChangeTable(this.#line, from !== to);
		this.#time = Number(this.#slider?.value) || this.#time; // it may have been moved meanwhile
		this.#listen();
		this.#line.seek(this.#line.until(this.#time));
		const { cells } = this.kb;
		cells.apply(cells.store.differing(this.#line.whole()), { quiet: true, force: true });
		this.#go(this.#time);
		requestAnimationFrame(() => {
			// After the frame is painted: it is ready, and charts may take their time.
			const painted = new MessageChannel();
			painted.port1.onmessage = () => {
				performance.mark("playback");
				const charts = find("main")?.dataset["charts"];
				if (charts) void import(charts);
			};
			painted.port2.postMessage(0);
		});
	}

	async #fetch(after: number): Promise<Answer | undefined> {
		const address = find("main")?.dataset["changes"];
		if (!address) return undefined;
		const answer = await fetch(after ? `${address}&after=${after}` : address, { signal: AbortSignal.timeout(20_000) }).catch(() => undefined);
		return answer?.ok ? ((await answer.json()) as Answer) : undefined;
	}

	#listen(): void {
		const slider = this.#slider;
		if (slider) {
			Object.assign(slider, { min: String(this.#from), max: String(this.#to), step: "1", disabled: false });
			slider.addEventListener("input", () => {
				this.#stop();
				this.#go(Number(slider.value));
			});
		}
		for (const [id, act] of [
			["prev", () => this.#step(-1)],
			["next", () => this.#step(1)],
			["run", () => (this.#player ? this.#stop() : this.#run())],
		] as const) {
			const button = byId(id);
			show(button, true);
			button?.addEventListener("click", act);
		}
		find("#changes")?.addEventListener("click", (event) => {
			const row = (event.target as Element).closest<HTMLElement>("tr[data-rev]");
			if (row && !(event.target as Element).closest("a")) this.#goTo(row);
		});
		document.addEventListener("keydown", (event) => this.#key(event));
		for (const link of all<HTMLAnchorElement>(".moments a[data-at]")) {
			link.addEventListener("click", (event) => {
				event.preventDefault();
				this.#stop();
				this.#go(Number(link.dataset["at"]));
			});
		}
		document.addEventListener("kb:at", (event) => {
			this.#stop();
			this.#go((event as CustomEvent<number>).detail);
		});
		put(byId("run"), say("play.run"));
	}

	#key(event: KeyboardEvent): void {
		const target = event.target as Element;
		if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input:not([type=range]), textarea, select")) return;
		const mine = target.matches("#time, body, main, #changes *, #play *");
		const act = {
			ArrowLeft: () => this.#step(-1),
			ArrowRight: () => this.#step(1),
			Home: () => this.#go(this.#from),
			End: () => this.#go(this.#to),
			" ": () => byId("run")?.click(),
		}[event.key];
		if (!act || !mine || (event.key === " " && target.matches("button"))) return;
		event.preventDefault();
		if (event.key !== " ") this.#stop();
		act();
	}

	#goTo(row: HTMLElement): void {
		this.#stop();
		const i = this.#table?.placeOf(row) ?? -1;
		if (i >= 0) this.#show(i + 1, this.#line.steps[i]!.at);
	}

	// step goes to the change before or after: also where several happened at once.
	#step(by: number): void {
		this.#stop();
		const n = Math.min(Math.max(this.#line.at + by, 0), this.#line.steps.length);
		this.#show(n, this.#line.steps[n - 1]?.at ?? this.#from);
	}

	#go(time: number): void {
		const at = Math.min(Math.max(time, this.#from), this.#to);
		this.#time = at;
		// However often the slider moves: one drawing in each frame.
		if (this.#drawing) return;
		this.#drawing = true;
		requestAnimationFrame(() => {
			this.#drawing = false;
			this.#show(this.#line.until(this.#time), this.#time);
		});
	}

	#show(n: number, time: number): void {
		const { cells, clock: now } = this.kb;
		this.#time = time;
		now.set(time, performance.now(), Date.now()); // what is recent or stale is so at that time
		const changed = this.#line.seek(n);
		cells.apply(changed, { quiet: true, force: true });
		cells.age();
		this.#draw();
	}

	#run(): void {
		const speed = Number((byId("speed") as HTMLSelectElement | null)?.value) || 60;
		if (this.#time >= this.#to) this.#time = this.#from;
		this.#player = new Player(this.#time, this.#to, speed);
		this.#last = performance.now();
		put(byId("run"), say("play.pause"));
		mark(byId("run"), "aria-pressed", "true");
		const frame = (now: number) => {
			const player = this.#player;
			if (!player) return;
			player.speed = Number((byId("speed") as HTMLSelectElement | null)?.value) || 60;
			const on = player.go(Math.max(0, now - this.#last), this.#line.steps[this.#line.at]?.at);
			this.#last = now;
			this.#show(this.#line.until(player.time), player.time);
			if (on) requestAnimationFrame(frame);
			else this.#stop();
		};
		requestAnimationFrame(frame);
	}

	#stop(): void {
		this.#player = undefined;
		put(byId("run"), say("play.run"));
		mark(byId("run"), "aria-pressed", "false");
	}

	#draw(): void {
		const n = this.#line.at;
		const words = say("play.at", when.format(this.#time), n, this.#line.steps.length);
		put(byId("time-out"), words);
		const slider = this.#slider;
		if (slider) {
			if (slider.value !== String(Math.round(this.#time))) slider.value = String(Math.round(this.#time));
			mark(slider, "aria-valuetext", words);
		}
		this.#table?.mark(n);
		clearTimeout(this.#settling);
		this.#settling = setTimeout(() => this.#settle(), settled);
	}

	#settle(): void {
		this.#table?.turn(this.#line.at);
		for (const line of all(".then")) {
			const link = find<HTMLAnchorElement>("a", line);
			if (link) link.search = `?at=${Math.round(this.#time)}`;
			line.hidden = this.#time < Number(line.dataset["from"]) || this.#time > Number(line.dataset["to"]);
		}
		const address = new URL(location.href);
		address.searchParams.set("fra", String(this.#from));
		address.searchParams.set("til", String(this.#to));
		address.searchParams.set("at", String(Math.round(this.#time)));
		address.searchParams.delete("side");
		history.replaceState(history.state, "", address);
	}
}
