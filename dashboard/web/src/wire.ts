// The words that server and browser speak. What comes over the line is parsed
// here, once; nothing else in the script trusts a shape.

export type Level = string; // "green", "not_assessed", …: a word of the board's scale

// Change is what one cell became.
export interface Change {
	readonly m: string;
	readonly c: string;
	readonly level: Level;
	readonly at: number; // ms since 1970, by the server's clock
	readonly rev: number; // the record that set it, 0: never set
}

export interface Hello {
	readonly epoch: string;
	readonly rev: number;
	readonly now: number;
	readonly beat: number;
	readonly build: string;
}

// Frame is one commit group as this audience sees it.
export interface Frame {
	readonly prev: number;
	readonly rev: number;
	readonly cells: readonly Change[];
	readonly meetings: boolean; // a meeting was opened or closed
}

export type Message =
	| { readonly kind: "hello"; readonly hello: Hello }
	| { readonly kind: "beat"; readonly at: number }
	| { readonly kind: "tick"; readonly at: number }
	| { readonly kind: "frame"; readonly frame: Frame }
	| { readonly kind: "other" };

export interface Snapshot {
	readonly epoch: string;
	readonly rev: number;
	readonly shape: string; // municipalities and columns, to tell another catalogue
	readonly cells: readonly Change[];
}

type Dict = Record<string, unknown>;

const dict = (v: unknown): Dict => (typeof v === "object" && v !== null ? (v as Dict) : {});
const text = (v: unknown): string => (typeof v === "string" ? v : typeof v === "number" ? String(v) : "");
const list = (v: unknown): readonly unknown[] => (Array.isArray(v) ? v : []);

function number(v: unknown): number {
	const n = typeof v === "number" ? v : typeof v === "string" ? Number(v) : NaN;
	return Number.isFinite(n) ? n : 0;
}

// time reads both forms of the wire: milliseconds and RFC 3339.
function time(v: unknown): number {
	if (typeof v === "number") return v;
	const ms = Date.parse(text(v));
	return Number.isFinite(ms) ? ms : 0;
}

function change(v: unknown, rev: number): Change {
	const d = dict(v);
	return {
		m: text(d["m"]),
		c: text(d["c"]),
		level: text(d["level"]) || "not_assessed",
		at: time(d["at"]),
		rev: number(d["changed_rev"]) || rev,
	};
}

// parseMessage reads one socket message. Anything unknown is "other": newer
// servers may say more than this page knows.
export function parseMessage(data: string): Message {
	let d: Dict;
	try {
		d = dict(JSON.parse(data));
	} catch {
		return { kind: "other" };
	}
	if ("hello" in d) {
		const h = dict(d["hello"]);
		return {
			kind: "hello",
			hello: {
				epoch: text(h["epoch"]),
				rev: number(h["rev"]),
				now: number(h["now"]),
				beat: number(h["beat"]) || 5000,
				build: text(h["build"]),
			},
		};
	}
	if ("beat" in d) return { kind: "beat", at: time(d["beat"]) };
	if ("tick" in d) return { kind: "tick", at: time(d["tick"]) };
	if ("rev" in d) {
		const rev = number(d["rev"]);
		return {
			kind: "frame",
			frame: {
				prev: number(d["prev"]),
				rev,
				cells: list(d["cells"]).map((c) => change(c, rev)),
				meetings: list(d["meetings"]).length > 0,
			},
		};
	}
	return { kind: "other" };
}

// parseSnapshot reads a board as the API gives it.
export function parseSnapshot(v: unknown): Snapshot {
	const d = dict(v);
	return {
		epoch: text(d["epoch"]),
		rev: number(d["rev"]),
		shape: shapeOf(list(d["municipalities"]), list(d["columns"])),
		cells: list(d["cells"]).map((c) => change(c, 0)),
	};
}

// shapeOf tells one catalogue's rows and areas from another's.
export function shapeOf(municipalities: readonly unknown[], columns: readonly unknown[]): string {
	const ids = (items: readonly unknown[]) => items.map((i) => text(dict(i)["id"])).join(" ");
	return ids(municipalities) + "|" + ids(columns.filter((c) => dict(c)["kind"] === "area"));
}
