import assert from "node:assert/strict";
import { test } from "node:test";
import { merge, read } from "./query.ts";
import { changedAt, cutoff, type Filter, lines, noFilter, passes, reporter, stale, type RegionOf, Store, toggleOf, worst } from "./store.ts";

const drawn = { previous: 0, edition: false, actor: "" };
const where: RegionOf = (m) => (m < "2" ? "nord" : "sor");

const levels = ["green", "yellow", "red", "not_assessed", "no_data", "not_applicable"];

function board(seed: number): Store {
	const store = new Store();
	let x = seed;
	const random = (n: number) => (x = (x * 48_271) % 2_147_483_647) % n;
	for (const m of ["10", "11", "12", "20", "21"])
		for (const c of ["helse", "leger", "plan"]) {
			const rev = random(3) ? random(900) + 1 : 0;
			store.add({ m, c, level: rev ? levels[random(levels.length)]! : "not_assessed", at: rev * 1_000, rev, due: 0 });
		}
	return store;
}

test("a change is taken once, and never one that is older", () => {
	const store = new Store();
	store.add({ m: "10", c: "plan", level: "green", at: 5_000, rev: 5, due: 0 });
	assert.equal(store.apply({ m: "10", c: "plan", level: "red", at: 6_000, rev: 6 }), "green");
	assert.equal(store.apply({ m: "10", c: "plan", level: "red", at: 6_000, rev: 6 }), undefined);
	assert.equal(store.apply({ m: "10", c: "plan", level: "yellow", at: 5_500, rev: 5 }), undefined);
	assert.equal(store.apply({ m: "99", c: "plan", level: "yellow", at: 9_000, rev: 9 }), undefined);
	assert.equal(store.get("10", "plan")?.level, "red");
	assert.equal(store.get("10", "plan")?.at, 6_000);
});

test("one's own change, shown at once, changed when the server says", () => {
	const store = new Store();
	store.add({ m: "10", c: "plan", level: "yellow", at: 1_000, rev: 1, due: 0 });
	const mine = { m: "10", c: "plan", level: "yellow", at: 5_000, rev: 5 };
	store.apply(mine);
	assert.equal(changedAt(store.get("10", "plan")!), 5_000);
	const told = { ...mine, confirms: true, changed: 1_000 };
	assert.equal(store.apply(told), "yellow");
	assert.equal(changedAt(store.get("10", "plan")!), 1_000);
	assert.equal(store.apply(told), undefined);
	store.apply(mine); // the answer came after the frame
	assert.equal(changedAt(store.get("10", "plan")!), 1_000);
	assert.deepEqual(store.differing([told]), []);
});

test("a snapshot shows what differs, and takes away what it does not list", () => {
	const store = new Store();
	store.add({ m: "10", c: "plan", level: "green", at: 1, rev: 5, due: 0 });
	store.add({ m: "11", c: "plan", level: "red", at: 1, rev: 6, due: 0 });
	store.add({ m: "12", c: "plan", level: "not_assessed", at: 0, rev: 0, due: 0 });
	const differing = store.differing([{ m: "10", c: "plan", level: "green", at: 1, rev: 5 }]);
	assert.deepEqual(differing, [{ m: "11", c: "plan", level: "not_assessed", at: 0, rev: 0 }]);
	for (const change of differing) store.force(change);
	assert.deepEqual(store.differing([{ m: "10", c: "plan", level: "green", at: 1, rev: 5 }]), []);
});

test("after a restore revisions may go back", () => {
	const store = new Store();
	store.add({ m: "10", c: "plan", level: "green", at: 9, rev: 900, due: 0 });
	const older = { m: "10", c: "plan", level: "red", at: 2, rev: 20 };
	assert.equal(store.apply(older), undefined);
	assert.equal(store.force(older), "green");
	assert.equal(store.get("10", "plan")?.level, "red");
});

