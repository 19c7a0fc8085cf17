package dashboard

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// styleSheets are the styles as they are written, by file, without comments.
func styleSheets(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("*/*.css")
	if err != nil || len(names) == 0 {
		t.Fatalf("no styles: %v", err)
	}
	out := map[string]string{}
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(name)] = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(body), "")
	}
	return out
}

// composited are the properties that change without a new layout and without
// painting the page again.
var composited = []string{"opacity", "transform"}

// Whatever moves is drawn by the compositor alone: a change must not keep the
// computers of all who look at it busy.
func TestAnimationsAreComposited(t *testing.T) {
	property := regexp.MustCompile(`(?:^|[{;])\s*([a-z-]+)\s*:`)
	seen := 0
	for name, css := range styleSheets(t) {
		for _, part := range strings.Split(css, "@keyframes")[1:] {
			block := part[:strings.Index(part, "\n}")]
			for _, m := range property.FindAllStringSubmatch(block, -1) {
				seen++
				if !slices.Contains(composited, m[1]) {
					t.Errorf("%s: an animation changes %s", name, m[1])
				}
			}
		}
		for _, m := range regexp.MustCompile(`\btransition(?:-property)?:\s*([^;}]+)`).FindAllStringSubmatch(css, -1) {
			for _, one := range strings.Split(m[1], ",") {
				if p := strings.Fields(one)[0]; p != "none" && !slices.Contains(composited, p) {
					t.Errorf("%s: a transition changes %s", name, p)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no animation was found")
	}
}

// What has no level is told from green and normal by its hatch, so that it must
// be there: lines that can be seen (TestContrast), on a third of the ground, on
// every screen and on the map.
func TestHatchIsThere(t *testing.T) {
	css := styleSheets(t)["tokens.css"]
	if !regexp.MustCompile(`\[data-level="not_assessed"\],\s*\[data-level="none"\] \{\s*--h: repeating-linear-gradient\(135deg, var\(--hatch\) 0 var\(--hatch-line\), transparent var\(--hatch-line\) var\(--hatch-step\)\);`).MatchString(css) {
		t.Error("cells are not hatched by the tokens")
	}
	covers := map[string]float64{}
	for _, screen := range []string{":root {", ":root.wall {"} {
		_, block, _ := strings.Cut(css, screen)
		block, _, _ = strings.Cut(block, "}")
		covers[screen] = length(t, block, "--hatch-line") / length(t, block, "--hatch-step")
	}
	w, s := small(t), newSite(t)
	page := overviewOf(t, s, w, reader, "2022", "")
	tile := regexp.MustCompile(`<pattern id="hatch" width="(\d+)" height="(\d+)" [^>]*class="pt">`).FindStringSubmatch(page)
	stroke := regexp.MustCompile(`\.pt path \{ fill: none; stroke: var\(--hatch\); stroke-width: ([\d.]+); \}`).FindStringSubmatch(styleSheets(t)["map.css"])
	if tile == nil || tile[1] != tile[2] || stroke == nil {
		t.Fatalf("the map's hatch is not found: %v, %v", tile, stroke)
	}
	side, wide := number64(t, tile[1]), number64(t, stroke[1])
	covers["map"] = wide / (side / math.Sqrt2) // one slanting line to a tile
	for where, part := range covers {
		if part < .33 || part > .40 {
			t.Errorf("%s the hatch covers %.0f %% of the ground", where, part*100)
		}
	}
}

// What must be confirmed is a hatch of its own: bands of the level's colour with
// edges that can be seen (TestContrast), on every view by the same token.
func TestWhatMustBeConfirmedIsHatched(t *testing.T) {
	sheets := styleSheets(t)
	const late = `--late: repeating-linear-gradient(135deg, var(--b) 0 var(--late-edge), var(--f) 0 calc(var(--late-line) - var(--late-edge)), var(--b) 0 var(--late-line), var(--bg) 0 var(--late-step));`
	if !strings.Contains(sheets["tokens.css"], late) {
		t.Error("the tokens lack the hatch")
	}
	for _, screen := range []string{":root {", ":root.wall {"} {
		_, block, _ := strings.Cut(sheets["tokens.css"], screen)
		block, _, _ = strings.Cut(block, "}")
		edge, line, step := length(t, block, "--late-edge"), length(t, block, "--late-line"), length(t, block, "--late-step")
		if edge < .0625 || line < 3*edge || line/step < .4 || line/step > .6 {
			t.Errorf("%s edges of %v rem, bands of %v in %v", screen, edge, line, step)
		}
	}
	for name, where := range map[string]string{"states.css": "#grid td[data-stale]", "wallbc.css": ":is(.wb, .wc) td[data-stale] > .wcell", "situation.css": ".stale-sample"} {
		rule := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(where) + `[^{]*\{[^}]*background: var\(--late\);`)
		if !rule.MatchString(sheets[name]) {
			t.Errorf("%s: %s is not hatched by the token", name, where)
		}
	}
	if !regexp.MustCompile(`\.ps path \{ fill: none; stroke: var\(--b\);`).MatchString(sheets["map.css"]) {
		t.Error("the bands of the map have no edges")
	}
}

// On paper, too: its colours are others.
func TestHatchIsThereOnPaper(t *testing.T) {
	m := regexp.MustCompile(`--bg: #fff;.*--hatch: #([0-9a-f])([0-9a-f])([0-9a-f])([0-9a-f]{3})?;`).FindStringSubmatch(styleSheets(t)["print.css"])
	if m == nil {
		t.Fatal("paper has no hatch")
	}
	v, err := strconv.ParseUint(m[1]+m[2], 16, 8)
	if err != nil {
		t.Fatal(err)
	}
	grey := linear(uint8(v))
	if got := contrast(rgb{grey, grey, grey}, rgb{1, 1, 1}); got < 3 {
		t.Errorf("the hatch has %.2f to the paper", got)
	}
}

// length returns a custom property in rem.
func length(t *testing.T, block, name string) float64 {
	t.Helper()
	m := regexp.MustCompile(regexp.QuoteMeta(name) + `: ([\d.]+)rem;`).FindStringSubmatch(block)
	if m == nil {
		t.Fatalf("no %s in %s", name, block)
	}
	return number64(t, m[1])
}

func number64(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestStrokesHaveUnits: Firefox takes no width of a stroke that is calculated of numbers
// alone, and draws a line of one unit in its place.
func TestStrokesHaveUnits(t *testing.T) {
	n := 0
	for name, css := range styleSheets(t) {
		for _, stroke := range regexp.MustCompile(`stroke-(width|dasharray):[^;}]*`).FindAllString(css, -1) {
			for _, sum := range regexp.MustCompile(`calc\([^;]*?\*`).FindAllString(stroke, -1) {
				if n++; !strings.Contains(sum, "px") {
					t.Errorf("%s: %s", name, stroke)
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d calculated strokes", n)
	}
}
