// Lines under the header that only a script needs, and so makes.
import { body, byId, element, find, mark, own } from "./page.ts";

// band makes one, hidden, with a place for words; a button where one is asked for.
export function band(id: string, role: "status" | "alert", button = false): HTMLElement {
	const line = element("div", "");
	line.id = id;
	line.className = "band";
	line.hidden = true;
	mark(line, "role", role);
	const text = element("b", "");
	text.className = "text";
	line.append(text);
	if (button) {
		const press = element("button", "");
		mark(press, "type", "button");
		press.className = "btn sm";
		line.append(" ", press);
	}
	// On a wall it stands in the header: nothing moves when somebody begins to lead.
	const live = own("kind") === "wall" && role === "status" ? byId("live") : null;
	const head = find("body > header");
	if (live) live.before(line);
	else if (head) head.after(line);
	else body.prepend(line);
	return line;
}
