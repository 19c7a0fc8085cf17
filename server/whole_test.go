package server

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"kommunebilde/domain/assessment"
	"kommunebilde/domain/typed"
)

// TestMunicipalityWhole: all areas and the summary of one municipality stand on one page,
// as rows of the workplace with the same addresses and revisions; only what changed comes
// when that is asked for.
func TestMunicipalityWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.planned()
	const page = "/utgave/arbeid/kommune/9902"
	rows := regexp.MustCompile(`<tr id="r-(\w+)" data-m="(\d+)" data-c="(\w+)" data-state="(\w+)" data-seen="(\d+)" data-unit="(\d+)"`)
	all := rows.FindAllStringSubmatch(w.get("leser", page).body, -1)
	if len(all) != 3 || all[0][1] != "beredskap" || all[1][3] != "skole" || all[2][3] != "status" || all[0][2] != "9902" {
		t.Fatalf("rows %v", all)
	}
	for _, row := range all {
		of := rows.FindAllStringSubmatch(w.get("leser", "/utgave/arbeid/vurdering/"+row[3]).body, -1)
		found := false
		for _, one := range of {
			found = found || one[2] == "9902" && strings.Join(one[3:], " ") == strings.Join(row[3:], " ")
		}
		if !found {
			t.Errorf("%v is not as at the area: %v", row, of)
		}
		if !strings.Contains(w.get("leser", page).body, `href="/utgave/arbeid/vurdering/`+row[3]+`/9902"`) {
			t.Errorf("nothing leads to %s", row[3])
		}
	}
	head := w.clerk.State().Head().Revision
	text := typed.Text("– én\n– to\n\nSe https://example.no/plan")
	w.submit(assessment.Save{Board: "arbeid", Cells: []assessment.Edit{{Municipality: "9902", Column: "utfordringer", Text: &text, Seen: w.seen("arbeid", "9902", "utfordringer")}}})
	body := w.get("leser", page).body
	if !containsAll(body, "<li>én", `href="https://example.no/plan"`) {
		t.Errorf("the summary is not shown as it was meant: %s", mainOf(body))
	}
	if fresh := rows.FindAllStringSubmatch(w.get("leser", page+"?endret="+strconv.Itoa(int(head))).body, -1); len(fresh) != 1 || fresh[0][3] != "status" {
		t.Errorf("since %d: %v", head, fresh)
	}
	for path, want := range map[string]int{page + "?endret=x": 422, "/utgave/arbeid/kommune/1": 404, "/utgave/2022/kommune/9902": 404} {
		if res := w.get("leser", path); res.status != want {
			t.Errorf("%s: %d", path, res.status)
		}
	}
	for _, who := range []string{"", "kommune", "skjerm"} {
		if res := w.get(who, page); res.status != 404 && res.status != 403 && res.status != 303 {
			t.Errorf("%q: %d", who, res.status)
		}
	}
	for _, from := range []string{"/kommune/9902?board=arbeid", "/utgave/arbeid/vurdering/beredskap/9902"} {
		if !strings.Contains(w.get("leser", from).body, `href="`+page+`"`) {
			t.Errorf("%s does not lead to it", from)
		}
	}
}
