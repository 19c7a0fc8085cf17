// The form of a source takes the files that are sent beside it, by their sums and names.
// While one is on its way the source is not saved without it.
import { all, byId, find, put } from "../kit/page.ts";
import { type Stored, Upload } from "../kit/upload.ts";

const source = byId("source") as HTMLFormElement | null;
const files = find<HTMLFormElement>("form.upload");

function names(stored: readonly Stored[]): void {
	const there = all<HTMLInputElement>("#source > fieldset input[name=file_sum]").map((input) => input.value);
	const once = new Map(stored.filter((file) => !there.includes(file.sum)).map((file) => [file.sum, file.name]));
	const fields = [...once].flatMap(([sum, name]) => [
		["file_sum", sum],
		["file_name", name],
	]);
	byId("sent-files")?.replaceChildren(
		...fields.map(([name, value]) => {
			const input = document.createElement("input");
			input.type = "hidden";
			input.name = name!;
			input.value = value!;
			return input;
		}),
	);
	put(byId("files-wait"), "");
}

if (source && files) {
	let stored = 0;
	new Upload(files, (list) => {
		stored = list.length;
		names(list);
	});
	source.addEventListener("submit", (event) => {
		if (files.querySelectorAll(".sent li:not([data-refused])").length <= stored) return;
		event.preventDefault();
		put(byId("files-wait"), source.dataset["wait"] ?? "");
	});
}
