package dashboard

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// TestUploadIsAFormByItself: it goes without a script, its token comes before its files,
// and each word that the script asks the form for is there.
func TestUploadIsAFormByItself(t *testing.T) {
	t.Parallel()
	w := innlandet(t)
	pg := newSite(t).NewPage(w.request(editor, domain.Live, "/kunnskap?m=3434"), "start", "")
	var b kit.Builder
	pg.Upload(&b, []string{".pdf", ".docx"}, 25)
	form := string(b.Bytes())
	for _, want := range []string{`method="post" enctype="multipart/form-data" action="/filer"`, `type="file" name="file" multiple accept=".pdf,.docx"`, "Inntil 25 MB", `value="/kunnskap?m=3434"`, `<button class="btn" type="submit">`} {
		if !strings.Contains(form, want) {
			t.Errorf("lacks %s:\n%s", want, form)
		}
	}
	if token, file := strings.Index(form, `name="token"`), strings.Index(form, `name="file"`); token < 0 || token > file {
		t.Error("the token does not come first: the server takes no file before it")
	}
	script, err := os.ReadFile("kit/upload.ts")
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`word\("(\w+)"\)|\? "(\w+)" : row\.state === "stored" \? "(\w+)" : "(\w+)"`).FindAllStringSubmatch(string(script), -1)
	seen := 0
	for _, m := range asked {
		for _, word := range m[1:] {
			if word == "" {
				continue
			}
			seen++
			if !strings.Contains(form, " data-"+word+`="`) {
				t.Errorf("the script asks for %q", word)
			}
		}
	}
	if seen != 9 {
		t.Errorf("looked at %d words: the pattern no longer finds them", seen)
	}
}
