// The menu in the header that finds a place: "/" opens it, and what it does there is
// fetched when it is opened first.
import { byId } from "./page.ts";
import { isPlain } from "./keys.ts";

export function finder(): void {
	const menu = byId("find") as HTMLDetailsElement | null;
	const script = menu?.dataset["script"];
	if (!menu || !script) return;
	document.addEventListener("keydown", (event) => {
		if (event.key !== "/" || !isPlain(event)) return;
		event.preventDefault();
		menu.open = true;
	});
	menu.addEventListener("toggle", () => menu.open && void import(script));
}
