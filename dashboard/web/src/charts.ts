// Charts: the server builds an option, ECharts draws it. Only the parts used,
// as SVG, with tooltips drawn as text: nothing here ever becomes markup or script.
import { BarChart, HeatmapChart } from "echarts/charts";
import {
	AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapPiecewiseComponent,
} from "echarts/components";
import { type ECharts, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
	BarChart, HeatmapChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent,
	VisualMapPiecewiseComponent, SVGRenderer,
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

class Chart {
	#chart: ECharts | undefined;
	#theme = "";

	constructor(private readonly place: HTMLElement) {
		new ResizeObserver(() => this.#chart?.resize()).observe(place);
	}

	// draw fetches the option in the theme on show. anew: the numbers changed.
	async draw(anew = false): Promise<void> {
		const theme = themeNow();
		if (theme === this.#theme && !anew) return;
		this.#theme = theme;
		const address = new URL(this.place.dataset["chart"] ?? "", location.href);
		address.searchParams.set("palett", theme);
		const answer = await fetch(address, { headers: { Accept: "application/json" } });
		if (!answer.ok) return; // the table beside it says the same
		const option = (await answer.json()) as Option;
		if (theme !== this.#theme) return;
		if (option.tooltip) {
			const heat = option.tooltip.trigger !== "axis";
			option.tooltip.formatter = heat ? heatTip(option.yAxis?.[0]?.data ?? [], option.xAxis?.[0]?.data ?? []) : barTip;
		}
		const axis = option.xAxis?.[0];
		if (axis?.type === "time") {
			Object.assign(axis, { min: Number(axis.min), max: Number(axis.max) });
			axis.axisLabel = { ...axis.axisLabel, formatter: timeLabels(Number(axis.max) - Number(axis.min)) };
		}
		this.#chart ??= this.#begin();
		this.#chart.setOption(option, { notMerge: true });
		this.place.setAttribute("data-drawn", "");
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
