package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde"
	"kommunebilde/dashboard"
	"kommunebilde/server"
	"kommunebilde/server/auth"
	"kommunebilde/server/live"
	"kommunebilde/storage"
	"kommunebilde/storage/county"
)

// office is an open data folder: the one place from which anything is changed.
type office struct {
	dir    string
	public string // address that people use, "" where it is not known
	store  *storage.Store
	clerk  *live.Clerk
	auth   *auth.Auth
	site   *dashboard.Site
	pack   county.Pack
	now    func() time.Time
	trace  *kommunebilde.Trace // of the operation under way: what it leaves in the audit log
}

// loadPack reads the county pack of a folder, "" for the embedded one.
func loadPack(dir string) (county.Pack, error) {
	var fsys fs.FS = county.Embedded()
	if dir != "" {
		fsys = os.DirFS(dir)
	}
	pack, err := county.Load(fsys)
	if err != nil {
		return county.Pack{}, fmt.Errorf("the county pack %s cannot be used:\n%w", dir, err)
	}
	return pack, nil
}

// openOffice opens a data folder and replays its journal. The error wraps
// storage.ErrLocked if another process has it. keep is how long the audit log
// goes back; below zero it is left as it is.
func openOffice(ctx context.Context, dir string, keep time.Duration, pack county.Pack, site *dashboard.Site, log *slog.Logger, reg prometheus.Registerer, secondFor ...kommunebilde.Role) (*office, error) {
	store, err := storage.Open(dir, storage.Options{Log: log, Registerer: reg})
	if err != nil {
		return nil, err
	}
	o := &office{dir: dir, store: store, site: site, pack: pack, now: time.Now}
	if o.auth, err = auth.New(store, auth.Options{Log: log, Keep: keep, SecondFor: secondFor}); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	o.clerk, err = live.Open(ctx, live.Options{
		Journal: store, Now: o.now, Salt: salt, Log: log, Registerer: reg, Encode: server.Encoder(o.auth.Name),
	})
	if err != nil {
		err = fmt.Errorf("read the journal in %s: %w", dir, err)
		return nil, errors.Join(err, o.auth.Close(ctx), store.Close())
	}
	return o, nil
}

// salt keeps a text from being guessed by its hash.
func salt() kommunebilde.Salt {
	var s kommunebilde.Salt
	rand.Read(s[:])
	return s
}

// close stops in the order of what depends on what: no more commands, no more
// sessions, then the file.
func (o *office) close(ctx context.Context) error {
	return errors.Join(o.clerk.Close(ctx), o.auth.Close(ctx), o.store.Close())
}

// inWords says a refusal as a person would.
func (o *office) inWords(err error) error {
	if err == nil {
		return nil
	}
	if kommunebilde.CodeOf(err) == kommunebilde.Internal {
		return err
	}
	return errors.New(o.site.Say("en", err))
}

// submit sends a command and says in words why it was refused.
func (o *office) submit(ctx context.Context, by kommunebilde.Actor, cmd kommunebilde.Command) (live.Result, error) {
	res, err := o.clerk.Submit(ctx, by, "", cmd)
	return res, o.inWords(err)
}

// picture returns a board as the actor sees it.
func (o *office) picture(by kommunebilde.Actor, b kommunebilde.BoardID) (kommunebilde.Picture, bool) {
	s, now := o.clerk.State(), o.now()
	return kommunebilde.PictureOf(s, kommunebilde.AudienceOf(s, by, b, now), b, now)
}

// operation is one thing that may be asked of a data folder. in is the input of
// who asked, out what they are told. Paths in args are absolute.
type operation func(ctx context.Context, o *office, by kommunebilde.Actor, args []string, in io.Reader, out io.Writer) error

// job is an operation and what it leaves in the audit log, by its first word; an
// operation without words of its own has it under "".
type job struct {
	run    operation
	leaves map[string]kommunebilde.TraceKind
}

