import assert from "node:assert/strict";
import { test } from "node:test";
import { keyLevel, lostAfter, requestId, slowAfter, stage, understand } from "./save.ts";
import { parseMessage, parseSnapshot, shapeOf } from "./wire.ts";

test("a frame is read as the server writes it", () => {
	const frame = parseMessage(
		'{"prev":810,"rev":812,"cells":[{"m":"3434","c":"plan","level":"red","from":"green","changed_rev":811,"at":"2022-11-14T09:42:07.250Z","by":"kari","by_name":"K. Moen","reported_by":"Lom v/ordfører","over":{"rev":809,"level":"yellow","by":"ola"}},{"m":"3435","c":"plan","level":"not_assessed","changed_rev":0,"text":"<b>"}],"log":[{"rev":812,"at":"2022-11-14T09:42:08.000Z","kind":"municipality_reported","m":"3436"},{"rev":812,"at":"2022-11-14T09:42:08.000Z","kind":"note_written"}],"meetings":[{"id":"m1","open":true}]}',
	).frame;
	assert.deepEqual(frame, {
		prev: 810,
		rev: 812,
		cells: [
			{ m: "3434", c: "plan", level: "red", at: Date.UTC(2022, 10, 14, 9, 42, 7, 250), rev: 811, from: "green", text: undefined, by: "K. Moen", reportedBy: "Lom v/ordfører", over: "ola" },
			{ m: "3435", c: "plan", level: "not_assessed", at: 0, rev: 0, from: undefined, text: "<b>", by: undefined, reportedBy: undefined, over: undefined },
		],
		meetings: true,
		log: true,
	});
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

test("a change is called saving, then slow, then not saved", () => {
	assert.equal(stage(0), "saving");
	assert.equal(stage(slowAfter - 1), "saving");
	assert.equal(stage(slowAfter), "saving.slow");
	assert.equal(stage(lostAfter), "unsaved");
});

test("only a plain yes is a yes", () => {
	assert.deepEqual(understand(200, { rev: 7 }), { ok: true, rev: 7, over: [] });
	assert.deepEqual(understand(200, { rev: 7, over: [{ m: "1", c: "a", level: "red", by: "kari", by_name: "K. Moen" }] }), {
		ok: true,
		rev: 7,
		over: [{ by: "K. Moen", level: "red" }],
	});
	for (const [status, body, word] of [
		[200, undefined, "error.200"],
		[200, { rev: "7" }, "error.200"],
		[409, { code: "too_old", message: "" }, "error.old"],
		[409, { code: "conflict" }, "error.409"],
		[502, "<html>", "error.500"],
		[503, {}, "error.503"],
		[422, { message: "Ukjent nivå" }, "error.422"],
	] as const) {
		const answer = understand(status, body);
		assert(!answer.ok, String(status));
		assert.equal(answer.word, word);
	}
	const told = understand(422, { message: "Ukjent nivå" });
	assert(!told.ok && told.message === "Ukjent nivå");
});

test("a request has a name of its own that the server takes", () => {
	assert.equal(requestId(new Uint8Array([0, 1, 255, 16, 0, 0, 0, 0])), "0001ff1000000000");
	assert(/^[A-Za-z0-9_-]{8,64}$/.test(requestId(new Uint8Array(16).fill(171))));
});

test("1, 2, 3 and 0 are levels, other keys are not", () => {
	assert.deepEqual(["1", "2", "3", "0"].map((key) => keyLevel(key, true)), ["normal", "strained", "critical", "not_assessed"]);
	assert.deepEqual(["1", "2", "3", "0", "4", "r", "constructor", "Tab", " ", ""].map((key) => keyLevel(key)), ["green", "yellow", "red", "not_assessed", "", "", "", "", "", ""]);
});
