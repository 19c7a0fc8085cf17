// Package meetings draws meetings: their lists and series, how one is opened, what
// it is called together for and what became of it. A [Sitting] is one meeting as one
// reader sees it; console, minutes, walls and overview build on it.
package meetings