// What leaves no trace: nothing happens, or it is in the journal.
const (
	nothing   kommunebilde.TraceKind = "nothing"
	inJournal kommunebilde.TraceKind = "in the journal"
)

// operations are all of them, by the name of the subcommand.
func operations() map[string]job {
	type leaves = map[string]kommunebilde.TraceKind
	return map[string]job{
		"import":  {importStatuses, leaves{"statuses": kommunebilde.TraceImported}},
		"publish": {publish, leaves{"": inJournal}},
		"hearing": {hearing, leaves{"": inJournal}},
		"base":    {base, leaves{"": inJournal}},
		"pack":    {packs, leaves{"check": nothing, "apply": kommunebilde.TracePackApplied}},
		"account": {accounts, leaves{
			"add": kommunebilde.TraceAccountAdded, "disable": kommunebilde.TraceAccountDisabled, "enable": kommunebilde.TraceAccountEnabled,
			"password": kommunebilde.TracePasswordChanged, "erase": kommunebilde.TraceAccountErased, "list": nothing,
			"bind": kommunebilde.TraceIdentityChanged, "unbind": kommunebilde.TraceIdentityChanged,
			"invite": kommunebilde.TraceInvited, "reset-second": kommunebilde.TraceSecondStepChanged, "end": kommunebilde.TraceSessionEnded,
		}},
		"token":  {tokens, leaves{"add": kommunebilde.TraceTokenAdded, "revoke": kommunebilde.TraceTokenRevoked, "list": nothing}},
		"audit":  {audit, leaves{"": kommunebilde.TraceExport}},
		"backup": {backup, leaves{"": kommunebilde.TraceBackup}},
		"verify": {verify, leaves{"": kommunebilde.TraceVerified}},
		"redact": {redact, leaves{"": kommunebilde.TraceRedacted}},
	}
}

// perform is what the admin socket calls.
func (o *office) perform(ctx context.Context, by kommunebilde.Actor, r server.AdminRequest, in io.Reader, out io.Writer) error {
	j, ok := operations()[r.Name]
	if !ok {
		return fmt.Errorf("the server does not know %q; is it an older version?", r.Name)
	}
	what, err := j.trace(r)
	if err != nil {
		return err
	}
	one := *o
	one.trace = &kommunebilde.Trace{What: what, Who: by.ID}
	// What is needed most when storing fails is done without the log, too.
	rescue := what == kommunebilde.TraceBackup || what == kommunebilde.TraceVerified
	if err := o.auth.Trail().Failed(); err != nil && what != nothing && what != inJournal && !rescue {
		return fmt.Errorf("the audit log cannot be written, nothing was done: %w", err)
	}
	if err := j.run(ctx, &one, by, r.Args, in, out); err != nil {
		return err
	}
	if err := one.leave(ctx); err != nil && !rescue {
		return fmt.Errorf("it is done, but: %w", err)
	}
	return nil
}

// leave writes the trace of the operation under way, once.
func (o *office) leave(ctx context.Context) error {
	t := *o.trace
	o.trace.What = nothing
	if t.What == nothing || t.What == inJournal {
		return nil
	}
	if err := o.auth.Trail().Leave(context.WithoutCancel(ctx), t); err != nil {
		return fmt.Errorf("the audit log cannot be written: %w", errors.Unwrap(err))
	}
	return nil
}

// trace returns what a request leaves. Its first argument must be the
// operation's word, so that no other can be taken for it.
func (j job) trace(r server.AdminRequest) (kommunebilde.TraceKind, error) {
	if what, ok := j.leaves[""]; ok {
		return what, nil
	}
	if len(r.Args) > 0 {
		if what, ok := j.leaves[r.Args[0]]; ok {
			return what, nil
		}
	}
	return "", misuse("%s: first one of the words %s", r.Name, strings.Join(slices.Sorted(maps.Keys(j.leaves)), ", "))
}
