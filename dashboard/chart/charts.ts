// Charts: the server builds an option, ECharts draws it. Only the parts used,
// as SVG, with tooltips drawn as text: nothing here ever becomes markup or script.
import { BarChart, HeatmapChart } from "echarts/charts";
import {
	AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapPiecewiseComponent,
} from "echarts/components";
import { type ECharts, init, setPlatformAPI, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

use([
	BarChart, HeatmapChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent,
	VisualMapPiecewiseComponent, SVGRenderer, LabelLayout,
]);

interface Axis {
	type?: string;
	data?: string[];
	min?: string | number;
	max?: string | number;
	axisLabel?: { formatter?: (at: number) => string };
}

interface Option {
	xAxis?: Axis[];
	yAxis?: Axis[];
	grid?: { top?: string }[];
	legend?: { show?: boolean };
	series?: { name?: string; type?: string; label?: object }[];
	tooltip?: { trigger?: string; formatter?: (p: Point | Point[]) => string };
	[part: string]: unknown;
}

interface Point {
	name: string;
	seriesName?: string;
	value: number | string | (number | string)[];
}

// plain keeps a name from being read as ECharts' rich text ("{style|text}").
export const plain = (text: string): string => text.replaceAll("{", "{\u2060");

// heatTip names the cell: its row, its column, its level.
const heatTip = (rows: readonly string[], columns: readonly string[]) => (p: Point | Point[]): string => {
	const point = Array.isArray(p) ? p[0] : p;
	const [x = 0, y = 0] = Array.isArray(point?.value) ? point.value.map(Number) : [];
	return plain(`${rows[y] ?? ""}\n${columns[x] ?? ""}\n${point?.seriesName ?? ""}`);
};

// numberOf is a bar's length; on an axis of time its place comes before it.
const numberOf = (value: Point["value"]): number => {
	const n = Array.isArray(value) ? value[1] : value;
	return typeof n === "number" ? n : 0;
};

// barTip names the bar and each of its parts, also those that are nothing.
const barTip = (p: Point | Point[]): string => {
	const points = Array.isArray(p) ? p : [p];
	const lines = points.map((q) => `${q.seriesName ?? ""}: ${numberOf(q.value)}`);
	return plain([points[0]?.name ?? "", ...lines].join("\n"));
};

const oslo = { timeZone: "Europe/Oslo" } as const;
const minuteOf = new Intl.DateTimeFormat("en-GB", { ...oslo, timeStyle: "short" });
const secondOf = new Intl.DateTimeFormat("en-GB", { ...oslo, timeStyle: "medium" });
const dayOf = new Intl.DateTimeFormat([document.documentElement.lang || "nb", "nb"], { ...oslo, day: "numeric", month: "short" });

// timeLabels writes an axis of time by the office's clock, as fine as it must be.
const timeLabels = (span: number) => (at: number): string => {
	if (span < 300_000) return secondOf.format(at);
	return span > 86_400_000 ? `${dayOf.format(at)} ${minuteOf.format(at)}` : minuteOf.format(at);
};

// The reader's spacing of text, in em: a chart's words are spaced as the page's.
let letter = 0;
let word = 0;
const canvas = document.createElement("canvas").getContext("2d")!;
const measureText = (text: string, font = "12px sans-serif") => {
	canvas.font = font;
	const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 12);
	return { width: canvas.measureText(text).width + size * (letter * text.length + word * (text.split(" ").length - 1)) };
};
setPlatformAPI({ measureText });

// legendRows is how many lines the names take above the chart.
const legendRows = (names: readonly string[], width: number): number => {
	let rows = 1;
	let at = 0;
	for (const name of names) {
		const wide = 40 + measureText(name).width;
		if (at > 0 && at + wide > width) [rows, at] = [rows + 1, 0];
		at += wide;
	}
	return rows;
};

class Chart {
	#chart: ECharts | undefined;
	#drawn = "";

	constructor(private readonly place: HTMLElement) {
		new ResizeObserver(() => {
			this.#chart?.resize();
			void this.draw();
		}).observe(place);
	}

