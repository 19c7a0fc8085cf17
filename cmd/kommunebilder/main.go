package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // days and deadlines are in Europe/Oslo, on any machine
)

// version is set when the program is built.
var version = "dev"

// terminal is where a subcommand reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
}

const usage = `kommunebilder – a county governor's picture of its municipalities

  kommunebilder serve [flags]                   serve pages, screens and programs
  kommunebilder import statuses FILE --edition ID [--title T] [--reason R] [--delete N] [--language L] [--dry-run]
  kommunebilder import supervision FILE [--delete N] [--language L] [--dry-run]        evidence of supervision
  kommunebilder import survey FILE [--year Y] [--language L] [--dry-run]               evidence of DSB's survey
  kommunebilder publish --edition ID [--note N]
  kommunebilder hearing --edition ID --from DAY --to DAY [--answered 3401,3403]  the consultation on it
  kommunebilder base --edition ID               the live picture's columns
  kommunebilder pack check DIR                  is a county pack whole?
  kommunebilder pack apply DIR [--dry-run]      take a newer pack into the live picture
  kommunebilder account add ID --name NAME --role ROLE [--areas A,B] [--municipality N]
  kommunebilder account list | disable ID | enable ID | password ID | erase ID
  kommunebilder account bind ID ISSUER SUBJECT  let a login provider's user in; unbind takes it back
  kommunebilder account invite ID [--url URL] | reset-second ID | end ID
  kommunebilder token add ACCOUNT [--label L] | list ACCOUNT | revoke ACCOUNT TOKEN
  kommunebilder backup FILE                     while the server runs, too
  kommunebilder restore FILE --data DIR         into an empty folder
  kommunebilder verify                          are journal and audit log what was written?
  kommunebilder verify --head "REVISION:HASH SNUMBER:HASH"  … and is what minutes name in them?
  kommunebilder audit [--from DAY] [--to DAY] [--who ID] [--what KIND] [--board ID] [--municipality N] [--format csv|jsonl]
  kommunebilder texts --find WORDS              where do these words stand, with the ids for redact?
  kommunebilder redact REVISION.N … --reason R [--yes]  show texts, and with --yes take them out for good
  kommunebilder pdf-worker --socket PATH        make PDFs for the server; it starts one of its own where it is not root
  kommunebilder healthcheck                     is the server on this machine ready?
  kommunebilder version

Each takes --data DIR (KB_DATA, default ./data), and -h. Without a server, import,
base and account add also want the county pack that the server has: --county DIR
(KB_COUNTY). An edition with a plan is planned, set up and opened on the pages;
publish refuses it in this version. "kommunebilder serve -h" lists the server's settings.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // the second signal ends the process at once
	}()
	os.Exit(run(ctx, os.Args[1:], terminal{os.Stdin, os.Stdout, os.Stderr, os.Getenv}))
}

// run carries out one subcommand and returns the exit code: 0 done, 1 could not
// be done, 2 not understood.
func run(ctx context.Context, args []string, c terminal) int {
	if len(args) == 0 {
		args = []string{"help"}
	}
	var err error
	switch name, rest := args[0], args[1:]; name {
	case "serve":
		err = serve(ctx, rest, c)
	case "pdf-worker":
		err = pdfWorker(ctx, rest, c)
	case "healthcheck":
		err = healthcheck(ctx, rest, c)
	case "restore":
		err = restore(rest, c)
	case "version", "-version", "--version":
		fmt.Fprintln(c.out, version)
	case "help", "-h", "-help", "--help":
		fmt.Fprint(c.out, usage)
	default:
		if _, ok := operations()[name]; !ok {
			err = misuse("there is no %q; see kommunebilder help", name)
			break
		}
		err = operate(ctx, name, rest, c)
	}
	var help helpAsked
	switch {
	case errors.As(err, &help):
		help.write(c.out)
		return 0
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, new(misused)):
		fmt.Fprintln(c.err, "kommunebilder:", err)
		return 2
	}
	fmt.Fprintln(c.err, "kommunebilder:", err)
	return 1
}

// misused is a command line that was not understood.
type misused string

func (m misused) Error() string { return string(m) }

func misuse(format string, args ...any) error { return misused(fmt.Sprintf(format, args...)) }

// parse reads flags that may stand before, between and after other words, and
// returns the words. It refuses any number of words but want, unless want < 0.
func parse(fs *flag.FlagSet, args []string, want int) ([]string, error) {
	fs.SetOutput(io.Discard)
	var words []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, helpAsked{fs}
			}
			return nil, misuse("%s: %v", fs.Name(), err)
		}
		if args = fs.Args(); len(args) == 0 {
			break
		}
		words, args = append(words, args[0]), args[1:]
	}
	if want >= 0 && len(words) != want {
		return nil, misuse("%s: %d words expected, got %d %s; see kommunebilder help", fs.Name(), want, len(words), strings.Join(words, " "))
	}
	return words, nil
}

// list splits a flag's value at commas, with or without blanks beside them.
func list(s string) (out []string) {
	for _, part := range strings.Split(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
