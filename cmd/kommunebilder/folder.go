package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/domain/subjects"
	"kommunebilde/server"
	"kommunebilde/server/admin"
	"kommunebilde/server/auth"
	"kommunebilde/server/live"
	"kommunebilde/server/wire"
	"kommunebilde/storage"
)

// folder is an open data folder: the one place from which anything is changed.
type folder struct {
	dir     string
	serving bool   // this is the server
	public  string // address that people use, "" where it is not known
	store   *storage.Store
	jotted  *storage.Jottings
	clerk   *live.Clerk
	auth    *auth.Auth
	site    *kit.Site
	county  *countyPack
	now     func() time.Time
	trace   *audit.Trace // of the operation under way: what it leaves in the audit log
}

// openFolder opens a data folder and replays its journal. The error wraps
// storage.ErrLocked if another process has it. keep is how long the audit log
// goes back; below zero it is left as it is.
func openFolder(ctx context.Context, dir string, keep time.Duration, pack *countyPack, site *kit.Site, log *slog.Logger, reg prometheus.Registerer, blobs storage.BlobLimits, secondFor ...domain.Role) (*folder, error) {
	store, err := storage.Open(dir, subjects.Kinds(), storage.Options{Log: log, Registerer: reg, Blobs: blobs})
	if err != nil {
		return nil, err
	}
	o := &folder{dir: dir, store: store, site: site, county: pack, now: time.Now}
	if o.jotted, err = storage.OpenJottings(dir, log, o.now); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	if o.auth, err = auth.New(store, auth.Options{Log: log, Keep: keep, SecondFor: secondFor}); err != nil {
		return nil, errors.Join(err, o.jotted.Close(), store.Close())
	}
	o.clerk, err = live.Open(ctx, live.Options{
		Journal: store, Now: o.now, Salt: salt, Log: log, Registerer: reg, Encode: wire.Encoder(o.auth.Name),
	})
	if err != nil {
		err = fmt.Errorf("read the journal in %s: %w", dir, err)
		return nil, errors.Join(err, o.auth.Close(ctx), o.jotted.Close(), store.Close())
	}
	return o, nil
}

// salt keeps a text from being guessed by its hash.
func salt() domain.Salt {
	var s domain.Salt
	rand.Read(s[:])
	return s
}

// close stops in the order of what depends on what: no more commands, no more
// sessions, then the files.
func (o *folder) close(ctx context.Context) error {
	return errors.Join(o.clerk.Close(ctx), o.auth.Close(ctx), o.jotted.Close(), o.store.Close())
}

// inWords says a refusal as a person would, in English as all that is said here.
func (o *folder) inWords(err error) error { return o.inWordsOf("en", err) }

// inWordsOf says it in another language, and names the flag it is about.
func (o *folder) inWordsOf(lang string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, storage.ErrFull) {
		return errors.New(server.FullInWords(err)) // for whoever runs the machine, in whatever language the rest is
	}
	if domain.CodeOf(err) == domain.Internal {
		return err
	}
	said := o.site.Say(lang, err)
	var refusal *domain.Error
	if errors.As(err, &refusal) && flagOf(refusal.Field) != "" {
		said += " (--" + flagOf(refusal.Field) + ")"
	}
	return errors.New(said)
}

// flagOf returns the flag that gives a field of a command, "" for one that has
// another place or name.
func flagOf(field string) string {
	switch field {
	case "reason", "note", "title":
		return field
	case "deletes":
		return "delete"
	}
	return ""
}

// submit sends a command and says in words why it was refused.
func (o *folder) submit(ctx context.Context, by domain.Actor, cmd domain.Command) (live.Result, error) {
	res, err := o.decided(ctx, by, cmd)
	return res, o.inWords(err)
}

// decided has a command decided. It gets a request id by chance: without one,
// whoever knows the hash of a short record can try what was written until it fits.
func (o *folder) decided(ctx context.Context, by domain.Actor, cmd domain.Command) (live.Result, error) {
	return o.clerk.Submit(ctx, by, domain.RequestID(rand.Text()), cmd)
}

