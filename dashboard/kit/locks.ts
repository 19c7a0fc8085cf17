// The lock of a cell that is exempt from disclosure, for those who see what it
// hides: as the server draws it, in the cell and in its name.
import type { Cells } from "./cells.ts";
import { find, mark, say, sign } from "./page.ts";
import type { Change } from "./wire.ts";

// locks draws the cells' locks as the server tells; of what it has not told of
// yet (own), they stay.
export function locks(cells: Cells, changes: readonly Change[], own = false): void {
	for (const { m, c, marked } of changes) {
		const link = find("a", cells.td(m, c));
		if (!link) continue;
		const lock = find<Element>(".lock", link);
		const on = own ? !!lock : !!marked;
		const word = `, ${say("marked")}`;
		const name = (link.getAttribute("aria-label") ?? "").replace(word, "");
		mark(link, "aria-label", on ? name + word : name);
		if (on === !!lock) continue;
		if (lock) lock.remove();
		else {
			const svg = sign("withheld", "g");
			mark(svg, "class", "lock");
			link.append(svg);
		}
	}
}
