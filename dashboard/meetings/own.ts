// A municipality's own place in the roll-call, at the meeting and at the foot of the
// board: what its contact reports is sent in the background, so that on a line that
// is dead they stay where they are, are told, and keep what they wrote.
import type { Direct, Kb } from "../kit/app.ts";
import { draftOf, drop } from "../kit/drafts.ts";
import { writes } from "../kit/keys.ts";
import { byId, find, goesTo, put } from "../kit/page.ts";
import { type Posting, Sender } from "../kit/send.ts";

export class Own {
	readonly #sender: Sender;
	readonly #underway = new Set<string>(); // where it goes: pressed again, it is not sent again

	constructor(
		private readonly kb: Kb,
		live: Direct,
	) {
		this.#sender = new Sender(() => live.stream.live, () => kb.now());
		kb.busy = () => this.#sender.busy || writes(document.activeElement);
		document.addEventListener("submit", (event) => {
			const form = event.target as HTMLFormElement;
			if (!form.closest("#own")) return;
			event.preventDefault();
			this.#send(form, event.submitter);
		});
		for (const posting of this.#sender.formsAgain()) void this.#follow(posting);
	}

	#send(form: HTMLFormElement, button: HTMLElement | null): void {
		if (this.#underway.has(goesTo(form).href)) return;
		void this.#follow(this.#sender.form(form, button, find("textarea", form)?.dataset["draft"] ?? ""));
	}

	// follow waits for what becomes of a form.
	async #follow({ form: { to, of, said, fields }, taken }: Posting): Promise<void> {
		this.#underway.add(to);
		const done = await taken;
		this.#underway.delete(to);
		if (!done) return;
		put(byId("edit-status"), said);
		// What was written meanwhile is not sent.
		if (of && draftOf(of).text === new URLSearchParams(fields).get("text")) {
			drop(of);
			const form = find<HTMLTextAreaElement>("#own textarea")?.form;
			form?.reset();
			form?.closest("details")?.removeAttribute("open");
		}
		void this.kb.parts.refresh(0);
	}
}
