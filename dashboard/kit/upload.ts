// Sending files from a form of kit/upload.go: one after the other, each a row with how far
// it is; a refused one stays in the list with the reason, until it is closed.
//
// For the page that has the form:
//
//	new Upload(form, (files) => { … }); // told what is stored whenever that changes
//
// What is stored belongs to nothing yet: the page's command names it by its sum. Without
// this script the form is a plain file field.

export interface Stored {
	readonly sum: string;
	readonly size: number;
	readonly type: string;
	readonly name: string;
	readonly unchecked?: boolean; // nobody could look for viruses in it
}

export type Row = { readonly id: number; readonly name: string; readonly size: number } & (
	| { readonly state: "waiting" }
	| { readonly state: "sending"; readonly percent: number }
	| { readonly state: "stored"; readonly file: Stored }
	| { readonly state: "refused"; readonly why: string }
);

export interface Answer {
	readonly status: number; // 0: no line, or stopped
	readonly body: unknown;
}

// Send sends one file, tells how much of it is sent, and may be stopped.
export type Send<F> = (file: F, sent: (part: number) => void) => { readonly answer: Promise<Answer>; stop(): void };

interface Named {
	readonly name: string;
	readonly size: number;
}

// Queue is the list, without the page: files go one at a time, in the order they came.
export class Queue<F extends Named> {
	#rows: Row[] = [];
	#files = new Map<number, F>();
	#next = 0;
	#stop: (() => void) | undefined; // of the one under way

	constructor(private readonly send: Send<F>, private readonly changed: (rows: readonly Row[]) => void) {}

	get stored(): Stored[] {
		return this.#rows.flatMap((row) => (row.state === "stored" ? [row.file] : []));
	}

