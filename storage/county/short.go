package county

import "strings"

// maxShort is how many characters a tile has room for.
const maxShort = 10

// Short makes a name for a tile, at most ten characters where the rules allow.
//
// Of two words the first becomes its first letter (Vestre Slidre: V. Slidre).
// Of two parts joined by a hyphen the first is cut likewise when the whole is
// over nine characters (Nord-Aurdal: N.-Aurdal); what is not a point of the
// compass keeps the consonants it begins with (Stor-Elvdal: St.-Elvdal). A
// single word over eight characters is cut where a syllable ends, after at most
// seven (Lillehammer: Lilleh.).
func Short(name string) string {
	if first, rest, ok := strings.Cut(name, " "); ok {
		return cutTo(initial(first)+". "+strings.ReplaceAll(rest, " ", ""), maxShort)
	}
	if first, rest, ok := strings.Cut(name, "-"); ok && len([]rune(name)) > 9 {
		return cutTo(initial(first)+".-"+rest, maxShort)
	}
	if len([]rune(name)) <= 8 {
		return name
	}
	if strings.Contains(name, "-") {
		return cutTo(name, maxShort)
	}
	return syllables([]rune(name), 7)
}

func initial(word string) string {
	runes := []rune(word)
	for _, point := range [...]string{"Nord", "Sør", "Øst", "Aust", "Øyst", "Vest", "Midt", "Indre", "Ytre"} {
		if strings.HasPrefix(word, point) {
			return string(runes[:1])
		}
	}
	n := 0
	for n < len(runes) && !vowel(runes[n]) {
		n++
	}
	return string(runes[:max(1, n)])
}

// syllables cuts after the last consonant, among the first most characters,
// that a vowel follows.
func syllables(name []rune, most int) string {
	for n := min(most, len(name)-1); n > 2; n-- {
		if !vowel(name[n-1]) && vowel(name[n]) {
			return string(name[:n]) + "."
		}
	}
	return cutTo(string(name), most+1)
}

func cutTo(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "."
}

func vowel(r rune) bool { return strings.ContainsRune("aeiouyæøåäöAEIOUYÆØÅÄÖ", r) }
