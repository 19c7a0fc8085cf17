// What a municipality's contact writes to the lead, kept by the meeting. It
// outlives a session; and where the meeting was closed before it was sent, the page
// that says so shows it.
import { anyKept, draftOf, drop, keep } from "../kit/drafts.ts";
import { byId, find, show } from "../kit/page.ts";

export function keepReport(): void {
	const area = find<HTMLTextAreaElement>("textarea[data-draft]");
	if (!area) return;
	const of = area.dataset["draft"] ?? "";
	// Once the server has taken it, and not before, it is no draft any more.
	if (draftOf(of).sent && new URLSearchParams(location.search).get("gjort") === "meldt") drop(of);
	const { text, cell } = draftOf(of);
	if (text) {
		area.value = text;
		show(area.closest("section"), true);
		area.closest("details")?.setAttribute("open", "");
	}
	const { form } = area;
	const choice = find<HTMLSelectElement>("[name=cell]", form);
	if (!form || !choice) return; // the meeting was closed
	if (cell) choice.value = cell;
	const write = (sent: boolean) => keep(of, { text: area.value, same: false, cell: choice.value, sent });
	form.addEventListener("input", () => write(false));
	form.addEventListener("submit", () => write(true));
}

// tellKept says on the login page, to anyone who was led there from a page of theirs, that
// what they wrote there comes back.
export function tellKept(): void {
	const kept = byId("kept");
	if (kept && find<HTMLInputElement>("[name=next]")?.value) show(kept, anyKept());
}
