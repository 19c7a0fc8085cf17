// Commands of the workplace: asked again under the same name while no answer comes, so
// that each happens once. A judgement carries the revision that was seen, and so may come
// late: another's change is never written over.
import { backoff } from "../kit/line.ts";
import { fill, find, own } from "../kit/page.ts";
import { newRequest } from "../kit/send.ts";

export interface Answer {
	readonly status: number; // 0: none came
	readonly reason: string;
	readonly message: string;
	readonly rev: number;
}

const patience = 20_000;

export async function ask(command: object): Promise<Answer> {
	const body = JSON.stringify({ request: newRequest(), ...command });
	const until = Date.now() + patience;
	for (let tries = 0; ; tries++) {
		const answer = await once(body);
		if (answer.status > 0 && answer.status !== 502 && answer.status !== 504) return answer;
		if (Date.now() > until) return answer;
		await new Promise((done) => setTimeout(done, backoff(tries, Math.random(), 4_000)));
	}
}

async function once(body: string): Promise<Answer> {
	const cut = new AbortController();
	const timer = setTimeout(() => cut.abort(), 8_000);
	try {
		const response = await fetch(own("api") + "/commands", {
			method: "POST",
			headers: { "Content-Type": "application/json", Accept: "application/json" },
			body,
			credentials: "same-origin",
			redirect: "error",
			signal: cut.signal,
		});
		const said = (await response.json().catch(() => ({}))) as Record<string, unknown>;
		return { status: response.status, reason: String(said["reason"] ?? ""), message: String(said["message"] ?? ""), rev: Number(said["rev"] ?? 0) };
	} catch {
		return { status: 0, reason: "", message: "", rev: 0 };
	} finally {
		clearTimeout(timer);
	}
}

// word is a sentence of the workplace's own: they stand on its line of keys, so that no
// other page carries them.
export const word = (key: string, ...args: readonly (string | number)[]): string => fill(find("[data-words]")?.dataset[key] ?? key, ...args);
