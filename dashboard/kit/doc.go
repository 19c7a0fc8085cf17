// Package kit is what every page is made with: the page itself and its layout, the
// words of the product in its languages, the typed builder of HTML, signs, times,
// the filter of an address, and a board drawn as map, grid and lists. It knows no
// noun: what only one page shows is in that noun's package.
//
// A noun's pages are functions of a [Site], a [Request], which says who looks, and a
// [domain.Picture], which is what they may see. They begin with [Site.NewPage] and
// end with [Site.Render], which executes the noun's template, or with [Site.Frame],
// which lets a [Builder] write the middle. A Site is immutable and safe for
// concurrent use.
//
// Markup is written by html/template or by a Builder, whose Raw takes constants of
// the program and never data.
package kit
