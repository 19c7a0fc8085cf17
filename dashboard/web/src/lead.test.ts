import assert from "node:assert/strict";
import { test } from "node:test";
import { goal, Pace, shared, wallQuery } from "./lead.ts";

const where = (m: string) => (m === "3434" ? "nord-gudbrandsdal" : "");

// A clock and the calls that wait for it.
function clock() {
	let now = 0;
	const waiting: { at: number; f: () => void }[] = [];
	return {
		now: () => now,
		after: (ms: number, f: () => void) => void waiting.push({ at: now + ms, f }),
		to(time: number) {
			now = time;
			for (const w of waiting.splice(0)) if (w.at <= time) w.f();
			else waiting.push(w);
		},
		waiting,
	};
}

test("at most ten views a second leave, and the last one always does", () => {
	const c = clock();
	const sent: [number, number][] = [];
	const pace = new Pace<number>((n) => sent.push([c.now(), n]), 100, c.now, c.after);
	for (let t = 0; t < 1_000; t += 10) {
		c.to(t);
		pace.offer(t);
		assert(c.waiting.length <= 1, "one timer, however many steps");
	}
	c.to(1_000);
	c.to(1_100);
	assert.equal(sent[0]?.[1], 0, "the first goes at once");
	assert.equal(sent.at(-1)?.[1], 990);
	for (let i = 1; i < sent.length; i++) assert(sent[i]![0] - sent[i - 1]![0] >= 100);
	assert(sent.length <= 11, String(sent.length));
});

test("a view is one of our own pages, and nothing else is gone to", () => {
	const to = goal("/tavle/na?region=hamar&valgt=3434.plan&kart=plan", where);
	assert.deepEqual([to?.path, to?.m, to?.c, to?.region], ["/tavle/na", "3434", "plan", "hamar"]);
	assert.equal(goal("/tavle/na?valgt=3434.plan", where)?.region, "nord-gudbrandsdal");
	assert.equal(goal("/utgave/2022/v1", where)?.path, "/utgave/2022/v1");
	for (const odd of [
		"", "/", "//evil.example/tavle/na", "/\\evil.example", "https://evil.example/", "javascript:alert(1)",
		"/tavle/na/../../logout", "/tavle/", "/logout", "/login?next=/", "/tavle/na#x", "/konsoll/m1", " /tavle/na",
	]) {
		assert.equal(goal(odd, where), undefined, odd);
	}
});

test("what is passed on is where one looks, not one's own layout", () => {
	const query = shared(new URLSearchParams("vis=ruter&romslig=1&region=hamar&level=red&level=none&valgt=3434.plan&tavle=&at=x&lang=nn"));
	assert.equal(String(query), "region=hamar&level=red&level=none&valgt=3434.plan");
});

test("a wall that follows keeps its layout and goes nowhere if it is there already", () => {
	const to = goal("/tavle/na?valgt=3434.plan&region=hamar", where)!;
	const here = new URLSearchParams("vis=skjerm&oppsett=a&tommer=65");
	const there = wallQuery(here, to)!;
	assert.equal(String(there), "vis=skjerm&oppsett=a&tommer=65&region=hamar&kart=plan");
	assert.equal(wallQuery(there, to), undefined);
	const whole = goal("/tavle/na?kart=helse", where)!;
	assert.equal(String(wallQuery(there, whole)), "vis=skjerm&oppsett=a&tommer=65&kart=helse");
	const news = goal("/tavle/na?kart=helse&since=mote", where)!;
	assert.equal(String(wallQuery(there, news)), "vis=skjerm&oppsett=a&tommer=65&kart=helse&since=mote");
	assert.equal(wallQuery(wallQuery(there, news)!, whole)?.get("since"), null);
	assert.equal(String(here), "vis=skjerm&oppsett=a&tommer=65", "the query given is left as it was");
});
