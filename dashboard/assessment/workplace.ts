// The experts' workplace: the table of one area, its keys, the row that is open for
// writing, and who else is where. What changed comes as rows of the same table.
import type { Kb } from "../kit/app.ts";
import { Keys } from "../kit/keys.ts";
import { all, body, byId, find, mark, own, put } from "../kit/page.ts";
import { fetchPage } from "../kit/parts.ts";
import type { Whisper } from "../kit/wire.ts";
import { ask, word } from "./command.ts";
import { Judgement } from "./judgement.ts";

const levels: Readonly<Record<string, string>> = { 1: "green", 2: "yellow", 3: "red", 0: "not_assessed" };

class Workplace {
	readonly #main = find(".workplace")!;
	readonly #address = this.#main.dataset["address"] ?? location.pathname.replace(/\/[^/]+$/, "");
	readonly #keys = new Keys();
	readonly #sheet = byId("sheet");
	#known = Number(own("rev"));
	#open: Judgement | undefined;
	#asking = false;
	#again = false;
	#toldAt = 0;

	constructor(kb: Kb | undefined) {
		document.addEventListener("keydown", (event) => this.#key(event));
		this.#sheet?.addEventListener("click", (event) => {
			const row = (event.target as Element).closest<HTMLElement>("tr[data-m]");
			if (!row || (event.target as Element).closest("tr.open")) return;
			event.preventDefault();
			if (this.#holds(row)) this.#close();
			else void this.#openRow(row);
		});
		for (const link of all("#strip a")) link.addEventListener("click", (event) => this.#go(event, link));
		for (const input of all("#work-filters input, #work-filters select")) input.addEventListener("change", () => (input as HTMLInputElement).form?.requestSubmit());
		find<HTMLSelectElement>(".areapick select")?.addEventListener("change", (event) => (event.target as HTMLSelectElement).form?.requestSubmit());
		const alone = find<HTMLElement>(".one #judgement");
		if (alone) this.#open = this.#judgement(alone, this.#address);
		if (!kb) return;
		kb.busy = () => this.#open?.dirty ?? false;
		kb.live?.heard.push(() => void this.#refresh());
		kb.live?.whispered.push((said) => this.#present(said));
		kb.live?.ticked.push(() => this.#tell());
		addEventListener("pagehide", () => void this.#tellAt("", ""));
	}

	get #rows(): HTMLElement[] {
		return all("tr[data-m]", this.#sheet ?? undefined);
	}

	get #current(): HTMLElement | undefined {
		return this.#rows.find((row) => row.getAttribute("aria-current") === "true");
	}

	#holds(row: HTMLElement): boolean {
		return this.#open?.m === row.dataset["m"] && this.#open?.c === row.dataset["c"];
	}

	#choose(row: HTMLElement): void {
		for (const other of this.#rows) mark(other, "aria-current", other === row ? "true" : false);
		for (const link of all("#strip a")) mark(link, "aria-current", link.dataset["go"] === row.id ? "true" : false);
		find<HTMLElement>("th a", row)?.focus({ preventScroll: true });
		row.scrollIntoView({ block: "nearest" });
	}

	#go(event: Event, link: HTMLElement): void {
		const row = this.#rows.find((one) => one.id === link.dataset["go"]);
		if (!row) return;
		event.preventDefault();
		void this.#openRow(row);
	}

	// openRow opens a row under itself. The row keeps its place on the screen, unless too
	// little would be seen of what is under it.
	async #openRow(row: HTMLElement): Promise<void> {
		this.#choose(row);
		const fresh = await fetchPage(`${unitsOf(row)}/${row.dataset["m"]}`, ["judgement"]);
		const section = find<HTMLElement>("#judgement", fresh ?? null);
		if (!section) return this.#announce(word("failed"));
		const place = Math.min(row.getBoundingClientRect().top, innerHeight / 3);
		this.#close(false);
		const tr = document.createElement("tr");
		tr.className = "open";
		const td = document.createElement("td");
		td.colSpan = row.children.length;
		td.append(section);
		tr.append(td);
		row.after(tr);
		this.#open = this.#judgement(section, unitsOf(row));
		(find<HTMLElement>(".keys.big input:checked", section) ?? find<HTMLElement>("textarea", section) ?? section).focus({ preventScroll: true });
		scrollBy(0, row.getBoundingClientRect().top - place);
		this.#toldAt = 0;
		this.#tell();
	}

	#judgement(section: HTMLElement, address: string): Judgement {
		section.addEventListener("redrawn", (event) => {
			const copy = find<HTMLElement>("#judgement", (event as CustomEvent<Document>).detail);
			if (!copy) return;
			section.replaceWith(copy);
			this.#open = this.#judgement(copy, address);
		});
		return new Judgement(section, address, {
			changed: () => void this.#refresh(),
			close: () => this.#close(),
			next: () => this.#next(),
		});
	}

