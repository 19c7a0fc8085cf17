// What a wall shows is measured on the wall: in its font, at its size. The page
// holds all there is to say; what there is no room for steps back, and how much
// that is stands in its place. Nothing is made smaller.
import { all, byId, count, element, fill, find, levelWord, mark, own, put, show } from "../kit/page.ts";
import { arrange, type Block, spread } from "./room.ts";

const cut = (box: HTMLElement | null): boolean => !!box && (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 2);
const height = (box: Element): number => box.getBoundingClientRect().height;
const onWall = (): boolean => matchMedia("(min-width: 48em)").matches;

// top lets what may step back do so, last first, and then takes a second line.
function top(): void {
	const header = find(".wtop");
	const of = find(".wtop .of");
	if (!header || !of) return;
	const head = find("h1", header);
	const may = all(":scope > span:not(.must)", of);
	const live = find(".live", header);
	const following = find("#following", header);
	mark(header, "data-two", false);
	if (live) live.style.minWidth = "";
	for (const part of may) show(part, true);
	const narrow = () => cut(of) || cut(head);
	for (const part of may.toReversed()) {
		if (!narrow()) return;
		show(part, false);
	}
	if (!narrow()) return;
	// Each meeting on a line of its own, else as they come.
	const line = parseFloat(getComputedStyle(header).lineHeight);
	const lines = () => (header.dataset["two"] === "three" ? 3.5 : 2.5);
	const two = () => !narrow() && [of, head].every((part) => !part || height(part) < lines() * line);
	for (const how of ["parts", "flow"]) {
		mark(header, "data-two", how);
		// Whom the wall follows then stands under the clock.
		if (live && following) live.style.minWidth = `${following.offsetWidth}px`;
		if (two()) break;
	}
	if (!two()) mark(header, "data-two", "three"); // rather than to cut a name
	for (const part of may) {
		show(part, true);
		if (two()) continue;
		show(part, false);
		return;
	}
}

const itemsOf = (section: Element): HTMLElement[] => all(":scope > p, :scope > ol > li:not(.more)", section);

// order is which sections take their room first.
const order = ["reds", "notes", "figures", "recent"];
const least: Readonly<Record<string, number>> = { reds: 1, figures: 2 };

// column shares the room beside the map.
function column(): void {
	const side = find(".wside");
	if (!side) return;
	const sections = all("[data-fit]", side).filter((s) => itemsOf(s).length > 0);
	const rank = (s: HTMLElement) => order.indexOf(s.dataset["fit"] ?? "");
	sections.sort((a, b) => rank(a) - rank(b));
	for (const section of all("[data-fit]", side)) show(section, sections.includes(section));
	for (const section of sections) {
		for (const item of itemsOf(section)) {
			show(item, true);
			mark(item, "data-long", false);
		}
		show(find(".more", section), false);
	}
	counters(side);
	const line = parseFloat(getComputedStyle(side).lineHeight);
	const others = [...side.children].filter((child) => !sections.includes(child as HTMLElement));
	const measure = () =>
		sections.map((section): Block => {
			const pairs = section.hasAttribute("data-pairs");
			const items = itemsOf(section).map((item, i) => (pairs && i % 2 ? 0 : height(item)));
			return {
				items,
				head: height(section) - items.reduce((a, b) => a + b, 0),
				must: section.dataset["fit"] === "notes" ? all("[data-must]", section).length : (least[section.dataset["fit"] ?? ""] ?? 0),
				more: find("ol", section) ? line : 0,
				over: overOf(section),
			};
		});
	const reds = sections.find((section) => section.dataset["fit"] === "reds");
	let blocks: Block[] = [];
	let shown: number[] = [];
	const share = (close: boolean, pairs: boolean): boolean => {
		mark(side, "data-close", close);
		mark(reds, "data-pairs", pairs);
		const wide = () => !!reds && itemsOf(reds).some((item) => cut(item) || cut(find("time", item)));
		mark(reds, "data-short", false);
		if (pairs && wide()) mark(reds, "data-pairs", false);
		// When it was entered is said elsewhere, and since when, too.
		for (const step of ["entered", "time"]) if (wide()) mark(reds, "data-short", step);
		blocks = measure();
		shown = arrange(side.clientHeight - others.reduce((sum, child) => sum + height(child), 0), blocks);
		return !reds || shown[sections.indexOf(reds)] === itemsOf(reds).length;
	};
	// Rather the names of all, two on a line, than the times of some; rather less
	// air; and rather than of how many, the word of a sign, how many have no level, who was
	// reported about, and at last whose roll-call it is: the head has the meetings in the
	// same order.
	const spare = ["", ".spare, .of", ".spare, .of, .unset", ".spare, .of, .unset, .told", ".spare, .name, .unset, .told"];
	const fits = (gone: string): boolean => {
		for (const part of all("#wroll :is(.spare, .of, .name, .unset, .told)")) show(part, !gone || !part.matches(gone));
		return share(false, false) || share(false, true) || share(true, true);
	};
	spare.some(fits) || fits(spare[1]!);
	sections.forEach((section, i) => {
		const items = itemsOf(section);
		items.forEach((item, j) => show(item, j < shown[i]!));
		show(section, shown[i]! > 0);
		rest(section, items.length - shown[i]! + blocks[i]!.over);
	});
	// What room is left lets an event be read to its end.
	for (const event of all(".event", side)) {
		mark(event, "data-long", true);
		if (cut(side)) mark(event, "data-long", false);
	}
}