	// draw fetches the option for the theme and the width on show. anew: the
	// numbers changed.
	async draw(anew = false): Promise<void> {
		const theme = themeNow();
		if (this.place.clientWidth === 0) return; // folded
		const narrow = this.place.clientWidth < 480;
		const drawn = [theme, narrow, letter, word].join();
		if (drawn === this.#drawn && !anew) return;
		this.#drawn = drawn;
		const address = new URL(this.place.dataset["chart"] ?? "", location.href);
		address.searchParams.set("palett", theme);
		if (narrow) address.searchParams.set("smal", "1");
		const answer = await fetch(address, { headers: { Accept: "application/json" } });
		if (!answer.ok) return; // the table beside it says the same
		const option = (await answer.json()) as Option;
		if (drawn !== this.#drawn) return;
		if (option.tooltip) {
			const heat = option.tooltip.trigger !== "axis";
			option.tooltip.formatter = heat ? heatTip(option.yAxis?.[0]?.data ?? [], option.xAxis?.[0]?.data ?? []) : barTip;
		}
		const axis = option.xAxis?.[0];
		if (axis?.type === "time") {
			// The slider below has the same ends: bars there may be cut, the axis is not widened for them.
			Object.assign(axis, { min: Number(axis.min), max: Number(axis.max), containShape: false });
			axis.axisLabel = { ...axis.axisLabel, formatter: timeLabels(Number(axis.max) - Number(axis.min)) };
		}
		for (const series of option.series ?? []) {
			if (series.type === "bar") Object.assign(series, { labelLayout: { hideOverlap: true }, label: { ...series.label, padding: [1, narrow ? 1 : 4] } });
		}
		if (option.legend?.show && option.grid?.[0]) {
			option.grid[0].top = String(16 + 24 * legendRows((option.series ?? []).map(({ name = "" }) => name), this.place.clientWidth - 16));
		}
		// ECharts remembers how long a word is by its font.
		option["textStyle"] = { fontFamily: `sans-serif, "${letter} ${word}"` };
		this.#chart ??= this.#begin();
		this.#chart.setOption(option, { notMerge: true });
		this.place.setAttribute("data-drawn", drawn);
	}

	// fit gives the chart a width at once: the paper's, or that of its place.
	fit(width?: number): void {
		this.#chart?.resize({ width: width ?? "auto" });
		this.#chart?.getZr().flush();
	}

	// begin makes the chart. A click on an axis of time tells which time.
	#begin(): ECharts {
		const chart = init(this.place, null, { renderer: "svg" });
		chart.getZr().on("click", ({ offsetX, offsetY }) => {
			const axis = (chart.getOption()["xAxis"] as Axis[] | undefined)?.[0];
			if (axis?.type !== "time" || !chart.containPixel("grid", [offsetX, offsetY])) return;
			document.dispatchEvent(new CustomEvent("kb:at", { detail: chart.convertFromPixel({ xAxisIndex: 0 }, offsetX) }));
		});
		return chart;
	}
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const themeNow = (): string => document.documentElement.dataset["theme"] || (dark.matches ? "dark" : "light");

const charts = [...document.querySelectorAll<HTMLElement>("[data-chart]")].map((place) => new Chart(place));
const drawAll = (): void => {
	for (const chart of charts) void chart.draw();
};
dark.addEventListener("change", drawAll);
// A4 on its side, within margins and frame.
const paper = 1020;
addEventListener("beforeprint", () => charts.forEach((chart) => chart.fit(paper)));
addEventListener("afterprint", () => charts.forEach((chart) => chart.fit()));
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
// The live page says when its numbers have changed; a burst is one drawing.
let waiting = false;
document.addEventListener("kb:changed", () => {
	if (waiting) return;
	waiting = true;
	setTimeout(() => {
		waiting = false;
		for (const chart of charts) void chart.draw(true);
	}, 1_000 + Math.random() * 1_000);
});
drawAll();

// A word that nobody sees tells when the reader's spacing is set or changed.
const probe = Object.assign(document.createElement("span"), { className: "vh", ariaHidden: "true" });
const sample = Object.assign(document.createElement("span"), { textContent: "nn nn" });
sample.style.display = "inline-block";
probe.append(sample);
document.body.append(probe);
new ResizeObserver(() => {
	const { fontSize, letterSpacing, wordSpacing } = getComputedStyle(sample);
	letter = (parseFloat(letterSpacing) || 0) / parseFloat(fontSize);
	word = (parseFloat(wordSpacing) || 0) / parseFloat(fontSize);
	drawAll();
}).observe(sample);
