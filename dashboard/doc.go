// Package dashboard is what people see: pages made of a [domain.Picture]. A folder
// for each noun holds its pages, their templates, words, TypeScript and CSS;
// dashboard/kit is what they are made with, and says how a page is written; dashboard/web
// builds what browsers load. This package holds the templates and words of all of
// them, and cuts parts out of a page; the server calls the noun whose page it shows.
//
// Map, grid, tiles, console, panel, walls, minutes and playback are written by the
// typed builder of the kit; forms and plain pages by html/template, and so is what is
// new. A [kit.Site] is immutable and safe for concurrent use.
//
// # The page and its script
//
// Pages are whole without script. The script, which lies beside the pages, only writes
// attributes, glyphs and words. What it may rely on:
//
//	<html lang data-theme?>      data-theme "light" or "dark" overrules the system's
//	<body data-kind=overview|indicators|municipality|area|region|wall|meeting|…
//	      data-board data-layer=edition|live data-epoch data-rev data-live data-api
//	      data-panel data-base data-now(ms) data-lang data-rights="see set_levels …"
//	      data-meeting data-user data-token data-build data-at? data-version?>
//	                             data-live is empty where a page does not follow
//	                             (a published version, a past time, signed out)
//	#words, #page                application/json: words for the script; page =
//	                             {"municipalities":[{"id","name","region"}],
//	                              "columns":[{"id","name","short","stale"(h)}] (all of the
//	                              board; names of areas and of what is shown),
//	                              "levels":{"red":{"word","means","glyph","mark"}}}
//
// Cells, everywhere (grid, map, tiles, lists), carry data-level; the styles
// follow it alone, so a change is: data-level, the <use href>, the words.
//
//	<table role=grid id=grid><tbody data-region><tr data-m>
//	  <th data-m> <td role=gridcell data-m data-c data-level data-rev data-at(ms)
//	  tabindex=-1> <a aria-label="Lom, Barnevern: Rød, satt 10:42">
//	  <svg class=g><use href=#g-red>
//	                             the accessible name is on the link; a gridcell
//	                             takes its name from it. The script gives the
//	                             links tabindex -1 and roves over the cells; on
//	                             map and tiles over the links.
//	td[data-base]                the edition's level, in layer now
//	<i class=notch data-level><svg class=g><use>   in td, after the link: that level
//	                             where it differs, without colour; not on a cell
//	                             that has no live level
//	td[data-out]                 filtered out: stays empty when it changes
//	[data-count-level], with [data-count-region] in a region, are numbers; the
//	                             toggles' count all cells in region, area and
//	                             "since", whatever levels are shown
//	<svg id=map data-c>          <a data-m href aria-label="Lom: Rød"> <path id=p3434
//	                             data-m data-level>; <use data-m data-level> glyphs in
//	                             g#map-glyphs in the largest circle inside, or beside
//	                             with a line and a <circle data-m data-level> behind it;
//	                             g#map-states takes
//	                             <use href=#p3434 class=selected|now|hover>; text#map-name
//	                             is the one name on show (x, y as the glyph's middle:
//	                             data-x, data-y of the glyph)
//	<ol id=tiles data-c><li data-m data-level><a aria-label> name and <svg class=m><use href=#m-red>
//	sprite ids                   g-LEVEL bare shape (under 15 px), m-LEVEL with its mark
//
// States are attributes: data-selected on td, row th, column th, tile (map:
// <use class=selected>); data-changed=now (3 s, at most 20 with data-pulse) then
// recent (10 min) on td, tile and map glyph; data-stale on td (the server's word,
// brought by its tick); data-saving on td while a change is on its way,
// data-failed when it did not arrive; on body
// data-state=disconnected|paused|reconnected.
//
// On a narrow screen rows that are filtered out are not shown at all.
//
// Hidden until the script uses them: #disconnected (role=alert; .text and .retry
// inside), #back (.text, button), #outside (.text, a), #announce (aria-live),
// #undo (.text, button, .left), #pause. #live has #live-dot, #live-word,
// #live-clock. Without script the clock is the time of the page, and the word
// says so.
//
// #panel is the place for one cell. GET {base}/panel?board=&m=&c= and the page's
// own query gives an HTML document whose #panel takes its place (overview.Panel).
// Its form#set (POST {base}/tavle/{board}/sett; fields token, request, cell="m.c"
// (may be repeated), seen, level, text, reported_by, meeting, back) works as it
// is; buttons name=level carry data-key 1, 2, 3, 0. Undo: POST
// {base}/tavle/{board}/angre with token, request, revision, back.
//
// form#filters is a GET form; its selects (some outside it, by the form
// attribute) submit on change; .apply is the button for those without script.
// #more-filters beside it is drawn again with it: the toggle a.since, and folded
// the rest. body data-previous is when the previous meeting ended (ms), which
// since=mote means (on a wall: of .wnews, its map only); #page "actor" the one that is filtered by, {"id","names"},
// td[data-reported] the cells it reported.
//
// On the wall (data-kind=wall) and on phones: ol#reds and ol#recent of
// <li data-m data-c data-level data-at> <svg class=m> <b>place</b> <span>area</span>
// <time>, newest first, li.more last ("+6 flere", data-n); data-max on the list
// is how many lines it has; on a wall they have all there is, and walls.js lets
// what there is no room for step back ([data-fit], .event, [data-must] before all
// else); [data-count-level]; #latest (.t, .text). Headings
// #reds-head and #recent-head carry data-live-text and data-text ("Røde nå" and
// "Røde kl. {0}"), for the time without contact.
//
// Whatever shows something of now follows it: data-live is set, and what the
// script does not change itself is a part: [data-part][id], where data-part names what
// it is drawn from ("cells", the stories of the board, "board"; see
// domain.Picture.Changed). A frame names what is another; the script then asks for
// these parts by the page's own address and the header Kb-Parts, and Parts cuts them
// out of it. body data-follows is the board
// that is followed where the page's own is another (an edition's municipality has
// a box of now, #now: that alone is hatched without contact);
// data-municipality is the only one on the page.
//
// Seven scripts, each only where it is used: app.js on every page; kept.js on those that
// are not everybody's (what somebody typed);
// find.js once somebody looks for a place; walls.js on a wall (it measures); live.js where
// data-live is set (the line, what changed now, lists, following, turning walls);
// edit.js where levels may be set; console.js on console and playback.
//
// On the console (data-kind=console; address ?valgt=M&c=C) the script keeps what
// it writes itself, by id, when #cell is drawn again: #edit-status, #undo,
// #presence, #picked, #keys-switch. #queue [data-region] li[data-m][data-roll] is
// the roll-call; #areas li[data-c][data-level] the cell's row; #reported-by is
// remembered by municipality, and its list begins with the actor (option[data-actor])
// that reported last; input[name=cell] in form#set are the further
// municipalities of the same report. Every other form of #main is sent where it
// goes, in the background, and the parts are fetched again; data-said, on it or on
// its button, is what is said then. Keys: 1 2 3 0, I no
// change, N next, Z undo, E what is new since the last meeting, F follow me, arrows; in the text Escape leads back to
// them and ctrl with Enter saves. #follow[aria-pressed] begins to lead, and
// #follow-text says so; #crowd[data-one][data-many][data-following] says how many
// look and follow.
//
// #own is the place of a municipality's contact: its forms are sent in the
// background, too, and #edit-status says how it went; data-unsent is what it calls
// what was not taken.
//
// Who follows gets #following, which the script makes, as it makes
// #storage-failed (body data-storage=failed: nothing is stored any more, keys are
// off). A wall follows unless its address says fest=1;
// where it is led elsewhere, egen= in its address is the query that was set for it. Walls of regions:
// section[data-region][data-name][data-of], one of them on show, #wb-head, #wb-of,
// #wb-place[data-text], body data-rotate (seconds). A wall's body data-room names
// what its layout gives room to (the open meeting): where a fresh copy names
// another, the page is made again.
//
// Playback (data-kind=playback): #time (range, ms), #time-out, #prev, #run, #next,
// select#speed, main[data-changes] (where its data are, preloaded in the head),
// main[data-charts] (the script of charts, fetched once the page is ready), the
// chart over the slider, whose clicks come as the event kb:at (ms), #changes
// tr[data-rev][data-m][data-c] with #pages (a[rel=prev|next]; data-size rows to a
// page), .moments a[data-at], .then[data-from][data-to] (a meeting that went on
// then; its link's at= is the time on show). The mark "playback" of the performance timeline is
// when it was ready and painted.
// /forskjeller/{board} (data-kind=differences) needs no script: #differences.
//
// # Meetings, situations, walls
//
// The console (data-kind=console, console.js) has #queue li[data-m][data-roll]
// a.pick, #cell[data-m][data-c], #areas li[data-c][data-level], form#set as on the
// overview with #reported-by in it, #no-change (a button of form#set with its own
// address), #next (a link), #undo, #latest li[data-rev], #presence, #follow-bar >
// #follow-text and button#follow. Its parts and #cell are fetched again.
// Playback: #time (ms), #time-out, #prev, #run, #next, #speed, #changes
// tr[data-rev][data-at][data-m][data-c][data-level]. Wall B: section.wb[data-region]
// with data-name and data-of for #wb-head and #wb-of, all but one hidden; a cell's
// .word follows its level; body data-rotate is seconds. Wall C: one table. A
// situation's td may hold b.fig, its number, and data-stale where it must be
// confirmed. body data-exercise: nothing on the page is real.
//
// # Forms and addresses as well
//
//	POST {base}/moter            board, kind, title, case, opens=region/ID|view/ID, invited (repeated: id),
//	                             series or in_series, listed (repeated: id), actors, agenda, reports, token
//	POST {base}/aktorer          actor (to rename), name; {base}/aktorer/fjern: actor
//	POST {base}/tavle/{id}/utvalg    name, filter (a page's query); …/utvalg/fjern: view
//	POST {base}/mote/{id}/avslutt    token
//	POST {base}/tavle/na/grunnlag    edition, token
//	POST {base}/utgave/{id}/publiser note, token
//	POST {base}/utgave/{id}/rettelse reason, token
//	POST {base}/mote/{id}/ingen-endring   m (repeated), reported_by
//	POST {base}/mote/{id}/meld            cell="m.c", level, text, reported_by
//	POST {base}/mote/{id}/forslag         proposal, take=yes|no
//	POST {base}/mote/{id}/hendelse        text, about; …/hendelse/trekk: note, reason
//	POST {base}/mote/{id}/tiltak          m, c, text, owner, due; {base}/tavle/{id}/tiltak: action, done=yes|no, note
//	POST {base}/mote/{id}/tall            cell, figure, value, source, as_of, certainty
//	POST {base}/mote/{id}/bistand         m, of, what; {base}/tavle/{id}/bistand: assistance, state, note
//	POST {base}/mote/{id}/foresla         cell, text
//	POST {base}/hendelser                 title, exercise=yes or from; {base}/tavle/{id}/avslutt
//	POST {base}/skjermer/par|vis|navn|trekk   code, name | screen; board (apent: what is open), layout, region, roter, fest, inches, metres
//	GET {base}/sporing           hvem, hva, tavle, kommune, fra, til, eldre; …/eksport: format=csv|jsonl
//	POST {base}/login            user, password, next, token
//	GET  {base}/login/{provider} next; sends the browser on to the provider
//	POST {base}/login/{provider}/velg municipality
//	POST {base}/logout           token
//	POST {base}/konto/avslutt    session (hash), token
//	POST {base}/konto/passord    old, password, token
//	POST {base}/kontoer/sperr    account, disabled=yes|no, token
//	GET  {base}/eksport          board, format=csv|json and the page's query
//	GET  {base}/diagram/{name}   a chart's option as JSON (fordeling, matrise, mote)
//	GET  {base}/static/{name}    [kit.Site.Asset]
package dashboard
