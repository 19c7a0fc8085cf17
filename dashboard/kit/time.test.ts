import assert from "node:assert/strict";
import { test } from "node:test";
import { lastTime } from "./time.ts";

test("a time of day is the last there was by Norway's clocks, or just ahead", () => {
	const at = (text: string) => Date.parse(text);
	const now = at("2026-11-30T09:10:42Z"); // 10:10 in Norway
	for (const [told, want] of [
		["10:10", "2026-11-30T09:10:00Z"],
		["09:40", "2026-11-30T08:40:00Z"],
		["23:55", "2026-11-29T22:55:00Z"],
		["10:15", "2026-11-30T09:15:00Z"],
		["22:11", "2026-11-29T21:11:00Z"],
	] as const) assert.equal(lastTime(told, now), at(want), told);
	assert.equal(lastTime("00:02", at("2026-07-01T21:59:00Z")), at("2026-07-01T22:02:00Z"));
	for (const none of ["", "9", "nå", "10:16", "22:09"]) assert.equal(lastTime(none, now), undefined);
});
