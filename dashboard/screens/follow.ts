// Follow: one leads, others look along. The banner says whom one follows; Escape
// or any step of one's own leaves.
import type { Direct, Kb } from "../kit/app.ts";
import { band } from "../kit/bands.ts";
import { type Goal, goal, Pace, sameQuery, shared, viewOf, wallQuery } from "../kit/lead.ts";
import { body, byId, find, mark, own, put, regionOf, say, show } from "../kit/page.ts";
import type { Rotate } from "../wall/rotate.ts";
import type { Whisper } from "../kit/wire.ts";

const following = "kb.following"; // in the tab: whom, over pages
const renewEvery = 10_000;
const patience = 8_000; // for the lead to be back after a restart, too

const wall = own("kind") === "wall";
const query = (): URLSearchParams => new URLSearchParams(location.search);
const pinned = viewOf(query()).get("fest") === "1";

export class Follow {
	#lead: { by: string; id: string; path: string } | undefined;
	#on = wall && !pinned; // walls follow without being asked
	#presenting = false;
	#take = 0; // until when pressing again takes over from another
	#doubt: ReturnType<typeof setTimeout> | undefined;
	readonly #band = band("following", "status", !wall);
	readonly #pace = new Pace<string>((path) => void this.#present(path), 100, () => performance.now(), (ms, f) => setTimeout(f, ms));
	#renewAt = 0;
	#told = false; // the server counts this screen among those who follow
	#path = location.pathname; // of a wall: what was set for it, wherever it is led
	#view = viewOf(query());
	#going = location.pathname + location.search;

