package minutes

import (
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// Each closing of a meeting leaves an edition of its minutes. One that was taken
// back stays to be read, and says so.

// editionOf returns the meeting as an edition of its minutes has it, and which
// that is: 0 asks for the newest, and is what goes on.
func editionOf(whole domain.Meeting, edition int) (domain.Meeting, int, error) {
	switch {
	case edition == 0 && whole.Open():
		return whole, 0, nil
	case edition == 0:
		edition = whole.Editions()
	}
	m, ok := whole.Edition(edition)
	if !ok {
		return m, 0, &domain.Error{Code: domain.NotFound, Field: "utgave", Msg: "minutes.unknown", Args: []string{strconv.Itoa(edition)}}
	}
	return m, edition, nil
}

// replaced reports whether the closing that the minutes are of was taken back.
func (m *minutes) replaced() bool { return m.edition > 0 && m.edition <= len(m.whole.Earlier) }

// at returns the address of an edition of the minutes.
func (m *minutes) at(edition int) string {
	return m.Link("/referat/" + string(m.M.ID) + "?utgave=" + strconv.Itoa(edition))
}

// textAddress is where the edition on show is as plain text.
func (m *minutes) textAddress() string {
	address := m.Link("/referat/" + string(m.M.ID) + ".txt")
	if m.edition > 0 {
		address += "?utgave=" + strconv.Itoa(m.edition)
	}
	return address
}

// replacedWords says of an edition when it was replaced, by whom, and why.
func (m *minutes) replacedWords(edition int) string {
	c := m.whole.Earlier[edition-1]
	at := m.T("minutes.at", m.Minute(c.ReopenedAt))
	if m.Day(c.ReopenedAt) != m.Day(c.ClosedAt) {
		at = m.Day(c.ReopenedAt) + " " + at
	}
	return m.T("minutes.replaced", strconv.Itoa(edition), at, m.who(c.ReopenedBy), c.ReopenedReason)
}

// earlier returns the editions before the one on show: all of them for those who
// read the newest.
func (m *minutes) earlier() []int {
	var out []int
	for n := 1; n <= len(m.whole.Earlier) && (m.edition == 0 || n < m.edition); n++ {
		out = append(out, n)
	}
	return out
}

// editionLines append what the reader must know of the edition on show.
func (m *minutes) editionLines(w *kit.Builder) {
	if m.replaced() {
		w.Raw(`<p class="warn-box">`).Text(m.replacedWords(m.edition)).Raw(` <a`).Attr("href", m.Link("/referat/"+string(m.M.ID))).Raw(`>`).Text(m.T("minutes.newest")).Raw(`</a></p>`)
	}
	if before := m.earlier(); len(before) > 0 {
		w.Raw(`<ul class="editions">`)
		for _, n := range before {
			w.Raw(`<li><a`).Attr("href", m.at(n)).Raw(`>`).Text(m.replacedWords(n)).Raw(`</a></li>`)
		}
		w.Raw(`</ul>`)
	}
	if m.redrawn() {
		w.Raw(`<p class="meta">`).Text(m.T("minutes.redrawn")).Raw(`</p>`)
	}
}

// plainEditionLines are the same as text.
func (m *minutes) plainEditionLines(b *plainText) {
	if m.replaced() {
		b.line(m.replacedWords(m.edition))
	}
	for _, n := range m.earlier() {
		b.line(m.replacedWords(n))
	}
	if m.redrawn() {
		b.line(m.T("minutes.redrawn"))
	}
}

// redrawn reports whether the meeting was closed before its record told who took
// part: its minutes were drawn by other rules then.
func (m *minutes) redrawn() bool { return !m.M.Open() && !m.M.Named() }

// editionWords says which edition it is, "" for the only one.
func (m *minutes) editionWords() string {
	switch {
	case m.replaced():
		return m.T("minutes.edition_old", strconv.Itoa(m.edition))
	case m.edition > 1:
		return m.T("minutes.edition", strconv.Itoa(m.edition))
	}
	return ""
}

// gatherNames keeps what people were called when the meeting was closed: as the
// edition on show tells, else as another one does.
func (m *minutes) gatherNames() {
	m.names = map[domain.AccountID]string{}
	for n := 1; n <= m.whole.Editions(); n++ {
		one, _ := m.whole.Edition(n)
		for id, name := range m.Picture.NamesOf(one) {
			m.names[id] = name
		}
	}
	for id, name := range m.Picture.NamesOf(m.M) {
		m.names[id] = name
	}
}

// who returns what somebody was called in the meeting; one of whom no name is
// left is their id.
func (m *minutes) who(id domain.AccountID) string {
	name, kept := m.names[id]
	switch {
	case !kept:
		return m.Page.Who(id)
	case name == "":
		return string(id)
	}
	return name
}

// leads says who led the meeting: who opened it, who took over, who closed it.
func (m *minutes) leads() fact {
	var out []string
	for _, l := range m.Picture.Leads(m.M) {
		var did []string
		if l.Opened {
			did = append(did, m.T("minutes.opened"))
		} else if !l.Closed || l.Since.Before(m.M.ClosedAt) {
			did = append(did, m.T("minutes.led", m.When(l.Since)))
		}
		if l.Closed {
			did = append(did, m.T("minutes.closed"))
		}
		out = append(out, m.who(l.Account)+" ("+strings.Join(did, ", ")+")")
	}
	return fact{m.N("minutes.leads", len(out)), strings.Join(out, "; ")}
}

// reopenForm appends the way to open the meeting again, for anyone who may, or why it
// cannot be.
func (m *minutes) reopenForm(w *kit.Builder) {
	if m.whole.Open() || m.replaced() || !m.Request.Rights[domain.RightReopen] {
		return
	}
	if err := m.Picture.Reopens(m.M.ID); err != nil {
		w.Raw(`<p class="meta reopen">`).Text(m.Words.Refusal(err)).Raw(`</p>`)
		return
	}
	w.Raw(`<details class="reopen"><summary>`).Text(m.T("reopen.open")).Raw(`</summary><form class="form" method="post"`).Attr("action", m.Path("/gjenapne")).Raw(`>`)
	m.Hidden(w)
	w.Raw(`<p>`).Text(m.T("reopen.then")).Raw(`</p><label class="fld"><span>`).Text(m.T("reopen.reason")).Raw(`</span><textarea name="reason" rows="2" required`).Num("maxlength", domain.MaxReason).Raw(`></textarea></label>`)
	w.Careful(m.Words, m.Link(kit.CarefulPath)).Raw(`<p><button class="btn" type="submit">`).Text(m.T("reopen.open")).Raw(`</button></p></form></details>`)
}
