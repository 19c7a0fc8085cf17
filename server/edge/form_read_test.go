package edge

import (
	"errors"
	"io"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/typed"
	"kommunebilde/domain/views"
	"kommunebilde/server/servertest"
)

// TestReadForm: a form's fields come into a command by the names that its JSON has, as
// what they are, and what is no field of a form stays as it was.
func TestReadForm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		form  string
		want  any
		field string // what is refused
	}{
		"texts and values": {"m=0002&text=+Bo%CC%88%0D%0Aer+stengt+&due=+2022-09-03+&owner=%09&ukjent=x&-=x", actions.Add{Municipality: "0002", Text: "Bö\ner stengt", Due: "2022-09-03"}, ""},
		"a revision":       {"board=na&revision=+12", domain.Undo{Board: "na", Revision: 12}, ""},
		"none":             {"revision=&board=", domain.Undo{}, ""},
		"no revision":      {"revision=-1", domain.Undo{}, "revision"},
		"ticked":           {"meeting=m1&unexplained=yes", domain.CloseMeeting{Meeting: "m1", Unexplained: true}, ""},
		"not ticked":       {"meeting=m1&unexplained=no&Names=x&names=x", domain.CloseMeeting{Meeting: "m1"}, ""},
		"lists":            {"invited=0001&invited=&invited=0002&agenda=sor,nord", domain.OpenMeeting{Invited: []domain.MunicipalityID{"0001", "0002"}, Agenda: []domain.RegionID{"sor", "nord"}}, ""},
		"names":            {"actors=Politiet,+lokalt%0D%0AHeimevernet%0A%0APolitiet,+lokalt&actors=Nettselskapet", domain.OpenMeeting{Actors: []typed.Text{"Politiet, lokalt", "Heimevernet", "Nettselskapet"}}, ""},
		"cells":            {"cell=0001.helse&cell=0002.plan&cells=x&fields=level,text", domain.MarkCells{Cells: []domain.CellRef{{Municipality: "0001", Column: "helse"}, {Municipality: "0002", Column: "plan"}}, Fields: []domain.Field{"level", "text"}}, ""},
		"no cell":          {"cell=0001", domain.MarkCells{}, "cell"},
		"another name":     {"m=0001&municipalities=0002", rollcall.ReportNoChange{Municipalities: []domain.MunicipalityID{"0001"}}, ""},
		"a wall's clock":   {"as_of=2022-09-02T12:00&value=7", figures.Edit{AsOf: domain.Moment{Time: time.Date(2022, 9, 2, 10, 0, 0, 0, time.UTC)}}, ""},
		"no time":          {"as_of=i+morgen", figures.Edit{}, "as_of"},
		"parts":            {"filter=x&name=Sør", views.Save{Name: "Sør"}, ""},
	} {
		f, err := url.ParseQuery(c.form)
		servertest.Must(t, err)
		got := reflect.New(reflect.TypeOf(c.want)).Elem()
		err = readForm(f, got)
		if e, _ := err.(*domain.Error); c.field != "" && (e == nil || e.Field != c.field) || c.field == "" && err != nil {
			t.Errorf("%s: %v, want a refusal of %q", name, err, c.field)
		}
		if edit, ok := got.Addr().Interface().(*figures.Edit); ok {
			edit.AsOf.Time = edit.AsOf.UTC()
		}
		if c.field == "" && !reflect.DeepEqual(got.Interface(), c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestFormIsReadOnce: whoever asks for a call's form gets the one that was read first.
func TestFormIsReadOnce(t *testing.T) {
	t.Parallel()
	app := fiber.New()
	app.Post("/", func(c *fiber.Ctx) error {
		k := &Call{c: c}
		first, err := k.Form()
		if err != nil {
			return err
		}
		first.Set("a", "2")
		again, err := k.Form()
		return errors.Join(err, c.SendString(again.Get("a")))
	})
	req := httptest.NewRequest("POST", "/", strings.NewReader("a=1"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := app.Test(req)
	servertest.Must(t, err)
	defer res.Body.Close()
	if b, err := io.ReadAll(res.Body); err != nil || string(b) != "2" {
		t.Errorf("read again: %q, %v", b, err)
	}
}
