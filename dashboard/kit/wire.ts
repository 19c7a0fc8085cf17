// The words that server and browser speak. What comes over the line is given its
// shape here, once.

export type Level = string; // "green", "not_assessed", …: a word of the board's scale

// Change is what one cell became.
export interface Change {
	readonly m: string;
	readonly c: string;
	readonly level: Level;
	readonly at: number; // ms since 1970, by the server's clock; 0: never set
	readonly said?: number | undefined; // when it was said, where an undo brought it back
	readonly since?: number | undefined; // since when it is so, if not since then
	readonly entered?: number | undefined; // when that was entered, if later
	readonly changed?: number | undefined; // when it last became another, if not when it was said; 0: never
	readonly rev: number; // the record that set it, 0: never set
	readonly due?: number | undefined; // when it must be confirmed, ms
	readonly undoes?: true; // it takes another back
	readonly from?: Level | undefined; // in a frame: the level before it, of what was set
	readonly text?: string | undefined;
	readonly by?: string | undefined; // who set it, to be shown
	readonly reportedBy?: string | undefined; // who told, for those who may see persons
	readonly confirms?: boolean | undefined; // the level that stood was said again
	readonly marked?: true; // exempt from disclosure, and shown even so
	readonly over?: string | undefined; // whose change, seconds old, it won over: an account
}

export interface Hello {
	readonly epoch: string;
	readonly rev: number; // the board's head when the connection was made
	readonly now: number;
	readonly build: string;
}

// Frame is one commit group as this audience sees it.
export interface Frame {
	readonly prev: number;
	readonly rev: number;
	readonly cells: readonly Change[];
	readonly parts: readonly string[]; // what else has become another, by name
}

// View is where somebody looks: a path of ours with its query, without the base.
export interface View {
	readonly by?: string; // for those who may see persons
	readonly id?: string; // their account
	readonly path: string;
}

// Presence is somebody who works on a cell.
export interface Presence {
	readonly m: string;
	readonly c: string;
	readonly by: string;
	readonly id: string;
}

// Whisper is what is true only while it is said: it has no revision, and is said
// again to a screen that comes later. A member that is null has ended; an empty
// whisper ends them all.
export interface Whisper {
	readonly storage?: string;
	readonly follow?: View | null;
	readonly presence?: readonly Presence[]; // everybody who works on the board now
	readonly crowd?: { readonly screens: number; readonly following: number }; // for staff, while somebody leads or edits
	readonly screen?: { readonly id: string; readonly path: string } | null;
}

// Message is one thing that the server said: the member that is there.
export interface Message {
	readonly hello?: Hello;
	readonly beat?: number;
	readonly tick?: number;
	readonly frame?: Frame;
	readonly whisper?: Whisper;
}

export interface Snapshot {
	readonly epoch: string;
	readonly rev: number;
	readonly shape: string; // municipalities and columns, to tell another catalogue
	readonly veil?: number | undefined; // what is withheld, to tell another page
	readonly cells: readonly Change[];
}

// WireCell is a cell as the server writes it.
export interface WireCell {
	m: string;
	c: string;
	level: Level;
	at?: string;
	said_at?: string;
	changed_at?: string | null;
	event_at?: string;
	entered_at?: string;
	confirm_by?: string;
	changed_rev: number;
	undoes?: number;
	from?: Level;
	text?: string;
	by_name?: string;
	reported_by?: string;
	confirms?: boolean;
	over?: { by: string };
	marking?: object;
}

interface WireFrame {
	prev: number;
	rev: number;
	cells?: WireCell[];
	parts?: string[];
}

interface WireBoard {
	epoch: string;
	rev: number;
	veil?: number;
	municipalities: Named[];
	columns: Named[];
	cells?: WireCell[];
}

interface Named {
	id: string;
	kind?: string;
}

export const changesOf = (cells: readonly WireCell[] | undefined): Change[] =>
	(cells ?? []).map(({ m, c, level, at, said_at: said, changed_at: changed, event_at: since, entered_at: entered, confirm_by: due, changed_rev: rev, from, text, by_name: by, reported_by: reportedBy, confirms, over, marking, undoes }) => ({
		m, c, level, at: at ? Date.parse(at) : 0, due: due ? Date.parse(due) : 0, rev, from, text, by, reportedBy, over: over?.by,
		...(confirms ? { confirms } : {}),
		...(said ? { said: Date.parse(said) } : {}),
		...(since ? { since: Date.parse(since) } : {}),
		...(entered ? { entered: Date.parse(entered) } : {}),
		...(undoes ? { undoes: true as const } : {}),
		...(changed === undefined ? {} : { changed: changed ? Date.parse(changed) : 0 }),
		...(marking && level !== "withheld" ? { marked: true } : {}),
	}));

// parseMessage reads one socket message. What it does not know is an empty one:
// newer servers may say more than this page understands.
export function parseMessage(data: string): Message {
	let said: Message & Partial<WireFrame>;
	try {
		said = Object(JSON.parse(data)) as typeof said;
	} catch {
		return {};
	}
	const { prev, rev, cells, parts, hello, beat, tick } = said;
	if (prev !== undefined && rev !== undefined) {
		return { frame: { prev, rev, cells: changesOf(cells), parts: parts ?? [] } };
	}
	if (hello || beat || tick) return said;
	const { presence, ...rest } = said as Whisper;
	return { whisper: Array.isArray(presence) ? { ...rest, presence } : rest };
}

// parseSnapshot reads a board as the API gives it.
export function parseSnapshot(board: unknown): Snapshot {
	const { epoch, rev, veil, municipalities, columns, cells } = board as WireBoard;
	return { epoch, rev, veil, shape: shapeOf(municipalities, columns.filter((c) => c.kind === "area" || c.kind === "function")), cells: changesOf(cells) };
}

// shapeOf tells one catalogue's rows and areas from another's.
export const shapeOf = (municipalities: readonly Named[], areas: readonly Named[]): string =>
	[...municipalities, ...areas].map((thing) => thing.id).join();
