package auth

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"kommunebilde"
)

// usualSums are passwords that many have and that were found in breaches: of each
// the first five bytes of the SHA-256 of its lower case, sorted. They are those of
// twelve characters or more among the million most frequent of SecLists
// (10-million-password-list-top-1000000.txt, MIT). Of passwords that nobody has
// yet, one in twenty-five million is taken for one of them.
//
//go:embed usual.bin
var usualSums string

const usualSum = 5

// ownWords make a password no harder to guess, here: a password is judged by what
// it has besides. In lower case.
func ownWords() []string {
	return []string{
		"kommunebilder", "kommunebilde", "kommunane", "kommunene", "kommuner", "kommune", "statsforvalteren", "statsforvaltaren", "statsforvalter",
		"fylkesmannen", "fylke", "beredskap", "nåbildet", "nåbilde", "møteleder", "redaktør", "administrator", "admin",
		"passordet", "passord", "password", "hemmelig", "velkommen", "qwerty", "norge", "noreg",
		"østfold", "akershus", "oslo", "innlandet", "buskerud", "vestfold", "telemark", "agder", "rogaland", "vestland",
		"møre", "romsdal", "trøndelag", "nordland", "troms", "finnmark",
		"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember",
		"vinteren", "vinter", "våren", "vår", "sommeren", "sommer", "høsten", "høst",
		"mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag",
	}
}

// usual tells whether a password is one that is tried first: known from breaches,
// or hardly more than the account's own name and words of the place.
func usual(password string, of kommunebilde.Account) bool {
	folded := strings.ToLower(password)
	if breached(folded) || breached(strings.Join(strings.Fields(folded), "")) {
		return true
	}
	words := ownWords()
	for part := range strings.FieldsFuncSeq(strings.ToLower(string(of.ID)+" "+of.Name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if utf8.RuneCountInString(part) >= 3 {
			words = append(words, part)
		}
	}
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) }) // "kommunebilder" before "kommune"
	for _, w := range words {
		folded = strings.ReplaceAll(folded, w, "\n") // what is left does not become another word
	}
	left := []rune(strings.Join(strings.Fields(folded), ""))
	slices.Sort(left)
	return len(left) < 6 || len(slices.Compact(left)) < 5
}

func breached(folded string) bool {
	sum := sha256.Sum256([]byte(folded))
	n := len(usualSums) / usualSum
	at := func(i int) string { return usualSums[i*usualSum : (i+1)*usualSum] }
	i := sort.Search(n, func(i int) bool { return at(i) >= string(sum[:usualSum]) })
	return i < n && bytes.Equal([]byte(at(i)), sum[:usualSum])
}
