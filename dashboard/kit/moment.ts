// The field in which the lead says when something happened.
import { byId } from "./page.ts";

const field = (): HTMLInputElement | null => byId("event-at") as HTMLInputElement | null;

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
