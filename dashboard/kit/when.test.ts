import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, momentIn } from "./when.ts";

const words: Record<string, string> = { months: "jan. feb. mars april mai juni juli aug. sep. okt. nov. des.", date: "{0}. {1}", "date.year": "{0}. {1} {2}" };
const say = (key: string, ...args: (string | number)[]) => (words[key] ?? key).replace(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)]));
const at = (time: string) => Date.parse(time);

// The same as the server's: TestATimeOfAnotherDayHasItsDate.
test("a time of another day has its date, by the office's clock", () => {
	const now = at("2022-11-14T22:30:00Z"); // 23:30 in Norway
	for (const [time, want] of [
		["2022-11-14T09:42:07Z", "10:42"],
		["2022-11-13T23:00:00Z", "00:00"], // that day began an hour before it did in Greenwich
		["2022-11-13T22:59:59Z", "13. nov. 23:59"],
		["2022-11-14T23:00:00Z", "15. nov. 00:00"],
		["2022-10-14T09:42:07Z", "14. okt. 11:42"], // the same day of another month, in summer time
		["2021-11-14T09:42:07Z", "14. nov. 2021 10:42"],
	] as const) assert.equal(momentIn(say, at(time), now), want);
	assert.equal(momentIn(say, at("2022-11-13T09:42:07Z"), now, clock), "13. nov. 10:42:07");
	assert.equal(momentIn(say, 0, now), "–");
});
