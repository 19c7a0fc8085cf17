// Sending: a command or a form, once. What is known of it is said: under way,
// slow, not saved. It is never sent again: who clicked decides whether it is
// still true.
import { body, byId, own, put, say } from "./page.ts";
import { type Answer, lostAfter, requestId, slowAfter, type Stage, understand } from "./save.ts";

type Taken = Extract<Answer, { ok: true }>;

export class Sender {
	readonly #underway = new Set<string>();

	// live: there is contact, so that what is clicked is clicked on what is so.
	constructor(private readonly live: () => boolean) {}

	get busy(): boolean {
		return this.#underway.size > 0;
	}

	// command sends one to the API. stage is told how it goes, undefined at last
	// where it was taken.
	command(command: object, stage: (stage: Stage | undefined) => void = () => {}): Promise<Taken | undefined> {
		return this.#send(stage, (request, signal) =>
			fetch(own("api") + "/commands", {
				method: "POST",
				headers: { "Content-Type": "application/json", Accept: "application/json" },
				body: JSON.stringify({ request, ...command }),
				credentials: "same-origin",
				redirect: "error",
				signal,
			}),
		);
	}

	// form sends what a form holds to where the form goes, and stays here.
	form(form: HTMLFormElement, submitter: HTMLElement | null): Promise<Taken | undefined> {
		return this.#send(() => {}, (request, signal) => {
			const fields = new URLSearchParams();
			for (const [key, value] of new FormData(form, submitter)) fields.append(key, String(value));
			if (fields.has("request")) fields.set("request", request);
			const to = submitter?.hasAttribute("formaction") ? (submitter as HTMLButtonElement).formAction : form.action;
			return fetch(to, {
				method: "POST",
				headers: { Accept: "application/json" },
				body: fields,
				credentials: "same-origin",
				redirect: "manual", // where a form leads after a yes
				signal,
			});
		});
	}

	async #send(
		stage: (stage: Stage | undefined) => void,
		ask: (request: string, signal: AbortSignal) => Promise<Response>,
	): Promise<Taken | undefined> {
		const refuse = (word: string, message = ""): undefined => {
			this.say(word, message);
			stage("unsaved");
		};
		if (body.dataset["storage"]) return refuse("error.503");
		if (!this.live()) return refuse("error.offline");
		const request = requestId(crypto.getRandomValues(new Uint8Array(16)));
		const cut = new AbortController();
		const tell = (s: Stage) => {
			this.say(s);
			stage(s);
		};
		const timers = [setTimeout(() => tell("saving.slow"), slowAfter), setTimeout(() => cut.abort(), lostAfter)];
		this.#underway.add(request);
		tell("saving");
		try {
			const response = await ask(request, cut.signal);
			const answer: Answer =
				response.type === "opaqueredirect"
					? { ok: true, rev: 0, over: [] }
					: understand(response.status, await response.json().catch(() => undefined));
			if (!answer.ok) return refuse(answer.word, answer.message);
			this.say("saved");
			stage(undefined);
			return answer;
		} catch {
			return refuse(cut.signal.aborted ? "unsaved" : "error.network");
		} finally {
			for (const timer of timers) clearTimeout(timer);
			this.#underway.delete(request);
		}
	}

	// say tells how it went; the server's own words, where it has some, say more.
	say(key: string, message = ""): void {
		put(byId("edit-status"), message ? `${say("unsaved")}: ${message}` : say(key));
	}
}
