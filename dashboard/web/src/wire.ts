// The words that server and browser speak. What comes over the line is given its
// shape here, once.

export type Level = string; // "green", "not_assessed", …: a word of the board's scale

// Change is what one cell became.
export interface Change {
	readonly m: string;
	readonly c: string;
	readonly level: Level;
	readonly at: number; // ms since 1970, by the server's clock; 0: never set
	readonly rev: number; // the record that set it, 0: never set
	readonly from?: Level | undefined; // in a frame: the level before it
	readonly text?: string | undefined;
	readonly by?: string | undefined; // who set it, to be shown
	readonly reportedBy?: string | undefined; // who told, for those who may see persons
	readonly marked?: true; // exempt from disclosure, and shown all the same
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
	readonly meetings: boolean; // a meeting was opened or closed
	readonly log: boolean; // something was written, maybe no level
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
	changed_rev: number;
	from?: Level;
	text?: string;
	by_name?: string;
	reported_by?: string;
	over?: { by: string };
	marking?: object;
}

interface WireFrame {
	prev: number;
	rev: number;
	cells?: WireCell[];
	meetings?: unknown[];
	log?: unknown[];
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
	(cells ?? []).map(({ m, c, level, at, changed_rev: rev, from, text, by_name: by, reported_by: reportedBy, over, marking }) => ({
		m, c, level, at: at ? Date.parse(at) : 0, rev, from, text, by, reportedBy, over: over?.by,
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
	const { prev, rev, cells, meetings, log, hello, beat, tick } = said;
	if (prev !== undefined && rev !== undefined) {
		return { frame: { prev, rev, cells: changesOf(cells), meetings: !!meetings?.length, log: !!log?.length } };
	}
	if (hello || beat || tick) return said;
	const { presence, ...rest } = said as Whisper;
	return { whisper: Array.isArray(presence) ? { ...rest, presence } : rest };
}

// parseSnapshot reads a board as the API gives it.
export function parseSnapshot(board: unknown): Snapshot {
	const { epoch, rev, veil, municipalities, columns, cells } = board as WireBoard;
	return { epoch, rev, veil, shape: shapeOf(municipalities, columns.filter((c) => c.kind === "area")), cells: changesOf(cells) };
}

// shapeOf tells one catalogue's rows and areas from another's.
export const shapeOf = (municipalities: readonly Named[], areas: readonly Named[]): string =>
	[...municipalities, ...areas].map((thing) => thing.id).join();
