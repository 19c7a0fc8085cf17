import assert from "node:assert/strict";
import { test } from "node:test";
import { beside, type Item, next, others, type Roll } from "./queue.ts";

// An agenda that is not alphabetical.
const queue: Item[] = [
	["30", "valdres", "not_reported"], ["31", "valdres", "changed"], ["32", "valdres", "no_change"],
	["10", "hamar", "not_reported"], ["11", "hamar", "not_reported"],
	["21", "gjovik", "not_reported"], ["20", "gjovik", "no_change"],
].map(([m = "", region = "", roll = ""]) => ({ m, region, roll: roll as Roll }));

test("next is whoever has not reported: of the same region first, also those above", () => {
	assert.equal(next(queue, "32"), "30");
	assert.equal(next(queue, "30"), "10");
	assert.equal(next(queue, "10"), "11");
	assert.equal(next(queue, "11"), "10", "the region first, before the next one");
	assert.equal(next(queue, "20"), "21");
	assert.equal(next(queue, "21"), "30", "from the top again");
});

test("next calls everybody once, whatever happens in between", () => {
	const items = queue.map((i) => ({ ...i, roll: "not_reported" as Roll }));
	const called: string[] = [];
	let at: string | undefined = "30";
	while (at !== undefined) {
		called.push(at);
		items.find((i) => i.m === at)!.roll = called.length % 2 ? "no_change" : "changed";
		at = next(items, at);
	}
	assert.equal(called.join(), "30,31,32,10,11,21,20");
	assert.equal(next(items, "99"), undefined);
	assert.equal(next([], "30"), undefined);
});

test("one steps up and down and stays at the ends", () => {
	assert.equal(beside(queue, "31", 1), "32");
	assert.equal(beside(queue, "31", -1), "30");
	assert.equal(beside(queue, "30", -1), "30");
	assert.equal(beside(queue, "20", 1), "20");
	assert.equal(beside(queue, "99", 1), "30");
	assert.equal(beside([], "30", 1), undefined);
});

test("who works on the same is named first, and oneself never", () => {
	const all = [["1", "Åse", "10"], ["2", "Kari", "31"], ["3", "Ola", "10"], ["me", "N.N.", "10"], ["4", "Per", ""]].map(
		([id = "", by = "", m = ""]) => ({ id, by, m, c: "plan" }),
	);
	assert.equal(others(all, "me", "31").map((p) => p.by).join(), "Kari,Ola,Åse");
	assert.equal(others(all, "me", "10").map((p) => p.by).join(), "Ola,Åse,Kari");
	assert.equal(all[0]?.by, "Åse", "the list given is left as it was");
});
