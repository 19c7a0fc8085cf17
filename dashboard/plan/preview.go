package plan

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/plan"
)

// preview is the view of what a file would change, or of what is wrong with it.
type preview struct {
	kit.Page
	Band          kit.EditionHead
	Path          string
	Said, More    string
	Faults        []string
	Parts         []part
	Judged        string
	Columns, Seen string
}

// part is one kind of difference.
type part struct {
	Head  string
	Lines []fact
}

func newPreview(s *kit.Site, r kit.Request, p domain.Picture) preview {
	pg := s.NewPage(r, "preview", "")
	pg.OnBoard(p)
	pg.Edits, pg.Nav, pg.Own, pg.Body.Live = false, "editions", "plan", ""
	pg.Title = pg.T("plan.preview") + " – " + pg.TitleOf(p.Board())
	v := preview{Page: pg, Path: pg.Link("/utgave/" + string(p.Board().ID) + "/oppsett")}
	v.Band = pg.NewEditionHead(p.Board(), "oppsett", "")
	return v
}

// Faults says what is wrong in a file, of which nothing was read.
func Faults(s *kit.Site, r kit.Request, p domain.Picture, faults []kit.Fault, count int) ([]byte, error) {
	v := newPreview(s, r, p)
	v.Said = v.N("plan.file.faults", count)
	for _, f := range faults {
		v.Faults = append(v.Faults, v.Words.Fault(f))
	}
	if more := count - len(faults); more > 0 {
		v.More = v.N("n.more", more)
	}
	return s.Render(v.Lang, "preview", &v)
}

// Refused says why what a file has cannot be.
func Refused(s *kit.Site, r kit.Request, p domain.Picture, e *domain.Error) ([]byte, error) {
	v := newPreview(s, r, p)
	v.Said, v.Faults = v.N("plan.file.faults", 1), []string{v.T("refused."+e.Msg, e.Args...)}
	return s.Render(v.Lang, "preview", &v)
}

// Preview says what a file would change, beside the catalogue as it stands. Judged names those who have judged what would be ended.
func Preview(s *kit.Site, r kit.Request, p domain.Picture, set *plan.ColumnsSet, judged []string) ([]byte, error) {
	v := newPreview(s, r, p)
	now := p.Catalogue()
	var added, redefined, worded, ended, order []fact
	for _, col := range set.Set {
		line := v.line(col.Name)
		switch i := now.ColumnIndex(col.ID); {
		case i < 0:
			added = append(added, line)
		case now.Columns[i].Version != col.Version:
			line.Value = v.T("plan.preview.version", strconv.Itoa(now.Columns[i].Version), strconv.Itoa(col.Version))
			redefined = append(redefined, line)
		default:
			worded = append(worded, line)
		}
	}
	for _, e := range set.Ended {
		ended = append(ended, fact{Name: e.Name})
	}
	next := now.With(set.Set, set.Order, set.Ended)
	if len(set.Order) > 0 {
		for _, col := range next.Columns {
			if col.Kind == domain.ColumnArea {
				order = append(order, v.line(col.Name))
			}
		}
	}
	for _, one := range []part{{v.T("plan.preview.added"), added}, {v.T("plan.preview.redefined"), redefined}, {v.T("plan.preview.worded"), worded}, {v.T("plan.preview.ended"), ended}, {v.T("plan.preview.order"), order}} {
		if len(one.Lines) > 0 {
			v.Parts = append(v.Parts, one)
		}
	}
	if len(judged) > 0 {
		slices.Sort(judged)
		v.Judged = v.T("plan.end.judged", strings.Join(slices.Compact(judged), ", "))
	}
	body, err := json.Marshal(plan.SetColumns{Set: set.Set, Order: set.Order, Ended: set.Ended})
	if err != nil {
		return nil, err
	}
	v.Columns, v.Seen = string(body), now.Hash().String()
	return s.Render(v.Lang, "preview", &v)
}

func (v *preview) line(name domain.Words) fact {
	text, lang := name.In(v.Page.Lang)
	return fact{Name: text, Lang: kit.OtherLang(lang, v.Page.Lang)}
}
