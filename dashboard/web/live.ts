// The script of pages that follow their board: the line, what changed now, the
// lists that are kept, and who leads.
import type { Direct, Kb } from "../kit/app.ts";
import { adoptFigures, figureCells, sign } from "../kit/arrived.ts";
import { band } from "../kit/bands.ts";
import { Flash } from "../kit/flash.ts";
import { Follow } from "../screens/follow.ts";
import { Lists } from "../kit/lists.ts";
import { locks } from "../kit/locks.ts";
import { Own } from "../meetings/own.ts";
import { all, banner, body, byId, find, mark, own, say } from "../kit/page.ts";
import { Rotate } from "../wall/rotate.ts";
import { Stream } from "../kit/stream.ts";
import type { Change, Whisper } from "../kit/wire.ts";

function main(kb: Kb): void {
	const { cells, grid, parts, now } = kb;
	const lists = new Lists(cells, now);
	const flash = new Flash(cells);
	cells.loud = (changes) => flash.add(changes);
	const console = own("kind") === "console";
	const only = own("municipality"); // changes of others are not on the page
	// Some things that follow a change only the server can draw: a meeting's log,
	// the table beside a chart, the chart itself.
	const follow = (changes: readonly Change[], names: readonly string[]) => {
		const drawn = changes.some(({ m }) => !only || m === only) ? ["cells", ...names] : names;
		if (drawn.length === 0) return;
		// Who leads sees at once which meetings there are.
		const soon = console || (names.includes("board") && own("rights").includes("set_levels"));
		void parts.refresh(soon ? 0 : 1_000, drawn);
		document.dispatchEvent(new Event("kb:changed"));
	};
	let word: Whisper = {};
	let ticks = 0;
	const stream = new Stream(
		{
			frame({ cells: changes, parts: names }, missed) {
				const done = cells.apply(changes, { quiet: missed });
				locks(cells, changes);
				lists.changed(changes);
				lists.latest(changes);
				if (missed) lists.missed(done);
				grid.refresh(changes);
				follow(changes, names);
				for (const f of direct.heard) f(changes);
			},
			snapshot(given) {
				const board = own("room") === "rest" ? [] : given; // the page says what is shown of it
				const done = cells.apply(given === board ? cells.store.differing(board) : [], { quiet: true, force: true });
				locks(cells, board);
				lists.changed(board);
				lists.missed(done);
				grid.refresh(done.map((d) => d.cell));
				document.dispatchEvent(new Event("kb:changed")); // all parts are fetched, too: see Stream
				for (const f of direct.heard) f(done.map((d) => d.cell));
			},
			whisper(said) {
				word = Object.keys(said).length > 0 ? { ...word, ...said } : {};
				stored(word.storage);
				for (const f of direct.whispered) f(said);
			},
			parts: () => void parts.refresh(own("rights").includes("set_levels") ? 0 : 2_000),
			tick() {
				cells.age();
				lists.draw();
				if (only && all(".chip[data-due]:not([data-stale])").some((chip) => Number(chip.dataset["due"]) <= now())) void parts.refresh(0);
				// These tell of boards that no line tells of.
				const every = ({ situations: 10, screens: 10, start: 60 } as Record<string, number>)[own("kind")];
				if (every && ++ticks % every === 0 && stream.live) void parts.refresh(1_000);
				for (const f of direct.ticked) f(now());
			},
			busy: () => kb.busy(),
		},
		kb.clock,
	);
	const direct: Direct = {
		stream,
		take(changes) {
			lists.changed(changes);
			grid.refresh(changes);
			const done = cells.apply(changes);
			locks(cells, changes, true);
			return done;
		},
		heard: [],
		whispered: [],
		ticked: [],
		get word() {
			return word;
		},
	};
	kb.live = direct;
	// A wall gives its room to what goes on, and a picture that nobody keeps is at
	// rest: where that is another than when the page was made (a meeting began,
	// ended, or is another one), it is made again. Whom a meeting was for while it was
	// open gets a page that says it is closed: at once, for its forms lead nowhere.
	if (own("layer") === "situation" && find(figureCells)) parts.figures = ["cell-figures"];
	parts.arrived = (fresh) => {
		sign(fresh);
		if (parts.figures.length > 0) adoptFigures(fresh);
	};
	parts.drawn = (fresh) => {
		if (fresh.body.dataset["kind"] === "ended") return location.reload();
		if (own("kind") === "wall" || !kb.busy()) stream.renewTo(fresh.body.getAttribute("data-room") ?? "");
	};
	const rotate = new Rotate(kb, direct);
	new Follow(kb, direct, rotate);
	if (byId("own")) new Own(kb, direct);
	stream.start();
}

// stored says where changes are not saved. Who looks keeps the picture; where
// nothing is taken any more, who sets levels must not believe in keys. A full
// disk may have room again: the next change finds out.
function stored(word?: string): void {
	const bad = word === "failed" || word === "full";
	mark(body, "data-storage", word === "failed" && word);
	if (bad && !byId("storage-failed")) band("storage-failed", "alert");
	banner("storage-failed", say(word === "full" ? "storage.full" : "storage"), bad);
}

if (window.kb && own("live")) main(window.kb);
