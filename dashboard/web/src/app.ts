// The script of every page: it makes live what the server has drawn. Each part
// does nothing where the page lacks its place.
import { Cells } from "./cells.ts";
import { FilterBar } from "./filter.ts";
import { Grid } from "./grid.ts";
import { Lists } from "./lists.ts";
import { Live } from "./live.ts";
import { find, own } from "./page.ts";
import { Panel } from "./panel.ts";
import { Parts } from "./parts.ts";

// Kb is what the lead's script (edit.ts) builds on, and what it answers.
export interface Kb {
	readonly live: Live;
	readonly cells: Cells;
	readonly lists: Lists;
	readonly grid: Grid;
	busy(): boolean;
	adopted(): void;
}

declare global {
	interface Window {
		kb?: Kb;
	}
}

document.documentElement.classList.add("js");

function main(): void {
	const parts = new Parts();
	// Some things that follow a change only the server can draw: a meeting's log,
	// the table beside a chart, the chart itself.
	const follow = () => {
		if (find("[data-part=live], #meeting-log")) void parts.refresh(1_000);
		document.dispatchEvent(new Event("kb:changed"));
	};
	const live = new Live({
		frame(changes, missed) {
			const done = cells.apply(changes, { quiet: missed });
			lists.changed(changes);
			if (missed) lists.missed(done);
			grid.refresh(changes);
			if (changes.length > 0) follow();
		},
		snapshot(board) {
			const done = cells.apply(cells.store.differing(board), { quiet: true, force: true });
			lists.changed(board);
			lists.missed(done);
			grid.refresh(done.map((d) => d.cell));
			follow();
		},
		parts: () => void parts.refresh(own("rights").includes("set_levels") ? 0 : 2_000),
		tick() {
			cells.age();
			lists.draw();
		},
		busy: () => kb.busy(),
	});
	const cells = new Cells(() => live.now());
	const lists = new Lists(cells, () => live.now());
	const panel = new Panel(() => kb.adopted());
	const grid = new Grid(cells, panel);
	new FilterBar(cells, parts, () => live.now());
	const kb: Kb = { live, cells, lists, grid, busy: () => false, adopted: () => {} };
	window.kb = kb;
	if (own("live")) live.start();
}

main();
