// What is begun in a form, by what the form is about: it is filled in again when the
// form or the page is drawn again, or another cell was looked at meanwhile, until it is
// sent. (The form of a cell's level has drafts of its own.)
import { begunIn, dropBegun, type Filled, keepBegun } from "../kit/drafts.ts";
import { all } from "../kit/page.ts";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const fields = "input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea";
const forms = "#main form[method=post]:not(#set)";

// aboutOf names a form that is drawn again: where it goes, and its cell or action.
export function aboutOf(form: HTMLFormElement): string {
	const hidden = (name: string) => form.querySelector<HTMLInputElement>(`input[type=hidden][name=${name}]`)?.value ?? "";
	return [form.getAttribute("action"), ...["m", "c", "cell", "action"].map(hidden)].join(" ");
}

// keepForms keeps what is begun in the page's forms.
export function keepForms(): void {
	document.addEventListener("input", (event) => {
		const { form, name, value } = event.target as Field;
		if (!form?.matches(forms) || !(event.target as Field).matches(fields)) return;
		const about = aboutOf(form);
		keepBegun(about, { ...begunIn(about), [name]: value });
	});
}

// fillForms writes into the forms on the page what was begun in them, and unfolds them.
export function fillForms(): void {
	for (const form of all<HTMLFormElement>(forms)) {
		const begun = begunIn(aboutOf(form));
		if (!Object.values(begun).some((value) => value.trim())) continue;
		for (const field of all<Field>(fields, form)) field.value = begun[field.name] ?? field.value;
		const fold = form.closest("details");
		if (fold) fold.open = true;
	}
}

// taken ends what was begun in a form, but for what was written while it was under way.
export function taken({ of, fields }: Filled): void {
	const sent = new URLSearchParams(fields);
	if (Object.entries(begunIn(of)).some(([name, value]) => value !== sent.get(name))) return;
	dropBegun(of);
	for (const form of all<HTMLFormElement>(forms).filter((form) => aboutOf(form) === of)) {
		form.reset();
		form.closest("details")?.removeAttribute("open");
	}
}