// counters stand beside each other, smaller, or at last under each other.
function counters(side: HTMLElement): void {
	const list = find(".cntrs", side);
	for (const step of ["", "small", "list"]) {
		mark(list, "data-step", step || false);
		if (!cut(list) && !all(".cntr", list!).some((item) => cut(item))) return;
	}
}

// overOf is how many more there are than a list holds.
function overOf(section: Element): number {
	const { n = "0", over = n } = find(".more", section)?.dataset ?? {};
	return Number(over);
}

// rest says how many more there are than are shown.
function rest(section: Element, n: number): void {
	let line = find(".more", section);
	const list = find("ol", section);
	if (!line && n > 0 && list) {
		line = Object.assign(element("li", ""), { className: "more" });
		line.dataset["over"] = "0";
		list.append(line);
	}
	if (line && !line.dataset["over"]) line.dataset["over"] = line.dataset["n"] ?? "0";
	put(line, n > 0 ? count("more", n) : "");
	show(line, n > 0);
}

// table gives the rows of the other layouts their room, and what they leave to the
// significant events above the foot. A row that was cut off would be missed by
// nobody: what has no room is counted.
function table(): void {
	const main = find(".wbmain, .wcmain");
	if (!main) return;
	const wall = document.documentElement;
	const section = find(".wstrip:not([hidden])");
	const events = section ? all(".event", section) : [];
	const rows = all(".wb:not([hidden]) tbody tr, .wc tbody tr", main);
	const full = () => [main, ...main.children].some((box) => box.scrollHeight > box.clientHeight + 1);
	const tight = (step: string) => mark(wall, "data-tight", step || false);
	const lines = (event: HTMLElement, n: "one" | "two" | "all") => {
		mark(event, "data-one", n === "one");
		mark(event, "data-long", n === "all");
	};
	const showEvent = (event: HTMLElement, on: boolean) => {
		show(event, on);
		rest(section!, events.filter(({ hidden }) => hidden).length);
	};
	// All there is, as it is read best.
	tight("");
	showRows(main, rows, rows);
	words(main, rows);
	for (const event of events) {
		lines(event, "all");
		showEvent(event, true);
	}
	if (!full()) return;
	// The least, and of the rows as many as there is room for, the gravest first.
	tight("3");
	for (const [i, event] of events.entries()) {
		lines(event, "one");
		showEvent(event, i === 0);
	}
	for (let n = rows.length; full() && n > 0; ) showRows(main, rows, gravest(rows).slice(0, --n));
	// Then what is left, the most important first.
	const grow = (take: () => void, back: () => void): boolean => {
		take();
		if (!full()) return true;
		back();
		return false;
	};
	const longer = (list: readonly HTMLElement[], to: "two" | "all") => {
		for (const event of list) {
			const now = event.hasAttribute("data-one") ? "one" : "two";
			if (!event.hidden && cut(event)) grow(() => lines(event, to), () => lines(event, now));
		}
	};
	const must = events.filter((event) => event.hasAttribute("data-must"));
	for (const list of [must, events]) {
		for (const event of list) if (event.hidden) grow(() => showEvent(event, true), () => showEvent(event, false));
		longer(list, "two");
	}
	longer(events, "all");
	["", "1", "2"].some((step) => grow(() => tight(step), () => tight("3")));
}

// gravest sorts rows by the gravest that stands in them, and how often.
function gravest(rows: readonly HTMLElement[]): HTMLElement[] {
	const weigh = (row: HTMLElement) => all("td[data-level]", row).reduce((sum, { dataset: { level } }) => sum + (weight[level ?? ""] ?? 0), 0);
	const weights = new Map(rows.map((row) => [row, weigh(row)]));
	return [...rows].sort((a, b) => weights.get(b)! - weights.get(a)!);
}
const weight: Readonly<Record<string, number>> = { red: 1_000, critical: 1_000, yellow: 1, strained: 1 };

