import assert from "node:assert/strict";
import { test } from "node:test";
import { afterClose, backoff, judge, ServerClock, silence, wallPatience, Watchdog } from "./line.ts";

// A page drawn at server time 1,000,000; both clocks of the machine stand at 0.
const page = () => new Watchdog(0, 0, 1_000_000);

test("a page is not live before the server has greeted it", () => {
	const w = page();
	assert.equal(w.state, "connecting");
	assert.equal(w.heard(100, 100, 1_000_100), false);
	w.hello(200, 200, 1_000_200);
	assert.equal(w.state, "live");
});

test("heartbeats keep it live, silence does not", () => {
	const w = page();
	w.hello(0, 0, 1_000_000);
	for (let t = 5_000; t <= 50_000; t += 5_000) assert(w.heard(t, t, 1_000_000 + t));
	assert.equal(w.check(50_000 + silence, 50_000 + silence), "live");
	assert.equal(w.check(50_001 + silence, 50_001 + silence), "lost");
	assert.equal(w.statusAt, 1_050_000);
});

test("a word that comes after a silence is not believed, nor are those after it", () => {
	const w = page();
	w.hello(0, 0, 1_000_000);
	assert.equal(w.heard(13_000, 13_000, 1_013_000), false);
	assert.equal(w.heard(13_001, 13_001, 1_013_001), false);
	assert.equal(w.state, "lost");
	assert.equal(w.statusAt, 1_000_000);
	w.hello(14_000, 14_000, 1_014_000);
	assert.equal(w.state, "live");
	assert.equal(w.statusAt, 1_014_000);
});

test("behind a closed lid the monotonic clock may stand still: the wall's tells", () => {
	const w = page();
	w.hello(0, 0, 1_000_000);
	assert.equal(w.check(1_000, 3_600_000), "lost");
});

test("setting the wall clock back does not hide a silence", () => {
	const w = page();
	w.hello(0, 100_000_000, 1_000_000);
	assert.equal(w.check(12_001, 0), "lost");
});

test("a lost page stays lost until a new greeting, whatever the clocks say", () => {
	const w = page();
	w.hello(0, 0, 1_000_000);
	w.check(20_000, 20_000);
	assert.equal(w.check(20_001, 0), "lost");
	assert.equal(w.check(0, 0), "lost");
});

test("a closed line is not live, but not lost before the silence is too long", () => {
	const w = page();
	w.hello(0, 0, 1_000_000);
	w.closed();
	assert.equal(w.check(5_000, 5_000), "connecting");
	assert.equal(w.check(12_001, 12_001), "lost");
	w.closed();
	assert.equal(w.state, "lost");
});

test("a page brought back from the cache is lost at once", () => {
	const w = page();
	w.hello(0, 0, 1_000_000);
	w.doubt();
	assert.equal(w.check(1, 1), "lost");
});

test("the status shown is never older than one already shown", () => {
	const w = page();
	w.hello(0, 0, 1_000_000);
	w.heard(1_000, 1_000, 0); // a frame, which tells no time
	assert.equal(w.statusAt, 1_000_000);
});

test("backoff doubles from half a second to half a minute, with full jitter", () => {
	assert.equal(backoff(0, 1), 500);
	assert.equal(backoff(1, 1), 1_000);
	assert.equal(backoff(5, 1), 16_000);
	assert.equal(backoff(6, 1), 30_000);
	assert.equal(backoff(1_000, 1), 30_000);
	assert.equal(backoff(6, 0), 0);
	assert.equal(backoff(6, 0.5), 15_000);
	assert.equal(backoff(6, 1, wallPatience), 4_000); // a wall is back within six seconds
	assert.equal(backoff(1, 1, wallPatience), 1_000);
});

test("a frame is applied once, in order, or the board is taken anew", () => {
	assert.equal(judge(810, 810, 812), "apply");
	assert.equal(judge(811, 810, 812), "apply"); // taken from a snapshot in between
	assert.equal(judge(812, 810, 812), "skip");
	assert.equal(judge(900, 810, 812), "skip");
	assert.equal(judge(809, 810, 812), "resync");
	assert.equal(judge(0, 0, 1), "apply");
});

test("snapshot at N and the frames after N give the board at M, however they come", () => {
	// Frames as a server sends them to one audience, some twice, some lost.
	for (let seed = 1; seed < 200; seed++) {
		let x = seed;
		const random = (n: number) => (x = (x * 48_271) % 2_147_483_647) % n;
		const frames: { prev: number; rev: number }[] = [];
		let rev = 0;
		while (frames.length < 30) frames.push({ prev: rev, rev: (rev += 1 + random(4)) });
		let own = 0;
		const seen = new Set<number>();
		for (let i = 0; i < frames.length; i++) {
			const frame = frames[i]!;
			if (random(5) === 0 && i > 0) i -= 1; // the one before, again
			if (random(7) === 0) continue; // lost
			switch (judge(own, frame.prev, frame.rev)) {
				case "apply":
					seen.add(frame.rev);
					own = frame.rev;
					break;
				case "resync": // the snapshot holds all up to here
					for (const f of frames) if (f.rev <= frame.rev) seen.add(f.rev);
					own = frame.rev;
					break;
			}
			for (const f of frames) if (f.rev <= own) assert(seen.has(f.rev), `seed ${seed}: ${f.rev} was missed at ${own}`);
		}
	}
});

test("each close code has its answer", () => {
	assert.deepEqual(afterClose(4000), { then: "resync", from: 0 });
	assert.deepEqual(afterClose(4001), { then: "login", from: 0 });
	assert.equal(afterClose(1012).from > 0, true, "a restart must spread its screens");
	for (const code of [1000, 1001, 1006, 1008, 1011, 1012, 4008]) assert.equal(afterClose(code).then, "again");
});

test("the server's clock goes on by the monotonic one", () => {
	const c = new ServerClock(1_000, 0);
	c.set(5_000, 100, 5_000 + 29_000);
	assert.equal(c.now(350), 5_250);
	assert.equal(c.skew, 0);
	c.set(6_000, 1_100, 6_000 + 31_000);
	assert.equal(c.skew, 31_000);
	c.set(6_000, 1_100, 6_000 - 90_000);
	assert.equal(c.skew, -90_000);
});
