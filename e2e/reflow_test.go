//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
)

// spacing is what a reader may ask for (WCAG 1.4.12), and nothing may be lost by it.
const spacing = `
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }`

// lost lists what cannot be read of the page that is open: text that lies over
// other text, that its box cuts, and frames that only a pointer can move
// sideways. Text that somebody scrolls to is not lost.
const lost = `(() => {
	const found = [], boxes = [];
	const say = (what, el, text) => {
		let at = el, path = [];
		for (; at && at !== document.body && path.length < 4; at = at.parentElement)
			path.unshift(at.localName + (at.id ? "#" + at.id : "") + [...at.classList].slice(0, 2).map(c => "." + c).join(""));
		found.push(what + " " + JSON.stringify(text.replace(/\s+/g, " ").trim().slice(0, 48)) + " in " + path.join(" > "));
	};
	const hidden = new Map();
	const unseen = el => {
		if (!el || el === document.documentElement) return false;
		if (hidden.has(el)) return hidden.get(el);
		const s = getComputedStyle(el);
		const is = s.visibility !== "visible" || s.display === "none" || s.opacity === "0" || (s.clipPath !== "none" && s.position === "absolute") || unseenAbove(el);
		hidden.set(el, is);
		return is;
	};
	const above = new Map();
	const unseenAbove = el => {
		const p = el.parentElement;
		if (!p) return false;
		if (above.has(p)) return above.get(p);
		const s = getComputedStyle(p);
		const is = s.opacity === "0" || (s.clipPath !== "none" && s.position === "absolute") || unseenAbove(p);
		above.set(p, is);
		return is;
	};
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const range = document.createRange();
	for (let node; node = walk.nextNode();) {
		const el = node.parentElement;
		if (!node.data.trim() || el.localName === "details" && !el.open || el.closest("script, style, option, textarea, noscript, title") || !el.checkVisibility({ contentVisibilityAuto: true }) || unseen(el)) continue;
		const style = getComputedStyle(el), size = parseFloat(style.fontSize);
		const upright = style.writingMode.startsWith("vertical");
		range.selectNodeContents(node);
		for (const r of range.getClientRects()) {
			if (r.width < 1 || r.height < 1) continue;
			// the letters themselves, without the font's room over and under them
			const air = Math.max(2, ((upright ? r.width : r.height) - size * .72) / 2), end = Math.max(1, parseFloat(style.letterSpacing) || 0);
			const ink = { l: r.left + (upright ? air : 1), r: r.right - (upright ? air : end), t: r.top + (upright ? end : air), b: r.bottom - (upright ? 1 : air) };
			if (ink.r <= ink.l || ink.b <= ink.t) continue;
			let cut = false, stuck = false;
			const flat = el.closest("svg");
			for (let p = flat ? flat : el; p && p !== document.body; p = p.parentElement) {
				const s = getComputedStyle(p);
				if (s.position === "fixed" || s.position === "sticky") stuck = true;
				if (s.overflowX === "visible" && s.overflowY === "visible") continue;
				const b = p.getBoundingClientRect();
				const c = { l: b.left + p.clientLeft, t: b.top + p.clientTop };
				c.r = c.l + p.clientWidth; c.b = c.t + p.clientHeight;
				if (flat && p === flat) { c.r = b.right; c.b = b.bottom; }
				const shuts = o => o === "hidden" || o === "clip";
				if (!cut && shuts(s.overflowX) && (ink.l < c.l - 1 || ink.r > c.r + 1) || !cut && shuts(s.overflowY) && (ink.t < c.t - 1 || ink.b > c.b + 1)) {
					cut = true;
					say("cut", el, node.data);
				}
				if (s.overflowX !== "visible") { ink.l = Math.max(ink.l, c.l); ink.r = Math.min(ink.r, c.r); }
				if (s.overflowY !== "visible") { ink.t = Math.max(ink.t, c.t); ink.b = Math.min(ink.b, c.b); }
			}
			if (ink.r - ink.l > 1 && ink.b - ink.t > 1) boxes.push({ ...ink, el, text: node.data, stuck });
		}
	}
	// A choice's text is no node: a copy as long as it shows whether it has room.
	for (const el of document.querySelectorAll("select")) {
		if (!el.checkVisibility() || unseen(el) || !el.selectedOptions[0] || el.multiple || el.offsetWidth > innerWidth * .8) continue;
		const copy = el.cloneNode(true);
		copy.selectedIndex = el.selectedIndex;
		Object.assign(copy.style, { position: "absolute", width: "max-content", maxWidth: "none", fieldSizing: "content" });
		el.after(copy);
		const over = copy.offsetWidth - el.offsetWidth;
		copy.remove();
		if (over > 1) say("choice cut by " + over, el, el.selectedOptions[0].text);
	}
	boxes.sort((a, b) => a.t - b.t);
	for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length && boxes[j].t < boxes[i].b; j++) {
		const a = boxes[i], b = boxes[j];
		if (a.stuck !== b.stuck) continue;
		if (Math.min(a.r, b.r) - Math.max(a.l, b.l) > 1 && Math.min(a.b, b.b) - Math.max(a.t, b.t) > 1) say("over " + JSON.stringify(b.text.trim().slice(0, 24)), a.el, a.text);
	}
	const wall = document.body.dataset.kind === "wall"; // it has no keys
	if (!wall) for (const el of document.querySelectorAll("body *")) {
		if (el.scrollWidth <= el.clientWidth + 1 || !el.clientWidth || !el.checkVisibility()) continue;
		const s = getComputedStyle(el);
		if (s.overflowX !== "auto" && s.overflowX !== "scroll" || el.matches("input, textarea, select")) continue;
		if (!el.querySelector("table, svg, pre")) say("scrolls sideways by " + (el.scrollWidth - el.clientWidth), el, "");
		else if (el.tabIndex < 0 && !el.querySelector("a[href], button, input, select, summary")) say("no key scrolls", el, "");
	}
	// Counts that are seen make up the whole: of a region in the grid, of a municipality.
	const rests = document.body.dataset.room === "rest"; // nobody knows of green ones, and they are not counted
	// On an area's page they are of the area, whose indicators stand beside it.
	const only = document.body.dataset.kind === "area" ? '[data-c="' + CSS.escape(document.querySelector("#grid td[data-c]").dataset.c) + '"]' : "";
	if (!rests) for (const part of document.querySelectorAll("#grid tbody[data-region]:not([data-out])")) {
		if (part.querySelector(".cnt[data-off]")) continue;
		const seen = [...part.querySelectorAll(".cnt b")].filter(b => b.checkVisibility() && !unseen(b));
		const sum = seen.reduce((n, b) => n + Number(b.textContent), 0), cells = part.querySelectorAll("td[data-c]" + only + ":not([data-out])").length;
		if (seen.length && sum !== cells) say("counts make " + sum + " of " + cells, part, part.querySelector(".rg").textContent);
	}
	const areas = document.querySelectorAll("#areas-list > details").length;
	const tally = [...document.querySelectorAll(".tally b:not(.due b)")].reduce((n, b) => n + Number(b.textContent), 0);
	if (!rests && areas && tally !== areas) say("counts make " + tally + " of " + areas, document.querySelector("#areas-list"), "");
	const clock = document.querySelector("#live-clock");
	if (clock && !(clock.checkVisibility() && clock.getBoundingClientRect().right <= innerWidth)) say("not seen", clock, clock.textContent);
	const over = document.documentElement.scrollWidth - innerWidth;
	if (over > 0) {
		const past = [...document.querySelectorAll("body *")].filter(el => el.checkVisibility() && el.getBoundingClientRect().right > innerWidth + .5 || el.scrollWidth > el.clientWidth && el.localName.match(/^(h\d|p|li|td|th|a|span|b)$/));
		say("the page scrolls sideways by " + over, past[0] ?? document.body, past[0]?.textContent ?? "");
	}
	return JSON.stringify([...new Set(found)]);
})()`

