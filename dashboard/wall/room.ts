// How what a wall has to say shares the room that was measured. No DOM, so that
// a test can be the screen.

// Block is a head with what stands under it, the most important first.
export interface Block {
	readonly head: number; // its height, where anything of it is shown
	readonly items: readonly number[]; // their heights
	readonly must: number; // so many of the first come before all else
	readonly more: number; // the height of a line that says how many more there are
	readonly over: number; // how many more there are than the items
}

const height = ({ head, items, more, over }: Block, n: number): number =>
	n === 0 ? 0 : head + items.slice(0, n).reduce((a, b) => a + b, 0) + (n < items.length || over > 0 ? more : 0);

// arrange tells how many items of each block there is room for. What must be
// shown comes first, block by block; then each block, in order, takes what it
// needs of what is left.
export function arrange(room: number, blocks: readonly Block[]): number[] {
	const shown = blocks.map(() => 0);
	const used = (at: number, n: number) => blocks.reduce((sum, block, i) => sum + height(block, i === at ? n : shown[i]!), 0);
	const grow = (most: (block: Block) => number) =>
		blocks.forEach((block, i) => {
			let n = Math.min(most(block), block.items.length);
			while (n > shown[i]! && used(i, n) > room) n--;
			shown[i] = Math.max(n, shown[i]!);
		});
	grow((block) => block.must);
	grow((block) => block.items.length);
	return shown;
}

// spread puts labels beside each other on a line from 0 to width, each as near as
// may be to its own middle, with a gap between them. Undefined: there is no room.
export function spread(labels: readonly { readonly middle: number; readonly width: number }[], width: number, gap: number): number[] | undefined {
	const need = labels.reduce((sum, label) => sum + label.width + gap, -gap);
	if (need > width) return undefined;
	const left: number[] = [];
	let free = 0;
	for (const label of labels) {
		left.push(Math.max(free, label.middle - label.width / 2));
		free = left.at(-1)! + label.width + gap;
	}
	let end = width;
	for (let i = labels.length - 1; i >= 0; i--) {
		left[i] = Math.min(left[i]!, end - labels[i]!.width);
		end = left[i]! - gap;
	}
	return left;
}
