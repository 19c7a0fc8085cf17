// Sending a command, once: what may be said of it while nobody knows, and what
// the answer means. No DOM.

export const slowAfter = 3_000;
export const lostAfter = 10_000;

export type Stage = "saving" | "saving.slow" | "unsaved";

// stage is what a change that has no answer yet may be called.
export function stage(waited: number): Stage {
	return waited >= lostAfter ? "unsaved" : waited >= slowAfter ? "saving.slow" : "saving";
}

export interface Over {
	readonly by: string;
	readonly level: string;
}

export type Answer =
	| { readonly ok: true; readonly rev: number; readonly over: readonly Over[] }
	| { readonly ok: false; readonly word: string; readonly message: string };

// understand reads an answer. Whatever is not a plain yes is a no.
export function understand(status: number, body: unknown): Answer {
	const d = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
	const rev = d["rev"];
	if (status === 200 && typeof rev === "number") {
		const over = Array.isArray(d["over"]) ? (d["over"] as Record<string, unknown>[]) : [];
		return {
			ok: true,
			rev,
			over: over.map((o) => ({ by: String(o["by_name"] ?? o["by"] ?? ""), level: String(o["level"] ?? "") })),
		};
	}
	const word = d["code"] === "too_old" ? "error.old" : "error." + (status >= 500 && status !== 503 ? 500 : status);
	return { ok: false, word, message: typeof d["message"] === "string" ? d["message"] : "" };
}

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
