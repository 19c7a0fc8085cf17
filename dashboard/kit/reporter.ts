// Who reports: nobody until somebody was chosen in this meeting. Remembered are
// of each municipality whoever reported it last, and which of the office's actors
// reported last, whatever municipality. One's word for one municipality is never
// taken for another's, nor an earlier meeting's for this one's.
import { byId, find, own, that } from "./page.ts";
import { speaksFor } from "./store.ts";

const reporterOf = (m: string): string => `kb.reporter ${own("meeting")} ${m}`;
const voiceOf = (m: string): string => reporterOf(m) + " voice";
const lastActor = "kb.reporter-actor";

// chosen is who was last chosen for a municipality in this meeting, "" for nobody: here,
// or else by another lead, as the roll-call has it of every municipality.
export const chosen = (m: string): string => localStorage.getItem(reporterOf(m)) ?? find("#queue li" + that("m", m))?.dataset["by"] ?? "";

// choose keeps what a field says.
export function choose({ value, list }: HTMLInputElement, m: string): void {
	const by = value.trim();
	if (by !== chosen(m)) localStorage.removeItem(voiceOf(m)); // it was said of another
	localStorage.setItem(reporterOf(m), by); // nobody, too, is a choice
	if (options(list).some((o) => o.value === by && "actor" in o.dataset)) localStorage.setItem(lastActor, by);
}

// isActor reports whether who was chosen for a municipality is called by an actor's
// name first: an actor only reports about it.
export const isActor = (m: string): boolean =>
	options(byId("reporters")).some((o) => "actor" in o.dataset && speaksFor(chosen(m), o.value));

// speaks reports whether what is reported counts as the municipality's answer: as the
// lead has said, or as who reports is called.
export const speaks = (m: string): boolean => (localStorage.getItem(voiceOf(m)) ?? (isActor(m) ? "about" : "own")) === "own";

// turn says that it counts, or no longer.
export const turn = (m: string): void => localStorage.setItem(voiceOf(m), speaks(m) ? "about" : "own");

// spoke is whose word it is, where the lead has said it.
export function spoke(m: string): string {
	const voice = localStorage.getItem(voiceOf(m));
	return voice === "about" ? (chosen(m) ? "guest" : "nobody") : voice ? "municipality" : "";
}

// forget ends what was remembered for the meeting.
export function forget(): void {
	for (const key of Object.keys(localStorage)) if (key.startsWith(reporterOf(""))) localStorage.removeItem(key);
}

// offer fills a field with who was chosen for the municipality, and begins its
// list with them; then the actor that reported last.
export function offer(field: HTMLInputElement, m: string): void {
	const known = chosen(m);
	field.value = known;
	const { list } = field;
	if (!list) return;
	for (const name of [localStorage.getItem(lastActor) ?? "", known]) {
		const there = options(list).find((o) => o.value === name);
		if (there) list.prepend(there);
		else if (name && name === known) list.prepend(Object.assign(document.createElement("option"), { value: name }));
	}
}

function options(list: HTMLElement | null): HTMLOptionElement[] {
	return [...(list?.querySelectorAll("option") ?? [])];
}
