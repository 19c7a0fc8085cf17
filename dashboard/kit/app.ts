// The script of every page: it brings to life what the server has drawn. Each
// part does nothing where the page lacks its place. What follows the board
// (live.ts), what sets levels (edit.ts, console.ts) and what goes back in time
// (playback.ts) builds on it and is loaded only there.
import { Cells, type Changed } from "./cells.ts";
import { finder } from "./finder.ts";
import { FilterBar } from "./filter.ts";
import { Grid } from "./grid.ts";
import { leaves } from "./leave.ts";
import { ServerClock } from "./line.ts";
import { own } from "./page.ts";
import { Panel } from "./panel.ts";
import { Parts } from "./parts.ts";
import type { Stream } from "./stream.ts";
import type { Change, Whisper } from "./wire.ts";

// Kb is what the other scripts build on, and what they answer.
export interface Kb {
	readonly clock: ServerClock;
	readonly cells: Cells;
	readonly grid: Grid;
	readonly parts: Parts;
	readonly filter: FilterBar;
	now(): number; // the server's time
	busy(): boolean; // something typed or under way would be lost with the page
	adopted(): void; // the panel was drawn again
	live?: Direct; // where the page follows its board
}

// Direct is what a page that follows its board has as well.
export interface Direct {
	readonly stream: Stream;
	// take shows what one has set oneself, once the server has taken it.
	take(changes: readonly Change[]): Changed[];
	// heard is told of changes as they come, and of whispers.
	readonly heard: ((changes: readonly Change[]) => void)[];
	readonly whispered: ((word: Whisper) => void)[];
	readonly word: Whisper; // what is being whispered now
	readonly ticked: ((now: number) => void)[]; // each second
}

declare global {
	interface Window {
		kb?: Kb;
	}
}

document.documentElement.classList.add("js");

function main(): void {
	const clock = new ServerClock(Number(own("now")) || Date.now(), performance.now());
	const now = () => clock.now(performance.now());
	const parts = new Parts();
	const cells = new Cells(now);
	const panel = new Panel(() => kb.adopted());
	const grid = new Grid(cells, panel);
	const filter = new FilterBar(cells, parts, now);
	const kb: Kb = { clock, cells, grid, parts, filter, now, busy: () => false, adopted: () => {} };
	window.kb = kb;
	finder();
	leaves(grid, () => kb.busy());
}

main();

// A screen that waits to be paired asks again by itself.
if (own("kind") === "pairing") setTimeout(() => location.reload(), 4_000);
