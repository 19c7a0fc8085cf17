package kit

import "kommunebilde/domain"

// sprite holds every sign once. g-… is the bare shape for small boxes: green
// the smallest, red the largest mark. m-… carries its mark, cut out in the
// fill (--f) that stands behind it.
const sprite = `<svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false">` +
	`<symbol id="g-green" viewBox="0 0 16 16"><circle cx="8" cy="8" r="4.16"/></symbol>` +
	`<symbol id="g-yellow" viewBox="0 0 16 16"><path d="M8 1.6 14.6 14H1.4z"/></symbol>` +
	`<symbol id="g-red" viewBox="0 0 16 16"><path d="M1.8 1.8h12.4v12.4H1.8z"/></symbol>` +
	`<symbol id="g-not_assessed" viewBox="0 0 16 16"><path class="e" d="M1 5h14v6H1z"/><path d="M3 7h10v2H3z"/></symbol>` +
	`<symbol id="g-not_applicable" viewBox="0 0 16 16"><path class="o" d="M8 3a5 5 0 1 0 0 10A5 5 0 1 0 8 3M3.4 13.6 12.6 2.4"/></symbol>` +
	`<symbol id="g-no_data" viewBox="0 0 16 16"><path class="o" d="M5 5.6a3 3 0 1 1 4.6 2.5C8.5 8.8 8 9.2 8 10.4"/><circle cx="8" cy="13.2" r="1.1"/></symbol>` +
	`<symbol id="g-withheld" viewBox="0 0 16 16"><path d="M3 7h10v7H3z"/><path class="o" d="M5.2 7.5V5a2.8 2.8 0 0 1 5.6 0v2.5"/></symbol>` +
	`<symbol id="m-green" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/><path class="k" d="M4.6 8.3 7 10.7l4.4-4.9"/></symbol>` +
	`<symbol id="m-yellow" viewBox="0 0 16 16"><path d="M8 1 15.5 14.6H.5z"/><path class="k" d="M8 5.6v4.2M8 11.4v1.5"/></symbol>` +
	`<symbol id="m-red" viewBox="0 0 16 16"><path d="M1.5 1.5h13v13h-13z"/><path class="k" d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6"/></symbol>` +
	`<symbol id="m-not_assessed" viewBox="0 0 16 16"><path class="e" d="M1 5h14v6H1z"/><path d="M3 7h10v2.2H3z"/></symbol>` +
	`<symbol id="m-not_applicable" viewBox="0 0 16 16"><path class="o" d="M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 1 0 0-11M3 14 13 2"/></symbol>` +
	`<symbol id="m-no_data" viewBox="0 0 16 16"><path class="o" d="M4.7 5.2a3.3 3.3 0 1 1 5 2.8C8.5 8.8 8 9.3 8 10.6"/><circle cx="8" cy="13.5" r="1.2"/></symbol>` +
	`<symbol id="m-withheld" viewBox="0 0 16 16"><path d="M2.5 7h11v7.5h-11z"/><path class="o" d="M5 7.5V5a3 3 0 0 1 6 0v2.5"/></symbol>` +
	`<symbol id="corner" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></symbol>` +
	`<symbol id="late" viewBox="0 0 16 16"><circle class="o" cx="8" cy="8" r="6.5"/><path class="o" d="M8 4.2V8l2.6 1.8"/></symbol>` +
	`<symbol id="glass" viewBox="0 0 16 16"><path class="o" d="M11.2 6.7a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0M10 10l4.2 4.2"/></symbol>` +
	`</svg>`

// AllLevels are all levels that a board of today can show, in the order of the
// legend.
func AllLevels() []domain.Level {
	return []domain.Level{domain.Green, domain.Yellow, domain.Red,
		domain.NotAssessed, domain.NotApplicable, domain.NoData, domain.Withheld}
}

// ScaleOf are the levels that a kind of board can show.
func ScaleOf(k domain.BoardKind) []domain.Level {
	if k == domain.KindSituation {
		return append(k.Levels(), domain.Withheld)
	}
	return AllLevels()
}

// Small appends the bare shape of a level.
func (w *Builder) Small(l domain.Level) *Builder {
	return w.Raw(`<svg class="g" aria-hidden="true"><use href="#g-`).Text(string(l)).Raw(`"/></svg>`)
}

// Marked appends the shape of a level with its mark.
func (w *Builder) Marked(l domain.Level) *Builder {
	return w.Raw(`<svg class="m" aria-hidden="true"><use href="#m-`).Text(string(l)).Raw(`"/></svg>`)
}
