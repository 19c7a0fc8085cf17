// How well what somebody typed names a place, as the server has it (match.go).

// plainWords are the words of a name as people type them: small letters that every
// keyboard has.
const plainWords = (name: string): string[] =>
	name.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ø", "o").replaceAll("æ", "ae").replaceAll("đ", "d")
		.split(/[^\p{L}\p{Nd}]+/u).filter(Boolean);

// match is 0 where it is the name, 1 where the name begins so, 2 where a later word of it
// does, 3 for first letters, 4 within; -1 where it does not name it.
export function match(name: string, typed: string): number {
	const words = plainWords(name);
	const asked = plainWords(typed).join("");
	if (!asked) return -1;
	const whole = words.join("");
	if (whole === asked) return 0;
	const begins = words.findIndex((_, i) => words.slice(i).join("").startsWith(asked));
	if (begins >= 0) return Math.min(begins, 1) + 1;
	if (words.length > 1 && words.map(([first]) => first).join("").startsWith(asked)) return 3;
	return whole.includes(asked) ? 4 : -1;
}
