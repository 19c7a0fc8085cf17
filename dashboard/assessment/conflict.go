package assessment

import (
	"html/template"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/worddiff"
	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Clash is a cell that two wrote: what one has typed, and what another stored since.
type Clash struct {
	Column domain.ColumnID
	Seen   domain.Revision // that the reader began on
	Text   typed.Text      // what the reader typed
	Level  domain.Level
}

// clash is the view: both texts side by side, and what shall stand.
type clash struct {
	kit.Page
	Name, Area, Bar        string
	Seen, Revision         domain.Revision
	Mine, Stored           template.HTML
	MineLevel, StoredLevel template.HTML
	Levels                 []levelKey // both, where they differ
	Level                  domain.Level
	Result                 string
	Versions               []version
}

// version is one of the texts that may stand.
type version struct {
	Choice, Name, Text string
	On                 bool
}

// Conflict is the piece of the page that shows two who wrote in the same cell.
func Conflict(s *kit.Site, r kit.Request, o Options, c Clash) ([]byte, error) {
	pg := s.NewPage(r, "workplace", "")
	w := sheet{pg: &pg, o: o, col: o.column(o.Area)}
	cell := o.Work.Cell(o.Open, c.Column)
	stored := cell.Text.String()
	m := o.Picture.Catalogue().Municipalities[o.Picture.Row(o.Open)]
	v := clash{Name: m.Name, Area: w.name(w.col), Seen: c.Seen, Revision: cell.Revision, Level: cell.Level}
	by, at := w.pg.Who(cell.By), ""
	base := ""
	for write := range o.Work.Ground.Writes(o.Open, c.Column) {
		if write.Revision == cell.Revision {
			at = w.pg.Minute(write.At)
		}
		if write.Revision <= c.Seen {
			base = write.Text
			break
		}
	}
	v.Bar = pg.T("work.clash", by, at)
	var mine, theirs kit.Builder
	spans := worddiff.Words(string(c.Text), stored)
	worddiff.Left(&mine, pg.Words, spans)
	worddiff.Right(&theirs, pg.Words, spans)
	v.Mine, v.Stored = mine.HTML(), theirs.HTML()
	merged, touched := worddiff.Merge(base, string(c.Text), stored)
	v.Result = merged
	v.Versions = []version{
		{"both", pg.T("work.clash.both"), merged, !touched},
		{"mine", pg.T("work.clash.mine"), string(c.Text), false},
		{"stored", pg.T("work.clash.stored"), stored, touched},
	}
	if w.col.Kind != domain.ColumnSummary {
		v.MineLevel, v.StoredLevel = w.chip(c.Level), w.chip(cell.Level)
		if c.Level != cell.Level && c.Level != "" {
			for _, k := range w.written(cell).Keys {
				if k.Level == string(c.Level) || k.Level == string(cell.Level) {
					k.On = k.Level == string(cell.Level)
					v.Levels = append(v.Levels, k)
				}
			}
		}
	}
	v.Page = pg
	return s.Render(v.Lang, "conflict", &v)
}

func (w *sheet) chip(l domain.Level) template.HTML {
	var b kit.Builder
	if l == "" {
		l = domain.NotAssessed
	}
	b.Chip(l, w.pg.T("level."+string(l)))
	return b.HTML()
}
