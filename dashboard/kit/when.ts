// Times as the server writes them: the office's clock, wherever the machine is.
const oslo = { timeZone: "Europe/Oslo" } as const;
const clockFormat = new Intl.DateTimeFormat("en-GB", { ...oslo, timeStyle: "medium" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { ...oslo, day: "numeric", month: "numeric", year: "numeric" });

export const clock = (ms: number): string => (ms ? clockFormat.format(ms) : "–");
export const minute = (ms: number): string => clock(ms).slice(0, 5);

const dayOf = (ms: number) => dayFormat.format(ms).split("/") as [string, string, string];

// momentIn writes a time in the words of a page: one that is not of the page's
// own day has its date.
export function momentIn(say: (key: string, ...args: (string | number)[]) => string, ms: number, now: number, time = minute): string {
	if (!ms) return clock(ms);
	const [day, month, year] = dayOf(ms);
	const [today, thisMonth, thisYear] = dayOf(now);
	if (day === today && month === thisMonth && year === thisYear) return time(ms);
	const name = say("months").split(" ")[Number(month) - 1] ?? month;
	const date = year === thisYear ? say("date", Number(day), name) : say("date.year", Number(day), name, year);
	return `${date} ${time(ms)}`;
}
