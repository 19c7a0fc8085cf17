package kit

import (
	"html/template"

	"kommunebilde/domain"
	"kommunebilde/domain/actors"
)

// Hidden appends what every form carries.
func (p *Page) Hidden(w *Builder) {
	own := hole(holeForm, formHole)
	if !p.Request.Shared {
		own = formFields(p.Token, p.RequestID)
	}
	w.Raw(`<input type="hidden" name="token"`, own, `><input type="hidden" name="back"`).Attr("value", p.Request.Path).Raw(`>`)
}

// Writable reports whether the page shows a board as it is now.
func (p *Page) Writable() bool { return p.Body.At == "" && p.Body.Live != "" }

// MayUndo reports whether the reader may take a change back.
func (p *Page) MayUndo(c domain.Change) bool {
	if p.Request.Cacheable || p.Request.User == nil || !p.Request.Rights[domain.RightSetLevels] || !p.Writable() {
		return false
	}
	return c.By == p.Request.User.ID || p.Request.Rights[domain.RightUndoOthers]
}

// KeyOf returns the key that sets a level.
func KeyOf(l domain.Level) string {
	switch l {
	case domain.Green, domain.Normal:
		return "1"
	case domain.Yellow, domain.Strained:
		return "2"
	case domain.Red, domain.Critical:
		return "3"
	case domain.NotAssessed:
		return "0"
	}
	return ""
}

// Choice is an option of a list in a template.
type Choice struct{ Value, Name string }

// Choose appends a choice of a list.
func Choose(w *Builder, value, name string, selected bool) {
	w.Raw(`<option`).Attr("value", value).Flag("selected", selected).Raw(`>`).Text(name).Raw(`</option>`)
}

// Mini is a level as a small cell, with its word for anyone who does not see it; ""
// where the word stands beside it.
func Mini(l domain.Level, word string) template.HTML {
	var w Builder
	w.Raw(`<span class="mini" data-level="`).Text(string(l)).Raw(`"`)
	if word == "" {
		w.Raw(` aria-hidden="true"`)
	} else {
		w.Raw(` role="img"`).Attr("aria-label", word).Attr("title", word)
	}
	w.Raw(`>`).Small(l).Raw(`</span>`)
	return w.HTML()
}

// Careful appends the line under every field that people write freely in.
func (w *Builder) Careful(words *Words, about string) *Builder {
	return w.Raw(`<p class="meta">`).Text(words.T("careful.line")).Raw(` <a`).Attr("href", about).Raw(`>`).Text(words.T("careful.where")).Raw(`</a></p>`)
}

// CarefulPath is where /om says what must not be written.
const CarefulPath = "/om#skjermingsverdig"

// ActorOptions appends names to suggest where somebody writes who reported or
// who is asked: those in the meeting first, then the office's list, each once.
func ActorOptions(w *Builder, p domain.Picture, inMeeting []string) {
	seen := map[string]bool{"": true}
	offer := func(name string) {
		if !seen[name] {
			seen[name] = true
			w.Raw(`<option data-actor=""`).Attr("value", name).Raw(`></option>`)
		}
	}
	for _, name := range inMeeting {
		offer(name)
	}
	for _, a := range actors.Of(p) {
		offer(a.Name)
	}
}

// Cut shortens a text to n characters at most.
func Cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// Labelled is how much of a text names a button.
const Labelled = 80

// ListSize is how much of a meeting's list stands on a page at once: texts may be
// long, and each is there for anyone who listens too.
const ListSize = 25
