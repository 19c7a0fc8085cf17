package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// writeTable prints one row per figure and one column per number of screens.
func writeTable(out io.Writer, results []result) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	row := func(name string, cell func(result) string) {
		fmt.Fprintf(w, "%s\t", name)
		for _, r := range results {
			fmt.Fprintf(w, "%s\t", cell(r))
		}
		fmt.Fprintln(w)
	}
	times := func(name string, of func(result) spread) {
		row(name+", p50", func(r result) string { return known("%.1f ms", of(r).P50) })
		row("p95", func(r result) string { return known("%.1f ms", of(r).P95) })
		row("p99", func(r result) string { return known("%.1f ms", of(r).P99) })
	}
	row("screens", func(r result) string { return fmt.Sprint(r.Screens) })
	row("all connected after", func(r result) string { return known("%.0f ms", r.Connect) })
	row("changes", func(r result) string { return fmt.Sprint(r.Changes) })
	row("messages", func(r result) string { return fmt.Sprint(r.Messages) })
	row("bytes of a message", func(r result) string { return known("%.0f", r.Bytes) })
	times("answer to POST", func(r result) spread { return r.Answer })
	times("answer to last screen", func(r result) spread { return r.Last })
	times("answer to each screen", func(r result) spread { return r.Each })
	times("sent to last screen", func(r result) spread { return r.Sent })
	times("plain TCP, to last", func(r result) spread { return r.FloorMS })
	row("missed", func(r result) string { return fmt.Sprint(r.Missed) })
	row("doubled", func(r result) string { return fmt.Sprint(r.Doubled) })
	row("server CPU per message", func(r result) string { return known("%.2f µs", r.CPU) })
	row("plain TCP per message", func(r result) string { return known("%.2f µs", r.Floor) })
	row("ratio", func(r result) string { return known("%.2f", r.Ratio) })
	row("burst of changes", func(r result) string { return fmt.Sprint(r.Burst) })
	row("messages per screen", func(r result) string { return known("%.2f", r.Joined) })
	row("CPU to single changes", func(r result) string { return known("%.3f", r.BurstOne) })
	times("burst to last screen", func(r result) spread { return r.BurstMS })
	row("server memory (RSS) per screen", func(r result) string { return known("%.1f kB", r.Memory) })
	return w.Flush()
}

// known prints a figure, or a dash for one that was not measured.
func known(format string, v float64) string {
	if v == 0 {
		return "–"
	}
	return fmt.Sprintf(format, v)
}
