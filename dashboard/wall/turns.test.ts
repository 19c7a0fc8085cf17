import assert from "node:assert/strict";
import { test } from "node:test";
import { stay, Turns } from "./turns.ts";

const regions = ["hamar", "gjovik", "hadeland", "valdres"];
const every = 20_000;

test("each region is shown for its time, in turn and round again", () => {
	const t = new Turns(regions, every, 0);
	const seen: string[] = [t.current];
	for (let now = 1_000; now <= 160_000; now += 1_000) if (t.tick(now)) seen.push(t.current);
	assert.equal(seen.join(), "hamar,gjovik,hadeland,valdres,hamar,gjovik,hadeland,valdres,hamar");
});

test("where something changed it goes at once, and stays", () => {
	const t = new Turns(regions, every, 0);
	t.changed("valdres", 7_300);
	assert.equal(t.current, "valdres");
	assert.equal(t.left(7_300), stay);
	assert.equal(t.tick(7_300 + stay - 1), false);
	assert.equal(t.tick(7_300 + stay), true);
	assert.equal(t.current, "hamar");
});

test("another change in the region on show makes it stay longer", () => {
	const t = new Turns(regions, every, 0, "valdres");
	t.changed("valdres", 15_000);
	t.changed("valdres", 40_000);
	assert.equal(t.tick(69_000), false);
	assert.equal(t.tick(70_000), true);
});

test("changes in a burst each get the screen, the first at once", () => {
	const t = new Turns(regions, every, 0);
	t.changed("valdres", 1_000);
	t.changed("gjovik", 1_100);
	t.changed("hadeland", 1_200);
	t.changed("gjovik", 1_300);
	assert.equal(t.current, "valdres");
	const seen: string[] = [];
	for (let now = 2_000; now <= 12_000; now += 1_000) if (t.tick(now)) seen.push(t.current);
	assert.equal(seen.join(), "gjovik,hadeland");
});

test("pause stands still, also for changes", () => {
	const t = new Turns(regions, every, 0);
	t.pause(1_000);
	t.changed("valdres", 2_000);
	assert.equal(t.tick(100_000), false);
	assert.equal(t.current, "hamar");
	t.pause(100_000);
	assert.equal(t.tick(119_000), false);
	assert.equal(t.tick(120_000), true);
});

test("somebody who leads has the screen until they let it go", () => {
	const t = new Turns(regions, every, 0);
	t.hold("valdres", 1_000);
	t.changed("hamar", 2_000);
	assert.equal(t.tick(500_000), false);
	assert.equal(t.current, "valdres");
	t.hold("nowhere", 3_000);
	assert.equal(t.current, "valdres");
	t.release(600_000);
	assert.equal(t.tick(619_000), false);
	assert.equal(t.tick(620_000), true);
	assert.equal(t.current, "hamar");
});

test("without turning it goes where something changed and stays there", () => {
	const t = new Turns(regions, 0, 0);
	assert.equal(t.tick(1_000_000), false);
	t.changed("gjovik", 1_000_000);
	assert.equal(t.current, "gjovik");
	assert.equal(t.tick(9_000_000), false);
	assert.equal(t.current, "gjovik");
});

test("one region or none is no reason to turn", () => {
	assert.equal(new Turns(["hamar"], every, 0).tick(1_000_000), false);
	const none = new Turns([], every, 0);
	none.changed("hamar", 1);
	none.step(1, 2);
	assert.equal(none.tick(1_000_000), false);
	assert.equal(none.current, "");
});

test("a day long, a change every five seconds: fair, and nothing is kept", () => {
	let x = 7;
	const random = (n: number) => (x = (x * 48_271) % 2_147_483_647) % n;
	const t = new Turns(regions, every, 0);
	const changedAt = new Map<string, number>();
	let late = 0;
	for (let now = 0; now <= 86_400_000; now += 1_000) {
		if (now % 5_000 === 0) {
			const region = regions[random(4)]!;
			t.changed(region, now);
			if (!changedAt.has(region)) changedAt.set(region, now);
		}
		t.tick(now);
		const since = changedAt.get(t.current);
		if (since !== undefined) late = Math.max(late, now - since);
		changedAt.delete(t.current);
	}
	assert(late <= 20_000, `a change waited ${late} ms`);
	// All that may pile up is one entry for each region.
	assert(changedAt.size < regions.length);
});
