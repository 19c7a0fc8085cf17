import assert from "node:assert/strict";
import { test } from "node:test";
import { Jotting, type Told, type World } from "./jottings.ts";

const place = { api: "/api/v1", user: "kari", board: "2026", m: "3433", c: "beredskap" };

interface Stored {
	readonly board: string;
	readonly m: string;
	readonly c: string;
	readonly text: string;
	readonly evidence: readonly string[];
	readonly seen: number;
	readonly rev: number;
	readonly at: string;
}

const begin = 1_000_000;

// Office is the world of one author: a server that answers as ours does, a clock that the
// test turns, and the browser's store of each tab.
class Office {
	readonly kept = new Map<string, Stored>();
	readonly asked: string[] = [];
	time = begin;
	line: "up" | "down" | 401 | 403 | 503 = "up";
	#timers: { at: number; f: () => void }[] = [];
	#names = 0;

	tab(store = new Map<string, string>()): World & { readonly held: Map<string, string> } {
		return {
			held: store,
			store: { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => void store.set(key, value), removeItem: (key) => void store.delete(key) },
			ask: (method, path, body) => this.#answer(method, path, body),
			after: (ms, f) => {
				const timer = { at: this.time + ms, f };
				this.#timers.push(timer);
				return timer;
			},
			cancel: (timer) => (this.#timers = this.#timers.filter((one) => one !== timer)),
			now: () => this.time,
			name: () => `tab${++this.#names}`,
		};
	}

	async pass(ms: number): Promise<void> {
		const until = this.time + ms;
		for (;;) {
			for (let i = 0; i < 20; i++) await Promise.resolve();
			const next = this.#timers.filter((t) => t.at <= until).sort((a, b) => a.at - b.at)[0];
			if (!next) break;
			this.#timers = this.#timers.filter((t) => t !== next);
			this.time = Math.max(this.time, next.at);
			next.f();
		}
		this.time = until;
	}

	async #answer(method: string, path: string, body?: string): Promise<{ status: number; body: Record<string, unknown> }> {
		this.asked.push(`${method} ${this.time}`);
		if (this.line === "down") throw new TypeError("no line");
		if (this.line !== "up") return { status: this.line, body: { message: "Nei." } };
		const id = path.split("/").pop() ?? "";
		if (method === "GET") return { status: 200, body: { jottings: [...this.kept].map(([id, j]) => ({ id, ...j })) } };
		if (method === "DELETE") return { status: this.kept.delete(id) ? 204 : 404, body: {} };
		const next = JSON.parse(body ?? "") as Stored;
		const old = this.kept.get(id);
		const same = old && old.rev === next.rev && old.text === next.text;
		if (old && next.rev <= old.rev && !same) return { status: 409, body: {} };
		if (!same) this.kept.set(id, { ...next, at: new Date(this.time).toISOString() });
		return { status: 200, body: { rev: next.rev, at: this.kept.get(id)?.at } };
	}

	texts(): string[] {
		return [...this.kept.values()].map((j) => j.text);
	}
}

function open(office: Office, tab = office.tab()) {
	const told: Told[] = [];
	return { tab, told, jot: new Jotting(place, (state) => told.push(state), tab) };
}

test("it is in the tab at once, and at the server when the keys rest", async () => {
	const office = new Office();
	const { jot, tab, told } = open(office);
	assert.equal(jot.begun, undefined);
	jot.typed("Planen", ["e1@2"], 7);
	assert([...tab.held.values()].join().includes("Planen"));
	await office.pass(999);
	assert.deepEqual(office.asked, []);
	await office.pass(1);
	const [kept] = office.kept.values();
	assert.deepEqual({ ...kept, at: undefined }, { board: "2026", m: "3433", c: "beredskap", text: "Planen", evidence: ["e1@2"], seen: 7, rev: 1, at: undefined });
	assert.deepEqual(told, [{ kept: true, at: begin + 1_000 }]);
});

test("who never rests is kept within two seconds all the same", async () => {
	const office = new Office();
	const { jot } = open(office);
	let text = "";
	for (let i = 0; i < 60; i++) {
		jot.typed((text += "a"), [], 0);
		await office.pass(100);
		const behind = text.length - (office.texts()[0]?.length ?? 0);
		assert(behind <= 20, `${behind} keys of 100 ms are not at the server`);
	}
	await office.pass(2_000);
	assert.deepEqual(office.texts(), [text]);
	assert(office.asked.length < 10, `${office.asked.length} requests for six seconds`);
});

test("typing the same again asks nothing", async () => {
	const office = new Office();
	const { jot } = open(office);
	jot.typed("Planen", [], 0);
	await office.pass(5_000);
	jot.typed("Planen", [], 0);
	await office.pass(5_000);
	assert.equal(office.asked.length, 1);
});

test("a lost line: since when is told, and it is kept when the line is back", async () => {
	const office = new Office();
	const { jot, told } = open(office);
	office.line = "down";
	jot.typed("Planen", [], 0);
	await office.pass(20_000);
	jot.typed("Planen er fra 2019", [], 0);
	await office.pass(60_000);
	assert(told.length > 3 && told.every((state) => !state.kept && state.since === begin && state.why === ""));
	office.line = "up";
	await office.pass(20_000);
	assert.deepEqual(office.texts(), ["Planen er fra 2019"]);
	assert.equal(told.at(-1)?.kept, true);
});

