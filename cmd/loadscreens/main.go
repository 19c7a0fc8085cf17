package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Bounds of what may be asked for.
const (
	maxScreens = 10_000
	maxChanges = 1_000
	maxRate    = 50.0
	maxTime    = 15 * time.Minute
)

// config is what was asked for.
type config struct {
	url     string
	counts  []int
	board   string
	meeting string
	tokens  []string // of the screens, in turn; the first also changes
	lead    string
	cookie  string
	rate    float64
	changes int
	burst   int
	pid     int
	ops     string
	floor   bool
	json    bool
	timeout time.Duration

	addr string // host:port, checked to be this machine
	host string
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == floorArg {
		if err := serveFloor(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "loadscreens:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "loadscreens:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, log io.Writer) error {
	cfg, err := readConfig(args, log)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, cfg.timeout)
	defer cancel()
	var results []result
	for _, n := range cfg.counts {
		fmt.Fprintf(log, "%d screens …\n", n)
		r, err := measure(ctx, cfg, n)
		if err != nil {
			return fmt.Errorf("%d screens: %w", n, err)
		}
		results = append(results, r)
	}
	if cfg.json {
		return json.NewEncoder(out).Encode(results)
	}
	return writeTable(out, results)
}

func readConfig(args []string, log io.Writer) (config, error) {
	var c config
	var counts, tokens, file string
	fs := flag.NewFlagSet("loadscreens", flag.ContinueOnError)
	fs.SetOutput(log)
	fs.StringVar(&c.url, "url", "http://127.0.0.1:8080", "where the server is; this machine only")
	fs.StringVar(&counts, "n", "350", "screens; several numbers with commas are measured one after the other")
	fs.StringVar(&c.board, "board", "na", "the board to watch and change")
	fs.StringVar(&c.meeting, "meeting", "", "an open meeting; without it one is opened and closed")
	fs.StringVar(&tokens, "token", "", "tokens of the screens, with commas, used in turn (the server bounds sockets per account)")
	fs.StringVar(&file, "token-file", "", "a file with one token a line, besides -token")
	fs.StringVar(&c.lead, "lead", "", "token of the one that changes, a meeting lead's; without it the first of -token")
	fs.StringVar(&c.cookie, "cookie", "", "a session's cookie (name=value) instead of tokens")
	fs.Float64Var(&c.rate, "rate", 4, "changes a second, at most (a server takes 20 of an account in the long run)")
	fs.IntVar(&c.changes, "changes", 40, "changes that are measured")
	fs.IntVar(&c.burst, "burst", 20, "changes that are posted at once, in a second part; 0: none")
	fs.IntVar(&c.pid, "pid", 0, "the server's process, for CPU and memory")
	fs.StringVar(&c.ops, "ops", "", "the server's address for operators (http://127.0.0.1:9090): its memory is read after it has collected garbage")
	fs.BoolVar(&c.floor, "floor", true, "measure plain TCP writes beside")
	fs.BoolVar(&c.json, "json", false, "print JSON instead of a table")
	fs.DurationVar(&c.timeout, "timeout", 5*time.Minute, "for all of it")
	if err := fs.Parse(args); err != nil {
		return c, err
	}
	if fs.NArg() > 0 {
		return c, fmt.Errorf("what is %q?", fs.Arg(0))
	}
	for word := range strings.SplitSeq(counts, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 1 || n > maxScreens {
			return c, fmt.Errorf("-n %q: give numbers from 1 to %d", word, maxScreens)
		}
		c.counts = append(c.counts, n)
	}
	switch {
	case c.changes < 1 || c.changes > maxChanges:
		return c, fmt.Errorf("-changes: give 1 to %d", maxChanges)
	case c.rate <= 0 || c.rate > maxRate:
		return c, fmt.Errorf("-rate: give more than 0, at most %g", maxRate)
	case c.burst < 0 || c.burst > 100:
		return c, errors.New("-burst: give 0 to 100, as much as a server takes of an account at once")
	case c.timeout <= 0 || c.timeout > maxTime:
		return c, fmt.Errorf("-timeout: at most %v", maxTime)
	}
	var err error
	if c.tokens, err = readTokens(tokens, file); err != nil {
		return c, err
	}
	if c.lead == "" && len(c.tokens) > 0 {
		c.lead = c.tokens[0]
	}
	if c.lead == "" && c.cookie == "" {
		return c, errors.New("give -token, -token-file or -cookie: someone must change something")
	}
	if c.ops = strings.TrimRight(c.ops, "/"); c.ops != "" {
		if _, _, err := loopback(c.ops); err != nil {
			return c, fmt.Errorf("-ops: %w", err)
		}
	}
	c.addr, c.host, err = loopback(c.url)
	return c, err
}

func readTokens(list, file string) ([]string, error) {
	var out []string
	for t := range strings.SplitSeq(list, ",") {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	if file == "" {
		return out, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if t := strings.TrimSpace(lines.Text()); t != "" {
			out = append(out, t)
		}
	}
	return out, lines.Err()
}

// loopback returns the address to dial, and the host to name, of a URL on this
// machine. Load on somebody else's server is refused.
func loopback(raw string) (addr, host string, err error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		return "", "", fmt.Errorf("-url %q: give an http address of this machine", raw)
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	ips := []net.IP{net.ParseIP(u.Hostname())}
	if ips[0] == nil {
		if ips, err = net.LookupIP(u.Hostname()); err != nil {
			return "", "", fmt.Errorf("-url: %w", err)
		}
	}
	if len(ips) == 0 || slices.ContainsFunc(ips, func(ip net.IP) bool { return !ip.IsLoopback() }) {
		return "", "", fmt.Errorf("-url %q is not this machine: load is for the loopback interface only", raw)
	}
	return net.JoinHostPort(ips[0].String(), port), u.Host, nil
}
