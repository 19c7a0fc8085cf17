// Who reports, remembered: of each municipality whoever reported it last, and
// which of the office's actors reported last, whatever municipality. One's word
// for one municipality is never taken for another's.
const reporterOf = (m: string): string => `kb.reporter ${m}`;
const lastActor = "kb.reporter-actor";

// recalled is who last reported a municipality here, "" for nobody.
export const recalled = (m: string): string => localStorage.getItem(reporterOf(m)) ?? "";

// remember keeps what a field says, unless it is what it said by itself.
export function remember({ value, defaultValue, list }: HTMLInputElement, m: string): void {
	if (value.trim() === defaultValue) localStorage.removeItem(reporterOf(m));
	else localStorage.setItem(reporterOf(m), value.trim());
	if (options(list).some((o) => o.value === value.trim() && "actor" in o.dataset)) localStorage.setItem(lastActor, value.trim());
}

// offer fills a field with who reported the municipality last, and begins its
// list with them; then the actor that reported last.
export function offer(field: HTMLInputElement, m: string): void {
	const known = recalled(m);
	if (known) field.value = known;
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
