package kit

import (
	"net/url"
	"slices"
	"strings"

	"kommunebilde/domain"
)

// FilterNames are what a filter is called in an address.
func FilterNames() []string {
	return []string{"region", "area", "level", "since", "age", "aktor", "at", "kart", "vis", "valgt", "romslig"}
}

// CheckNames refuses an address with a name that is neither a filter's nor one of more:
// a name that is misspelled would show more than was asked for, and nobody would see.
func CheckNames(q url.Values, more ...string) error {
	var wrong []string
	for name := range q {
		if !slices.Contains(FilterNames(), name) && !slices.Contains(more, name) {
			wrong = append(wrong, name)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return &domain.Error{Code: domain.Invalid, Field: wrong[0], Msg: "filter.name", Args: []string{strings.Join(wrong, ", ")}}
}

// WithoutForeign leaves out what mail and social media add to links that are shared, to
// know who follows them. It is about them and no filter: a shared link still leads to
// its page.
func WithoutForeign(q url.Values) url.Values {
	for name := range q {
		if strings.HasPrefix(name, "utm_") || slices.Contains(foreign, name) {
			q.Del(name)
		}
	}
	return q
}

var foreign = []string{
	"fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "li_fat_id", "igshid", "igsh",
	"mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "vero_id", "oly_anon_id", "oly_enc_id", "_ga", "_gl", "srsltid",
}
