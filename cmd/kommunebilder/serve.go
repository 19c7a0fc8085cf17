package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"kommunebilde/dashboard"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/server"
	"kommunebilde/server/admin"
	"kommunebilde/server/auth"
	"kommunebilde/storage"
	"kommunebilde/storage/clamd"
)

const (
	adminSocket = "admin.sock"
	stopWithin  = 5 * time.Second
)

// serve runs the server until ctx ends, and stops it in order: no new
// connections, commits finished, screens told to come back, the file closed.
func serve(ctx context.Context, args []string, c terminal) error {
	cfg, err := readConfig(args, c)
	if err != nil {
		return err
	}
	lines := newLogQueue(c.err)
	defer lines.Close()
	log := slog.New(slog.NewJSONHandler(lines, nil))
	if cfg.LogText {
		log = slog.New(slog.NewTextHandler(lines, nil))
	}
	pack, err := loadPack(cfg.County)
	if err != nil {
		return err
	}
	logins, err := readProviders(cfg.OIDC, &pack.Catalogue)
	if err != nil {
		return err
	}
	site, err := dashboard.New(kit.Options{Build: version, Base: cfg.basePath()})
	if err != nil {
		return err
	}
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))

	// Certificate and addresses come first: a wrong one is told before the journal
	// of years is read, and /readyz answers "not yet" meanwhile.
	var sealed *tls.Config
	if cfg.TLSCert != "" {
		cert, err := newCertificate(cfg.TLSCert, cfg.TLSKey, log, time.Now)
		if err != nil {
			return fmt.Errorf("-tls-cert, -tls-key: %w", err)
		}
		sealed = cert.config()
	}
	ln, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return fmt.Errorf("listen for pages: %w; give another -addr", err)
	}
	defer ln.Close()
	opsLn, err := net.Listen("tcp", cfg.OpsAddr)
	if err != nil {
		return fmt.Errorf("listen for operations: %w; give another -ops-addr", err)
	}
	ops := server.NewOps(reg)
	defer ops.Shutdown(context.WithoutCancel(ctx)) // an early return; else it has been already
	ended := make(chan error, 3)                   // the three that serve
	go func() { ended <- ops.Serve(opsLn) }()

	if cfg.Demo {
		if err := seedDemo(ctx, cfg.Data, pack, c); err != nil {
			return err
		}
	}
	o, err := openFolder(ctx, cfg.Data, cfg.keep(), &countyPack{dir: cfg.County, read: &pack}, site, log, reg, cfg.blobs(), cfg.SecondFor...)
	if errors.Is(err, storage.ErrLocked) {
		return fmt.Errorf("another process has the data folder %s; end it first, or give another -data", cfg.Data)
	}
	if err != nil {
		return err
	}
	err = o.serve(ctx, cfg, doors{ln, sealed, logins, ops, ended}, log, reg, c)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	return errors.Join(err, o.close(end))
}

// doors are where the server is reached.
type doors struct {
	pages  net.Listener
	sealed *tls.Config // nil: without TLS
	logins []auth.ProviderConfig
	ops    *server.Ops // served already
	ended  chan error  // why one of the three that serve has ended
}

func (o *folder) serve(ctx context.Context, cfg config, d doors, log *slog.Logger, reg *prometheus.Registry, c terminal) error {
	o.public, o.serving = cfg.address(d.pages.Addr()), true
	if err := o.openLive(ctx); err != nil {
		return err
	}
	if err := o.knowCounty(log); err != nil {
		return err
	}
	if err := o.leaveKeep(ctx, cfg.AuditKeep); err != nil {
		return err
	}
	var providers *auth.Providers
	if len(d.logins) > 0 {
		var err error
		if providers, err = auth.NewProviders(o.auth, d.logins, cfg.PublicURL); err != nil {
			return err
		}
		defer providers.Close()
	}
	pdfs, endPDFs := cfg.startPrinter(log)
	defer endPDFs()
	print, err := o.printing(pdfs, reg, log)
	if err != nil {
		return err
	}
	// It is there before /readyz says so; who asks waits until it is served.
	asked, err := admin.Listen(filepath.Join(o.dir, adminSocket))
	if err != nil {
		return err
	}
	defer asked.Close() // also where it comes to no serving
	srv, err := server.New(server.Config{
		Clerk: o.clerk, Auth: o.auth, Jottings: o.jotted, Files: o.store.Blobs(), FileSize: cfg.blobs().Each, Scan: cfg.scan(log), Print: print, Providers: providers, Site: o.site, PublicURL: cfg.PublicURL, TrustedProxies: list(cfg.Proxies), TLS: d.sealed,
		Log: log, Ops: d.ops, Registerer: reg, Now: o.now, Build: version, AccountRate: cfg.Rate,
		Pack: func() (domain.Catalogue, *domain.Map) {
			pack, _ := o.county.get() // it is read since the start
			return pack.Catalogue, &pack.Map
		},
	})
	if err != nil {
		return err
	}
	run, stop := context.WithCancel(ctx)
	defer stop()
	go func() { d.ended <- srv.Serve(d.pages) }()
	go func() { d.ended <- admin.Serve(run, asked, o.perform, log) }()
	housekept := make(chan struct{})
	go func() {
		defer close(housekept)
		o.keepHouse(run, log)
	}()
	demoEnded := make(chan struct{})
	go func() {
		defer close(demoEnded)
		if cfg.DemoLive {
			o.liveDemo(run, log)
		}
	}()
	o.greet(cfg, c)

	err = nil
	select {
	case <-ctx.Done():
	case err = <-d.ended:
		d.ended <- nil
	}
	log.Info("stopping")
	stop()
	<-demoEnded
	<-housekept
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	err = errors.Join(err, srv.Shutdown(end))
	return errors.Join(err, <-d.ended, <-d.ended, <-d.ended)
}

