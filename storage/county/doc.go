// Package county reads county packs. A pack is a folder that makes the product
// one county's own: who the municipalities are, what they are judged by, and
// where they lie on the map.
//
//	pack.json                county, office in nb, nn and en, map attribution, what the colours mean
//	regions.csv              id, order, name, short
//	municipalities.csv       number, name, region, population, year_of_population [short, language, ended, successors]
//	areas.csv                id, order, names, shorts, scope [definitions of the colours, legal basis, supervises, stale_after_hours (24; 0 never), version, ended, successors]
//	indicators.csv           id, area_id, order, name_nb, evidence_type, ssb_table, ssb_code, status [other names, version, ended, successors]
//	situation-functions.csv  id, order, names, stale_after_hours [shorts, version, ended, successors]
//	tilegrid.csv             number, name, col, row
//	map.topo.json            TopoJSON with the object "kommuner"
//
// CSV files are UTF-8, with or without a byte order mark, with comma or
// semicolon, with either kind of line end. A column in brackets may be left
// out; a column that is not listed here is refused, since it is most likely a
// misspelt one.
//
// [Load] promises that what it returns is fit for a board: it checks everything
// and tells all faults at once, each with file, line, field, value and reason.
// The pack of Innlandet is embedded ([Embedded]).
package county
