package main

import (
	"flag"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/domain"
	"kommunebilde/server"
	"kommunebilde/storage"
)

// config is what the server is told from outside. Each flag -a-b has a name in
// the environment, KB_A_B; the flag wins.
type config struct {
	Addr      string
	OpsAddr   string
	Data      string
	County    string
	PublicURL string
	Proxies   string
	TLSCert   string
	TLSKey    string
	AuditKeep int // days
	Rate      int // changes a second of an account
	Clamd     string
	FileMB    int // megabytes of one file
	FilesMB   int // megabytes of all files
	OIDC      string
	PDF       string
	Demo      bool
	DemoLive  bool
	LogText   bool
	SecondFor roles
}

func (c *config) flags() *flag.FlagSet {
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	fs.StringVar(&c.Addr, "addr", ":8080", "`address` that pages, screens and programs are served on (with -demo: 127.0.0.1:8080)")
	fs.StringVar(&c.OpsAddr, "ops-addr", "127.0.0.1:9090", "`address` of /healthz, /readyz and /metrics; do not expose it")
	fs.StringVar(&c.Data, "data", "./data", "`folder` with everything that is kept")
	fs.StringVar(&c.County, "county", "", "`folder` of the county pack; empty: Innlandet, built in")
	fs.StringVar(&c.PublicURL, "public-url", "", "`address` people use, https://host/path; empty: the host they ask for, without TLS")
	fs.StringVar(&c.Proxies, "proxies", "", "`networks` (CIDR, comma between) of proxies whose X-Forwarded-For counts; empty: none")
	fs.StringVar(&c.TLSCert, "tls-cert", "", "`file` with the certificate and its chain (PEM), for TLS without a proxy; a new one is taken up without a restart")
	fs.StringVar(&c.TLSKey, "tls-key", "", "`file` with its key (PEM)")
	fs.IntVar(&c.AuditKeep, "audit-keep", 730, "`days` that the audit log goes back; what is older is taken away, and it says so (30 to 3650)")
	fs.IntVar(&c.Rate, "account-rate", 20, "`changes` a second that one account may make, five times that at once, and reads ten times and a hundred times that (1 to 10000)")
	fs.StringVar(&c.OIDC, "oidc", "", "`file` with the login providers, as docs/operation.md has it; empty: local accounts alone")
	fs.StringVar(&c.PDF, "pdf", "", "`socket` of a PDF worker that runs as a service, unix:/run/kommunebilder-pdf/pdf.sock, or off; empty: the server starts its own where it is not root")
	fs.StringVar(&c.Clamd, "clamd", "", "`socket` of ClamAV's daemon, unix:/run/clamav/clamd.ctl, which looks at files that people send; empty: nobody does")
	fs.IntVar(&c.FileMB, "file-size", 25, "`megabytes` that one file may have which people send (1 to 200)")
	fs.IntVar(&c.FilesMB, "files-size", 5120, "`megabytes` that all of them may have together; said in the log and in kb_files_bytes before it is reached")
	fs.BoolVar(&c.Demo, "demo", false, "fill an empty folder with made-up data and accounts")
	fs.BoolVar(&c.DemoLive, "demo-live", false, "with -demo: change a status now and then")
	fs.Var(&c.SecondFor, "require-second-step", "`roles` (comma between) that may do nothing before they have a passkey or an app; empty: none")
	fs.BoolVar(&c.LogText, "log-text", false, "write the log as text instead of JSON")
	return fs
}

// roles are roles of staff, as they are given in a setting.
type roles []domain.Role

// String implements flag.Value.
func (r *roles) String() string {
	var names []string
	for _, role := range *r {
		names = append(names, string(role))
	}
	return strings.Join(names, ",")
}

// Set implements flag.Value.
func (r *roles) Set(s string) error {
	var out roles
	for _, name := range list(s) {
		role := domain.Role(name)
		if !slices.Contains(domain.Roles(), role) || role == domain.RolePublic || role == domain.RoleScreen {
			return fmt.Errorf("there is no such role: %s", name)
		}
		out = append(out, role)
	}
	*r = out
	return nil
}

