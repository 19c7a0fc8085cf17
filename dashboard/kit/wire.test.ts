import assert from "node:assert/strict";
import { test } from "node:test";
import { keyLevel, requestId, understand } from "./save.ts";
import { changesOf, parseMessage, parseSnapshot, shapeOf } from "./wire.ts";

test("a frame is read as the server writes it", () => {
	const frame = parseMessage(
		'{"prev":810,"rev":812,"cells":[{"m":"3434","c":"plan","level":"red","from":"green","changed_rev":811,"at":"2022-11-14T09:42:07.250Z","by":"kari","by_name":"K. Moen","reported_by":"Lom v/ordfører","over":{"rev":809,"level":"yellow","by":"ola"}},{"m":"3435","c":"plan","level":"not_assessed","changed_rev":0,"text":"<b>"}],"log":[{"rev":812,"at":"2022-11-14T09:42:08.000Z","kind":"municipality_reported","m":"3436"},{"rev":812,"at":"2022-11-14T09:42:08.000Z","kind":"note_written"}],"meetings":[{"id":"m1","open":true}],"parts":["reports","notes","board"]}',
	).frame;
	assert.deepEqual(frame, {
		prev: 810,
		rev: 812,
		cells: [
			{ m: "3434", c: "plan", level: "red", at: Date.UTC(2022, 10, 14, 9, 42, 7, 250), due: 0, rev: 811, from: "green", text: undefined, by: "K. Moen", reportedBy: "Lom v/ordfører", over: "ola" },
			{ m: "3435", c: "plan", level: "not_assessed", at: 0, due: 0, rev: 0, from: undefined, text: "<b>", by: undefined, reportedBy: undefined, over: undefined },
		],
		parts: ["reports", "notes", "board"],
	});
});

test("a frame that names no parts has none", () => {
	assert.deepEqual(parseMessage('{"prev":1,"rev":2,"cells":[],"log":[{"rev":2,"kind":"level_set"}]}').frame?.parts, []);
});

test("a cell changed when the server says, or never", () => {
	const at = (minute: number) => `2022-11-14T09:0${minute}:00.000Z`;
	const changed = (cell: object) => changesOf([{ m: "1", c: "a", level: "red", changed_rev: 9, at: at(9), ...cell }])[0]!.changed;
	assert.equal(changed({}), undefined);
	assert.equal(changed({ confirms: true, changed_at: at(2) }), Date.parse(at(2)));
	assert.equal(changed({ undoes: 8, changed_at: null }), 0);
	const [told] = [understand(200, { rev: 9, changed: [{ m: "1", c: "a", level: "red", from: "red", at: at(9), changed_at: at(2) }, { m: "1", c: "b", at: at(9), changed_at: null }] })];
	assert.deepEqual(told?.ok && told.changed.map((was) => [was.at, was.changed]), [[Date.parse(at(9)), Date.parse(at(2))], [Date.parse(at(9)), 0]]);
});

test("hello, heartbeat and tick are told apart, and what is unknown is nothing", () => {
	assert.equal(parseMessage('{"hello":{"epoch":"e","rev":5,"now":7,"beat":5000,"build":"b"}}').hello?.rev, 5);
	assert.equal(parseMessage('{"beat":123}').beat, 123);
	assert.equal(parseMessage('{"tick":123}').tick, 123);
	for (const odd of ['{"presence":3}', "{", "", "null", "17", '"x"', '{"rev":3}']) {
		const { hello, beat, tick, frame } = parseMessage(odd);
		assert.deepEqual([hello, beat, tick, frame], [undefined, undefined, undefined, undefined], odd);
	}
});

test("what has no revision is a whisper, also one that ends", () => {
	assert.deepEqual(parseMessage('{"storage":"failed"}').whisper, { storage: "failed" });
	assert.deepEqual(parseMessage('{"follow":{"by":"K. Moen","path":"/tavle/na?region=hamar"}}').whisper?.follow, { by: "K. Moen", path: "/tavle/na?region=hamar" });
	assert.equal(parseMessage('{"presence":[{"m":"3434","c":"plan","by":"K. Moen","id":"kari"}]}').whisper?.presence?.[0]?.id, "kari");
	assert.deepEqual(parseMessage('{"presence":3}').whisper, {});
	assert.equal(parseMessage('{"follow":null}').whisper?.follow, null);
	assert.equal(parseMessage('{"beat":5}').whisper, undefined);
	assert.equal(parseMessage('{"prev":1,"rev":2}').whisper, undefined);
});