// readable fails the test for each thing that cannot be read.
func (w *tab) readable(name string) {
	w.t.Helper()
	w.until("the charts are drawn", `[...document.querySelectorAll(".chart[data-chart]")].every(c => !c.checkVisibility() || c.dataset.drawn && c.querySelector("svg").clientWidth <= c.clientWidth)`, 10*time.Second)
	w.painted() // a chart that got another width has it in the next frame
	var found []string
	if err := json.Unmarshal([]byte(eval[string](w, lost)), &found); err != nil {
		w.t.Fatal(err)
	}
	for i, f := range found {
		if i == 30 {
			w.t.Errorf("%s: and %d more", name, len(found)-i)
			break
		}
		w.t.Errorf("%s: %s", name, f)
	}
}

// spaced sets the reader's spacing, or takes it away. (A sheet that the page's
// policy would not let it load.)
func (w *tab) spaced(on bool) {
	w.t.Helper()
	if !on {
		eval[bool](w, `(document.adoptedStyleSheets = [], true)`)
		return
	}
	eval[bool](w, fmt.Sprintf(`(() => { const s = new CSSStyleSheet(); s.replaceSync(%q); document.adoptedStyleSheets = [s]; return true; })()`, spacing))
	w.until("the charts are drawn with room", `[...document.querySelectorAll(".chart[data-chart]")].every(c => !c.checkVisibility() || c.dataset.drawn?.includes("0.12"))`, 10*time.Second)
}

// roomy looks at the page that is open: at desk width as it is and with a reader's
// spacing; on the narrowest phone, in English too. It leaves the page elsewhere.
func (w *tab) roomy(p *program, v view, size [2]int64) {
	w.t.Helper()
	switch {
	case v.wall() && size[0] != 1920 && size[0] != 390:
	case v.wall():
		w.do(chromedp.EmulateViewport(390, 844))
		w.open(p.url(v.in("nb")))
		w.readable(v.name + " on a phone")
	case size[0] == 1280:
		w.do(chromedp.EmulateViewport(1280, 800))
		w.readable(v.name + " 1280")
		w.spaced(true)
		w.readable(v.name + " 1280 spaced")
		w.spaced(false)
	case size[0] == 390:
		w.do(chromedp.EmulateViewport(320, 640))
		w.readable(v.name + " 320")
		if v.in("en") != v.path {
			w.open(p.url(v.in("en")))
			w.readable(v.name + " 320 en")
		}
	}
}
