// The little of node's test runner that the tests use: its own types would bring
// node's globals into code that runs in browsers.
declare module "node:test" {
	export function test(name: string, body: () => void | Promise<void>): void;
}

declare module "node:assert/strict" {
	interface Assert {
		(value: unknown, message?: string): asserts value;
		equal<T>(actual: T, expected: T, message?: string): void;
		deepEqual<T>(actual: T, expected: T, message?: string): void;
	}
	const assert: Assert;
	export default assert;
}