test("an ended session: the same tab finds it after the log-in", async () => {
	const office = new Office();
	const { jot, tab, told } = open(office);
	office.line = 401;
	jot.typed("Planen", ["e1@2"], 7);
	await office.pass(2_000);
	assert.equal(told.at(-1)?.kept, false);
	office.line = "up";
	const again = open(office, office.tab(tab.held));
	assert.deepEqual({ text: again.jot.begun?.text, evidence: again.jot.begun?.evidence, seen: again.jot.begun?.seen }, { text: "Planen", evidence: ["e1@2"], seen: 7 });
	await office.pass(1_000);
	assert.deepEqual(office.texts(), ["Planen"]);
	assert.equal(again.told.at(-1)?.kept, true);
});

test("what is refused is told with the server's words, and not asked again until something is typed", async () => {
	const office = new Office();
	const { jot, told } = open(office);
	office.line = 403;
	jot.typed("Planen", [], 0);
	await office.pass(60_000);
	assert.deepEqual(told, [{ kept: false, since: begin, why: "Nei." }]);
	assert.equal(office.asked.length, 1);
	office.line = "up";
	jot.typed("Planen er", [], 0);
	await office.pass(2_000);
	assert.deepEqual(office.texts(), ["Planen er"]);
});

test("done takes it away, here and there, also while it is on its way", async () => {
	const office = new Office();
	const { jot, tab } = open(office);
	jot.typed("Planen", [], 0);
	await office.pass(1_000);
	jot.typed("Planen er fra 2019", [], 0);
	await office.pass(500);
	jot.done();
	await office.pass(10_000);
	assert.deepEqual(office.texts(), []);
	assert.equal(tab.held.size, 0);
	assert.equal(jot.begun, undefined);
	jot.typed("Noe nytt", [], 9); // begins another
	await office.pass(2_000);
	assert.deepEqual(office.texts(), ["Noe nytt"]);
});

test("done with the line down is done when it is back", async () => {
	const office = new Office();
	const { jot } = open(office);
	jot.typed("Planen", [], 0);
	await office.pass(1_000);
	office.line = 503;
	jot.done();
	await office.pass(3_000);
	office.line = "up";
	await office.pass(30_000);
	assert.deepEqual(office.texts(), []);
});

test("another tab has its own, and finds this one", async () => {
	const office = new Office();
	const one = open(office);
	const two = open(office);
	one.jot.typed("Fra den første", ["e1@1"], 7);
	await office.pass(2_000);
	two.jot.typed("Fra den andre", [], 7);
	await office.pass(2_000);
	assert.deepEqual(office.texts(), ["Fra den første", "Fra den andre"]);
	const [other, ...more] = await two.jot.others();
	assert.deepEqual({ ...other, id: "", at: 0 }, { id: "", at: 0, text: "Fra den første", evidence: ["e1@1"], seen: 7 });
	assert.equal(more.length, 0);
	two.jot.typed(other?.text ?? "", other?.evidence ?? [], other?.seen ?? 0);
	await two.jot.drop(other?.id ?? "");
	await office.pass(2_000);
	assert.deepEqual(office.texts(), ["Fra den første"]);
	assert.deepEqual(await two.jot.others(), []);
});

test("a tab that a browser copied gets a jotting of its own", async () => {
	const office = new Office();
	const one = open(office);
	one.jot.typed("Felles", [], 0);
	await office.pass(2_000);
	const copy = open(office, office.tab(new Map(one.tab.held)));
	one.jot.typed("Felles, og mer", [], 0);
	await office.pass(2_000);
	copy.jot.typed("Felles, men annet", [], 0);
	await office.pass(2_000);
	assert.deepEqual(office.texts(), ["Felles, og mer", "Felles, men annet"]);
	copy.jot.typed("Felles, men annet igjen", [], 0);
	await office.pass(2_000);
	assert.deepEqual(office.texts(), ["Felles, og mer", "Felles, men annet igjen"]);
});

test("of a text that is too long the server has the beginning, and that is not called kept", async () => {
	const office = new Office();
	const { jot, told } = open(office);
	jot.typed("🚒".repeat(20_001), [], 0);
	await office.pass(2_000);
	assert.deepEqual(office.texts(), ["🚒".repeat(20_000)]);
	assert.equal(told.at(-1)?.kept, false);
	assert.equal([...(jot.begun?.text ?? "")].length, 20_001);
});

test("a browser without room still leaves it to the server", async () => {
	const office = new Office();
	const tab = office.tab();
	const full: World = { ...tab, store: { ...tab.store, setItem: () => { throw new Error("full"); } } };
	const jot = new Jotting(place, () => {}, full);
	jot.typed("Planen", [], 0);
	await office.pass(2_000);
	assert.deepEqual(office.texts(), ["Planen"]);
});
