// Sign-off: keys, the arrows in the matrix, and that what is read is another by now. The
// matrix comes anew with each change; what the reader reads stays as it was read.
import { isPlain, Keys } from "../kit/keys.ts";
import { all, byId, find, mark, put } from "../kit/page.ts";

const moves: Readonly<Record<string, readonly [number, number]>> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class Progress {
	readonly #panel = byId("godkjenning");
	readonly #question = byId("return") as HTMLDetailsElement | null;
	#stale = false;

	constructor() {
		new Keys(); // the switch
		document.addEventListener("keydown", (event) => this.#key(event));
		byId("matrix-box")?.addEventListener("focusin", (event) => this.#only(event.target as Element));
		new MutationObserver(() => this.#drawn()).observe(byId("matrix-box")!, { childList: true });
		mark(find("[data-leave]", this.#question), "hidden", false);
		find("[data-leave]", this.#question)?.addEventListener("click", () => this.#leave());
		this.#question?.addEventListener("toggle", () => this.#question?.open && find("textarea", this.#question)?.focus());
		this.#drawn();
		if (location.hash === "#godkjenning") find("#chosen-h[tabindex]")?.focus({ preventScroll: true });
	}

	get #rows(): HTMLElement[][] {
		return all("#matrix tbody tr").map((row) => all(".signs a", row)).filter((signs) => signs.length > 0);
	}

	// drawn tells the reader where what is read is no longer what stands.
	#drawn(): void {
		this.#only(find("#matrix .signs a:focus") ?? find("#matrix .signs a[aria-current]") ?? find("#matrix .signs a"));
		const now = find("#matrix [aria-current][data-unit]")?.dataset["unit"];
		const read = this.#panel?.dataset["unit"];
		if (this.#stale || !now || !read || now === read) return;
		this.#stale = true;
		const told = find(".stale", this.#panel);
		put(find("b", told), told?.dataset["words"] ?? "");
		mark(told, "hidden", false);
		mark(find("#approve button"), "disabled", true);
	}

	// only one of all signs is a stop for the tabulator.
	#only(stop: Element | null): void {
		if (!stop?.matches(".signs a")) return;
		for (const sign of all("#matrix .signs a")) sign.tabIndex = sign === stop ? 0 : -1;
	}

	#key(event: KeyboardEvent): void {
		if (event.key === "Escape" && this.#question?.open) return this.#leave();
		if (!isPlain(event)) return;
		const step = moves[event.key];
		if (step) return this.#move(event, step);
		const key = event.key.toLowerCase();
		if (key === "g") find<HTMLButtonElement>("#approve button:enabled")?.click();
		else if (key === "b" && this.#question) this.#question.open = true;
		else if (key === "n") byId("next")?.click();
		else return;
		event.preventDefault();
	}

	#move(event: KeyboardEvent, [down, right]: readonly [number, number]): void {
		const rows = this.#rows;
		const at = rows.findIndex((signs) => signs.includes(event.target as HTMLElement));
		if (at < 0) return;
		const to = rows[at + down]?.[rows[at]!.indexOf(event.target as HTMLElement) + right];
		if (!to) return;
		event.preventDefault();
		to.focus();
	}

	#leave(): void {
		if (!this.#question) return;
		this.#question.open = false;
		find("summary", this.#question)?.focus();
	}
}

if (byId("matrix")) new Progress();
