package server

import (
	"net/http"
	"slices"
	"time"

	planpages "kommunebilde/dashboard/plan"
	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/audit"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/views"
	"kommunebilde/server/edge"
)

const (
	commandLimit  = 64 << 10
	templateLimit = 256 << 10 // all sections of the minutes
)

// table is every address there is.
func (s *Server) table() []edge.Route {
	get, post, open, onBoard, onMeeting, onLive := edge.Get, edge.Post, edge.Open(), edge.OnBoard, edge.OnMeeting, edge.OnLive
	inPath, inQuery := edge.InPath("board"), edge.InQuery
	const (
		see, record                              = domain.RightSee, domain.RightRecord
		nothing, reading, readingPast, inJournal = edge.Nothing, edge.Reading, edge.ReadingPast, edge.InJournal
	)
	inMeeting := func(path, done string, read formReader) edge.Route {
		return post("/mote/:id"+path, onMeeting(see), s.onForm(done, toMeeting, read))
	}
	onBoardForm := func(path, done string, read formReader) edge.Route {
		return post("/tavle/:board"+path, onBoard(see, inPath), s.onForm(done, toBoard, read))
	}
	onSetup := func(path, done, what string, read formReader) edge.Route {
		return post("/utgave/:board/oppsett/"+path, onBoard(see, inPath), s.onSetup(done, what, read)).Leaves(inJournal)
	}
	return slices.Concat([]edge.Route{
		get("/", open, s.home).Leaves(nothing),
		get("/start", edge.SignedIn(), s.start).Leaves(reading),
		get("/tavle", open, s.toOverview).Leaves(nothing),
		get("/tavle/:board", onBoard(see, inPath), s.overview).Leaves(reading),
		get("/tavle/:board/kalender/:id.ics", onBoard(domain.RightSeePersons, inPath), s.calendar).Leaves(reading),
		get("/utgave/:board", onBoard(see, inPath), s.edition).Leaves(reading),
		get("/utgave/:board/vurdering", onBoard(domain.RightSeePersons, inPath), s.toWorkplace).Leaves(nothing),
		get("/utgave/:board/vurdering/:area.csv", edge.Both(onBoard(domain.RightSeePersons, inPath), onBoard(record, inPath)), s.areaFile("csv")).Leaves(audit.Export),
		get("/utgave/:board/vurdering/:area.json", edge.Both(onBoard(domain.RightSeePersons, inPath), onBoard(record, inPath)), s.areaFile("json")).Leaves(audit.Export),
		get("/utgave/:board/utgave.csv", edge.Both(onBoard(domain.RightSeePersons, inPath), onBoard(record, inPath)), s.editionFile("csv")).Leaves(audit.Export),
		get("/utgave/:board/utgave.json", edge.Both(onBoard(domain.RightSeePersons, inPath), onBoard(record, inPath)), s.editionFile("json")).Leaves(audit.Export),
		get("/utgave/:board/vurdering/:area", onBoard(domain.RightSeePersons, inPath), s.workplace).Leaves(reading),
		get("/utgave/:board/vurdering/:area/:m", onBoard(domain.RightSeePersons, inPath), s.judgement).Leaves(reading),
		get("/utgave/:board/kommune/:m", onBoard(domain.RightSeePersons, inPath), s.whole).Leaves(reading),
		get("/utgave/:board/oppsett", onBoard(domain.RightSeePersons, inPath), s.editionSetup).Leaves(reading),
		get("/utgave/:board/oppsett/eksport", edge.Both(onBoard(domain.RightSeePersons, inPath), edge.OnCatalogue(inPath)), s.columnsExport).Leaves(audit.Export),
		get("/utgave/:board/grunnlag", edge.OnCatalogue(inPath), s.catalogue).Leaves(audit.InternalRead),
		get("/utgave/:board/fremdrift", onBoard(domain.RightSeePersons, inPath), s.progress).Leaves(reading),
		get("/utgave/:board/samkjoring/:area", onBoard(domain.RightSeePersons, inPath), s.moderation).Leaves(reading),
		get("/utgave/:board/:version", onBoard(see, inPath), s.version).Leaves(reading),
		edge.Route{Method: http.MethodGet, Path: "/kommune/:id.pdf", Access: onBoard(see, inQuery(edge.Look.Edition)), Time: printTime, Handle: s.municipalityPDF}.Leaves(audit.Export),
		get("/kommune/:id", onBoard(see, inQuery(edge.Look.Edition)), s.municipality).Leaves(reading),
		get("/kommune/:id/kunnskap", knowsOf(), s.evidencePage).Leaves(reading),
		get("/kommune/:id/kunnskap/eksport", edge.Both(knowsOf(), onBoard(record, onLive)), s.evidenceExport).Leaves(audit.Export),
		get(sourcesPath, onBoard(domain.RightEvidence, onLive), s.sourcesPage).Leaves(nothing),
		get("/omrade/:id", onBoard(see, inQuery(edge.Look.Edition)), s.area).Leaves(reading),
		get("/innfelt/:lang/kommune/:id", onBoard(see, newestEdition), s.embeddedMunicipality).InFrames().Leaves(nothing),
		get("/innfelt/:lang/omrade/:id", onBoard(see, newestEdition), s.embeddedArea).InFrames().Leaves(nothing),
		get("/indikator/:id", onBoard(see, inQuery(edge.Look.Edition)), s.indicator).Leaves(reading),
		get("/metode", onBoard(see, inQuery(edge.Look.Edition)), s.method).Leaves(nothing),
		get("/finn", onBoard(see, inQuery(edge.Look.Edition)), s.find).Leaves(nothing),
		get("/region/:id", onBoard(see, inQuery(edge.Look.Home)), s.region).Leaves(reading),
		get("/moter", edge.Both(onBoard(domain.RightSeeMeetings, inQuery(edge.LiveBoard)), onBoard(record, inQuery(edge.LiveBoard))), s.meetings).Leaves(reading),
		get("/mote/:id", toldOfMeeting(), s.meetingPage).Leaves(reading),
		get("/mote/:id/eksport", edge.Both(onMeeting(domain.RightSeeMeetings), onMeeting(record)), s.meetingFile).Leaves(audit.Export),
		get("/serie/:id", onMeeting(domain.RightSeePersons), s.series).Leaves(reading),
		get("/aktorer", onBoard(domain.RightSeePersons, onLive), s.actors).Leaves(reading),
		get("/mote/:id/avslutt", onMeeting(domain.RightLead), s.closing).Leaves(reading),
		get("/konsoll/:id", onMeeting(domain.RightLead), s.console).Leaves(reading),
		get("/referat/:id.txt", onMeeting(domain.RightSeePersons), s.minutesText).Leaves(audit.MinutesRead),
		get("/referat/:id", onMeeting(domain.RightSeePersons), s.minutes).Leaves(audit.MinutesRead),
		get("/referatmal", onBoard(domain.RightTemplate, onLive), s.reportTemplate).Leaves(audit.MinutesRead),
		get("/hendelser", edge.SignedIn(), s.situations).Leaves(reading),
		get("/forskjeller/:board", onBoard(record, inPath), s.differences).Leaves(readingPast),
		get("/forskjeller/:board/eksport", onBoard(record, inPath), s.differencesFile).Leaves(audit.Export),
		get("/avspilling/:board", onBoard(record, inPath), s.playback).Leaves(readingPast),
		get("/oyeblikksbilde/:board.html", onBoard(record, inPath), s.snapshot).Leaves(audit.Snapshot),
		get("/utgaver", open, s.editions).Leaves(nothing),
		get("/utgaver/ny", edge.SignedIn(), s.newEdition).Leaves(nothing),
	}, s.screens.Routes(), []edge.Route{
		get("/om", open, s.about).Leaves(nothing).Early(),
		get("/panel", onBoard(see, inQuery(edge.Look.Home)), s.panel).Leaves(reading),
		get("/eksport", onBoard(record, inQuery(edge.Look.Home)), s.export).Leaves(audit.Export),
		get("/diagram/avspilling", onBoard(record, inQuery(edge.Look.Home)), s.playbackChart).Leaves(readingPast),
		get("/diagram/:name", onBoard(see, inQuery(edge.Look.Home)), s.diagram).Leaves(reading),
		{Method: http.MethodPost, Path: "/filer", Access: edge.Both(edge.SignedIn(), onBoard(domain.RightEvidence, onLive)), Body: int(s.cfg.FileSize) + fileFormExtra, Time: 15 * time.Minute, Streams: true, Handle: s.takeFiles, Trace: nothing},
		get("/filer/:id/:name", edge.Both(edge.SignedIn(), onBoard(domain.RightSeePersons, onLive)), s.giveFile).Leaves(reading),
		get("/static/:name", open, s.static).Leaves(nothing).Early(),
	}, s.accounts.Routes(), []edge.Route{
		get("/sporing", edge.Audits(), s.audit).Leaves(audit.AuditRead),
		edge.Route{Method: http.MethodGet, Path: "/sporing/eksport", Access: edge.Audits(), Time: 30 * time.Second, Handle: s.auditExport}.Leaves(audit.Export),
		get("/tilgang", edge.Accounts(), s.rules).Leaves(nothing),
		get("/tavle/:board/unntak", onBoard(domain.RightSeePersons, inPath), s.markings).Leaves(audit.MarkingsRead),

		onBoardForm("/sett", "sett", setForm).Leaves(inJournal),
		onBoardForm("/angre", "angret", formOf[domain.Undo]).Leaves(inJournal),
		onBoardForm("/unnta", "lagret", marking[domain.MarkCells]).Leaves(inJournal),
		onBoardForm("/opphev", "lagret", marking[domain.LiftMarking]).Leaves(inJournal),
		post("/tavle/:board/grunnlag", onBoard(see, inPath), s.baseForm).Leaves(inJournal),
		post("/aktorer", onBoard(see, onLive), s.onForm("aktor", toPage("/aktorer"), formOf[actors.List])).Leaves(inJournal),
		post("/aktorer/fjern", onBoard(see, onLive), s.onForm("aktor-fjernet", toPage("/aktorer"), formOf[actors.Unlist])).Leaves(inJournal),
		{Method: http.MethodPost, Path: "/kommune/:id/kunnskap", Access: edge.Both(edge.SignedIn(), knowsOf()), Body: templateLimit, Handle: edge.InOurForm(s.recordEvidence), Trace: inJournal},
		post("/kommune/:id/kunnskap/trekk", knowsOf(), s.onForm("kilde-trukket", toEvidence, formOf[evidence.Withdraw])).Leaves(inJournal),
		post("/kommune/:id/kunnskap/unnta", knowsOf(), s.onForm("kilde", toEvidence, exemptForm)).Leaves(inJournal),
		post("/kommune/:id/kunnskap/meld", knowsOf(), s.onForm("meldt-kilde", toEvidence, askForm)).Leaves(inJournal),
		post("/kommune/:id/kunnskap/svar", knowsOf(), s.onForm("svart-kilde", toEvidence, formOf[evidence.Close])).Leaves(inJournal),
		post("/kommune/:id/kunnskap/fil", knowsOf(), s.onForm("fil-fjernet", toEvidence, removeFileForm)).Leaves(inJournal),
		{Method: http.MethodPost, Path: sourcesPath, Access: edge.Both(edge.SignedIn(), onBoard(domain.RightEvidence, onLive)), Body: sourcesFile + sheetExtra, Time: 30 * time.Second, Handle: s.readSources, Trace: nothing},
		{Method: http.MethodPost, Path: sourcesPath + "/lagre", Access: edge.Both(edge.SignedIn(), onBoard(domain.RightEvidence, onLive)), Body: sheetLimit + sheetExtra, Time: 30 * time.Second, Handle: edge.InOurForm(s.saveSources), Trace: inJournal},
		onBoardForm("/utvalg", "utvalg", saveViewForm).Leaves(inJournal),
		onBoardForm("/utvalg/fjern", "utvalg-fjernet", formOf[views.Remove]).Leaves(inJournal),
		post("/moter", onBoard(see, edge.InForm), s.onForm("apnet", toMade("/konsoll/"), openMeetingForm)).Leaves(inJournal),
		post("/moter/dato", onBoard(see, edge.InForm), s.onForm("dato", toPage("/moter"), formOf[calendar.Schedule])).Leaves(inJournal),
		post("/moter/dato/fjern", onBoard(see, edge.InForm), s.onForm("dato-fjernet", toPage("/moter"), formOf[calendar.Unschedule])).Leaves(inJournal),
		post("/mote/:id/avslutt", onMeeting(see), s.closingAgain(s.closeMeetingForm)).Leaves(inJournal),
		post("/mote/:id/gjenapne", onMeeting(see), s.onForm("gjenapnet", toReopened, formOf[domain.ReopenMeeting])).Leaves(inJournal),
		inMeeting("/ingen-endring", "ingen-endring", noChangeForm).Leaves(inJournal),
		inMeeting("/meld", "meldt", proposeForm).Leaves(inJournal),
		inMeeting("/forslag", "avgjort", formOf[rollcall.Settle]).Leaves(inJournal),
		post("/mote/:id/begrunnelser", onMeeting(see), s.closingAgain(s.onForm("lagret", toMeeting, reasonsForm))).Leaves(inJournal),
		inMeeting("/hendelse", "hendelse", explained[notes.Write]).Leaves(inJournal),
		inMeeting("/hendelse/trekk", "hendelse-trukket", formOf[notes.Withdraw]).Leaves(inJournal),
		inMeeting("/tiltak", "tiltak", aboutCell(formOf[actions.Add])).Leaves(inJournal),
		inMeeting("/foresla", "foreslatt", aboutCell(explained[suggestion.Suggest])).Leaves(inJournal),
		inMeeting("/tall", "tall", aboutCell(figureForm)).Leaves(inJournal),
		inMeeting("/bistand", "bistand", formOf[assistance.Ask]).Leaves(inJournal),
		{Method: http.MethodPost, Path: "/referatmal", Access: edge.Both(edge.SignedIn(), onBoard(domain.RightTemplate, onLive)), Body: templateLimit, Handle: edge.InOurForm(s.reportTemplateForm), Trace: inJournal},
		onBoardForm("/tiltak", "tiltak-slutt", formOf[actions.End]).Leaves(inJournal),
		onBoardForm("/bistand", "bistand-status", formOf[assistance.Move]).Leaves(inJournal),
		post("/hendelser", edge.SignedIn(), s.openBoard).Leaves(inJournal),
		post("/kladder/fjern", edge.SignedIn(), s.dropJottingForm).Leaves(nothing),
		post("/tavle/:board/avslutt", onBoard(see, inPath), s.onForm("tavle-lukket", toPage("/hendelser"), formOf[domain.CloseBoard])).Leaves(inJournal),
		post("/utgave/:board/vurdering/:area/:m/sammenlign", onBoard(domain.RightSeePersons, inPath), s.compare).Leaves(nothing),
		{Method: http.MethodPost, Path: "/utgave/:board/vurdering/:area/fil", Access: edge.Both(edge.SignedIn(), onBoard(domain.RightSetLevels, inPath)), Body: editionFile + sheetExtra, Time: 30 * time.Second, Handle: s.readJudgements, Trace: nothing},
		{Method: http.MethodPost, Path: "/utgave/:board/vurdering/:area/fil/lagre", Access: edge.Both(edge.SignedIn(), onBoard(domain.RightSetLevels, inPath)), Body: editionForm + sheetExtra, Time: 30 * time.Second, Handle: edge.InOurForm(s.saveJudgements), Trace: inJournal},
		post("/utgave/:board/vurder", onBoard(see, inPath), s.judge).Leaves(inJournal),
		post("/utgave/:board/merknad", onBoard(see, inPath), s.onForm("lagret", toEdition, formOf[assessment.WriteNote])).Leaves(inJournal),
		post("/utgave/:board/forslag", onBoard(see, inPath), s.onForm("lagret", toEdition, answerForm)).Leaves(inJournal),
		post("/utgave/:board/godkjenn", onBoard(see, inPath), s.onForm("godkjent", toEdition, approveForm)).Leaves(inJournal),
		post("/utgave/:board/send-tilbake", onBoard(see, inPath), s.onForm("sendt-tilbake", toEdition, returnForm)).Leaves(inJournal),
		post("/utgaver/ny", edge.SignedIn(), s.makeEdition).Leaves(inJournal),
		onSetup("plan", "plan", planpages.ActPlan, planForm),
		onSetup("ansvar", "ansvar", planpages.ActPeople, assignForm),
		onSetup("apne", "apnet-rader", planpages.ActOpen, roundForm),
		onSetup("overta", "overtatt", "", formOf[assessment.CarryOver]),
		onSetup("kolonne", "kolonne", planpages.ActColumn, columnForm),
		onSetup("flytt", "flyttet", "", moveForm),
		onSetup("avslutt", "kolonne-slutt", planpages.ActEnd, endForm),
		{Method: http.MethodPost, Path: "/utgave/:board/oppsett/fil", Access: edge.Both(edge.SignedIn(), onBoard(domain.RightEdit, inPath)), Body: columnsFile, Handle: s.readColumns, Trace: nothing},
		{Method: http.MethodPost, Path: "/utgave/:board/oppsett/fil/bruk", Access: edge.Both(edge.SignedIn(), onBoard(see, inPath)), Body: columnsForm, Handle: edge.InOurForm(s.onSetup("katalog", "", applyColumns)), Trace: inJournal},
		post("/utgave/:board/godkjenn-utgaven", onBoard(see, inPath), s.onForm("utgave-godkjent", toEdition, formOf[signoff.ApproveEdition])).Leaves(inJournal),
		post("/utgave/:board/samkjort", onBoard(see, inPath), s.onForm("samkjort", toEdition, formOf[signoff.Moderate])).Leaves(inJournal),
		post("/utgave/:board/publiser", onBoard(see, inPath), s.onForm("publisert", toEdition, formOf[editions.Publish])).Leaves(inJournal),
		post("/utgave/:board/rettelse", onBoard(see, inPath), s.onForm("rettelse", toBoard, formOf[editions.OpenCorrection])).Leaves(inJournal),

		get("/api/v1/boards", open, s.apiBoards).Leaves(nothing),
		get("/api/v1/boards/:board", onBoard(see, inPath), s.apiBoard).Leaves(reading),
		get("/api/v1/boards/:board/changes", onBoard(see, inPath), s.apiChanges).Leaves(readingPast),
		get("/api/v1/boards/:board/cells/:m/:c", onBoard(see, inPath), s.apiCell).Leaves(readingPast),
		{Method: http.MethodPost, Path: "/api/v1/commands", Access: edge.SignedIn(), Body: commandLimit, Handle: s.apiCommand, Trace: inJournal},
		get("/api/v1/boards/:board/playback", onBoard(record, inPath), s.apiPlayback).Leaves(readingPast),
		{Method: http.MethodPut, Path: "/api/v1/jottings/:id", Access: edge.SignedIn(), Body: jottingLimit, Handle: s.apiJot, Trace: nothing, Reads: jotted{}},
		{Method: http.MethodDelete, Path: "/api/v1/jottings/:id", Access: edge.SignedIn(), Handle: s.apiDropJotting, Trace: nothing},
		get("/api/v1/jottings", edge.Both(edge.SignedIn(), onBoard(domain.RightSeePersons, inQuery(edge.LiveBoard))), s.apiJottings).Leaves(nothing),
		get(schemaAddress, open, s.apiEditionSchema).Leaves(nothing),
		get("/api/v1/openapi.json", open, s.apiDescription).Leaves(nothing),
	})
}
