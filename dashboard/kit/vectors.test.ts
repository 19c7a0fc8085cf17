// The rules that the server has too, held to the vectors that its tests read.
import assert from "node:assert/strict";
import { test } from "node:test";
import reported from "../../domain/actors/testdata/reported.json";
import speaking from "../../domain/testdata/speaks-for.json";
import { cutoff, lines, noFilter, passes, reporter, speaksFor } from "./store.ts";
import ages from "./testdata/ages.json";
import { match } from "./match.ts";
import names from "./testdata/match.json";
import { pressed } from "./query.ts";
import toggles from "./testdata/toggles.json";
import lists from "./testdata/lines.json";
import times from "./testdata/since.json";

test("who speaks for a body", () => {
	for (const { by, name, is } of speaking) assert.equal(speaksFor(by, name), is, `${by} for ${name}`);
});

test("whose reports are an actor's", () => {
	for (const { names, by, is } of reported) assert.equal(reporter(names)(by), is, `${by} of ${names.join()}`);
});

test("since when a change counts", () => {
	const now = 1e12;
	for (const { since, seconds } of times as { since: string; seconds?: number }[]) {
		const want = seconds === undefined ? undefined : seconds === 0 ? 0 : now - seconds * 1_000;
		assert.equal(cutoff(since, now), want, since);
	}
});

test("how old a cell is", () => {
	const now = 1e12;
	const when = (ago: number) => now - ago * 1_000;
	type Vector = { what: string; rev: number; ago?: number; saidAgo?: number; copied?: boolean; age: string; is: boolean };
	for (const { what, rev, ago, saidAgo, copied, age, is } of ages as Vector[]) {
		const at = copied || ago === undefined ? 0 : when(ago); // as the page tells it
		const cell = { m: "10", c: "plan", level: "red", rev, at, said: saidAgo && when(saidAgo) };
		assert.equal(passes(cell, { ...noFilter, older: cutoff(age, now)! }, () => ""), is, what);
	}
});

test("what a toggle does", () => {
	const all = ["green", "yellow", "red", "none"];
	type Vector = { what: string; on: string[]; press: string; adding?: boolean; becomes: string[] };
	for (const { what, on, press, adding = false, becomes } of toggles as Vector[]) {
		assert.deepEqual(pressed(all, new Set(on), press, adding), becomes, what);
	}
});

test("which names are meant", () => {
	for (const { name, typed, is } of names) assert.equal(match(name, typed), is, `${typed} of ${name}`);
});

test("which lines are shown, in which order", () => {
	for (const { what, cells, most, shown, more } of lists) {
		const got = lines(cells, most, ({ rank }) => rank);
		assert.deepEqual([got.shown.map(({ id }) => id), got.more], [shown, more], what);
	}
});
