package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/term"

	"kommunebilde/dashboard"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/domain/subjects"
	"kommunebilde/server"
	"kommunebilde/server/admin"
	"kommunebilde/server/auth"
	"kommunebilde/storage"
)

// operate has an operation carried out by whoever owns the data folder: the
// server that runs on it, or else this process.
func operate(ctx context.Context, name string, args []string, c terminal) error {
	data, county, args, err := folders(args, c)
	if err != nil {
		return err
	}
	switch {
	case asksHelp(args):
		return operations()[name].run(ctx, &folder{}, domain.Actor{}, []string{"-h"}, strings.NewReader(""), c.out)
	case name == "pack" && len(args) > 0 && args[0] == "check":
		return packCheck(args, c.out)
	case name == "pack" && (len(args) == 0 || args[0] != "apply"):
		return misuse("pack check DIR | apply DIR [--dry-run]")
	}
	args, in, err := localInput(name, args, c)
	if err != nil {
		return err
	}
	r := admin.Request{Name: name, Args: args}
	err = admin.Call(ctx, filepath.Join(data, adminSocket), r, in, c.out)
	if !errors.Is(err, admin.ErrNone) {
		return err
	}
	if _, err := os.Stat(data); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no data folder %s; give --data DIR, or start the server once", data)
	}
	if !storage.Begun(data) {
		return fmt.Errorf("there is no data in the folder %s, and nothing was done: is its disk mounted? Give --data DIR, or start the server once", data)
	}
	site, err := dashboard.New(kit.Options{Build: version})
	if err != nil {
		return err
	}
	o, err := openFolder(ctx, data, -1, &countyPack{dir: county}, site, slog.New(slog.DiscardHandler), prometheus.NewRegistry(), storage.BlobLimits{})
	if errors.Is(err, storage.ErrLocked) {
		return fmt.Errorf("another process has %s and does not answer on %s; wait for it to start, or end it", data, adminSocket)
	}
	if errors.Is(err, storage.ErrFull) {
		return errors.New(server.FullInWords(err))
	}
	if err != nil {
		return err
	}
	err = o.perform(ctx, admin.SystemUser(), r, in, c.out)
	return errors.Join(err, o.close(context.WithoutCancel(ctx)))
}

// folders takes --data and --county out of the arguments.
func folders(args []string, c terminal) (data, county string, rest []string, err error) {
	data, county = c.env("KB_DATA"), c.env("KB_COUNTY")
	if data == "" {
		data = "./data"
	}
	for i := 0; i < len(args); i++ {
		name, value, has := strings.Cut(strings.TrimLeft(args[i], "-"), "=")
		if !strings.HasPrefix(args[i], "-") || name != "data" && name != "county" {
			rest = append(rest, args[i])
			continue
		}
		if !has {
			if i++; i == len(args) {
				return "", "", nil, misuse("--%s wants a folder", name)
			}
			value = args[i]
		}
		if name == "data" {
			data = value
		} else {
			county = value
		}
	}
	return data, county, rest, nil
}

// localInput turns what only this process can reach (a file by a relative path,
// a password typed here) into input and absolute paths for the operation.
func localInput(name string, args []string, c terminal) ([]string, io.Reader, error) {
	var empty io.Reader = strings.NewReader("")
	switch {
	case name == "import":
		for i := 1; i < len(args); i++ {
			if strings.HasPrefix(args[i], "-") {
				if !strings.Contains(args[i], "=") && args[i] != "--dry-run" && args[i] != "-dry-run" {
					i++
				}
				continue
			}
			f, err := os.Open(args[i])
			if err != nil {
				return nil, nil, err
			}
			// The file is read to its end by the operation, which bounds it;
			// the process ends soon after.
			return args, f, nil
		}
	case name == "backup" || name == "pack":
		out := append([]string(nil), args...)
		for i := range out {
			if strings.HasPrefix(out[i], "-") || name == "pack" && i == 0 {
				continue
			}
			abs, err := filepath.Abs(out[i])
			if err != nil {
				return nil, nil, err
			}
			out[i] = abs
		}
		return out, empty, nil
	case name == "account" && len(args) > 0 && (args[0] == "add" || args[0] == "password"):
		return password(args, c)
	}
	return args, empty, nil
}

// password reads a password: from the terminal, twice, or a line of standard
// input with --password-stdin. An empty line has one made.
func password(args []string, c terminal) ([]string, io.Reader, error) {
	var rest []string
	piped := false
	for _, a := range args {
		if a == "--password-stdin" || a == "-password-stdin" {
			piped = true
			continue
		}
		rest = append(rest, a)
	}
	f, ok := c.in.(*os.File)
	if piped {
		return rest, io.LimitReader(c.in, 1024), nil
	}
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return rest, strings.NewReader("\n"), nil
	}
	ask := func(words string) (string, error) {
		fmt.Fprint(c.err, words)
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(c.err)
		return string(b), err
	}
	first, err := ask("Password (empty: one is made): ")
	if err != nil {
		return nil, nil, err
	}
	if first != "" {
		again, err := ask("Once more: ")
		if err != nil {
			return nil, nil, err
		}
		if again != first {
			return nil, nil, errors.New("the two passwords differ; nothing was changed")
		}
	}
	return rest, strings.NewReader(first + "\n"), nil
}

// leaveRestored notes in the audit log that it goes on from a backup.
func leaveRestored(data string) error {
	store, err := storage.Open(data, subjects.Kinds(), storage.Options{})
	if err != nil {
		return err
	}
	a, err := auth.New(store, auth.Options{Keep: -1})
	if err != nil {
		return errors.Join(err, store.Close())
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	err = a.Trail().Leave(ctx, audit.Trace{What: audit.Restored, Who: admin.SystemUser().ID})
	return errors.Join(err, a.Close(ctx), store.Close())
}

// restore brings a backup back into a folder that has nothing yet.
func restore(args []string, c terminal) error {
	data, _, rest, err := folders(args, c)
	if err != nil {
		return err
	}
	words, err := parse(flag.NewFlagSet("restore", flag.ContinueOnError), rest, 1)
	if err != nil {
		return err
	}
	if err := storage.Restore(words[0], data, subjects.Kinds()); err != nil {
		return err
	}
	if err := leaveRestored(data); err != nil {
		return fmt.Errorf("%s is restored, but its audit log does not say so: %w", data, err)
	}
	fmt.Fprintf(c.out, "%s now holds what was in %s. Screens that were open take the picture anew.\n", data, words[0])
	return nil
}
