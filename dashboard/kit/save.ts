// Sending a command: what may be said of it while nobody knows, and what the
// answer means. No DOM.

export const slowAfter = 3_000;
export const lostAfter = 10_000; // then the same is asked again
export const askEvery = 5_000; // at most so long between one question and the next

// knownFor is how long the server surely still knows a request by its id.
export const knownFor = 540_000;

// Stage is what a change may be called. One that has no answer is awaited: it may
// be saved or not.
export type Stage = "saving" | "saving.slow" | "awaited" | "unsaved";

// Was is what a cell became, and what it was before: the record says both.
export interface Was {
	readonly m: string;
	readonly c: string;
	readonly level: string;
	readonly from: string;
	readonly at: number; // ms, by the server's clock
	readonly said?: number; // when what an undo brought back was said
	readonly changed?: number; // when it last became another, if not when it was said; 0: never
}

export interface Over {
	readonly by: string;
	readonly level: string;
}

export type Answer =
	| {
			readonly ok: true;
			readonly rev: number;
			readonly changed: readonly Was[];
			readonly undoes: number; // the record that was taken back, 0 for none
			readonly over: readonly Over[];
	  }
	| { readonly ok: false; readonly word: string; readonly message: string };

// understand reads an answer: a plain yes, a no of the server's own, or undefined
// where it does not tell what became of the change. What a proxy says tells
// nothing; and once a question was lost, only a judgement of the change itself
// reports whether it was taken then.
export function understand(status: number, body: unknown, again = false): Answer | undefined {
	const d = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
	const rev = d["rev"];
	if (status === 200 && typeof rev === "number") {
		return {
			ok: true,
			rev,
			changed: list(d["changed"]).map(was),
			undoes: Number(d["undoes"]) || 0,
			over: list(d["over"]).map((o) => ({ by: String(o["by_name"] ?? o["by"] ?? ""), level: String(o["level"] ?? "") })),
		};
	}
	const own = typeof d["code"] === "string" && d["reason"] !== "answer.unknown";
	if (status < 400 || (status >= 500 && (again || !own)) || (again && (status === 401 || status === 429))) return undefined;
	const word = d["code"] === "too_old" ? "error.old" : "error." + (status >= 500 && status !== 503 ? 500 : status);
	return { ok: false, word, message: typeof d["message"] === "string" ? d["message"] : "" };
}

function was(w: Record<string, unknown>): Was {
	const time = (of: unknown): number => (of ? Date.parse(String(of)) : 0);
	const { said_at: said, changed_at: changed } = w;
	return {
		m: String(w["m"]), c: String(w["c"]), level: String(w["level"]), from: String(w["from"]), at: time(w["at"]),
		...(said ? { said: time(said) } : {}),
		...(changed === undefined ? {} : { changed: time(changed) }),
	};
}

const list = (of: unknown): Record<string, unknown>[] => (Array.isArray(of) ? (of as Record<string, unknown>[]) : []);

// requestId names a command, so that one sent twice happens once. Not
// randomUUID: browsers keep that from pages on a plain local network.
export function requestId(random: Uint8Array): string {
	return [...random].map((b) => b.toString(16).padStart(2, "0")).join("");
}

// keyLevel is the level of a key on a board's scale, "" for none.
export const keyLevel = (key: string, situation = false): string =>
	/^[0-3]$/.test(key) ? ["not_assessed", ...(situation ? ["normal", "strained", "critical"] : ["green", "yellow", "red"])][Number(key)]! : "";

// undoFor is how long one key takes one's own last change back.
export const undoFor = 30_000;
