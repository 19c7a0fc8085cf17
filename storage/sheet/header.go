package sheet

import (
	"strings"

	"kommunebilde/domain"
)

// field is what a column of a file is for.
type field int

const (
	fieldUnknown      field = iota
	fieldIgnored            // known, and of no use here
	fieldMunicipality       // its name, or number
	fieldNumber
	fieldArea
	fieldIndicator
	fieldLevel
	fieldText
	fieldAuthor
	fieldDate

	fieldBoard // of a planned edition's own sheet, these and the next
	fieldColumnID
	fieldVersion
	fieldEvidence
	fieldSeen
)

// fieldOf tells what a header's word says.
func fieldOf(word string) field {
	switch word {
	case "kommune", "kommuner", "kommunar", "kommunenavn", "kommunenamn", "municipality", "municipality name":
		return fieldMunicipality
	case "kommunenummer", "kommunenr", "kommune nr", "kommune-nr", "knr", "nr", "nummer", "municipality number", "number":
		return fieldNumber
	case "fagområde", "fagområder", "fagomrade", "område", "fagområde/indikator", "fagområde eller indikator", "area", "area/indicator", "area or indicator", "column":
		return fieldArea
	case "indikator", "indikatorar", "indikatorer", "tema", "indicator", "theme":
		return fieldIndicator
	case "nivå", "niva", "farge", "fargekode", "status", "level", "colour", "color":
		return fieldLevel
	case "tekst", "begrunnelse", "grunngiving", "kommentar", "merknad", "vurdering", "text", "reason", "comment", "assessment":
		return fieldText
	case "forfatter", "forfattar", "vurdert av", "author", "assessed by":
		return fieldAuthor
	case "dato", "vurdert dato", "vurderingsdato", "date", "assessed":
		return fieldDate
	case "region", "regionnavn", "fylke", "county", "innbyggere", "innbyggjarar", "innbyggertall", "folketall", "folketal", "population", "år", "year", "utgave", "utgåve", "edition":
		return fieldIgnored
	}
	return fieldUnknown
}

// ownField is fieldOf for the header of a sheet that the product gave away. It
// has what the numbers are of in every row: that says nothing here, nor do ids
// beside names, which nobody changes who changes the names. A remark in it is
// ours, not the assessor's.
func ownField(word string) field {
	switch word {
	case "tavle", "board", "versjon", "version", "kolonne-id", "column id", "status-id", "level id", "gjelder per", "gjeld per", "holds as of", "vurdert per", "assessed as of", "satt", "sett", "set", "merknad", "remark", "utvalg", "utval", "filter":
		return fieldIgnored
	}
	return fieldOf(word)
}

// plannedField is ownField for a planned edition's: its cells are found by id, and have
// the revision that was seen.
func plannedField(word string) field {
	switch word {
	case "utgave-id", "utgåve-id", "edition id":
		return fieldBoard
	case "kolonne-id", "column id":
		return fieldColumnID
	case "kolonneversjon", "column version":
		return fieldVersion
	case "kilder", "kjelder", "evidence":
		return fieldEvidence
	case "revisjon", "revision":
		return fieldSeen
	case "vurdert per", "judged as of", "arbeidsstatus", "work status", "mot forrige utgave", "mot førre utgåve", "against the edition before",
		"mangler", "manglar", "missing", "godkjent av", "godkjend av", "approved by", "unntatt offentlighet", "unnateke offentlegheit", "exempt from disclosure",
		"kontroll", "proof", "hentet", "henta", "downloaded", "vurdert av", "assessed by":
		return fieldIgnored
	}
	return ownField(word)
}

// fieldsOf returns how the words of a header row are to be read.
func (n *names) fieldsOf(cells []cell) func(word string) field {
	column, level := false, false
	for _, c := range cells {
		if len(c.value) > longName {
			continue
		}
		switch fold(c.value) {
		case "kolonne-id", "column id":
			column = true
		case "status-id", "level id":
			level = true
		}
	}
	switch {
	case column && level && n.planned:
		return plannedField
	case column && level:
		return ownField
	}
	return fieldOf
}

// layout is what the columns of a sheet are for, found in its header row.
type layout struct {
	row     int // the header's, from 1
	wide    bool
	fields  map[field]int // places of the long form's columns, and of what holds for a whole row
	cells   []wideCell    // the wide form's
	unknown []int         // columns that must be empty

	column       domain.ColumnID       // long form, from the sheet's name
	municipality domain.MunicipalityID // likewise
}

// wideCell is the columns of the wide form that are about one of ours; -1 is
// none.
type wideCell struct {
	id                        domain.ColumnID
	level, text, author, date int
}

// heads reports whether a value may head a column.
func (n *names) heads(value string) bool {
	if value == "" || len(value) > longName {
		return false
	}
	if fieldOf(fold(value)) != fieldUnknown {
		return true
	}
	_, _, ok := n.wideHead(value)
	return ok
}