// scan looks for viruses in a file, if there is who does. One that nobody could look at is
// taken in, and whoever sent it is told.
func (c config) scan(log *slog.Logger) func(io.Reader) (bool, error) {
	socket := strings.TrimPrefix(c.Clamd, "unix:")
	if socket == "" {
		return nil
	}
	return func(file io.Reader) (checked bool, err error) {
		err = clamd.Scan(socket, file)
		if errors.Is(err, clamd.ErrUnchecked) {
			log.Warn("a file was not looked at for viruses", "error", err)
			return false, nil
		}
		return true, err
	}
}

// leaveKeep notes in the audit log how long it goes back, where that is new.
func (o *folder) leaveKeep(ctx context.Context, days int) error {
	said := "audit-keep:" + strconv.Itoa(days)
	last, _, err := o.auth.Trail().Search(ctx, auth.TraceQuery{What: audit.Setting, Limit: 1})
	if err != nil || len(last) == 1 && last[0].Detail == said {
		return err
	}
	o.auth.Trail().Note(audit.Trace{What: audit.Setting, Who: admin.SystemUser().ID, Detail: said})
	return nil
}

// openLive begins the live picture of a new folder, and refuses a pack that
// lacks what the picture of an older one names.
func (o *folder) openLive(ctx context.Context) error {
	pack, err := o.county.get()
	if err != nil {
		return err
	}
	by := domain.System("serve")
	if _, ok := o.picture(by, domain.Live); !ok {
		_, err := o.submit(ctx, by, domain.OpenLive{Catalogue: pack.Catalogue, Map: &pack.Map})
		return err
	}
	return o.fits(&pack, domain.Live)
}

// address is where people find the server, on its own machine if nothing else is
// said.
func (c config) address(addr net.Addr) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		port = "8080"
	}
	return "http://localhost:" + port
}

// greet tells who started the server where it is.
func (o *folder) greet(cfg config, c terminal) {
	pack, _ := o.county.get() // it is read since the start
	fmt.Fprintf(c.out, "%s, %s\n\n  %s/\n", pack.Catalogue.Office.NB, version, o.public)
	if said := o.county.differs(); said != "" {
		fmt.Fprintf(c.out, "\nNote: %s.\n", said)
	}
	if cfg.Demo {
		if accounts, err := os.ReadFile(filepath.Join(o.dir, demoAccounts)); err == nil {
			fmt.Fprintf(c.out, "\nMade-up data. Accounts (also in %s):\n\n%s\n", filepath.Join(o.dir, demoAccounts), accounts)
		}
		return
	}
	if len(o.auth.Accounts()) == 0 {
		fmt.Fprintf(c.out, "\nThere is no account yet. Make the first, in another window:\n\n  kommunebilder account add NAME --name \"…\" --role admin,redaktor,moteleder --data %s\n\n", cfg.Data)
	}
}

// healthcheck asks the server on this machine whether it is ready.
func healthcheck(ctx context.Context, args []string, c terminal) error {
	if asksHelp(args) {
		own := flag.NewFlagSet("healthcheck", flag.ContinueOnError)
		own.String("ops-addr", "", "`address` that the server has for it (KB_OPS_ADDR, default 127.0.0.1:9090)")
		return helpAsked{own}
	}
	cfg, err := readConfig(args, c)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(cfg.OpsAddr)
	if err != nil {
		return misuse("-ops-addr %q: %v", cfg.OpsAddr, err)
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: /readyz says %d", resp.StatusCode)
	}
	fmt.Fprintln(c.out, "ready")
	return nil
}
