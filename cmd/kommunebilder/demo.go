package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/jottings"
	"kommunebilde/domain/subjects"
	"kommunebilde/server/auth"
	"kommunebilde/storage"
	"kommunebilde/storage/county"
	"kommunebilde/storage/demo"
)

const (
	demoAccounts = "demo-accounts.txt"
	demoPause    = 8 * time.Second // on average between two changes of -demo-live
)

// seedDemo fills an empty data folder with made-up data and accounts whose
// passwords are random. A folder that holds made-up data already is left as it
// is; one with anything else is refused.
func seedDemo(ctx context.Context, dir string, pack county.Pack, c terminal) error {
	store, err := storage.Open(dir, subjects.Kinds(), storage.Options{})
	if errors.Is(err, storage.ErrLocked) {
		return fmt.Errorf("another process has the data folder %s; end it first, or give another -data", dir)
	}
	if err != nil {
		return err
	}
	err = seedStore(ctx, store, dir, pack, c)
	return errors.Join(err, store.Close())
}

func seedStore(ctx context.Context, store *storage.Store, dir string, pack county.Pack, c terminal) error {
	head, err := store.Head(ctx)
	if err != nil {
		return err
	}
	if head.Revision > 0 {
		made, err := isDemo(ctx, store)
		if err != nil {
			return err
		}
		if !made {
			return fmt.Errorf("%s holds real data: -demo never touches it; give another -data", dir)
		}
		if _, err := os.Stat(filepath.Join(dir, demoAccounts)); err != nil {
			return fmt.Errorf("the demo in %s was not finished; delete the folder and start again", dir)
		}
		return nil
	}
	fmt.Fprintf(c.out, "Making demo data in %s …\n", dir)
	typing, err := demo.Seed(ctx, store, pack, time.Now())
	if err != nil {
		return err
	}
	if err := keepJottings(dir, typing); err != nil {
		return err
	}
	a, err := auth.New(store, auth.Options{Keep: -1})
	if err != nil {
		return err
	}
	list, width := "", 0
	for _, account := range demo.Accounts() {
		width = max(width, len(account.ID))
	}
	for _, account := range demo.Accounts() {
		password := newPassword()
		if err := a.AddAccount(ctx, account, password); err != nil {
			return errors.Join(err, a.Close(ctx))
		}
		list += fmt.Sprintf("  %-*s   %s   %s\n", width, account.ID, password, account.Name)
	}
	if err := a.Close(ctx); err != nil {
		return err
	}
	// Last: a folder that has this file has everything.
	return os.WriteFile(filepath.Join(dir, demoAccounts), []byte(list), 0o600)
}

// keepJottings keeps what people of the demo have typed, as of when they did.
func keepJottings(dir string, typing []jottings.Jotting) error {
	var at time.Time
	kept, err := storage.OpenJottings(dir, nil, func() time.Time { return at })
	if err != nil {
		return err
	}
	for _, one := range typing {
		at = one.At
		_, refused := kept.Keep(one)
		err = errors.Join(err, refused)
	}
	return errors.Join(err, kept.Close())
}

// isDemo reports whether the journal's first record says that all is made up.
func isDemo(ctx context.Context, store *storage.Store) (bool, error) {
	for r, err := range store.Follow(ctx, 0) {
		if err != nil {
			return false, err
		}
		s, err := domain.NewState("").Apply(r)
		return err == nil && s.Demo(), err
	}
	return false, nil
}

// liveDemo changes a status now and then, as a meeting lead would, while a
// meeting is open.
func (o *folder) liveDemo(ctx context.Context, log *slog.Logger) {
	var seed [16]byte
	rand.Read(seed[:])
	rnd := mathrand.New(mathrand.NewPCG(binary.LittleEndian.Uint64(seed[:8]), binary.LittleEndian.Uint64(seed[8:])))
	lead, ok := o.auth.Account("moteleder")
	if !ok {
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(rnd.ExpFloat64() * float64(demoPause))):
		}
		p, ok := o.picture(lead.Actor(), domain.Live)
		if !ok || !o.clerk.State().Demo() || p.Board().Phase != domain.PhaseMeeting {
			continue
		}
		if _, err := o.clerk.Submit(ctx, lead.Actor(), "", demo.Next(p, rnd)); err != nil && ctx.Err() == nil {
			log.Warn("demo change refused", "error", err)
		}
	}
}
