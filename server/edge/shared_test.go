package edge

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/molecule-man/go-brrr"

	"kommunebilde/domain"
	"kommunebilde/server/servertest"
)

// TestHolesArePackedAround: a page packed with holes in it is that page, whatever is
// written into its holes, at either level.
func TestHolesArePackedAround(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../dashboard/testdata/overview-live-lead.html")
	servertest.Must(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 60 {
		level := quickLevel
		if round%10 == 0 {
			level = bestLevel
		}
		page := bytes.Clone(text[:1+random.IntN(len(text))])
		for at := 10; at < len(page); at += 1 + random.IntN(1+len(page)/5) {
			kind, n := byte(1+random.IntN(6)), 1+random.IntN(200)
			page = bytes.Join([][]byte{page[:at], bytes.Repeat([]byte{kind}, n), page[at:]}, nil)
			if at += n; len(holesIn(page)) > 4 {
				break
			}
		}
		holes := holesIn(page)
		packed, where, err := packAround(page, holes, level)
		if err != nil {
			if last := len(holes) - 1; holes[last].plain+holes[last].n+2 <= len(page) && sum(holes) <= mostHoles {
				t.Fatal(err)
			}
			continue
		}
		// What no text has, what follows itself, what the page has everywhere.
		for _, with := range []string{"\xff", "aaaa", ` data-m="3403" data-c="skole`} {
			want, got := bytes.Clone(page), bytes.Clone(packed)
			for _, h := range where {
				own := bytes.Repeat([]byte(with), h.n)[:h.n]
				copy(want[h.plain:], own)
				copy(got[h.packed:], own)
			}
			if unpacked, err := brrr.Decompress(got); err != nil || !bytes.Equal(unpacked, want) {
				t.Fatalf("round %d, level %d, %d holes filled with %q: %v", round, level, len(where), with, err)
			}
		}
	}
}

func sum(holes []hole) (n int) {
	for _, h := range holes {
		n += h.n
	}
	return n
}

// TestGrantsKey: two share a page only if they were granted the same, and what is over
// does not count.
func TestGrantsKey(t *testing.T) {
	t.Parallel()
	now := time.Now()
	lead, reader := domain.Grant{Role: domain.RoleLead}, domain.Grant{Role: domain.RoleReader}
	over, areas := lead, domain.Grant{Role: domain.RoleAssessor, Areas: []domain.ColumnID{"skole"}}
	over.Until = now.Add(-time.Second)
	key := grantsKey([]domain.Grant{reader}, now)
	for name, c := range map[string]struct {
		grants []domain.Grant
		same   bool
	}{
		"the same":     {[]domain.Grant{reader}, true},
		"twice":        {[]domain.Grant{reader, reader}, true},
		"and was lead": {[]domain.Grant{over, reader}, true},
		"nothing":      {nil, false},
		"lead":         {[]domain.Grant{lead}, false},
		"both":         {[]domain.Grant{reader, lead}, false},
		"assessor":     {[]domain.Grant{areas}, false},
	} {
		if got := grantsKey(c.grants, now) == key; got != c.same {
			t.Errorf("%s: %v", name, got)
		}
	}
}