	// close leaves what is typed as a jotting.
	#close(back = true): void {
		const row = this.#current;
		find("tr.open", this.#sheet)?.remove();
		if (this.#sheet) this.#open = undefined;
		if (back && row) this.#choose(row);
		if (back) void this.#tellAt("", "");
	}

	#next(): void {
		const rows = this.#rows;
		const at = rows.indexOf(this.#current ?? rows[rows.length - 1]!);
		const next = [...rows.slice(at + 1), ...rows.slice(0, at)].find((row) => "missing" in row.dataset);
		if (next) void this.#openRow(next);
		else this.#announce(word("noneMissing"));
	}

	#key(event: KeyboardEvent): void {
		if (event.isComposing) return;
		const open = this.#open;
		if ((event.ctrlKey || event.metaKey) && open?.writes && (event.key === "s" || event.key === "Enter")) {
			event.preventDefault();
			const settle = find<HTMLButtonElement>("#conflict:not([hidden]) [data-settle]");
			if (settle) settle.click();
			else void (event.key === "s" ? open.save() : open.submit());
			return;
		}
		const later = find<HTMLButtonElement>("#conflict:not([hidden]) [data-later]");
		if (event.key === "Escape" && open && (later || this.#sheet)) {
			event.preventDefault();
			return later ? later.click() : this.#close();
		}
		if (!this.#keys.plain(event)) return;
		if (this.#move(event) || this.#act(event.key.toLowerCase(), event.target as Element)) event.preventDefault();
	}

	#move(event: KeyboardEvent): boolean {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (!this.#sheet || (event.target as Element).closest("tr.open, .agenda, form")) return false;
		const rows = this.#rows;
		if (event.key === "Enter" && this.#current) {
			void this.#openRow(this.#current);
			return true;
		}
		if (!step || rows.length === 0) return false;
		const at = this.#current ? rows.indexOf(this.#current) : step > 0 ? -1 : rows.length;
		this.#choose(rows[Math.min(Math.max(at + step, 0), rows.length - 1)]!);
		return true;
	}

	#act(key: string, target: Element): boolean {
		if (key in levels) {
			void this.#level(levels[key]!, target);
			return true;
		}
		if (key === "n" && this.#sheet) {
			this.#next();
			return true;
		}
		const open = this.#open;
		if (!open) return false;
		const at = ({ t: "text", k: "evidence", m: "note" } as const)[key as "t"];
		if (at) open.focus(at);
		else if (key === "u") find<HTMLButtonElement>("[data-unchanged]", open.section)?.click();
		else if (key === "g") find<HTMLButtonElement>(".decide form[action$='/godkjenn'] button", open.section)?.click();
		else if (key === "b") find<HTMLInputElement>(".decide input[name=reason]", open.section)?.focus();
		else return false;
		return true;
	}

	async #level(level: string, target: Element): Promise<void> {
		const row = this.#current;
		if (this.#open && (!row || this.#holds(row))) {
			const under = target.closest<HTMLElement>("fieldset.under-area");
			return this.#open.level(level, under ?? undefined);
		}
		if (!row || !find(".lvl", row)) return;
		const answer = await ask({ type: "assess", board: own("board"), cells: [{ m: row.dataset["m"], c: row.dataset["c"], seen: Number(row.dataset["seen"]), level }] });
		if (answer.status !== 200 && answer.reason !== "save.nothing") this.#announce(answer.message || word("unsaved", ""));
		await this.#refresh();
	}

	// refresh takes over the rows that changed: one fetch at a time, and one more for what
	// happened during it.
	async #refresh(): Promise<void> {
		if (!this.#sheet) return;
		if (this.#asking) {
			this.#again = true;
			return;
		}
		this.#asking = true;
		do {
			this.#again = false;
			const fresh = await fetchPage(`${this.#address}?endret=${this.#known}`);
			if (!fresh) break;
			this.#known = Math.max(this.#known, Number(fresh.body.dataset["rev"]));
			this.#adopt(fresh);
		} while (this.#again);
		this.#asking = false;
	}

	#adopt(fresh: Document): void {
		for (const copy of all<HTMLElement>("#sheet tr[data-m]", fresh)) {
			const row = byId(copy.id);
			if (!row) continue;
			const focused = row.contains(document.activeElement);
			for (const name of ["aria-current"]) if (row.hasAttribute(name)) copy.setAttribute(name, row.getAttribute(name)!);
			const who = find(".who", row);
			row.replaceWith(copy);
			if (who) find(".text", copy)?.append(who);
			if (focused) find<HTMLElement>("th a", copy)?.focus({ preventScroll: true });
		}
		const strip = byId("strip");
		const here = this.#current?.id;
		strip?.replaceChildren(...(byId2(fresh, "strip")?.childNodes ?? []));
		for (const link of all("#strip a")) {
			mark(link, "aria-current", link.dataset["go"] === here ? "true" : false);
			link.addEventListener("click", (event) => this.#go(event, link));
		}
		byId("done")?.replaceChildren(...(byId2(fresh, "done")?.childNodes ?? []));
		const counts = all("#work-filters b", fresh);
		all("#work-filters b").forEach((count, i) => put(count, counts[i]?.textContent ?? ""));
	}

	// present says who else works where.
	#present(said: Whisper): void {
		for (const old of all(".who", this.#sheet ?? undefined)) old.remove();
		for (const one of said.presence ?? []) {
			if (one.id === own("user")) continue;
			const row = this.#rows.find((row) => row.dataset["m"] === one.m && row.dataset["c"] === one.c);
			const cell = row && find(".text", row);
			if (!cell) continue;
			const who = document.createElement("em");
			who.className = "who";
			who.textContent = word("writes", one.by);
			cell.append(who);
		}
	}

	#tell(): void {
		if (this.#open?.writes && Date.now() - this.#toldAt > 8_000) void this.#tellAt(this.#open.m, this.#open.c);
	}

	async #tellAt(m: string, c: string): Promise<void> {
		this.#toldAt = Date.now();
		await fetch(own("api") + "/presence", {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ board: own("board"), m, c }),
			credentials: "same-origin",
			keepalive: true,
		}).catch(() => undefined);
	}

	#announce(text: string): void {
		put(byId("work-status"), text);
		put(byId("announce"), text);
	}
}

// unitsOf is where the pages of the units of a row's area are.
const unitsOf = (row: HTMLElement): string => find<HTMLAnchorElement>("th a", row)!.pathname.replace(/\/[^/]+$/, "");
const byId2 = (of: Document, id: string): HTMLElement | null => of.getElementById(id);

if (find(".workplace") && body.dataset["board"]) new Workplace(window.kb);
