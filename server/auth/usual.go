package auth

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"errors"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"kommunebilde/domain/accounts"
)

// usualFiles has passwords.bin: passwords that many have and that were found in
// breaches, those of twelve characters or more among the million most frequent
// of SecLists. Of each it has the first five bytes of the SHA-256 of its lower
// case, sorted. Of passwords that nobody has yet, one in twenty-five million is
// taken for one of them. dashboard/web/build.mjs makes it.
//
//go:embed usual
var usualFiles embed.FS

const usualSum = 5

// usualSums reads the list; a program that was built without it does not start.
func usualSums() (string, error) {
	b, err := usualFiles.ReadFile("usual/passwords.bin")
	if err != nil || len(b) == 0 || len(b)%usualSum != 0 {
		return "", errors.New("the list of passwords that are tried first is missing: build with make")
	}
	return string(b), nil
}

// ownWords make a password no harder to guess, here: a password is judged by what
// what else it has. In lower case.
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

// usual reports whether a password is one that is tried first: known from breaches,
// or hardly more than the account's own name and words of the place.
func (a *Auth) usual(password string, of accounts.Account) bool {
	folded := strings.ToLower(password)
	if breached(a.usualSums, folded) || breached(a.usualSums, strings.Join(strings.Fields(folded), "")) {
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

func breached(sums, folded string) bool {
	sum := sha256.Sum256([]byte(folded))
	n := len(sums) / usualSum
	at := func(i int) string { return sums[i*usualSum : (i+1)*usualSum] }
	i := sort.Search(n, func(i int) bool { return at(i) >= string(sum[:usualSum]) })
	return i < n && bytes.Equal([]byte(at(i)), sum[:usualSum])
}
