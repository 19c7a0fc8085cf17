// Finding a place by its name: a combobox over the server's list of places. On the overview
// it leads to the row, elsewhere to the place's page.
import { match } from "../kit/match.ts";
import { all, byId, find, mark, own, put, that } from "../kit/page.ts";
import { fetchPage } from "../kit/parts.ts";

interface Place {
	readonly name: string;
	readonly within: string;
	readonly href: string;
	readonly m: string;
	readonly region: string;
}

const most = 8;

class Finder {
	readonly #menu = byId("find") as HTMLDetailsElement;
	readonly #field = find<HTMLInputElement>("#find [name=q]")!;
	readonly #list = byId("found")!;
	#places: readonly Place[] | undefined;
	#shown: readonly Place[] = [];
	#at = -1;

	constructor() {
		for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "found"], ["aria-expanded", "false"]] as const) {
			this.#field.setAttribute(name, value);
		}
		this.#list.setAttribute("role", "listbox");
		this.#field.addEventListener("input", () => this.#draw());
		this.#field.addEventListener("keydown", (event) => this.#key(event));
		this.#list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
		this.#list.addEventListener("click", (event) => this.#go(all("li", this.#list).indexOf((event.target as Element).closest("li")!)));
		this.#field.form?.addEventListener("submit", (event) => {
			if (this.#at < 0) return; // the server says that there is none
			event.preventDefault();
			this.#go(this.#at);
		});
		this.#menu.addEventListener("toggle", () => void this.#open());
		void this.#open();
	}

	async #open(): Promise<void> {
		if (!this.#menu.open) return;
		this.#field.select();
		this.#field.focus();
		if (this.#places) return;
		const form = this.#field.form!;
		const board = find<HTMLInputElement>("[name=board]", form)?.value ?? "";
		const page = await fetchPage(`${form.getAttribute("action")}?board=${encodeURIComponent(board)}`);
		if (!page) return; // the form leads to the server's list
		this.#places = all("#places li", page).map((li) => {
			const link = find<HTMLAnchorElement>("a", li);
			const { m = "", region = "" } = li.dataset;
			return { name: link?.textContent ?? "", within: find("span", li)?.textContent ?? "", href: link?.getAttribute("href") ?? "", m, region };
		});
		this.#draw();
	}

	#draw(): void {
		const typed = this.#field.value;
		const ranked = (this.#places ?? []).map((place) => ({ place, rank: match(place.name, typed) })).filter(({ rank }) => rank >= 0);
		this.#shown = ranked.sort((a, b) => a.rank - b.rank).slice(0, most).map(({ place }) => place);
		this.#list.replaceChildren(...this.#shown.map((place, i) => {
			const li = document.createElement("li");
			li.id = "found-" + i;
			li.setAttribute("role", "option");
			const within = document.createElement("span");
			within.className = "meta";
			within.textContent = place.within;
			li.append(place.name + " ", within);
			return li;
		}));
		mark(this.#field, "aria-expanded", String(this.#shown.length > 0));
		const none = byId("found-none");
		put(none, this.#places && typed.trim() && this.#shown.length === 0 ? (none?.dataset["none"] ?? "") : "");
		this.#point(this.#shown.length > 0 ? 0 : -1);
	}

	#point(at: number): void {
		this.#at = at;
		all("li", this.#list).forEach((li, i) => mark(li, "aria-selected", String(i === at)));
		mark(this.#field, "aria-activedescendant", at >= 0 && "found-" + at);
	}

	#key(event: KeyboardEvent): void {
		const n = this.#shown.length;
		if (event.key === "ArrowDown" && n) this.#point((this.#at + 1) % n);
		else if (event.key === "ArrowUp" && n) this.#point((this.#at + n - 1) % n);
		else return;
		event.preventDefault();
	}

	#go(at: number): void {
		const place = this.#shown[at];
		if (!place) return;
		if (own("kind") !== "overview") return location.assign(place.href);
		this.#menu.open = false;
		this.#field.value = "";
		this.#draw();
		if (place.region) return this.#region(place.region);
		const { cells, grid } = window.kb!;
		// What a chosen region leaves out is shown again.
		if (find("#grid tr[data-out]" + that("m", place.m))) this.#region("");
		const cell = cells.td(place.m, grid.selected?.c ?? cells.mapColumn);
		if (!cell) return location.assign(place.href);
		cell.scrollIntoView({ block: "nearest", inline: "nearest" });
		cell.focus({ preventScroll: true });
		grid.select({ m: place.m, c: cell.dataset["c"] ?? "" });
	}

	#region(id: string): void {
		const choice = find<HTMLSelectElement>("#filters [name=region]");
		if (!choice) return;
		choice.value = id;
		choice.dispatchEvent(new Event("change", { bubbles: true }));
		choice.focus();
	}
}

new Finder();