test("the tally is what one counts by hand, for every filter", () => {
	for (let seed = 1; seed < 60; seed++) {
		const store = board(seed);
		const filters: Filter[] = [
			noFilter,
			{ ...noFilter, region: "nord" },
			{ ...noFilter, area: "helse" },
			{ ...noFilter, levels: new Set(["red", "none"]) },
			{ region: "sor", area: "plan", levels: new Set(["green"]), since: 300_000, older: 500_000, reported: false },
		];
		for (const filter of filters) {
			const tally = store.tally(filter, where);
			const by = (f: (c: { m: string; c: string; level: string; at: number; rev: number }) => boolean) =>
				[...store.all()].filter((c) => passes(c, filter, where) && f(c)).length;
			for (const level of ["green", "red", "not_assessed"]) {
				assert.equal(tally(level), by((c) => c.level === level));
				assert.equal(tally(level, "nord"), by((c) => c.level === level && c.m < "2"));
				assert.equal(tally(level, "", "plan"), by((c) => c.level === level && c.c === "plan"));
				assert.equal(tally(level, "sor", "plan"), by((c) => c.level === level && c.c === "plan" && c.m >= "2"));
			}
			assert.equal(tally("none"), by((c) => !["green", "yellow", "red"].includes(c.level)));
			const all = ["green", "yellow", "red", "none"].reduce((n, level) => n + tally(level), 0);
			assert.equal(all, by(() => true), "each cell is in one toggle");
		}
	}
});

test("nothing that says nothing is counted as green", () => {
	for (const level of ["not_assessed", "no_data", "not_applicable", "withheld", "unknown to this page"]) {
		assert.equal(toggleOf(level), "none");
	}
});

test("what was never set has not changed since anything", () => {
	const filter = { ...noFilter, since: 1 };
	assert.equal(passes({ m: "10", c: "plan", level: "not_assessed", at: 0, rev: 0 }, filter, where), false);
	assert.equal(passes({ m: "10", c: "plan", level: "red", at: 1, rev: 3 }, filter, where), true);
});

test("a time is read where a clock is enough, and left to the server elsewhere", () => {
	assert.equal(cutoff("", 1_000_000), 0);
	assert.equal(cutoff("10m", 1_000_000), 400_000);
	assert.equal(cutoff("1h", 3_600_000), 0);
	assert.equal(cutoff("7d", 7 * 86_400_000 + 5), 5);
	for (const other of ["mote", "2022-09-22", "m", "10", "1y", "999999h"]) assert.equal(cutoff(other, 0), undefined);
});

test("a situation's levels are counted as themselves, and its gravest is one", () => {
	for (const level of ["normal", "strained", "critical"]) assert.equal(toggleOf(level), level);
	assert.deepEqual(["red", "critical", "yellow", "strained", "normal", "not_assessed"].map(worst), [true, true, false, false, false, false]);
});

test("the address is read as the server reads it", () => {
	const filter = read(new URLSearchParams("region=nord&level=red,none&level=green&since=10m"), 600_000, drawn);
	assert.deepEqual(filter, { region: "nord", area: "", levels: new Set(["red", "none", "green"]), since: 0, older: 0, reported: false });
	assert.equal(read(new URLSearchParams("age=7d"), 7 * 86_400_000 + 5, drawn)?.older, 5);
	assert.equal(read(new URLSearchParams("age=7d"), 0, { ...drawn, edition: true }), undefined);
	assert.equal(read(new URLSearchParams("since=mote"), 0, drawn), undefined);
	assert.equal(read(new URLSearchParams("since=mote"), 0, { ...drawn, previous: 7 })?.since, 7);
	assert.equal(read(new URLSearchParams("aktor=r1"), 0, drawn), undefined);
	assert.equal(read(new URLSearchParams(""), 0, { ...drawn, actor: "r1" }), undefined);
	assert.equal(read(new URLSearchParams("aktor=r1"), 0, { ...drawn, actor: "r1" })?.reported, true);
});

test("what was confirmed or given back is not new since a time", () => {
	const f = { ...noFilter, since: 1_000 };
	const cell = { m: "10", c: "plan", level: "red", at: 2_000, rev: 3 };
	assert.deepEqual([cell, { ...cell, changed: 500 }, { ...cell, changed: 0 }, { ...cell, said: 500 }].map((c) => passes(c, f, where)), [true, false, false, false]);
});

