import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, mark, outcome, Queue, type Row, type Send, sized } from "./upload.ts";

interface Part {
	readonly name: string;
	readonly size: number;
}

// Line is a line that a test lets through: files under way, the one that was sent first.
class Line {
	readonly under: { file: Part; sent: (part: number) => void; answer: (a: Answer) => void }[] = [];
	rows: readonly Row[] = [];
	readonly queue = new Queue<Part>(this.#send(), (rows) => (this.rows = rows));

	#send(): Send<Part> {
		return (file, sent) => {
			let answer: (a: Answer) => void = () => {};
			const promise = new Promise<Answer>((done) => (answer = done));
			this.under.push({ file, sent, answer });
			return { answer: promise, stop: () => answer({ status: 0, body: undefined }) };
		};
	}

	async ends(a: Answer): Promise<void> {
		this.under.shift()?.answer(a);
		await this.rest();
	}

	async rest(): Promise<void> {
		for (let i = 0; i < 20; i++) await Promise.resolve();
	}

	states(): string {
		return this.rows.map((row) => `${row.name} ${row.state}`).join(", ");
	}
}

const file = (name: string): Part => ({ name, size: 1000 });
const stored = (name: string): Answer => ({ status: 200, body: { files: [{ sum: "9f2c41aa00", size: 1000, type: "application/pdf", name }] } });

test("files go one after the other, in the order they came", async () => {
	const line = new Line();
	line.queue.add([file("a"), file("b")]);
	line.queue.add([file("c")]);
	assert.equal(line.states(), "a sending, b waiting, c waiting");
	line.under[0]?.sent(0.641);
	assert.deepEqual(line.rows[0], { id: 0, name: "a", size: 1000, state: "sending", percent: 64 });
	line.under[0]?.sent(1);
	assert.equal(line.rows[0]?.state === "sending" && line.rows[0].percent, 99); // it is not stored yet
	await line.ends(stored("a"));
	assert.equal(line.states(), "a stored, b sending, c waiting");
	await line.ends(stored("b"));
	await line.ends(stored("c"));
	assert.equal(line.states(), "a stored, b stored, c stored");
	assert.deepEqual(line.queue.stored.map((one) => one.name), ["a", "b", "c"]);
});

test("a refused file stays with the reason, and the next goes", async () => {
	const line = new Line();
	line.queue.add([file("a.xlsm"), file("b")]);
	await line.ends({ status: 422, body: { message: "Filen har makroer." } });
	assert.deepEqual(line.rows[0], { id: 0, name: "a.xlsm", size: 1000, state: "refused", why: "Filen har makroer." });
	assert.equal(line.under[0]?.file.name, "b");
	line.queue.drop(0);
	assert.equal(line.states(), "b sending");
});

test("one that is stopped is gone, and the next goes", async () => {
	const line = new Line();
	line.queue.add([file("a"), file("b"), file("c")]);
	line.queue.drop(1);
	line.queue.drop(0);
	await line.rest();
	assert.equal(line.states(), "c sending");
	assert.deepEqual(line.queue.stored, []);
});

test("one that is taken away again is no longer among the stored", async () => {
	const line = new Line();
	line.queue.add([file("a")]);
	await line.ends(stored("a"));
	line.queue.drop(0);
	assert.deepEqual(line.queue.stored, []);
	line.queue.add([file("b")]);
	assert.equal(line.states(), "b sending");
});

test("what came of a file", () => {
	assert.deepEqual(outcome({ status: 0, body: undefined }), { state: "refused", why: "" });
	assert.deepEqual(outcome({ status: 502, body: null }), { state: "refused", why: "" });
	assert.deepEqual(outcome({ status: 200, body: { files: [] } }), { state: "refused", why: "" });
	assert.deepEqual(outcome({ status: 413, body: { message: "For stor." } }), { state: "refused", why: "For stor." });
});

test("sizes and sums as people read them", () => {
	assert.equal(sized(10, "nb"), "1 kB");
	assert.equal(sized(240_300, "nb"), "240 kB");
	assert.equal(sized(1_240_000, "nb"), "1,2 MB");
	assert.equal(mark("9f2c41aa00ff"), "9f2c 41aa");
});
