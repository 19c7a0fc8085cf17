package prose

import "math"

// outermost is how far in the text lies that the first lists lie in.
const outermost = -1

func blocks(rows []row) (out []Block) {
	for i := 0; i < len(rows); {
		var b Block
		switch {
		case rows[i].text == "":
			i++
			continue
		case begins(rows, i, outermost):
			b, i = list(rows, i, outermost)
		default:
			b.Lines = append(b.Lines, pieces(rows[i].text))
			for i++; i < len(rows) && rows[i].text != "" && !begins(rows, i, outermost); i++ {
				b.Lines = append(b.Lines, pieces(rows[i].text))
			}
		}
		out = append(out, b)
	}
	return out
}

// begins reports whether a list begins at a row, further in than outer. A "1." begins
// one only where a "2." follows it: a sentence may begin with a date. The "2." may lie
// further in, because the blanks before a whole text are not kept.
func begins(rows []row, at, outer int) bool {
	first := rows[at]
	if first.mark != number {
		return first.mark == bullet
	}
	if first.n != 1 {
		return false
	}
	inner := math.MaxInt // where a list of numbers in this one lies
	for _, r := range rows[at+1:] {
		switch {
		case r.text == "":
			return false
		case r.in > first.in && r.in >= inner:
		case r.mark == number && r.n == 2 && r.in > outer:
			return true
		case r.in <= first.in:
			return false
		case r.mark == number && r.n == 1:
			inner = r.in
		}
	}
	return false
}

// list reads the list that begins at a row, as long as rows lie further in than outer,
// and returns where it ended. In a list that lies in another, a row that begins nothing
// goes on with the point above, so that all stands in the order it was typed in.
func list(rows []row, at, outer int) (Block, int) {
	first, b, i := rows[at], Block{Kind: Bullets}, at
	if first.mark == number {
		b.Kind = Numbers
	}
	for i < len(rows) && rows[i].text != "" && rows[i].in > outer {
		r := rows[i]
		deeper := r.in > first.in
		switch {
		case b.goesOn(r) && (!deeper || outer != outermost || b.Kind == Numbers):
			b.Items = append(b.Items, Item{Lines: []Line{pieces(r.rest)}})
			i++
		case !deeper && (outer == outermost || begins(rows, i, outer)):
			return b, i
		default:
			i = b.Items[len(b.Items)-1].take(rows, i, first.in, outer)
		}
	}
	return b, i
}

// goesOn reports whether a row is the next item of a list.
func (b *Block) goesOn(r row) bool {
	if b.Kind == Bullets {
		return r.mark == bullet
	}
	return r.mark == number && r.n == len(b.Items)+1
}

// take gives an item what lies further in than it: a list, if it lies in none but this,
// or one more line.
func (item *Item) take(rows []row, at, in, outer int) int {
	if outer == outermost && begins(rows, at, in) {
		under, end := list(rows, at, in)
		item.Under = append(item.Under, under)
		return end
	}
	item.Lines = append(item.Lines, pieces(rows[at].text))
	return at + 1
}
