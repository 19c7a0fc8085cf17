package dashboard

import (
	"strconv"

	"kommunebilde"
)

// columnText is what every cell of a column says, escaped once.
type columnText struct{ id, label string }

// levelText is what every cell of a level says, escaped once.
type levelText struct{ attr, sign, word, notch, beside string }

// prepare escapes what the cells share.
func (b *board) prepare(o gridOptions) {
	set := "g"
	if o.marks {
		set = "m"
	}
	b.columns = make([]columnText, len(b.c.Columns))
	for _, col := range b.cols {
		name, _ := b.c.Columns[col].Name.In(b.w.lang)
		b.columns[col] = columnText{escape(string(b.c.Columns[col].ID)), escape(", " + name + ": ")}
	}
	b.texts = map[kommunebilde.Level]*levelText{}
	for _, l := range scaleOf(b.kind) {
		id := escape(string(l))
		b.texts[l] = &levelText{
			attr:   `" data-level="` + id + `" tabindex="-1"`,
			sign:   `"><svg class="` + set + `"><use href="#` + set + `-` + id + `"/></svg>`,
			word:   escape(b.word(l)),
			notch:  `<i class="notch" data-level="` + id + `"><svg class="g"><use href="#g-` + id + `"/></svg></i>`,
			beside: escape(" (" + b.w.t("layer.edition") + ": " + b.w.level(l) + ")"),
		}
	}
	b.markedText = escape(", " + b.w.t("marking.cell"))
	b.staleText = escape(", " + b.w.t("stale.word"))
	b.outText, b.setText = escape(b.w.t("cell.out")), escape(", "+b.w.t("cell.set")+" ")
}

// cell appends one cell. It is written 644 times a page: everything that can be
// is escaped beforehand, and the buffer is a local one.
func (b *board) cell(w *builder, r, col int, m, place string) {
	c := &b.columns[col]
	cell := b.p.Cell(r, col)
	level := b.texts[cell.Level]
	out := b.isOut(r, col)
	notch, differs := b.notch(r, col, cell.Level)
	buf := w.b
	buf = append(buf, `<td role="gridcell" data-m="`...)
	buf = append(buf, m...)
	buf = append(buf, `" data-c="`...)
	buf = append(buf, c.id...)
	buf = append(buf, level.attr...)
	if cell.Revision > 0 && b.p.ShownVersion() == 0 {
		buf = append(buf, ` data-rev="`...)
		buf = strconv.AppendUint(buf, uint64(cell.Revision), 10)
		buf = append(buf, `" data-at="`...)
		buf = strconv.AppendInt(buf, millis(cell), 10)
		buf = append(buf, '"')
	}
	if notch != "" {
		buf = append(buf, ` data-base="`...)
		buf = append(buf, notch...)
		buf = append(buf, '"')
	}
	if b.f.Actor != "" && b.actor.Reported(cell.ReportedBy) {
		buf = append(buf, ` data-reported`...)
	}
	if out {
		buf = append(buf, ` data-out`...)
	} else if b.isRecent(cell) {
		buf = append(buf, ` data-changed="recent"`...)
	}
	stale := b.kind == kommunebilde.KindSituation && b.p.Stale(r, col)
	if stale {
		buf = append(buf, ` data-stale`...)
	}
	if b.selected(r, col) {
		buf = append(buf, ` data-selected`...)
	}
	buf = append(buf, `><a href="?`...)
	buf = append(buf, b.own...)
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
		if cell.Revision > 0 && b.kind != kommunebilde.KindEdition {
			buf = append(buf, b.setText...)
			buf = append(buf, b.when(cell.At)...)
		}
	}
	marked := cell.Marking != nil && cell.Level != kommunebilde.Withheld
	if marked {
		buf = append(buf, b.markedText...)
	}
	figure := ""
	if b.figures != nil && !out {
		figure = b.figures.inCell(r, col, b.c.Columns[col].ID)
	}
	if figure != "" {
		buf = append(buf, ", "...)
		buf = append(buf, figure...)
	}
	if stale {
		buf = append(buf, b.staleText...)
	}
	buf = append(buf, level.sign...)
	if figure != "" {
		buf = append(buf, `<b class="fig">`...)
		buf = append(buf, figure...)
		buf = append(buf, `</b>`...)
	}
	if marked {
		buf = append(buf, `<svg class="lock"><use href="#g-withheld"/></svg>`...)
	}
	buf = append(buf, `</a>`...)
	if differs {
		buf = append(buf, b.texts[notch].notch...)
	}
	w.b = append(buf, `</td>`...)
}
