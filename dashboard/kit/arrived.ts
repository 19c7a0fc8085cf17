// What pages that follow their board do with a copy of their parts before they take it
// over.
import { all, find, mark, own } from "./page.ts";
import { requestId } from "./save.ts";

// sign writes into the forms of parts what is the reader's alone, and no part holds:
// the token of the session, and an id by which what is sent happens once.
export function sign(fresh: Document): void {
	const token = own("token");
	for (const field of all<HTMLInputElement>("[name=token], [name=request]", fresh)) {
		field.value = field.name === "token" ? token : requestId(crypto.getRandomValues(new Uint8Array(16)));
	}
}

// figureCells may hold a number.
export const figureCells = "td[data-m][data-c]";

// adoptFigures takes over the numbers in a situation's cells, which no frame
// brings. What stands for the level where there is no number (.word) steps back.
export function adoptFigures(fresh: Document): void {
	if (!find("#cell-figures, main", fresh)) return; // they were not asked for
	const key = ({ dataset: { m, c } }: HTMLElement) => `${m} ${c}`;
	const figures = new Map(all(figureCells + ":has(.fig)", fresh).map((td) => [key(td), td]));
	for (const td of all(figureCells)) {
		const now = figures.get(key(td));
		const text = (now && find(".fig", now)?.textContent) ?? "";
		const old = find(".fig", td);
		if (text === (old?.textContent ?? "")) continue;
		old?.remove();
		const label = now && find("a", now)?.getAttribute("aria-label");
		if (label) mark(find("a", td), "aria-label", label);
		find(".word", td)?.classList.toggle("vh", !!text);
		if (!text) continue;
		const figure = Object.assign(document.createElement("b"), { className: "fig", textContent: text });
		find("a, .wcell", td)?.append(figure);
	}
}