	constructor(
		private readonly kb: Kb,
		private readonly direct: Direct,
		private readonly rotate: Rotate,
	) {
		direct.whispered.push((word) => this.#whisper(word));
		direct.ticked.push(() => this.#renew());
		if (wall) return;
		find("button", this.#band)?.addEventListener("click", () => (this.#on ? this.#leave() : this.#join()));
		document.addEventListener("keydown", (event) => {
			if (event.key === "Escape" && this.#on) this.#leave();
			else if (/^(Arrow|Page|Home|End)/.test(event.key) && (event.target as Element).closest("#grid, #map, #tiles")) this.#own(event);
		}, true);
		for (const type of ["click", "change"]) document.addEventListener(type, (event) => this.#own(event), true);
		byId("follow")?.addEventListener("click", () => this.toggle());
		document.addEventListener("kb:look", () => this.#look());
	}

	// toggle begins or ends to present.
	toggle(): void {
		this.#presenting = !this.#presenting;
		this.#drawLead();
		if (this.#presenting) this.#look();
		else void this.#present("");
	}

	// look passes on where one looks now.
	#look(): void {
		if (!this.#presenting) return;
		const here = query();
		if (own("kind") !== "console") return this.#pace.offer(`${location.pathname.slice(own("base").length)}?${shared(here)}`);
		// The console is the lead's own: others look at the board, at the same cell.
		const { m = "", c = "" } = byId("cell")?.dataset ?? {};
		const at = { m: here.get("valgt") ?? m, c: here.get("c") ?? c };
		this.#pace.offer(`${boardPath()}?${shared(new URLSearchParams({ since: here.get("since") ?? "", kart: at.c, valgt: `${at.m}.${at.c}` }))}`);
	}

	async #present(path: string): Promise<void> {
		const take = performance.now() < this.#take;
		this.#take = 0;
		this.#renewAt = performance.now() + renewEvery;
		const answer = await fetch(own("api") + "/follow", {
			method: "POST",
			headers: { "Content-Type": "application/json", Accept: "application/json" },
			body: JSON.stringify({ board: own("board"), meeting: own("meeting"), ...(path ? { on: true, path, ...(take ? { take } : {}) } : { on: false }) }),
			credentials: "same-origin",
			redirect: "error",
			signal: AbortSignal.timeout(5_000),
		}).catch(() => undefined);
		// Another leads already, or one may not: say so by the button.
		if (!path || !answer || answer.ok || !this.#presenting) return;
		this.#presenting = false;
		if (answer.status === 409) this.#take = performance.now() + renewEvery;
		const said = (await answer.json().catch(() => undefined)) as { message?: string } | undefined;
		put(byId("edit-status"), said?.message ?? say("error." + answer.status));
		this.#drawLead();
	}

	#renew(): void {
		if (this.#presenting && performance.now() >= this.#renewAt) this.#look();
	}

	#drawLead(): void {
		const button = byId("follow");
		mark(button, "aria-pressed", String(this.#presenting));
		const words = button?.firstChild; // the key's name stands after them
		if (words instanceof Text) words.data = say(this.#presenting ? "follow.stop" : "follow.start") + " ";
		put(byId("follow-text"), this.#presenting ? say("follow.you") : "");
		mark(body, "data-presenting", this.#presenting);
	}

	#whisper({ follow, screen, ...rest }: Whisper): void {
		if (screen && screen.id === own("user")) return this.#screen(screen.path);
		if (follow === undefined) {
			if (Object.keys(rest).length === 0 && screen === undefined) this.#again();
			return;
		}
		clearTimeout(this.#doubt);
		if (!follow) return this.#end();
		if (this.#presenting) {
			if (!follow.id || follow.id === own("user")) return;
			this.#presenting = false; // somebody took over
			this.#drawLead();
		}
		this.#lead = { by: follow.by || say("follow.lead"), id: follow.id ?? "", path: follow.path };
		if (!wall) this.#on = sessionStorage.getItem(following) === this.#lead.id;
		this.#draw();
		this.#go();
	}

	// again: the connection is a new one. Who leads says so at once; who is led
	// waits for it.
	#again(): void {
		this.#told = false;
		if (this.#presenting) return this.#look();
		clearTimeout(this.#doubt);
		if (!this.#lead && !this.#isLed) return;
		this.#doubt = setTimeout(() => {
			if (this.direct.stream.live) this.#end(); // else the next connection asks again
		}, patience);
	}

	// end: nobody leads any more. Who leads next is followed by a new wish only.
	#end(): void {
		this.#lead = undefined;
		this.rotate.release();
		if (wall) this.#settle();
		else {
			this.#on = false;
			sessionStorage.removeItem(following);
		}
		this.#draw();
	}

	#join(): void {
		if (!this.#lead) return;
		this.#on = true;
		sessionStorage.setItem(following, this.#lead.id);
		this.#draw();
		this.#go();
	}

	#leave(): void {
		this.#on = false;
		sessionStorage.removeItem(following);
		this.#draw();
	}

	// own is a step of one's own: who takes one no longer follows.
	#own(event: Event): void {
		if (!this.#on || !event.isTrusted) return;
		const target = event.target as Element;
		if (target.closest("#following, #pause, #outside, #back, #keys-switch")) return;
		if (event.type !== "click" || target.closest("a, td, #map, #tiles, button[type=submit]")) this.#leave();
	}

	#go(): void {
		const to = this.#lead && this.#on ? goal(this.#lead.path, regionOf) : undefined;
		if (!to) return;
		if (wall) return this.#goWall(to);
		const here = location.pathname.slice(own("base").length);
		if (to.path !== here || own("kind") !== "overview") {
			const there = `${own("base")}${to.path}?${to.query}`;
			// Said again after each connection: who is there already, stays.
			if (there !== location.pathname + location.search) location.assign(there);
			return;
		}
		this.kb.filter.show(to.query);
		if (to.m) this.kb.grid.select({ m: to.m, c: to.c }, 0);
	}

	#goWall(to: Goal): void {
		if (this.#settle(to)) return;
		if (this.rotate.regions > 0) {
			if (to.region) this.rotate.hold(to.region);
			else this.rotate.release();
		}
		if (to.m) this.kb.grid.point({ m: to.m, c: to.c });
	}

	// screen takes over the view that was set for a paired screen. It is said again
	// with each connection, maybe before who leads is known.
	#screen(path: string): void {
		if (!/^\/[\w.-][\w./-]*(\?[^#]*)?$/.test(path)) return;
		const [at = "", asked = ""] = path.split("?", 2);
		const view = viewOf(new URLSearchParams(asked));
		if (this.#path === own("base") + at && sameQuery(this.#view, view)) return;
		this.#path = own("base") + at;
		this.#view = view;
		this.#settle(this.#lead && this.#on ? goal(this.#lead.path, regionOf) : undefined);
	}

	get #isLed(): boolean {
		return wall && !sameQuery(query(), this.#view);
	}

	// settle takes a wall to where it is to be: its view, or where that is led.
	// Nothing else changes a wall's address. It tells whether the page is left.
	#settle(to?: Goal): boolean {
		const stays = this.#path === location.pathname;
		const there = wallQuery(this.#view, stays ? to : undefined);
		const here = stays && sameQuery(there, query());
		const address = here ? location.pathname + location.search : `${this.#path}?${there}`;
		if (address !== this.#going) {
			this.#going = address;
			location.replace(address);
		}
		return !here;
	}

	// tell lets the server count who follows, so that who leads knows.
	#tell(): void {
		const follows = !!this.#lead && this.#on && !this.#presenting;
		if (follows === this.#told) return;
		this.#told = follows;
		this.direct.stream.tell(follows ? "follow" : "alone");
	}

	#draw(): void {
		const lead = this.#lead;
		this.#tell();
		if (own("kind") === "console") {
			// Who leads from here follows nobody, but must know that another shows.
			if (!this.#presenting) put(byId("follow-text"), lead ? say("follow.offer", lead.by) : "");
			return;
		}
		show(this.#band, !!lead && !(wall && !this.#on));
		if (!lead) return;
		put(find(".text", this.#band), say(this.#on ? (wall ? "follow.wall" : "follow.on") : "follow.offer", lead.by));
		const again = sessionStorage.getItem("kb.followed") === lead.id;
		if (this.#on && !wall) sessionStorage.setItem("kb.followed", lead.id);
		put(find("button", this.#band), say(this.#on ? "follow.leave" : again ? "follow.back" : "follow.join"));
	}
}

// boardPath is the address of the board, which others see.
const boardPath = (): string => (own("layer") === "live" ? "/tavle/na" : "/tavle/" + own("board"));
