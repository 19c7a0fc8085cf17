package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// helpAsked is a command line that asks what a subcommand does.
type helpAsked struct{ flags *flag.FlagSet }

func (helpAsked) Error() string { return "help was asked for" }

// asksHelp reports whether a command line asks for help, wherever in it.
func asksHelp(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return a == "-h" || a == "-help" || a == "--help" })
}

// write lists the forms of the subcommand, and its flags.
func (h helpAsked) write(w io.Writer) {
	for line := range strings.Lines(usage) {
		if strings.HasPrefix(line, "  kommunebilder "+h.flags.Name()+" ") {
			fmt.Fprint(w, line)
		}
	}
	fmt.Fprintln(w)
	h.flags.VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		fmt.Fprintf(w, "  %s\n      %s\n", strings.TrimSpace("--"+f.Name+" "+value), text)
	})
	if h.flags.Name() != "healthcheck" {
		fmt.Fprint(w, "  --data folder\n      the data folder (KB_DATA, default ./data)\n")
	}
	if wantsCounty(h.flags.Name()) {
		fmt.Fprint(w, "  --county folder\n      the county pack, where no server runs: that which the server has (KB_COUNTY; empty: Innlandet, built in)\n")
	}
}
