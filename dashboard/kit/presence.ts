// Presence: telling the others on the board where one works, at most once a
// second, and again while one is there.
import type { Direct } from "./app.ts";
import type { Place } from "./grid.ts";
import { Pace } from "./lead.ts";
import { own } from "./page.ts";

const renewEvery = 10_000;

export class Presence {
	readonly #pace = new Pace<Place>((place) => void this.#tell(place), 1_000, () => performance.now(), (ms, f) => setTimeout(f, ms));
	#toldAt = -Infinity;

	// where is the cell one works on, undefined for none.
	constructor(
		private readonly live: Direct,
		private readonly where: () => Place | undefined,
	) {
		live.ticked.push(() => {
			if (!document.hidden && performance.now() - this.#toldAt > renewEvery) this.moved();
		});
		addEventListener("pagehide", () => void this.#tell({ m: "", c: "" }));
	}

	// moved: one works somewhere else now.
	moved(): void {
		const place = this.where();
		if (place) this.#pace.offer(place);
	}

	async #tell({ m, c }: Place): Promise<void> {
		this.#toldAt = performance.now();
		if (!this.live.stream.live || !own("meeting") || !own("rights").includes("set_levels")) return;
		await fetch(own("api") + "/presence", {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ board: own("board"), m, c }),
			credentials: "same-origin",
			keepalive: true,
		}).catch(() => undefined);
	}
}
