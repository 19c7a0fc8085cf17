// Package chart builds charts as options of ECharts, and the tables that say the
// same: levels by area, levels by indicator, changes over the time of a meeting or a
// playback. It draws nothing: the page's script does.
package chart
