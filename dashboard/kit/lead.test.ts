import assert from "node:assert/strict";
import { test } from "node:test";
import { goal, Pace, sameQuery, shared, viewOf, wallQuery } from "./lead.ts";

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

const paired = (more = "") => new URLSearchParams("meter=5&oppsett=a&tommer=65&vis=skjerm" + more);

test("a wall is led from the view that was set for it, and finds back", () => {
	const view = paired("&region=hamar");
	let here = wallQuery(view, goal("/tavle/na?valgt=3434.plan", where));
	assert.deepEqual([here.get("region"), here.get("kart"), here.get("tommer")], [null, "plan", "65"]);
	assert(sameQuery(viewOf(here), view), "the view is in the address: a page that is loaded anew knows it");
	here = wallQuery(viewOf(here), goal("/tavle/na?region=valdres&kart=helse&since=mote", where));
	assert.deepEqual([here.get("region"), here.get("kart"), here.get("since")], ["valdres", "helse", "mote"]);
	here = wallQuery(viewOf(here), goal("/tavle/na?kart=helse&since=1h", where));
	assert.deepEqual([here.get("region"), here.get("since")], [null, null]);
	assert.equal(String(wallQuery(viewOf(here), undefined)), String(view), "nobody leads: its own view");
	assert.equal(String(view), String(paired("&region=hamar")), "the view given is left as it was");
});

test("a wall is led to the area of the lead, also where its own was set", () => {
	const here = wallQuery(paired("&area=helse"), goal("/tavle/na?kart=plan", where));
	assert.deepEqual([here.get("area"), here.get("kart")], [null, "plan"]);
	assert.equal(wallQuery(paired("&area=helse"), goal("/tavle/na", where)).get("area"), "helse");
});

test("a wall that shows what the lead does, is pinned, or shows everything, stays", () => {
	for (const view of [paired("&kart=plan"), paired("&fest=1"), new URLSearchParams("vis=skjerm&oppsett=b&region=hamar"), new URLSearchParams("oppsett=c")]) {
		assert.equal(String(wallQuery(view, goal("/tavle/na?valgt=3434.plan", where))), String(view));
	}
});

test("the order of an address's fields does not matter", () => {
	assert(sameQuery(new URLSearchParams("a=1&b=2&b=3"), new URLSearchParams("b=2&a=1&b=3")));
	assert(!sameQuery(new URLSearchParams("a=1"), new URLSearchParams("a=1&b=2")));
});