test("another catalogue has another shape; new words for the same one have not", () => {
	const rows = [{ id: "1" }, { id: "2" }];
	const areas = [{ id: "a", kind: "area" }, { id: "b", kind: "area" }];
	const shape = shapeOf(rows, areas);
	assert.equal(shape === shapeOf(rows, areas.slice(1)), false);
	assert.equal(shape === shapeOf([...rows].reverse(), areas), false);
	const board = { epoch: "e", rev: 3, municipalities: rows, columns: [...areas, { id: "x", kind: "indicator" }], cells: [] };
	assert.deepEqual(parseSnapshot(board), { epoch: "e", rev: 3, veil: undefined, shape, cells: [] });
});

test("only a plain yes is a yes", () => {
	assert.deepEqual(understand(200, { rev: 7 }), { ok: true, rev: 7, changed: [], undoes: 0, over: [] });
	assert.deepEqual(understand(200, { rev: 7, over: [{ m: "1", c: "a", level: "red", by: "kari", by_name: "K. Moen" }] }), {
		ok: true,
		rev: 7,
		changed: [],
		undoes: 0,
		over: [{ by: "K. Moen", level: "red" }],
	});
	const was = { m: "1", c: "a", level: "red", from: "green" };
	assert.deepEqual(understand(200, { rev: 8, undoes: 7, changed: [{ ...was, at: "2022-11-14T09:00:00.000Z" }] }), { ok: true, rev: 8, changed: [{ ...was, at: Date.UTC(2022, 10, 14, 9) }], undoes: 7, over: [] });
	for (const [status, body, word] of [
		[409, { code: "too_old", message: "" }, "error.old"],
		[409, { code: "conflict" }, "error.409"],
		[500, { code: "internal" }, "error.500"],
		[503, { code: "unavailable", reason: "storage.full" }, "error.503"],
		[401, {}, "error.401"],
		[422, { message: "Ukjent nivå" }, "error.422"],
	] as const) {
		const answer = understand(status, body);
		assert(answer && !answer.ok, String(status));
		assert.equal(answer.word, word);
	}
	const told = understand(422, { message: "Ukjent nivå" });
	assert(told && !told.ok && told.message === "Ukjent nivå");
});

test("an answer that does not tell what became of a change is none", () => {
	for (const [status, body, again] of [
		[200, undefined],
		[200, { rev: "7" }],
		[502, "<html>"],
		[503, {}],
		[503, { code: "unavailable", reason: "answer.unknown" }],
		[503, { code: "unavailable", reason: "busy" }, true],
		[500, { code: "internal" }, true],
		[401, { code: "forbidden" }, true],
		[429, { code: "unavailable" }, true],
	] as const) {
		assert.equal(understand(status, body, again), undefined, `${status} ${JSON.stringify(body)}`);
	}
	const late = understand(409, { code: "too_old" }, true);
	assert(late && !late.ok && late.word === "error.old");
});

test("a request has a name of its own that the server takes", () => {
	assert.equal(requestId(new Uint8Array([0, 1, 255, 16, 0, 0, 0, 0])), "0001ff1000000000");
	assert(/^[A-Za-z0-9_-]{8,64}$/.test(requestId(new Uint8Array(16).fill(171))));
});

test("1, 2, 3 and 0 are levels, other keys are not", () => {
	assert.deepEqual(["1", "2", "3", "0"].map((key) => keyLevel(key, true)), ["normal", "strained", "critical", "not_assessed"]);
	assert.deepEqual(["1", "2", "3", "0", "4", "r", "constructor", "Tab", " ", ""].map((key) => keyLevel(key)), ["green", "yellow", "red", "not_assessed", "", "", "", "", "", ""]);
});