// layoutOf finds a sheet's header. ok is false for a sheet that has none; what
// is wrong with a header goes to the faults.
func (n *names) layoutOf(g *grid, faults *Faults) (l layout, ok bool) {
	halfRow, halfLacks := 0, ""
	for row := 1; row <= min(headerRows, len(g.rows)); row++ {
		l, lacks := n.tryRow(g, row)
		if lacks == "" {
			n.checkHeader(g, &l, faults)
			return l, true
		}
		if halfRow == 0 && lacks != nothing {
			halfRow, halfLacks = row, lacks
		}
	}
	if halfRow > 0 {
		faults.add(g.name, halfRow, -1, "", is(halfLacks))
	}
	return layout{}, false
}

// nothing is what tryRow says of a row that is no header at all.
const nothing = "nothing"

// tryRow reads a row as a header; lacks says what else a header would need.
func (n *names) tryRow(g *grid, row int) (l layout, lacks string) {
	l = layout{row: row, fields: map[field]int{}}
	areas, fieldOf := 0, n.fieldsOf(g.rows[row-1])
	for col, c := range g.rows[row-1] {
		if c.value == "" || len(c.value) > longName {
			continue
		}
		f := fieldOf(fold(c.value))
		if _, taken := l.fields[f]; f > fieldIgnored && !taken {
			l.fields[f] = col
		}
		if _, part, ok := n.wideHead(c.value); ok && f == fieldUnknown && part == fieldLevel {
			areas++
		}
	}
	has := func(fields ...field) bool {
		for _, f := range fields {
			if _, ok := l.fields[f]; ok {
				return true
			}
		}
		return false
	}
	who, what, level := has(fieldMunicipality, fieldNumber), has(fieldArea, fieldIndicator), has(fieldLevel)
	if !what && level && who { // a sheet per area
		l.column, _ = n.column(g.name, true, true)
		what = l.column != ""
	}
	if !who && level && what { // a sheet per municipality
		l.municipality, _ = n.municipality(g.name)
		who = l.municipality != ""
	}
	switch {
	case who && what && level:
		return l, ""
	case areas > 0 && !level && !what:
		l.wide = true
		if !who && areas > 1 && g.at(row, 0).value == "" {
			l.fields[fieldMunicipality] = 0 // the corner of a cross table is often empty
			who = true
		}
		if who {
			return l, ""
		}
		if areas > 1 {
			return l, "header.who_beside"
		}
	case who && level:
		return l, "header.what"
	case what && level:
		return l, "header.who"
	case who && what:
		return l, "header.level"
	}
	return l, nothing
}

// checkHeader gives each column of the header its use, and reports columns
// that are there twice.
func (n *names) checkHeader(g *grid, l *layout, faults *Faults) {
	seen, fieldOf := map[field]bool{}, n.fieldsOf(g.rows[l.row-1])
	for col, c := range g.rows[l.row-1] {
		f := fieldUnknown
		if len(c.value) <= longName {
			f = fieldOf(fold(c.value))
		}
		if c.value == "" && l.fields[fieldMunicipality] == col && l.wide && col == 0 {
			f = fieldMunicipality
		}
		switch {
		case f == fieldIgnored:
		case l.wide && (f == fieldUnknown || f == fieldText):
			n.wideColumn(g, l, col, c.value, faults)
		case f == fieldUnknown:
			l.unknown = append(l.unknown, col)
		case seen[f]:
			faults.add(g.name, l.row, col, c.value, is("header.twice"))
		}
		seen[f] = true
	}
	for _, w := range l.cells {
		if w.level < 0 {
			for _, col := range []int{w.text, w.author, w.date} {
				if col >= 0 {
					faults.add(g.name, l.row, col, g.at(l.row, col).value, is("header.level_of", n.title[w.id]))
				}
			}
		}
	}
}

// wideColumn notes a column of the wide form.
func (n *names) wideColumn(g *grid, l *layout, col int, value string, faults *Faults) {
	id, part, ok := n.wideHead(value)
	if !ok {
		if n.ambiguous(value) {
			_, several := n.column(value, true, true)
			faults.add(g.name, l.row, col, value, several)
			return
		}
		l.unknown = append(l.unknown, col)
		return
	}
	i := 0
	for i < len(l.cells) && l.cells[i].id != id {
		i++
	}
	if i == len(l.cells) {
		l.cells = append(l.cells, wideCell{id, -1, -1, -1, -1})
	}
	w := &l.cells[i]
	place := map[field]*int{fieldLevel: &w.level, fieldText: &w.text, fieldAuthor: &w.author, fieldDate: &w.date}[part]
	if *place >= 0 {
		faults.add(g.name, l.row, col, value, is("header.twice"))
		return
	}
	*place = col
}

// wideHead reads a header of the wide form: the name of an area or indicator,
// alone (its level) or with a word for what else the column holds.
func (n *names) wideHead(value string) (id domain.ColumnID, part field, ok bool) {
	if value == "" || len(value) > longName {
		return "", 0, false
	}
	if id, unknown := n.column(value, true, true); unknown.code == "" {
		return id, fieldLevel, true
	}
	key := fold(value)
	for i, c := range key {
		if !strings.ContainsRune("-/( ", c) {
			continue
		}
		part := fieldOf(strings.TrimSuffix(strings.TrimSpace(key[i+1:]), ")"))
		if part != fieldText && part != fieldAuthor && part != fieldDate && part != fieldLevel {
			continue
		}
		if id, unknown := n.column(strings.TrimSpace(key[:i]), true, true); unknown.code == "" {
			return id, part, true
		}
	}
	return "", 0, false
}
