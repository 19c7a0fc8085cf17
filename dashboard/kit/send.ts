// Sending: a command or a form, one after the other, so that the record has them
// in the order in which they were asked for. What is known of one is said: under
// way, slow, awaited, not saved. Where the answer is lost, the same is asked again
// under the same id, so that it happens once. All carry when they were asked for:
// one that never came through before is refused once it is old.
import { awaitedForms, type Filled } from "./drafts.ts";
import { backoff } from "./line.ts";
import { body, byId, find, goesTo, own, put, say } from "./page.ts";
import { type Answer, askEvery, knownFor, lostAfter, requestId, slowAfter, type Stage, understand } from "./save.ts";

export type Taken = Extract<Answer, { ok: true }>;

// Posting is a form that is under way.
export interface Posting {
	readonly form: Filled;
	readonly taken: Promise<Taken | undefined>;
}

type Tell = (stage: Stage | undefined, word?: string) => void;
type Ask = (signal: AbortSignal) => Promise<Response>;

export const newRequest = (): string => requestId(crypto.getRandomValues(new Uint8Array(16)));

function post(command: object): Ask {
	const sent = JSON.stringify(command);
	return (signal) =>
		fetch(own("api") + "/commands", {
			method: "POST",
			headers: { "Content-Type": "application/json", Accept: "application/json" },
			body: sent,
			credentials: "same-origin",
			redirect: "error",
			signal,
		});
}

export class Sender {
	#underway = 0;
	#last: Promise<Taken | undefined> = Promise.resolve(undefined);

	// live: there is contact, so that what is clicked is clicked on what is so.
	// now is the server's time.
	constructor(private readonly live: () => boolean, private readonly now: () => number) {}

	get busy(): boolean {
		return this.#underway > 0;
	}

	// settled waits until it is known what became of all that was asked for.
	async settled(): Promise<void> {
		await this.#last;
	}

	// command sends one to the API when its turn has come, and is made then, once. It is
	// of now, whenever its turn comes, unless it is made with another time. stage is told how it goes, undefined at last where it was taken. One that rests
	// on the one before is not sent if that was not taken.
	command(make: () => object, stage: Tell = () => {}, rests = false): Promise<Taken | undefined> {
		const word = this.#refusal();
		if (word) return Promise.resolve(this.#refuse(stage, word));
		const head = { request: newRequest(), issued: this.issued() };
		return this.#queue(stage, rests, () => post({ ...head, ...make() }));
	}

	// again asks what became of a command that was sent at a time, as it was sent.
	again(command: object, at: number, stage: Tell): Promise<Taken | undefined> {
		return this.#queue(stage, false, () => post(command), at);
	}

	// form sends what a form holds to where the form goes, and stays here. of is by what
	// its text is kept.
	form(form: HTMLFormElement, submitter: HTMLElement | null, of: string): Posting {
		const fields = new URLSearchParams();
		for (const [key, value] of new FormData(form, submitter)) fields.append(key, String(value));
		const to = goesTo(form, submitter).href;
		const request = newRequest();
		if (fields.has("request")) fields.set("request", request);
		fields.set("issued", String(this.issued()));
		fields.delete("token"); // the session's; it is kept nowhere
		const filled: Filled = { at: Date.now(), to, fields: String(fields), of, said: submitter?.dataset["said"] ?? form.dataset["said"] ?? "" };
		const word = this.#refusal();
		if (word) return { form: filled, taken: Promise.resolve(this.#refuse(() => {}, word)) };
		awaitedForms.hold(request, filled);
		return { form: filled, taken: this.#filled(request, filled) };
	}

	// formsAgain asks what became of the forms that a page before this one has sent: as
	// they were, so that they happen once, but in the session that is now.
	formsAgain(): Posting[] {
		return awaitedForms.all().map(([request, form]) => ({ form, taken: this.#filled(request, form, form.at) }));
	}

	async #filled(request: string, { to, fields }: Filled, asked = 0): Promise<Taken | undefined> {
		const ask: Ask = (signal) => {
			const body = new URLSearchParams(fields);
			body.set("token", find<HTMLInputElement>("input[name=token]")?.value ?? "");
			return fetch(to, {
				method: "POST",
				headers: { Accept: "application/json" },
				body,
				credentials: "same-origin",
				redirect: "manual", // where a form leads after a yes
				signal,
			});
		};
		const taken = await this.#queue(() => {}, false, () => ask, asked);
		awaitedForms.settle(request);
		return taken;
	}

	issued(): number {
		return Math.round(this.now());
	}

	// refusal is why nothing may be sent now, "" where it may.
	#refusal(): string {
		return body.dataset["storage"] ? "error.503" : this.live() ? "" : "error.offline";
	}

	// queue gives one its turn. asked is when it was first sent, 0 for what was not.
	#queue(stage: Tell, rests: boolean, made: () => Ask, asked = 0): Promise<Taken | undefined> {
		const before = this.busy ? this.#last : undefined;
		this.#underway++;
		this.#tell(stage, asked ? "awaited" : "saving");
		this.#last = this.#turn(before, stage, rests, made, asked).finally(() => this.#underway--);
		return this.#last;
	}

	async #turn(before: Promise<Taken | undefined> | undefined, stage: Tell, rests: boolean, made: () => Ask, asked: number): Promise<Taken | undefined> {
		if (before && !(await before) && rests) return this.#refuse(stage, "undo.unsaved");
		const answer = await this.#answer(made(), stage, asked);
		if (answer && !answer.ok) return this.#refuse(stage, answer.word, answer.message);
		this.say(answer ? "saved" : "unknown");
		stage(undefined);
		return answer;
	}

	// answer asks until it is told what became of a change, for as long as the server
	// knows its id.
	async #answer(ask: Ask, stage: Tell, asked: number): Promise<Answer | undefined> {
		const slow = setTimeout(() => asked || this.#tell(stage, "saving.slow"), slowAfter);
		const until = (asked || Date.now()) + knownFor;
		try {
			for (let n = asked ? 1 : 0; Date.now() < until; n++) {
				const answer = await once(ask, n > 0);
				if (answer) return answer;
				clearTimeout(slow);
				this.#tell(stage, "awaited");
				await new Promise((done) => setTimeout(done, backoff(n, Math.random(), askEvery)));
			}
			return undefined;
		} finally {
			clearTimeout(slow);
		}
	}

	#tell(stage: Tell, s: Stage): void {
		this.say(s);
		stage(s);
	}

	#refuse(stage: Tell, word: string, message = ""): undefined {
		this.say(word, message);
		stage("unsaved", word);
	}

	// say tells how it went; the server's own words, where it has some, say more. What
	// goes to somebody is not sent (data-unsent) rather than not saved.
	say(key: string, message = ""): void {
		const status = byId("edit-status");
		const words = message ? `${say("unsaved")}: ${message}` : say(key);
		const unsent = (message || key.startsWith("error.")) && status?.dataset["unsent"];
		put(status, unsent ? words.replace(/^[^:]*/, unsent) : words);
	}
}

// once asks, and returns what the answer tells: undefined where none came.
async function once(ask: Ask, again: boolean): Promise<Answer | undefined> {
	const cut = new AbortController();
	const timer = setTimeout(() => cut.abort(), lostAfter);
	try {
		const response = await ask(cut.signal);
		if (response.type === "opaqueredirect") return { ok: true, rev: 0, changed: [], undoes: 0, over: [] };
		return understand(response.status, await response.json().catch(() => undefined), again);
	} catch {
		return undefined;
	} finally {
		clearTimeout(timer);
	}
}
