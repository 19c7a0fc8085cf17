package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"kommunebilde/domain"
	"kommunebilde/storage"
	"kommunebilde/storage/county"
)

// countyPack is the county pack that an office works with. It is read when it is
// first needed: who saves a folder needs none.
type countyPack struct {
	dir     string // "" for the one built in
	mu      sync.Mutex
	read    *county.Pack
	strange string // why it is another than that of the folder, "" for the same
}

// loadPack reads the county pack of a folder, "" for the embedded one.
func loadPack(dir string) (county.Pack, error) {
	var fsys fs.FS = county.Embedded()
	if dir != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return county.Pack{}, fmt.Errorf("the county pack %s cannot be used: there is no such folder", dir)
		}
		fsys = os.DirFS(dir)
	}
	pack, err := county.Load(fsys)
	if err != nil {
		return county.Pack{}, fmt.Errorf("the county pack %s cannot be used:\n%w", dir, err)
	}
	return pack, nil
}

// wantsCounty reports whether a subcommand may need the county pack.
func wantsCounty(name string) bool { return name == "import" || name == "base" || name == "account" }

// get returns the pack, which is read at the first call.
func (c *countyPack) get() (county.Pack, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.read == nil {
		pack, err := loadPack(c.dir)
		if err != nil {
			return pack, err
		}
		c.read = &pack
	}
	return *c.read, nil
}

// differs tells why the pack is another than that of the folder, as was found when
// the server began; "" if it is the same.
func (c *countyPack) differs() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.strange
}

// put takes another pack in its place: that of the folder from now on, or one that
// is strange to it.
func (c *countyPack) put(dir string, pack county.Pack, strange string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dir, c.read, c.strange = dir, &pack, strange
}

// countyOf tells how the folder is to remember a pack.
func countyOf(dir string, pack *county.Pack) (storage.County, error) {
	c := storage.County{Name: pack.Catalogue.County, Hash: pack.Catalogue.Hash()}
	if dir == "" {
		return c, nil
	}
	var err error
	c.Dir, err = filepath.Abs(dir)
	return c, err
}

// inWordsCounty names a pack, so that two of one county are told apart.
func inWordsCounty(c storage.County) string {
	where := "built in"
	if c.Dir != "" {
		where = "in " + c.Dir
	}
	return fmt.Sprintf("the county pack of %s, %s (%.8s)", c.Name, where, c.Hash)
}

// give says how a pack is given.
func give(c storage.County) string {
	if c.Dir == "" {
		return "leave --county (KB_COUNTY) out"
	}
	return "give --county " + c.Dir + " (KB_COUNTY)"
}

// strange tells why a pack is another than that which the folder was last served
// with or had applied, and what to do; "" for the same. A pack at the same place is
// the same with another content: the server takes it as that, too.
func (o *folder) strange(dir string, pack *county.Pack) (string, error) {
	is, err := countyOf(dir, pack)
	if err != nil {
		return "", err
	}
	was, known, err := o.store.County()
	if err != nil || !known || was.Hash == is.Hash || was.Dir == is.Dir {
		return "", err
	}
	fix := give(was)
	if dir != "" {
		fix += ", or take this one over first: kommunebilder pack apply " + is.Dir
	}
	return fmt.Sprintf("the folder %s works with %s; this is %s. What is written with it has other municipalities, areas or names: %s",
		o.dir, inWordsCounty(was), inWordsCounty(is), fix), nil
}

// fits refuses a pack that lacks what a board names.
func (o *folder) fits(pack *county.Pack, board domain.BoardID) error {
	p, ok := o.picture(domain.System("serve"), board)
	if !ok {
		return nil
	}
	_, lost := p.Catalogue().Diff(&pack.Catalogue)
	if lost == nil {
		return nil
	}
	fix, err := o.fitting(pack)
	if err != nil {
		return err
	}
	return fmt.Errorf("the county pack does not fit the data in %s: %w %s If this pack is the right one, give it rows with ended and successors for what would vanish; or, where the live picture rests on an edition of another pack, choose one of this pack first: kommunebilder base --edition ID",
		o.dir, o.inWords(lost), fix)
}

// fitting says which pack to give in the place of one that does not fit.
func (o *folder) fitting(pack *county.Pack) (string, error) {
	is, err := countyOf(o.county.dir, pack)
	if err != nil {
		return "", err
	}
	was, known, err := o.store.County()
	switch {
	case err != nil:
		return "", err
	case !known || was.Hash == is.Hash:
		return "Give the pack that the data were made with (--county DIR, KB_COUNTY).", nil
	case was.Dir != is.Dir:
		return fmt.Sprintf("The folder works with %s: %s.", inWordsCounty(was), give(was)), nil
	case was.Dir == "":
		return fmt.Sprintf("The folder works with the pack built into another version of this program (%.8s): use that version.", was.Hash), nil
	}
	return fmt.Sprintf("The pack in %s has changed since the folder worked with it (%.8s): put back what it was.", was.Dir, was.Hash), nil
}

// pack returns the county pack, for what is about to be written with it. A
// subcommand that works alone refuses one that is not that of the folder or does
// not fit its live picture; the server, which said so when it began, says it again
// to whoever asks.
func (o *folder) pack(out io.Writer) (county.Pack, error) {
	pack, err := o.county.get()
	if err != nil {
		return pack, err
	}
	if o.serving {
		if said := o.county.differs(); said != "" {
			fmt.Fprintf(out, "Note: %s.\n", said)
		}
		return pack, nil
	}
	said, err := o.strange(o.county.dir, &pack)
	if err == nil && said != "" {
		err = errors.New(said)
	}
	if err != nil {
		return pack, err
	}
	return pack, o.fits(&pack, domain.Live)
}

// packOf is pack for what puts an edition under the live picture: a pack that the
// live picture lacks is the right one where it is the edition's.
func (o *folder) packOf(edition domain.BoardID, out io.Writer) (county.Pack, error) {
	pack, err := o.county.get()
	if err != nil || o.serving || o.fits(&pack, domain.Live) == nil {
		return o.pack(out)
	}
	return pack, o.fits(&pack, edition)
}

// keepCounty has the folder remember its pack, where that is new.
func (o *folder) keepCounty(dir string, pack *county.Pack) error {
	is, err := countyOf(dir, pack)
	if err != nil {
		return err
	}
	was, known, err := o.store.County()
	if err != nil || known && was == is {
		return err
	}
	return o.store.KeepCounty(is)
}

// knowCounty holds the pack that the server starts with against that of the
// folder. Another one is reported in the log and to whoever started it, at each start.
func (o *folder) knowCounty(log *slog.Logger) error {
	pack, err := o.county.get()
	if err != nil {
		return err
	}
	said, err := o.strange(o.county.dir, &pack)
	if err != nil {
		return err
	}
	o.county.put(o.county.dir, pack, said)
	if said != "" {
		log.Warn("another county pack than that of the data folder", "why", said)
		return nil
	}
	if err := o.keepCounty(o.county.dir, &pack); err != nil {
		log.Warn("the data folder could not be told its county pack", "error", err) // as on a full disk: it serves without
	}
	return nil
}
