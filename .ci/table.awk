# Makes the table of .ci/bench from what the benchmarks print.
/^Benchmark/ {
	name = $1; sub(/-[0-9]+$/, "", name); sub(/^Benchmark/, "", name)
	for (i = 3; i < NF; i += 2) m[name " " $(i+1)] = $i
}
function row(what, goal, key, floor,   v, miss, want) {
	v = (key in m) ? m[key] : "not measured"
	want = goal; sub(/^[<>]= /, "", want)
	if (goal == "-") miss = 0
	else if (!(key in m)) miss = 1
	else if (goal ~ /^>/) miss = v + 0 < want + 0
	else miss = v + 0 > want + 0
	if (miss) missed++
	printf "%-58s %-10s %-14s %-5s %s\n", what, goal, v, miss ? "MISS" : "", floor
}
function beside(key, unit) { return key in m ? m[key] " " unit : "" }
END {
	printf "%-58s %-10s %-14s %-5s %s\n", "what", "goal", "measured", "", "floor or peer"
	row("lone commit / two fdatasync of 4 KiB", "<= 1.35", "CommitLone/text=0 commit/floor", beside("CommitLone/text=0 2-fdatasync-µs", "µs"))
	row("  with a text", "<= 1.35", "CommitLone/text=60 commit/floor", beside("CommitLone/text=60 2-fdatasync-µs", "µs"))
	row("lone change through the loop / direct commit", "<= 1.3", "SubmitLone submit/append", beside("SubmitLone append-µs", "µs"))
	row("64 writers, changes per single fdatasync", ">= 3.0", "Submit64 changes/fdatasync", beside("Submit64 fdatasync-µs", "µs"))
	row("replay of 200,000 records, s", "<= 4", "Replay s/replay", "")
	row("ten years of planned editions: start, a record / today's", "<= 1.0", "Editions start/floor", beside("Editions floor-µs/record", "µs a record, " beside("Editions floor-body-B/record", "B of " m["Editions body-B/record"])))
	row("  start, µs a record", "-", "Editions µs/record", beside("Editions records", "records"))
	row("  heap, bytes a record", "<= 900", "Editions B/record", "")
	row("overview of an edition built, ms CPU", "<= 0.5", "Overview/edition cpu-ms", "")
	row("overview of the live picture built, ms CPU", "<= 0.5", "Overview/live cpu-ms", "")
	row("roll-call of 1,000 changes, µs", "<= 50", "RollCall µs", "")
	row("after 1,000,000 records: the first meeting, ms CPU", "<= 30", "Years/first_meeting cpu-ms", "")
	row("  overview", "<= 3", "Years/overview cpu-ms", "")
	row("kept page, CPU a request / nginx, brotli", "<= 1.3", "Served br-of-nginx", beside("Served br-nginx-µs", "µs"))
	row("  gzip", "<= 1.3", "Served gzip-of-nginx", beside("Served gzip-nginx-µs", "µs"))
	row("  304", "<= 1.6", "Served 304-of-nginx", beside("Served 304-nginx-µs", "µs"))
	row("first view signed out, all bytes, kB", "<= 40", "FirstView/public all-kB", beside("FirstView/public requests", "requests"))
	row("  script", "<= 8", "FirstView/public js-kB", "")
	row("  css", "<= 13", "FirstView/public css-kB", "")
	row("  typeface, once, in no sum, kB", "<= 50", "FirstView/public font-kB", "")
	row("first view signed in, live, reader, all bytes, kB", "<= 45", "FirstView/reader all-kB", beside("FirstView/reader requests", "requests"))
	row("  html", "-", "FirstView/reader html-kB", "")
	row("  script", "-", "FirstView/reader js-kB", "")
	row("  css", "-", "FirstView/reader css-kB", "")
	row("first view signed in, live, lead, all bytes, kB", "<= 45", "FirstView/lead all-kB", beside("FirstView/lead requests", "requests"))
	row("  html", "-", "FirstView/lead html-kB", "")
	row("  script", "-", "FirstView/lead js-kB", "")
	row("workplace, 46 rows with texts and 20 sources, kB", "<= 60", "Workplace wire-kB", beside("Workplace page-kB", "kB unpacked"))
	row("  ms CPU, packing included", "<= 5", "Workplace cpu-ms", beside("Workplace overview-cpu-ms", "ms the overview, kept"))
	row("  commits a save", "1", "Workplace commits/save", "")
	row("two experts, 40 readers: a level seen by all, p50 ms", "-", "Together p50-ms", beside("Together answer-p95-ms", "ms p95 the answer alone"))
	row("  p95 ms", "<= 150", "Together p95-ms", "")
	row("a level changed, what one overview fetches, kB", "<= 3", "Parts/overview change-kB", beside("Parts/overview page-kB", "kB the page"))
	row("  a significant event", "<= 3", "Parts/overview event-kB", "")
	row("  wall B, level", "<= 3", "Parts/wall change-kB", beside("Parts/wall page-kB", "kB"))
	row("  a meeting's page, level", "<= 3", "Parts/meeting change-kB", beside("Parts/meeting page-kB", "kB"))
	row("  a municipality's page, level of its own", "-", "Parts/municipality change-kB", beside("Parts/municipality page-kB", "kB"))
	row("  the console, level", "-", "Parts/console change-kB", beside("Parts/console page-kB", "kB"))
	row("CPU per message / plain TCP, 350 screens", "<= 1.35", "Screens cpu-ratio-350", beside("Screens floor-µs-350", "µs"))
	row("CPU per message / plain TCP, 1,000 screens", "<= 1.25", "Screens cpu-ratio-1000", beside("Screens floor-µs-1000", "µs"))
	row("CPU per message / plain TCP, 5,000 screens", "<= 1.15", "Screens cpu-ratio-5000", beside("Screens floor-µs-5000", "µs"))
	row("burst of 20 / one write each, 1,000 screens", "<= 0.10", "Screens burst-1000", "1.0")
	row("memory (RSS, garbage too) per screen, kB, of 1,000", "<= 19", "Screens rss-kB-1000", "")
	row("memory (RSS, garbage too) per screen, kB, of 5,000", "<= 19", "Screens rss-kB-5000", "")
	row("answer to last of 350 screens, p95 ms", "-", "Screens last-p95-ms-350", "")
	row("frames missed or doubled, 1,000 screens", "0", "Screens missed-or-doubled-1000", "")
	row("frames missed or doubled, 5,000 screens", "0", "Screens missed-or-doubled-5000", "")
	row("command to painted, 349 other screens, p50 ms", "-", "Painted p50-ms", "")
	row("command to painted, 349 other screens, p95 ms", "<= 80", "Painted p95-ms", "")
	row("click a second to painted, 349 others, p50 ms", "-", "Steady p50-ms", beside("Steady clicks", "clicks"))
	row("click a second to painted, 349 others, p95 ms", "<= 80", "Steady p95-ms", "")
	row("click a second to painted, 349 others, max ms", "-", "Steady max-ms", "")
	row("  screens that fell behind", "0", "Steady behind", "")
	row("a change, main thread of who looks, 4 s, ms CPU", "-", "Watched changed-ms", beside("Watched idle-ms", "ms idle"))
	row("  above idle", "<= 40", "Watched above-idle-ms", "")
	row("wall page, 24 h of changes: heap growth MB", "<= 20", "WallDay heap-MB", "")
	row("  more nodes", "-", "WallDay nodes", "")
	row("  more listeners", "0", "WallDay listeners", "")
	row("  changes missed", "0", "WallDay missed", "")
	row("10,000 changes played: ready, ms", "<= 300", "PlaybackOpened ready-ms", beside("PlaybackOpened overview-ms", "ms overview"))
	row("  scrubbed, frames a second", ">= 30", "PlaybackOpened frames/s", "60")
	printf "%d of the goals are missed\n", missed
	exit missed
}