// showRows shows some of the rows, and says how many the others are and what is
// grave in them.
function showRows(main: HTMLElement, rows: readonly HTMLElement[], some: readonly HTMLElement[]): void {
	const gone = rows.filter((row) => !some.includes(row));
	for (const row of rows) show(row, !gone.includes(row));
	const line = find(":scope > .wb:not([hidden]) > .rows, :scope > .rows", main);
	const grave = ["red", "critical", "yellow", "strained"].flatMap((level) => {
		const n = gone.reduce((sum, row) => sum + all(`td[data-level="${level}"]`, row).length, 0);
		return n > 0 ? `${levelWord(level)} ${n}` : [];
	});
	const { one = "", many = "" } = line?.dataset ?? {};
	put(line, gone.length > 0 ? [gone.length === 1 ? one : fill(many, gone.length), ...grave].join(" · ") : "");
	show(line, gone.length > 0);
}

// words lets those of a table's cells step back where one would be cut: its sign
// says the same.
function words(main: HTMLElement, rows: readonly HTMLElement[]): void {
	for (const step of ["", "near", "none"]) {
		mark(main, "data-words", step || false);
		if (!rows.some((row) => all(".word:not(.vh)", row).some((word) => cut(word)))) return;
	}
}

// heads puts the names of regions over the pattern, in two lines or more, so that
// none lies on another; a name without room gives way to its short form.
function heads(): void {
	const row = find(".wc thead tr");
	if (!row) return;
	const cells = all("th", row);
	const names = cells.map((th) => find("span", th)!);
	const from = cells[0]!.getBoundingClientRect().left;
	const width = row.getBoundingClientRect().right - from;
	const gap = parseFloat(getComputedStyle(row).lineHeight) / 4;
	const place = (mine: readonly number[]): number[] | undefined =>
		spread(mine.map((i) => {
			const { left, right } = cells[i]!.getBoundingClientRect();
			return { middle: (left + right) / 2 - from, width: names[i]!.getBoundingClientRect().width };
		}), width, gap);
	const inLines = (n: number): boolean => {
		row.style.flexBasis = `${n * 2.75 + .75}rem`;
		names.forEach((name, i) => {
			put(name, cells[i]!.dataset["name"] ?? "");
			mark(cells[i], "data-last", i % n === n - 1);
			name.style.top = `${(i % n) * 2.75}rem`;
		});
		return [...Array(n).keys()].every((line) => {
			const mine = cells.flatMap((_, i) => (i % n === line ? i : []));
			let lefts = place(mine);
			for (const i of [...mine].sort((a, b) => names[b]!.offsetWidth - names[a]!.offsetWidth)) {
				if (lefts) break;
				put(names[i], cells[i]!.dataset["short"] ?? "");
				lefts = place(mine);
			}
			mine.forEach((i, j) => {
				if (lefts) names[i]!.style.left = `${lefts[j]! - cells[i]!.getBoundingClientRect().left + from}px`;
			});
			return !!lefts;
		});
	};
	[2, 3, 4, 5].some(inLines);
}

// foot lets words give way until all of it has room, but the end of a change's
// reason. First the word of the hatch stays, where one is on show, and what is said
// elsewhere too goes; then the hatch's goes, and of the rest as much as must.
function foot(): void {
	const box = find(".wfoot");
	if (!box) return;
	const latest = byId("latest");
	const what = find(".text", latest);
	const full = () =>
		box.scrollWidth > box.clientWidth + 1 ||
		all(":scope > :not(#latest)", box).some((child) => cut(child)) ||
		(!!latest && !!what && what.getBoundingClientRect().right > latest.getBoundingClientRect().right + 1);
	for (const step of ["", "0", "signs", "1", "2", "3", "4", "5"]) {
		mark(box, "data-give", step);
		if (!full()) return;
	}
}

let asked = false;

function fit(): void {
	asked = false;
	if (!onWall()) return;
	top();
	heads();
	table();
	column();
	foot();
	seen.takeRecords(); // of what was done here
}

// The line's clock says nothing that takes another room each second.
const aside = (node: Node): boolean => !!(node instanceof Element ? node : node.parentElement)?.closest("#live, .map");

const seen = new MutationObserver((changes) => {
	if (!changes.every(({ target }) => aside(target))) ask();
});

// ask measures before the next frame, once.
function ask(): void {
	if (asked) return;
	asked = true;
	requestAnimationFrame(fit);
}

if (own("kind") === "wall") {
	seen.observe(document.body, { childList: true, characterData: true, subtree: true, attributes: true, attributeFilter: ["hidden", "data-state", "data-level"] });
	new ResizeObserver(ask).observe(document.documentElement);
	void document.fonts.ready.then(ask);
	fit();
}