// picture returns a board as the actor sees it.
func (o *folder) picture(by domain.Actor, b domain.BoardID) (domain.Picture, bool) {
	s, now := o.clerk.State(), o.now()
	return domain.PictureOf(s, domain.AudienceOf(s, by, b, now), b, now)
}

// live returns the live picture, which the first start of the server begins.
func (o *folder) live(by domain.Actor) (domain.Picture, error) {
	p, ok := o.picture(by, domain.Live)
	if !ok {
		return p, errors.New("there is no live picture yet: start the server once (kommunebilder serve), then try again")
	}
	return p, nil
}

// operation is one thing that may be asked of a data folder. in is the input of
// who asked, out what they are told. Paths in args are absolute.
type operation func(ctx context.Context, o *folder, by domain.Actor, args []string, in io.Reader, out io.Writer) error

// traced is an operation and what it leaves in the audit log, by its first word; an
// operation without words of its own has it under "".
type traced struct {
	run    operation
	leaves map[string]audit.Kind
}

// What leaves no trace: nothing happens, or it is in the journal.
const (
	nothing   audit.Kind = "nothing"
	inJournal audit.Kind = "in the journal"
)

// operations are all of them, by the name of the subcommand.
func operations() map[string]traced {
	type leaves = map[string]audit.Kind
	return map[string]traced{
		"import":  {imports, leaves{"statuses": audit.Imported, "supervision": audit.Imported, "survey": audit.Imported}},
		"publish": {publish, leaves{"": inJournal}},
		"hearing": {hearing, leaves{"": inJournal}},
		"base":    {base, leaves{"": inJournal}},
		"pack":    {packs, leaves{"apply": audit.PackApplied}},
		"account": {account, leaves{
			"add": audit.AccountAdded, "disable": audit.AccountDisabled, "enable": audit.AccountEnabled,
			"password": audit.PasswordChanged, "erase": audit.AccountErased, "list": nothing,
			"bind": audit.IdentityChanged, "unbind": audit.IdentityChanged,
			"invite": audit.Invited, "reset-second": audit.SecondStepChanged, "end": audit.SessionEnded,
		}},
		"token":  {tokens, leaves{"add": audit.TokenAdded, "revoke": audit.TokenRevoked, "list": nothing}},
		"audit":  {auditLog, leaves{"": audit.Export}},
		"backup": {backup, leaves{"": audit.Backup}},
		"verify": {verify, leaves{"": audit.Verified}},
		"texts":  {findTexts, leaves{"": audit.Export}},
		"redact": {redact, leaves{"": audit.Redacted}},
	}
}

// perform is what the admin socket calls.
func (o *folder) perform(ctx context.Context, by domain.Actor, r admin.Request, in io.Reader, out io.Writer) error {
	j, ok := operations()[r.Name]
	if !ok {
		return fmt.Errorf("the server does not know %q; is it an older version?", r.Name)
	}
	what, err := j.trace(r)
	if err != nil {
		return err
	}
	one := *o
	one.trace = &audit.Trace{What: what, Who: by.ID}
	// What is needed most when storing fails is done without the log, too.
	rescue := what == audit.Backup || what == audit.Verified
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
func (o *folder) leave(ctx context.Context) error {
	t := *o.trace
	o.trace.What = nothing
	if t.What == nothing || t.What == inJournal {
		return nil
	}
	if err := o.auth.Trail().Leave(context.WithoutCancel(ctx), t); err != nil {
		return fmt.Errorf("the audit log cannot be written: %w", o.inWords(errors.Unwrap(err)))
	}
	return nil
}

// trace returns what a request leaves. Its first argument must be the
// operation's word, so that no other can be taken for it.
func (j traced) trace(r admin.Request) (audit.Kind, error) {
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
