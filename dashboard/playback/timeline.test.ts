import assert from "node:assert/strict";
import { test } from "node:test";
import { Player, type Step, Timeline, stepsOf } from "./timeline.ts";

const levels = ["not_assessed", "green", "yellow", "red"];

// A meeting: 46 × 14 cells, some known before, n changes.
function meeting(n: number, seed: number): [Step[], Step[]] {
	let x = seed;
	const random = (k: number) => (x = (x * 48_271) % 2_147_483_647) % k;
	const start: Step[] = [];
	for (let m = 0; m < 46; m += 2) for (let c = 0; c < 14; c++) start.push({ m: String(m), c: String(c), level: "green", at: 1, rev: 1 });
	const steps: Step[] = [];
	for (let i = 0; i < n; i++) {
		// Records may hold several cells: same revision, same time.
		const many = random(10) === 0 && i > 0;
		steps.push({
			m: String(random(46)), c: String(random(14)), level: levels[random(4)]!,
			at: many ? steps[i - 1]!.at : 1_000 + i * 100, rev: many ? steps[i - 1]!.rev : 10 + i,
		});
	}
	return [start, steps];
}

const key = (s: Step) => s.m + " " + s.c;

// Played from the beginning, without any cleverness.
function played(start: Step[], steps: Step[], n: number): Map<string, Step> {
	const out = new Map(start.map((s) => [key(s), s]));
	for (const s of steps.slice(0, n)) out.set(key(s), s);
	return out;
}

const seen = (cells: Map<string, Step>) => [...cells.values()].filter((s) => s.rev > 0).map((s) => `${key(s)} ${s.level} ${s.rev}`).sort().join("\n");

test("wherever one goes, the picture is what playing from the start gives", () => {
	const [start, steps] = meeting(2_000, 11);
	const line = new Timeline(start, steps);
	const screen = new Map(line.whole().map((s) => [key(s), s]));
	let x = 5;
	const random = (k: number) => (x = (x * 48_271) % 2_147_483_647) % k;
	const goals = [0, 1, 0, 2_000, 1_999, 0, 255, 256, 257, 511, 512, 513, -5, 99_999, ...Array.from({ length: 60 }, () => random(2_001))];
	for (const n of goals) {
		for (const s of line.seek(n)) screen.set(key(s), s);
		const to = Math.min(Math.max(n, 0), 2_000);
		assert.equal(line.at, to);
		assert.equal(seen(screen), seen(played(start, steps, to)), `after ${n}`);
	}
	assert.equal(seen(new Map(line.whole().map((s) => [key(s), s]))), seen(played(start, steps, line.at)));
});

test("numbers in a row become the steps they were", () => {
	const lists = { rows: ["1", "2"], columns: ["a"], levels: ["red", "green"], start: [], changes: [] };
	assert.deepEqual(stepsOf(lists, [7, 1_000, 1, 0, 0, 0, 2, 50, 0, 0, 1, 30, 1, 10, 0, 0, 1, -1]), [
		{ rev: 7, at: 1_000, m: "2", c: "a", level: "red" },
		{ rev: 9, at: 1_050, m: "1", c: "a", level: "green", changed: 1_020 },
		{ rev: 10, at: 1_060, m: "1", c: "a", level: "green", changed: 0 },
	]);
	assert.deepEqual(stepsOf(lists, []), []);
});

test("a change knows the level it found", () => {
	const step = (level: string, rev: number) => ({ m: "1", c: "a", level, at: rev, rev });
	const line = new Timeline([step("yellow", 1)], [step("red", 2), { ...step("green", 3), c: "b" }, step("green", 4)]);
	assert.deepEqual([0, 1, 2].map((i) => line.before(i)), ["yellow", "not_assessed", "red"]);
});

test("what did not become another is not drawn again", () => {
	const one = { m: "1", c: "a", level: "red", at: 5, rev: 5 };
	const line = new Timeline([], [one, { ...one, level: "green", at: 6, rev: 6 }]);
	assert.deepEqual(line.seek(1), [one]);
	assert.deepEqual(line.seek(1), []);
	assert.equal(line.seek(2)[0]?.level, "green");
	assert.deepEqual(line.seek(0), [{ m: "1", c: "a", level: "not_assessed", at: 0, rev: 0 }]);
});

test("a time is found between its changes, also where several happened at once", () => {
	const at = (times: number[]) => new Timeline([], times.map((t, i) => ({ m: "1", c: "a", level: "red", at: t, rev: i + 1 })));
	const line = at([10, 20, 20, 20, 30]);
	assert.deepEqual([0, 9, 10, 19, 20, 29, 30, 99].map((t) => line.until(t)), [0, 0, 1, 1, 4, 4, 5, 5]);
	assert.equal(at([]).until(5), 0);
});

test("10,000 changes: opened at once, and any jump far below a frame", () => {
	const [start, steps] = meeting(10_000, 3);
	const before = performance.now();
	const line = new Timeline(start, steps);
	assert(performance.now() - before < 150, "opening");
	const jumps = 300;
	const from = performance.now();
	for (let i = 0; i < jumps; i++) assert(line.seek((i * 7_919) % 10_001).length <= 46 * 14);
	const each = (performance.now() - from) / jumps;
	assert(each < 8, `${each} ms for one jump`);
});

test("play runs as many times as fast, waits for no long pause and ends", () => {
	const p = new Player(0, 100_000, 10);
	assert.equal(p.go(100, 500), true);
	assert.equal(p.time, 1_000);
	p.go(0, 90_000); // nothing for a long time: two seconds of waiting are left
	assert.equal(p.time, 70_000);
	p.speed = 100;
	assert.equal(p.go(1_000, 90_000), false);
	assert.equal(p.time, 100_000);
	const q = new Player(0, 100_000, 10);
	assert.equal(q.go(16, undefined), false, "after the last change there is nothing to wait for");
	assert.equal(q.time, 100_000);
});
