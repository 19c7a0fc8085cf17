package kit

import (
	"strconv"
	"strings"

	"kommunebilde/domain"
)

// columnText is what every cell of a column says, escaped once.
type columnText struct{ id, label string }

// levelText is what every cell of a level says, escaped once.
type levelText struct{ attr, sign, word, notch, beside string }

// prepare escapes what the cells share.
func (b *Board) prepare(o GridOptions) {
	set := "g"
	if o.Marks {
		set = "m"
	}
	b.columns = make([]columnText, len(b.Catalogue.Columns))
	for _, col := range b.Cols {
		name, _ := b.Catalogue.Columns[col].Name.In(b.Words.Lang)
		b.columns[col] = columnText{Escape(string(b.Catalogue.Columns[col].ID)), Escape(", " + name + ": ")}
	}
	b.texts = map[domain.Level]*levelText{}
	for _, l := range ScaleOf(b.Kind) {
		id := Escape(string(l))
		b.texts[l] = &levelText{
			attr:   `" data-level="` + id + `" tabindex="-1"`,
			sign:   `"><svg class="` + set + `" aria-hidden="true"><use href="#` + set + `-` + id + `"/></svg>`,
			word:   Escape(b.Word(l)),
			notch:  `<i class="notch" data-level="` + id + `"><svg class="g" aria-hidden="true"><use href="#g-` + id + `"/></svg></i>`,
			beside: Escape(" (" + b.Words.T("layer.edition") + ": " + b.Words.Level(l) + ")"),
		}
	}
	b.markedText = Escape(", " + b.Words.T("marking.cell"))
	b.staleText = Escape(", " + b.Words.T("stale.word"))
	b.outText, b.setText = Escape(b.Words.T("cell.out")), Escape(", "+b.Words.T("cell.set")+" ")
}

// cell appends one cell. It is written 644 times a page: everything that can be
// is escaped beforehand, and the buffer is a local one.
func (b *Board) cell(w *Builder, r, col int, m, place string) {
	c := &b.columns[col]
	cell := b.Picture.Cell(r, col)
	level := b.texts[cell.Level]
	out := b.isOut(r, col)
	notch, differs := b.notch(r, col, cell.Level)
	buf := w.b
	buf = append(buf, `<td role="gridcell" data-m="`...)
	buf = append(buf, m...)
	buf = append(buf, `" data-c="`...)
	buf = append(buf, c.id...)
	buf = append(buf, level.attr...)
	if cell.Revision > 0 && b.Picture.ShownVersion() == 0 {
		buf = append(buf, ` data-rev="`...)
		buf = strconv.AppendUint(buf, uint64(cell.Revision), 10)
		buf = append(buf, `" data-at="`...)
		buf = strconv.AppendInt(buf, Millis(cell), 10)
		buf = append(buf, '"')
		w.b = buf
		buf = w.Times(cell).b
	}
	if notch != "" {
		buf = append(buf, ` data-base="`...)
		buf = append(buf, notch...)
		buf = append(buf, '"')
	}
	if b.Filter.Actor != "" && b.actor.Reported(cell.ReportedBy) {
		buf = append(buf, ` data-reported`...)
	}
	if out {
		buf = append(buf, ` data-out`...)
	} else if b.IsRecent(cell) {
		buf = append(buf, ` data-changed="recent"`...)
	}
	if !cell.Due.IsZero() {
		buf = append(buf, ` data-due="`...)
		buf = strconv.AppendInt(buf, cell.Due.UnixMilli(), 10)
		buf = append(buf, '"')
	}
	if cell.Stale {
		buf = append(buf, ` data-stale`...)
	}
	if b.selected(r, col) {
		buf = append(buf, ` data-selected`...)
	}
	buf = append(buf, `><a href="?`...)
	buf = append(buf, b.Own...)
	buf = append(buf, `valgt=`...)
	buf = append(buf, m...)
	buf = append(buf, '.')
	buf = append(buf, c.id...)
	buf = append(buf, `" aria-label="`...)
	buf = append(buf, place...)
	buf = append(buf, c.label...)
	if out {
		buf = append(buf, b.outText...)
	} else {
		buf = append(buf, level.word...)
		if differs {
			buf = append(buf, b.texts[notch].beside...)
		}
		if cell.Revision > 0 && b.Kind != domain.KindEdition {
			buf = append(buf, b.setText...)
			buf = append(buf, b.when(cell.Said)...)
		}
	}
	marked := cell.Marking != nil && cell.Level != domain.Withheld
	if marked {
		buf = append(buf, b.markedText...)
	}
	figure := ""
	if b.Figures != nil && !out {
		figure = b.Figures.InCell(r, col, b.Catalogue.Columns[col].ID)
	}
	if figure != "" {
		buf = append(buf, ", "...)
		buf = append(buf, figure...)
	}
	if cell.Stale && !out {
		buf = append(buf, b.staleText...)
	}
	buf = append(buf, level.sign...)
	if figure != "" {
		buf = append(buf, `<b class="fig">`...)
		buf = append(buf, strings.ReplaceAll(figure, "/", "/\u200b")...) // two numbers on two lines, where one is too short
		buf = append(buf, `</b>`...)
	}
	if marked {
		buf = append(buf, `<svg class="lock" aria-hidden="true"><use href="#g-withheld"/></svg>`...)
	}
	buf = append(buf, `</a>`...)
	if differs {
		buf = append(buf, b.texts[notch].notch...)
	}
	w.b = append(buf, `</td>`...)
}
