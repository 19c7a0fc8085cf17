//go:build e2e && browsers

package e2e

import (
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// sight is a page, its size, and the regions of it that are compared. Without a path it
// is the page that is open.
type sight struct {
	name, path    string
	width, height int64
	regions       []string
}

// looked is how a browser shows a page.
type looked struct {
	by, page string
	picture  *image.RGBA
	Boxes    map[string][4]float64 // x, y, width, height
	Over     float64               // how far it scrolls sideways
	OnEach   []string              // controls that lie on each other
}

// arrangement is where a page has its regions, and which of its controls lie on each
// other.
const arrangement = `JSON.stringify((() => {
	const Boxes = {};
	for (const region of %s) {
		const e = document.querySelector(region);
		if (!e?.checkVisibility()) continue;
		const { x, y, width, height } = e.getBoundingClientRect();
		Boxes[region] = [x, y, width, height];
	}
	const controls = [...document.querySelectorAll("a, button, input, select, textarea, summary")]
		.filter((e) => !e.closest("svg") && e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.clientWidth > 1 && getComputedStyle(e).position !== "absolute")
		.map((e) => ({ e, at: e.getBoundingClientRect(), name: e.localName + " " + (e.id || e.name || e.textContent.trim()) }));
	const OnEach = [];
	controls.forEach((a, i) => controls.slice(i + 1).forEach((b) => {
		const on = a.at.right > b.at.left + 1 && b.at.right > a.at.left + 1 && a.at.bottom > b.at.top + 1 && b.at.bottom > a.at.top + 1;
		if (on && !a.e.contains(b.e)) OnEach.push(a.name + " and " + b.name);
	}));
	return { Boxes, OnEach, Over: document.documentElement.scrollWidth - innerWidth };
})())`

// looks takes a page's picture, once its regions are where they were before it; for
// people to look at, too, where KB_SHOTS names a folder.
func (v *visitor) looks(s sight) *looked {
	v.t.Helper()
	regions, err := json.Marshal(s.regions)
	v.must(err)
	v.until("nothing has the focus", `(document.activeElement?.blur(), true)`)
	l := &looked{by: v.name, page: s.name}
	var was, is string
	if !poll(often, 10*time.Second, func() bool {
		was = is
		if l.picture, err = v.picture(); err == nil {
			is, err = v.eval(fmt.Sprintf(arrangement, regions))
		}
		return err == nil && is == was
	}) {
		v.t.Fatalf("%s does not come to rest: %v\n%s", s.name, err, is)
	}
	v.must(json.Unmarshal([]byte(is), l))
	if dir := os.Getenv("KB_SHOTS"); dir != "" {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s-%s.png", s.name, strings.ToLower(v.name))))
		v.must(err)
		v.must(png.Encode(f, l.picture))
		v.must(f.Close())
	}
	return l
}

// What browsers may differ by: they set type and round lines each in their own way.
const (
	aside    = 4   // pixels a region may be elsewhere, or larger
	paler    = 8   // of 255, a region's tiles in the mean
	farTiles = .06 // of a region's tiles, those that differ by more than 32
	plain    = .02 // of a region: a colour that is painted, not an edge's
)

// like fails the test where a browser shows a page otherwise than another does.
func (l *looked) like(t *testing.T, want *looked, regions []string) {
	t.Helper()
	differs := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s in %s: %s", l.page, l.by, fmt.Sprintf(format, args...))
	}
	if l.Over > 0 {
		differs("scrolls %v px sideways", l.Over)
	}
	for _, both := range l.OnEach {
		if !slices.Contains(want.OnEach, both) {
			differs("on each other are %s", both)
		}
	}
	for _, region := range regions {
		box, known := want.Boxes[region]
		its, there := l.Boxes[region]
		if !known || !there {
			differs("%s is not there, or not in %s", region, want.by)
			continue
		}
		for i := range box {
			if math.Abs(box[i]-its[i]) > aside {
				differs("%s is at %.0f, in %s at %.0f", region, its, want.by, box)
				break
			}
		}
		for _, d := range unlike(pieceOf(l.picture, its), pieceOf(want.picture, box)) {
			differs("%s: %s", region, d)
		}
	}
}

// pieceOf is the part of a picture that is in a box.
func pieceOf(picture *image.RGBA, box [4]float64) *image.RGBA {
	x, y := int(box[0]), int(box[1])
	return picture.SubImage(image.Rect(x, y, x+int(box[2]), y+int(box[3]))).(*image.RGBA)
}

// unlike tells how a piece of a picture differs from another, which may be a little
// larger: by its tiles' mean colours, and by how much of it has a plain colour.
func unlike(p, want *image.RGBA) (out []string) {
	if p.Rect.Empty() || want.Rect.Empty() {
		return []string{"is not in the window"}
	}
	const side = 24
	nx, ny := max(1, want.Rect.Dx()/side), max(1, want.Rect.Dy()/side)
	sum, far := 0., 0.
	for i := range nx * ny {
		a, b, most := tile(p, i%nx, i/nx, nx, ny), tile(want, i%nx, i/nx, nx, ny), 0.
		for c := range a {
			most = max(most, math.Abs(a[c]-b[c]))
		}
		sum += most
		if most > 32 {
			far++
		}
	}
	if n := float64(nx * ny); sum/n > paler || far/n > farTiles {
		out = append(out, fmt.Sprintf("tiles differ by %.1f, %.0f of %.0f by much", sum/n, far, n))
	}
	its := shares(p)
	for colour, share := range shares(want) {
		if share > plain && (its[colour] < share*.45 || its[colour] > share*1.8) {
			out = append(out, fmt.Sprintf("%.1f %% of it are #%02x, not %.1f %%", 100*its[colour], colour, 100*share))
		}
	}
	return out
}

// tile is the mean colour of one of nx × ny tiles.
func tile(p *image.RGBA, i, j, nx, ny int) (mean [3]float64) {
	r, n := p.Rect, 0.
	for y := r.Min.Y + r.Dy()*j/ny; y < r.Min.Y+r.Dy()*(j+1)/ny; y++ {
		for x := r.Min.X + r.Dx()*i/nx; x < r.Min.X+r.Dx()*(i+1)/nx; x++ {
			at := p.PixOffset(x, y)
			for c := range mean {
				mean[c] += float64(p.Pix[at+c])
			}
			n++
		}
	}
	for c := range mean {
		mean[c] /= max(1, n)
	}
	return mean
}

// shares are how much of a piece has each colour.
func shares(p *image.RGBA) map[[3]byte]float64 {
	of := map[[3]byte]float64{}
	one := 1 / float64(p.Rect.Dx()*p.Rect.Dy())
	for y := p.Rect.Min.Y; y < p.Rect.Max.Y; y++ {
		for x := p.Rect.Min.X; x < p.Rect.Max.X; x++ {
			at := p.PixOffset(x, y)
			of[[3]byte(p.Pix[at:at+3])] += one
		}
	}
	return of
}
