// What the server wrote into the page for the script: the board, its words and
// its names.
import { clock, minute, momentIn } from "./when.ts";
import { shapeOf } from "./wire.ts";

interface Municipality {
	readonly id: string;
	readonly name: string;
	readonly region: string;
}

interface Column {
	readonly id: string;
	readonly name?: string; // of areas, and of what the page draws
	readonly short?: string;
}

interface LevelWord {
	readonly word: string;
	readonly edition?: string; // its word in the other layer, where that is another
}

interface PageData {
	readonly municipalities: readonly Municipality[];
	readonly columns: readonly Column[];
	readonly levels: Readonly<Record<string, LevelWord>>;
	readonly veil?: number;
	readonly actor?: { readonly id: string; readonly names: readonly string[] }; // that is filtered by
}

const json = <T>(id: string, none: T): T =>
	JSON.parse(document.getElementById(id)?.textContent || "null") ?? none;

const words = json<Readonly<Record<string, string>>>("words", {});
const data = json<PageData>("page", { municipalities: [], columns: [], levels: {} });

const index = <T extends { readonly id: string }>(items: readonly T[]) => new Map(items.map((item) => [item.id, item]));

export const body = document.body;
const municipalities = index(data.municipalities);
const columns = index(data.columns);

// veil tells what was withheld from the reader when the page was drawn.
export const veil = data.veil;

// shape is the catalogue the page was drawn from.
export const shape = shapeOf(data.municipalities, data.columns.filter((c) => c.name));

// own is a data attribute of the body.
export const own = (name: string): string => body.getAttribute("data-" + name) ?? "";

// actor is whose reports the page tells apart, if anybody's.
export const actor = data.actor ?? { id: "", names: [] };

// say fills a sentence of the page's language. A key that the page lacks shows
// as itself: ugly, seen, mended; never silently nothing.
export function say(key: string, ...args: readonly (string | number)[]): string {
	return fill(words[key] ?? key, ...args);
}

export const fill = (sentence: string, ...args: readonly (string | number)[]): string =>
	sentence.replace(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)] ?? ""));

// count fills the sentence for one or for many.
export const count = (key: string, n: number): string => say(key + (n === 1 ? ".one" : ".many"), n);

export const regionOf = (m: string): string => municipalities.get(m)?.region ?? "";
export const municipalityName = (m: string): string => municipalities.get(m)?.name ?? m;
export const columnName = (c: string): string => columns.get(c)?.name || c;
export const columnShort = (c: string): string => columns.get(c)?.short || columnName(c);
const rows = [...municipalities.keys()];
const cols = [...columns.keys()];

// rank is a cell's place in the catalogue.
export const rank = ({ m, c }: { readonly m: string; readonly c: string }): number =>
	rows.indexOf(m) * cols.length + cols.indexOf(c);

export const levelWord = (level: string): string => data.levels[level]?.word ?? level;
export const editionWord = (level: string): string => data.levels[level]?.edition ?? levelWord(level);

// glyph is a level's sign: g the bare shape, m with its mark.
export const glyph = (level: string, set = "g"): string => `#${set}-${level}`;

export { clock, minute };

export const moment = (ms: number, now: number, time = minute): string => momentIn(say, ms, now, time);

export const byId = (id: string): HTMLElement | null => document.getElementById(id);

export const find = <T extends Element = HTMLElement>(selector: string, root: ParentNode | null = document): T | null =>
	root?.querySelector<T>(selector) ?? null;

export const all = <T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T[] => [
	...root.querySelectorAll<T>(selector),
];

// put writes text only where it differs, so that nothing is announced or laid
// out again for nothing.
export function put(element: Element | null | undefined, text: string): void {
	if (element && element.textContent !== text) element.textContent = text;
}

export function show(element: HTMLElement | null | undefined, on: boolean): void {
	if (element && element.hidden === on) element.hidden = !on;
}

// that is the selector of what carries a data attribute's value.
export const that = (name: string, value: string): string => `[data-${name}="${CSS.escape(value)}"]`;

// mark sets a bare attribute, one with a value, or none.
export function mark(element: Element | null | undefined, name: string, on: boolean | string): void {
	if (!element) return;
	const value = on === true ? "" : on;
	if (value === false) element.removeAttribute(name);
	else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

// banner fills one of the page's hidden lines and shows it.
export function banner(id: string, text: string, on = true): HTMLElement | null {
	const element = byId(id);
	if (on) put(find(".text", element) ?? element, text);
	show(element, on);
	return element;
}

// goesTo is where a form is sent. (form.action may be a field of that name.)
export const goesTo = (form: HTMLFormElement, submitter?: Element | null): URL =>
	new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);

const svgns = "http://www.w3.org/2000/svg";

// sign draws a level's shape.
export function sign(level: string, set: "g" | "m"): SVGSVGElement {
	const svg = document.createElementNS(svgns, "svg");
	mark(svg, "class", set);
	mark(svg, "aria-hidden", "true");
	svg.append(use(glyph(level, set)));
	return svg;
}

export function use(href: string, className = ""): SVGUseElement {
	const element = document.createElementNS(svgns, "use");
	mark(element, "href", href);
	if (className) mark(element, "class", className);
	return element;
}

// element makes one with text.
export function element(name: string, text: string): HTMLElement {
	const e = document.createElement(name);
	e.textContent = text;
	return e;
}
