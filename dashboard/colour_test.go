package dashboard

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The colours are read from the styles themselves.
func tokens(t *testing.T) map[string]map[string]rgb {
	t.Helper()
	body, err := os.ReadFile("kit/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]rgb{}
	for theme, selector := range map[string]string{
		"light": ":root {", "dark": `:root[data-theme="dark"] {`, "dark by system": `:root:not([data-theme="light"]) {`,
	} {
		_, rest, ok := strings.Cut(string(body), selector)
		if !ok {
			t.Fatalf("no %s theme in the styles", theme)
		}
		block, _, _ := strings.Cut(rest, "}")
		out[theme] = map[string]rgb{}
		for _, m := range regexp.MustCompile(`--([a-z0-9-]+): #([0-9A-Fa-f]{6});`).FindAllStringSubmatch(block, -1) {
			var c [3]uint8
			if _, err := fmt.Sscanf(m[2], "%02x%02x%02x", &c[0], &c[1], &c[2]); err != nil {
				t.Fatal(err)
			}
			out[theme][m[1]] = rgb{linear(c[0]), linear(c[1]), linear(c[2])}
		}
		if len(out[theme]) < 25 {
			t.Fatalf("%s: only %d tokens found", theme, len(out[theme]))
		}
	}
	return out
}

// rgb is linear light.
type rgb [3]float64

func linear(v uint8) float64 {
	c := float64(v) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}

func (c rgb) luminance() float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// blind simulates colour blindness (Machado et al. 2009, severity 1).
func (c rgb) blind(kind string) rgb {
	m := map[string][9]float64{
		"normal": {1, 0, 0, 0, 1, 0, 0, 0, 1},
		"protan": {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
		"deutan": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
		"tritan": {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
	}[kind]
	var out rgb
	for i := range out {
		out[i] = min(1, max(0, m[3*i]*c[0]+m[3*i+1]*c[1]+m[3*i+2]*c[2]))
	}
	return out
}

func (c rgb) lab() (l, a, b float64) {
	x := (0.4124564*c[0] + 0.3575761*c[1] + 0.1804375*c[2]) / 0.95047
	y := 0.2126729*c[0] + 0.7151522*c[1] + 0.0721750*c[2]
	z := (0.0193339*c[0] + 0.1191920*c[1] + 0.9503041*c[2]) / 1.08883
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	return 116*f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))
}

// ciede2000 is the colour difference of CIE (Sharma et al. 2005).
func ciede2000(p, q rgb) float64 {
	l1, a1, b1 := p.lab()
	l2, a2, b2 := q.lab()
	return ciede2000Lab(l1, a1, b1, l2, a2, b2)
}

func ciede2000Lab(l1, a1, b1, l2, a2, b2 float64) float64 {
	rad := math.Pi / 180
	cm := math.Pow((math.Hypot(a1, b1)+math.Hypot(a2, b2))/2, 7)
	g := 0.5 * (1 - math.Sqrt(cm/(cm+math.Pow(25, 7))))
	a1, a2 = a1*(1+g), a2*(1+g)
	c1, c2 := math.Hypot(a1, b1), math.Hypot(a2, b2)
	hue := func(a, b float64) float64 {
		if a == 0 && b == 0 {
			return 0
		}
		return math.Mod(math.Atan2(b, a)/rad+360, 360)
	}
	h1, h2 := hue(a1, b1), hue(a2, b2)
	dh := h2 - h1
	hm := (h1 + h2) / 2
	switch {
	case c1*c2 == 0:
		dh, hm = 0, h1+h2
	case dh > 180:
		dh -= 360
	case dh < -180:
		dh += 360
	}
	if c1*c2 != 0 && math.Abs(h1-h2) > 180 {
		if h1+h2 < 360 {
			hm += 180
		} else {
			hm -= 180
		}
	}
	dH := 2 * math.Sqrt(c1*c2) * math.Sin(dh*rad/2)
	lm, cp := (l1+l2)/2, (c1+c2)/2
	t := 1 - 0.17*math.Cos((hm-30)*rad) + 0.24*math.Cos(2*hm*rad) + 0.32*math.Cos((3*hm+6)*rad) - 0.20*math.Cos((4*hm-63)*rad)
	sl := 1 + 0.015*math.Pow(lm-50, 2)/math.Sqrt(20+math.Pow(lm-50, 2))
	sc, sh := 1+0.045*cp, 1+0.015*cp*t
	c7 := math.Pow(cp, 7)
	rt := -2 * math.Sqrt(c7/(c7+math.Pow(25, 7))) * math.Sin(60*math.Exp(-math.Pow((hm-275)/25, 2))*rad)
	dl, dc := (l2-l1)/sl, (c2-c1)/sc
	return math.Sqrt(dl*dl + dc*dc + math.Pow(dH/sh, 2) + rt*dc*dH/sh)
}

// The formula itself, against the published test data.
func TestCIEDE2000(t *testing.T) {
	for _, c := range [][7]float64{
		{50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425},
		{50, 2.5, 0, 73, 25, -18, 27.1492},
		{50, 2.5, 0, 61, -5, 29, 22.8977},
		{2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082},
		{22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373},
	} {
		if got := ciede2000Lab(c[0], c[1], c[2], c[3], c[4], c[5]); math.Abs(got-c[6]) > 0.0001 {
			t.Errorf("%v: %.4f", c, got)
		}
	}
}

// Levels are told apart by everybody: at least 20 between any two, under each
// kind of colour blindness; in the light theme darker as they get worse.
func TestLevelsAreToldApart(t *testing.T) {
	for theme, c := range tokens(t) {
		for _, kind := range []string{"normal", "deutan", "protan", "tritan"} {
			for _, pair := range [][2]string{{"green", "yellow"}, {"yellow", "red"}, {"green", "red"}} {
				if d := ciede2000(c[pair[0]].blind(kind), c[pair[1]].blind(kind)); d < 25 {
					t.Errorf("%s, %s: %s and %s are %.1f apart", theme, kind, pair[0], pair[1], d)
				}
			}
		}
	}
	light := tokens(t)["light"]
	g, _, _ := light["green"].lab()
	y, _, _ := light["yellow"].lab()
	r, _, _ := light["red"].lab()
	if g-y < 8 || y-r < 40 {
		t.Errorf("lightness green %.1f, yellow %.1f, red %.1f", g, y, r)
	}
}

func TestContrast(t *testing.T) {
	type pair struct {
		front, back string
		least       float64
	}
	pairs := []pair{
		{"text", "bg", 4.5}, {"text", "tint", 4.5}, {"text-subtle", "bg", 4.5}, {"text-subtle", "tint", 4.5}, {"text-subtle", "accent-tint", 4.5},
		{"accent", "bg", 4.5}, {"accent", "tint", 4.5}, {"accent", "accent-tint", 4.5}, {"on-accent", "accent", 4.5}, {"accent-tint-text", "accent-tint", 4.5},
		{"bg", "text", 4.5}, {"text", "hatch", 4.5}, {"hatch", "bg", 3},
		{"green-ink", "green", 4.5}, {"yellow-ink", "yellow", 4.5}, {"red-ink", "red", 4.5},
		{"green-border", "bg", 3}, {"yellow-border", "bg", 3}, {"red-border", "bg", 3}, {"line", "bg", 3}, {"green-border", "tint", 3}, {"line", "tint", 3},
		{"normal-border", "bg", 3}, {"strained-border", "bg", 3}, {"critical-border", "bg", 3}, // the edges of what must be confirmed
		{"mesh", "green", 3}, {"mesh", "yellow", 3}, {"accent", "bg", 3}, {"focus", "bg", 3}, {"live", "bg", 3}, {"line-strong", "bg", 3},
	}
	for theme, c := range tokens(t) {
		for _, p := range pairs {
			if got := contrast(c[p.front], c[p.back]); got < p.least {
				t.Errorf("%s: %s on %s is %.2f, want %.1f", theme, p.front, p.back, got, p.least)
			}
		}
	}
}

// What the system's setting gives is what the switch gives.
func TestDarkIsDark(t *testing.T) {
	all := tokens(t)
	for name, c := range all["dark"] {
		if all["dark by system"][name] != c {
			t.Errorf("--%s differs between the system's dark theme and the chosen one", name)
		}
	}
}
