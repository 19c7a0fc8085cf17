import assert from "node:assert/strict";
import { test } from "node:test";
import { Announcer } from "./announce.ts";

// A clock that runs timers in order, and a reader that notes what it hears.
function room() {
	let now = 0;
	let timers: { at: number; f: () => void }[] = [];
	const heard: { at: number; n: number }[] = [];
	const announcer = new Announcer<number>(
		(changes) => heard.push({ at: now, n: changes.length }),
		() => now,
		(ms, f) => timers.push({ at: now + ms, f }),
	);
	const until = (t: number) => {
		for (;;) {
			timers.sort((a, b) => a.at - b.at);
			const next = timers[0];
			if (!next || next.at > t) break;
			timers = timers.slice(1);
			now = next.at;
			next.f();
		}
		now = t;
	};
	return { announcer, heard, until };
}

test("a burst is one sentence", () => {
	const { announcer, heard, until } = room();
	for (let i = 0; i < 20; i++) {
		announcer.add(i);
		until((i + 1) * 10);
	}
	until(60_000);
	assert.deepEqual(heard, [{ at: 300, n: 20 }]);
});

test("there is never more than one in five seconds, and nothing is left out", () => {
	const { announcer, heard, until } = room();
	for (let t = 0; t < 60_000; t += 700) {
		until(t);
		announcer.add(t);
	}
	until(120_000);
	for (let i = 1; i < heard.length; i++) assert(heard[i]!.at - heard[i - 1]!.at >= 5_000, `too soon at ${heard[i]!.at}`);
	assert.equal(heard.reduce((n, h) => n + h.n, 0), 86);
});

test("after a quiet time the next one is heard at once", () => {
	const { announcer, heard, until } = room();
	announcer.add(1);
	until(30_000);
	announcer.add(2);
	until(40_000);
	assert.deepEqual(heard, [{ at: 300, n: 1 }, { at: 30_300, n: 1 }]);
});

test("nothing is nothing", () => {
	const { announcer, heard, until } = room();
	announcer.add();
	until(10_000);
	assert.deepEqual(heard, []);
});
