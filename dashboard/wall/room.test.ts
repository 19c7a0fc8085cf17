import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, type Block, spread } from "./room.ts";

const block = (n: number, over: Partial<Block> = {}): Block => ({ head: 1, items: Array<number>(n).fill(1), must: 0, more: 1, over: 0, ...over });

test("what is red comes first, and fills the room", () => {
	assert.deepEqual(arrange(12, [block(8), block(20)]), [8, 1]);
	assert.deepEqual(arrange(9, [block(8), block(20)]), [8, 0]);
	assert.deepEqual(arrange(8, [block(8), block(20)]), [6, 0]); // and "+2 more"
	assert.deepEqual(arrange(20, [block(2), block(3)]), [2, 3]);
});

test("the newest event has its lines before all else, the others what is left", () => {
	const events = block(0, { items: [2, 2, 1], must: 1, more: 0 });
	assert.deepEqual(arrange(20, [block(8), block(2), events]), [8, 2, 3]);
	assert.deepEqual(arrange(12, [block(8), block(2), events]), [8, 0, 1]);
	assert.deepEqual(arrange(8, [block(8, { must: 1 }), block(2), events]), [3, 0, 1]);
});

test("nothing is shown where there is no room, and nothing more than there is", () => {
	assert.deepEqual(arrange(0, [block(3), block(1)]), [0, 0]);
	assert.deepEqual(arrange(5, [block(0), block(1)]), [0, 1]);
});

test("a list that holds not all there is keeps a line to say so", () => {
	assert.deepEqual(arrange(5, [block(4, { over: 3 })]), [3]);
	assert.deepEqual(arrange(6, [block(4, { over: 3 })]), [4]);
});

test("labels stand over their columns, and beside each other where these are narrow", () => {
	assert.deepEqual(spread([{ middle: 50, width: 40 }, { middle: 150, width: 40 }], 200, 10), [30, 130]);
	assert.deepEqual(spread([{ middle: 20, width: 60 }, { middle: 40, width: 60 }], 200, 10), [0, 70]);
	assert.deepEqual(spread([{ middle: 150, width: 60 }, { middle: 190, width: 60 }], 200, 10), [70, 140]);
	assert.equal(spread([{ middle: 50, width: 120 }, { middle: 150, width: 120 }], 200, 10), undefined);
});
