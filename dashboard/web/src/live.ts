// The script of pages that follow their board: the line, what changed now, the
// lists that are kept, and who leads.
import type { Direct, Kb } from "./app.ts";
import { band } from "./bands.ts";
import { Flash } from "./flash.ts";
import { Follow } from "./follow.ts";
import { Lists } from "./lists.ts";
import { locks } from "./locks.ts";
import { banner, body, byId, find, mark, own, say } from "./page.ts";
import { Rotate } from "./rotate.ts";
import { Stream } from "./stream.ts";
import type { Whisper } from "./wire.ts";

function main(kb: Kb): void {
	const { cells, grid, parts, now } = kb;
	const lists = new Lists(cells, now);
	const flash = new Flash(cells);
	cells.loud = (changes) => flash.add(changes);
	const console = own("kind") === "console";
	// Some things that follow a change only the server can draw: a meeting's log,
	// the table beside a chart, the chart itself, what must be confirmed no longer.
	const follow = () => {
		if (own("layer") === "situation" || find("[data-part=live], #meeting-log, td[data-stale]")) void parts.refresh(console ? 0 : 1_000);
		document.dispatchEvent(new Event("kb:changed"));
	};
	let word: Whisper = {};
	const stream = new Stream(
		{
			frame({ cells: changes, log }, missed) {
				const done = cells.apply(changes, { quiet: missed });
				locks(cells, changes);
				lists.changed(changes);
				if (missed) lists.missed(done);
				grid.refresh(changes);
				if (changes.length > 0 || log) follow();
				for (const f of direct.heard) f(changes);
			},
			snapshot(board) {
				const done = cells.apply(cells.store.differing(board), { quiet: true, force: true });
				locks(cells, board);
				lists.changed(board);
				lists.missed(done);
				grid.refresh(done.map((d) => d.cell));
				follow();
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
	// A wall gives its room to what goes on: where that is another than when the
	// page was made (a meeting began, ended, or is another one), it is made anew.
	if (own("kind") === "wall") parts.drawn = (fresh) => stream.renewTo(fresh.body.getAttribute("data-room") ?? "");
	const rotate = new Rotate(kb, direct);
	new Follow(kb, direct, rotate);
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
