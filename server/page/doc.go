// Package page is what the dashboard is told of a call: who reads, in which language,
// what they may do. It is between the edge, which knows no page, and the dashboard, which
// knows no request.
package page
