// When something happened, as the lead says it: a time of day, the last there was;
// without the DOM.
const minute = 60_000;
const day = 24 * 60; // minutes
const ahead = 5; // minutes: the server takes clocks that are a little fast

const longest = 12 * 60; // minutes: a time further back is one that is to come, or a slip

// lastTime returns the last time that clocks in Norway showed hh:mm, in ms, or within
// five minutes from now; undefined for what is further away, and for anything else.
export function lastTime(hhmm: string, now: number): number | undefined {
	const minutes = (text: string): number => {
		const [, h, m] = /^(\d\d):(\d\d)/.exec(text) ?? [];
		return h === undefined ? NaN : Number(h) * 60 + Number(m);
	};
	const here = new Date(now).toLocaleTimeString("en-GB", { timeZone: "Europe/Oslo", hour: "2-digit", minute: "2-digit" });
	const back = (minutes(here) - minutes(hhmm) + day) % day;
	if (Number.isNaN(back) || (back > longest && back < day - ahead)) return undefined;
	return Math.floor(now / minute) * minute - (back >= day - ahead ? back - day : back) * minute;
}