	add(files: readonly F[]): void {
		for (const file of files) {
			const id = this.#next++;
			this.#files.set(id, file);
			this.#rows.push({ id, name: file.name, size: file.size, state: "waiting" });
		}
		this.changed(this.#rows);
		void this.#go();
	}

	// drop takes a row away, and stops its file if that is under way.
	drop(id: number): void {
		const row = this.#rows.find((one) => one.id === id);
		this.#rows = this.#rows.filter((one) => one !== row);
		this.#files.delete(id);
		if (row?.state === "sending") this.#stop?.();
		this.changed(this.#rows);
	}

	async #go(): Promise<void> {
		for (let row; !this.#stop && (row = this.#rows.find((one) => one.state === "waiting")); ) {
			const { id, name, size } = row;
			const file = this.#files.get(id);
			if (!file) return;
			this.#put({ id, name, size, state: "sending", percent: 0 });
			const under = this.send(file, (part) => this.#put({ id, name, size, state: "sending", percent: Math.min(99, Math.floor(100 * part)) }));
			this.#stop = under.stop;
			const answer = await under.answer;
			this.#stop = undefined;
			this.#files.delete(id);
			this.#put({ id, name, size, ...outcome(answer) });
		}
	}

	// put changes a row, if it is still there.
	#put(row: Row): void {
		const at = this.#rows.findIndex((one) => one.id === row.id);
		if (at < 0) return;
		this.#rows = this.#rows.with(at, row);
		this.changed(this.#rows);
	}
}

// outcome reads the answer to one file; a reason of "" is that it did not get through.
export function outcome({ status, body }: Answer): { state: "stored"; file: Stored } | { state: "refused"; why: string } {
	const d = (typeof body === "object" && body !== null ? body : {}) as { files?: Stored[]; message?: string };
	const file = d.files?.[0];
	return status === 200 && file ? { state: "stored", file } : { state: "refused", why: status >= 400 ? (d.message ?? "") : "" };
}

// sized is a size as people say it: "240 kB", "1,2 MB".
export function sized(bytes: number, lang: string): string {
	const [n, unit] = bytes < 1_000_000 ? [Math.max(1, Math.round(bytes / 1_000)), "kB"] : [Math.round(bytes / 100_000) / 10, "MB"];
	return `${n.toLocaleString(lang)} ${unit}`;
}

// mark is how a stored file is told apart: the first signs of its sum.
export const mark = (sum: string): string => `${sum.slice(0, 4)} ${sum.slice(4, 8)}`;

export class Upload {
	readonly #queue: Queue<File>;
	readonly #list: HTMLUListElement;

	constructor(
		private readonly form: HTMLFormElement,
		private readonly told: (stored: readonly Stored[]) => void,
	) {
		this.#list = form.querySelector(".sent") as HTMLUListElement;
		this.#queue = new Queue<File>((file, sent) => post(form, file, sent), (rows) => this.#draw(rows));
		const input = form.querySelector("input[type=file]") as HTMLInputElement;
		const drop = form.querySelector(".drop") as HTMLElement;
		form.toggleAttribute("data-live", true);
		input.addEventListener("change", () => {
			this.#queue.add([...(input.files ?? [])]);
			input.value = "";
		});
		form.addEventListener("submit", (event) => event.preventDefault());
		for (const name of ["dragover", "dragleave", "drop"]) {
			drop.addEventListener(name, (event) => {
				event.preventDefault();
				drop.toggleAttribute("data-over", name === "dragover");
			});
		}
		drop.addEventListener("drop", (event) => this.#queue.add([...(event.dataTransfer?.files ?? [])]));
	}

	// draw keeps the rows that are there, so that a button that has the focus stays.
	#draw(rows: readonly Row[]): void {
		const there = new Map([...this.#list.children].map((li) => [(li as HTMLElement).dataset["id"], li as HTMLElement]));
		for (const row of rows) {
			const li = there.get(String(row.id)) ?? this.#row(row.id);
			there.delete(String(row.id));
			this.#fill(li, row);
		}
		for (const li of there.values()) li.remove();
		this.told(this.#queue.stored);
	}

	#row(id: number): HTMLElement {
		const li = document.createElement("li");
		li.dataset["id"] = String(id);
		const button = document.createElement("button");
		button.type = "button";
		button.addEventListener("click", () => this.#queue.drop(id));
		li.append(document.createElement("b"), document.createElement("span"), button);
		this.#list.append(li);
		return li;
	}

	#fill(li: HTMLElement, row: Row): void {
		const word = (key: string): string => this.form.dataset[key] ?? "";
		const [name, words, button] = [li.querySelector("b"), li.querySelector("span"), li.querySelector("button")];
		const refused = row.state === "refused";
		li.toggleAttribute("data-refused", refused);
		if (name) name.textContent = refused ? word("refused").replace("{0}", row.name) : row.name;
		const size = sized(row.size, document.documentElement.lang);
		const said = {
			waiting: () => [size, word("waiting")],
			sending: () => [size, word("sending").replace("{0}", String(row.state === "sending" ? row.percent : 0))],
			stored: () => (row.state === "stored" ? [size, word("stored"), mark(row.file.sum), ...(row.file.unchecked ? [word("unchecked")] : [])] : []),
			refused: () => [row.state === "refused" && row.why ? row.why : word("lost")],
		}[row.state]();
		if (words) words.textContent = said.join(" · ");
		if (button) {
			button.textContent = word(refused ? "close" : row.state === "stored" ? "remove" : "stop");
			button.setAttribute("aria-label", `${button.textContent}: ${row.name}`);
		}
		let bar = li.querySelector("progress");
		if (row.state !== "sending") bar?.remove();
		else {
			if (!bar) li.append((bar = document.createElement("progress")));
			bar.max = 100;
			bar.value = row.percent;
		}
	}
}

// post sends one file. XMLHttpRequest, since fetch does not tell how much is sent.
function post(form: HTMLFormElement, file: File, sent: (part: number) => void): { answer: Promise<Answer>; stop(): void } {
	const body = new FormData();
	body.set("token", form.querySelector<HTMLInputElement>("input[name=token]")?.value ?? "");
	body.set("file", file);
	const request = new XMLHttpRequest();
	const answer = new Promise<Answer>((done) => {
		const none = (): void => done({ status: 0, body: undefined });
		request.addEventListener("load", () => done({ status: request.status, body: request.response as unknown }));
		for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, none);
	});
	request.upload.addEventListener("progress", (event) => sent(event.total ? event.loaded / event.total : 0));
	request.open("POST", form.action);
	request.setRequestHeader("Accept", "application/json");
	request.responseType = "json";
	request.send(body);
	return { answer, stop: () => request.abort() };
}
