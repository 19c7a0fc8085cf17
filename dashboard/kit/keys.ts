// Single keys: where they count, the switch that turns them off, and the form that
// they stand for.
import { body, byId, mark, put, say } from "./page.ts";

const off = "kb.keys-off";

export class Keys {
	constructor() {
		document.addEventListener("click", (event) => {
			if (!(event.target as Element).closest("#keys-switch")) return;
			if (localStorage.getItem(off)) localStorage.removeItem(off);
			else localStorage.setItem(off, "1");
			this.#draw();
		});
		this.#draw();
	}

	// plain reports whether a key is one of ours: pressed once, alone, not in a text.
	plain(event: KeyboardEvent): boolean {
		return isPlain(event) && !body.dataset["storage"];
	}

	#draw(): void {
		const isOff = localStorage.getItem(off) !== null;
		const button = byId("keys-switch");
		mark(button, "aria-pressed", String(!isOff));
		put(button, say(isOff ? "keys.off" : "keys.on"));
		mark(body, "data-keys", isOff ? "off" : false);
	}
}

// isPlain reports whether a key may be one of ours, also where nothing is saved.
export const isPlain = (event: KeyboardEvent): boolean =>
	!event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey && !localStorage.getItem(off) &&
	event.target instanceof Element && !writes(event.target);

// writes reports whether keys are text there.
export const writes = (element: Element | null): boolean =>
	element?.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=range])") ?? false;

// formOf is the form that sets a cell, cellField the cell it is about ("m.c").
export const setForm = (): HTMLFormElement | null => byId("set") as HTMLFormElement | null;
export const cellField = (form: HTMLFormElement): string => form.querySelector<HTMLInputElement>("[name=cell]")?.value ?? "";
export const textOf = (form: HTMLFormElement | null): HTMLTextAreaElement | null => form?.querySelector("textarea[name=text]") ?? null;