// envName is a flag's name in the environment.
func envName(flagName string) string {
	return "KB_" + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

// readConfig reads environment, then flags, and checks what can be checked
// without touching anything.
func readConfig(args []string, c terminal) (config, error) {
	var cfg config
	fs := cfg.flags()
	set := map[string]bool{}
	var err error
	fs.VisitAll(func(f *flag.Flag) {
		if v := c.env(envName(f.Name)); v != "" && err == nil {
			if e := f.Value.Set(v); e != nil {
				err = misuse("%s=%q: %v", envName(f.Name), v, e)
			}
			set[f.Name] = true
		}
	})
	if err != nil {
		return config{}, err
	}
	fs.Usage = func() { writeSettings(c.out, fs) }
	fs.SetOutput(io.Discard)
	if err := fs.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return config{}, err
		}
		return config{}, misuse("serve: %v; see kommunebilder serve -h", err)
	}
	if fs.NArg() > 0 {
		return config{}, misuse("serve takes no word %q", fs.Arg(0))
	}
	fs.Visit(func(f *flag.Flag) { set[f.Name] = true })
	if cfg.Demo && !set["addr"] {
		cfg.Addr = "127.0.0.1:8080"
	}
	if cfg.AuditKeep < 30 || cfg.AuditKeep > 3650 {
		return config{}, misuse("-audit-keep %d: give 30 to 3650 days", cfg.AuditKeep)
	}
	if cfg.Rate < 1 || cfg.Rate > 10_000 {
		return config{}, misuse("-account-rate %d: give 1 to 10000 changes a second", cfg.Rate)
	}
	if cfg.Clamd != "" && !strings.HasPrefix(cfg.Clamd, "unix:/") {
		return config{}, misuse("-clamd %q: give unix:/path of a socket", cfg.Clamd)
	}
	if cfg.PDF != "" && cfg.PDF != "off" && !strings.HasPrefix(cfg.PDF, "unix:/") {
		return config{}, misuse("-pdf %q: give unix:/path of a socket, or off", cfg.PDF)
	}
	if cfg.FileMB < 1 || cfg.FileMB > 200 || cfg.FilesMB < cfg.FileMB {
		return config{}, misuse("-file-size %d, -files-size %d: give 1 to 200 megabytes for one file, and no less for all", cfg.FileMB, cfg.FilesMB)
	}
	if cfg.DemoLive && !cfg.Demo {
		return config{}, misuse("-demo-live changes made-up data only: give -demo too")
	}
	if cfg.PublicURL != "" {
		u, err := url.Parse(cfg.PublicURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			return config{}, misuse("-public-url %q: give https://host or https://host/path", cfg.PublicURL)
		}
		cfg.PublicURL = strings.TrimSuffix(cfg.PublicURL, "/")
	}
	if err := server.CheckProxies(list(cfg.Proxies)); err != nil {
		return config{}, misuse("-proxies: %v", err)
	}
	if cfg.TLSCert != "" || cfg.TLSKey != "" {
		if cfg.TLSCert == "" || cfg.TLSKey == "" {
			return config{}, misuse("-tls-cert and -tls-key belong together: give both")
		}
		if !strings.HasPrefix(cfg.PublicURL, "https://") {
			return config{}, misuse("-tls-cert needs the address that people use: give -public-url https://host")
		}
	}
	if cfg.OIDC != "" && cfg.PublicURL == "" {
		return config{}, misuse("-oidc wants -public-url: login providers send people back there")
	}
	return cfg, nil
}

// blobs are the limits of files.
func (c config) blobs() storage.BlobLimits {
	return storage.BlobLimits{Each: int64(c.FileMB) << 20, All: int64(c.FilesMB) << 20}
}

// keep is how long the audit log goes back.
func (c config) keep() time.Duration { return time.Duration(c.AuditKeep) * 24 * time.Hour }

// basePath is the path below which everything lies, "" for the root.
func (c config) basePath() string {
	if u, err := url.Parse(c.PublicURL); err == nil {
		return strings.TrimSuffix(u.Path, "/")
	}
	return ""
}

// writeSettings lists the settings, one a line: flag, environment, default,
// meaning. The table in docs/operation.md is held against it.
func writeSettings(w io.Writer, fs *flag.FlagSet) {
	fmt.Fprintln(w, "Settings of kommunebilder serve: flag, environment, default.")
	fs.VisitAll(func(f *flag.Flag) {
		_, text := flag.UnquoteUsage(f)
		def := f.DefValue
		if _, err := strconv.ParseBool(def); err == nil || def == "" {
			def = "–"
		}
		fmt.Fprintf(w, "  -%s  %s  %s\n      %s\n", f.Name, envName(f.Name), def, text)
	})
}
