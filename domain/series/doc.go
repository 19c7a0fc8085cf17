// Package series has meetings on one board that belong together. The first of them
// names the series.
package series
