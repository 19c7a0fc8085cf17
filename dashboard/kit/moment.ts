// The field in which the lead says when something happened.
import { byId } from "./page.ts";
import { lastTime } from "./time.ts";

const field = (): HTMLInputElement | null => byId("event-at") as HTMLInputElement | null;

// isWhen reports whether the field says a time that something can have happened at, or
// nothing.
export const isWhen = (now: number): boolean => !field()?.value || lastTime(field()!.value, now) !== undefined;

// takeWhen returns what the field says, and empties it: it is of one change.
export function takeWhen(): string {
	const told = field()?.value ?? "";
	forgetWhen();
	return told;
}

export function forgetWhen(): void {
	giveWhen("", true);
}

// giveWhen writes a time back into the field, unless another is there.
export function giveWhen(told: string, always = false): void {
	const to = field();
	if (to && (always || !to.value)) to.value = told;
}
