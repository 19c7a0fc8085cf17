// Walls that show one region at a time: all of them lie in the page, one is on
// show. Nothing is fetched and nothing is made, so that nothing grows.
import type { Direct, Kb } from "../kit/app.ts";
import { all, body, byId, fill, find, mark, own, put, regionOf, say, show } from "../kit/page.ts";
import { Turns } from "./turns.ts";

const mono = (): number => performance.now();

export class Rotate {
	readonly #panes = own("kind") === "wall" ? all("section[data-region]") : [];
	readonly #turns: Turns;
	#near: ReturnType<typeof setTimeout> | undefined;

	constructor(kb: Kb, direct: Direct) {
		const names = this.#panes.map((pane) => pane.dataset["region"] ?? "");
		const first = this.#panes.find((pane) => !pane.hidden)?.dataset["region"];
		this.#turns = new Turns(names, (Number(own("rotate")) || 0) * 1_000, mono(), first);
		if (this.#panes.length === 0) return;
		direct.heard.push((changes) => {
			for (const { m, c } of changes) if (kb.cells.td(m, c)) this.#turns.changed(regionOf(m), mono());
			this.#draw();
		});
		direct.ticked.push(() => {
			this.#turns.tick(mono());
			this.#draw();
		});
		byId("wb-pause")?.addEventListener("click", () => this.#pause());
		// Nothing stands in the picture that nobody can press: the button comes with
		// the pointer or the finger, and goes.
		const near = () => {
			mark(body, "data-pointer", true);
			clearTimeout(this.#near);
			this.#near = setTimeout(() => mark(body, "data-pointer", false), 5_000);
		};
		for (const type of ["pointermove", "pointerdown"]) document.addEventListener(type, near, { passive: true });
		document.addEventListener("keydown", (event) => {
			if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
			if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
				this.#turns.step(event.key === "ArrowRight" ? 1 : -1, mono());
				this.#draw();
			} else if (event.key === " " && !(event.target as Element).closest("button")) {
				event.preventDefault();
				this.#pause();
			}
		});
		this.#draw();
	}

	// regions is how many there are to turn between.
	get regions(): number {
		return this.#panes.length;
	}

	// hold keeps a region on show while somebody leads there.
	hold(region: string): void {
		this.#turns.hold(region, mono());
		this.#draw();
	}

	release(): void {
		this.#turns.release(mono());
		this.#draw();
	}

	#pause(): void {
		this.#turns.pause(mono());
		this.#draw();
	}

	#draw(): void {
		const turns = this.#turns;
		if (this.#panes.length === 0) return;
		this.#panes.forEach((pane, i) => show(pane, i === turns.index));
		const { name, of } = this.#panes[turns.index]?.dataset ?? {};
		if (name !== undefined) put(byId("wb-head"), name);
		if (of !== undefined) put(byId("wb-of"), of);
		const left = Math.ceil(turns.left(mono()) / 1_000);
		const why = turns.paused ? say("rotate.paused") : left > 0 ? say("rotate.stay", left) : "";
		const line = byId("wb-place");
		put(find("span", line), fill(line?.dataset["text"] ?? "", turns.index + 1, this.#panes.length));
		put(find(".why", line), why && ` · ${why}`);
		mark(line, "data-paused", turns.paused);
		mark(byId("wb-pause"), "aria-pressed", String(turns.paused));
		mark(body, "data-rotating", !turns.paused && !turns.held);
	}
}
