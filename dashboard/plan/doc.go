// Package plan has the pages of how an edition is set up: what it is to be, who answers for
// which area, which rows are open for judgement, and the catalogue of what it judges. The
// catalogue is also what municipalities read before they are heard; nothing else of these
// pages is.
//
// Every form is drawn from values by name, as they were typed or as they stand, so that one
// that is refused comes back as it was sent.
package plan