test("an actor's reports are known by all it has been called", () => {
	const theirs = reporter(["Kraftlaget", "Elvenett"]);
	for (const by of ["Elvenett", "kraftlaget", "Kraftlaget v/vakt", " Elvenett v/Kari "]) assert.equal(theirs(by), true, by);
	for (const by of ["", "Politiet", "Elvenettet", "v/Elvenett"]) assert.equal(theirs(by), false, by);
	assert.equal(reporter([])(""), false);
});

test("what an actor reports joins its selection, and leaves it with another's report", () => {
	const store = new Store();
	store.reporter = reporter(["Elvenett"]);
	store.add({ m: "10", c: "plan", level: "green", at: 1, rev: 5, due: 0 });
	const f = { ...noFilter, reported: true };
	const shown = () => passes(store.get("10", "plan")!, f, where);
	assert.equal(shown(), false);
	const change = { m: "10", c: "plan", level: "red", at: 2, rev: 6 };
	assert.equal(store.apply(change), "green"); // one's own click
	assert.equal(shown(), false);
	assert.equal(store.apply({ ...change, reportedBy: "Elvenett v/vakt" }), "red"); // as the server tells it
	assert.equal(shown(), true);
	assert.equal(store.apply(change), undefined);
	assert.equal(shown(), true);
	assert.equal(store.apply({ ...change, rev: 7 }), "red");
	assert.equal(shown(), false);
});

test("a filter leaves selection and layout in the address alone", () => {
	const here = new URLSearchParams("valgt=3434.plan&vis=ruter&region=nord&level=red");
	assert.equal(String(merge(here, new URLSearchParams("valgt=0000.x&area=plan&region="))), "valgt=3434.plan&vis=ruter&area=plan");
	assert.equal(String(merge(here, new URLSearchParams("level=red&level=none"))), "valgt=3434.plan&vis=ruter&level=red&level=none");
});

test("a wall's list is newest first and says how many more there are", () => {
	const items = [[3, 0], [9, 2], [1, 0], [9, 1], [7, 0]].map(([at = 0, row = 0]) => ({ at, row }));
	const rank = (item: { row: number }) => item.row;
	assert.deepEqual(lines(items, 3, rank), { shown: [{ at: 9, row: 1 }, { at: 9, row: 2 }, { at: 7, row: 0 }], more: 2 });
	assert.deepEqual(lines(items, 7, rank).more, 0);
	assert.deepEqual(items[0], { at: 3, row: 0 }, "the list given is left as it was");
});

test("a level must be confirmed by the clock alone, until it is said to hold", () => {
	const store = new Store();
	store.add({ m: "10", c: "plan", level: "red", at: 1, rev: 5, due: 100 });
	store.add({ m: "20", c: "plan", level: "red", at: 1, rev: 5, due: 150 });
	store.add({ m: "21", c: "plan", level: "green", at: 1, rev: 5, due: 0 });
	const late = (now: number, of = "red") => store.tally(noFilter, where, now)(of);
	assert.deepEqual([late(99), late(100), late(150), late(150, "any"), late(1e15, "green")], [0, 1, 2, 2, 0]);
	assert.equal(store.tally(noFilter, where, 150)("any", "nord"), 1);
	assert.equal(store.tally(noFilter, where)("red"), 2, "it is red all the same");
	const held = { m: "10", c: "plan", level: "red", at: 1, rev: 5, due: 300 };
	assert.equal(store.apply(held), "red");
	assert.equal(store.apply(held), undefined);
	assert.equal(late(299), 1);
	assert.deepEqual(store.differing([{ ...held, due: 400 }]).map((c) => c.due ?? 0), [400, 0, 0]);
	store.apply({ m: "10", c: "plan", level: "green", at: 2, rev: 6, due: 900 });
	assert.equal(stale(store.get("10", "plan")!, 899), false);
});

test("an area that is not judged this time is in no count", () => {
	const store = board(7);
	const all = store.tally(noFilter, where)("any");
	store.resting.add("plan");
	const tally = store.tally(noFilter, where);
	assert.equal(tally("any"), all - 5);
	assert.equal(tally("any", "", "plan"), 0);
	assert.equal(tally("any", "", "helse"), 5);
});
