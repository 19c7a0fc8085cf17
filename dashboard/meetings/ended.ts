// The page of a meeting that was closed, for anyone who was at its console: what they had
// written there and not stored.
import { leftIn } from "../kit/drafts.ts";
import { byId, columnShort, element, municipalityName, show } from "../kit/page.ts";
import { fetchPage } from "../kit/parts.ts";

const askEvery = 10_000;
const reopened = ["meeting", "console"];

// goBack leads back to the meeting once it is open again. The page follows no board, so
// it asks for itself, while somebody looks at it; what was not sent is a draft, and
// stands in its place there.
export function goBack(): void {
	setInterval(async () => {
		if (document.hidden) return;
		const fresh = await fetchPage(location.href);
		if (reopened.includes(fresh?.body.dataset["kind"] ?? "")) location.reload();
	}, askEvery);
}

export function showUnsaved(): void {
	const section = byId("unsaved");
	const left = leftIn(section?.dataset["meeting"] ?? "");
	for (const [cell, text] of left) {
		const [m = "", c = ""] = cell.split(".");
		const label = Object.assign(element("label", ""), { className: "fld" });
		label.append(element("span", `${municipalityName(m)}, ${columnShort(c)}`), Object.assign(document.createElement("textarea"), { value: text, rows: 3, readOnly: true }));
		section?.append(label);
	}
	show(section, left.length > 0);
}
