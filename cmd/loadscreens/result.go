package main

import (
	"slices"
	"time"
)

// result is what was measured with one number of screens. Times are in
// milliseconds, CPU in microseconds.
type result struct {
	Screens int     `json:"screens"`
	Connect float64 `json:"connect_ms"` // all of them
	Changes int     `json:"changes"`

	Answer spread `json:"answer_ms"`      // of the POST
	Last   spread `json:"last_screen_ms"` // from the answer to the last screen
	Each   spread `json:"each_screen_ms"` // from the answer to each screen
	Sent   spread `json:"sent_to_last_ms"`

	Messages int64   `json:"messages"`
	Bytes    float64 `json:"bytes_per_message"`
	Missed   int     `json:"missed"`
	Doubled  int     `json:"doubled"`
	Closed   int     `json:"closed"` // by the server, or broken
	Why      string  `json:"why,omitempty"`

	CPU      float64 `json:"cpu_us_per_message,omitempty"`
	Floor    float64 `json:"floor_us_per_message,omitempty"`
	Ratio    float64 `json:"cpu_to_floor,omitempty"`
	FloorMS  spread  `json:"floor_last_ms"`
	Burst    int     `json:"burst"`
	BurstOne float64 `json:"burst_to_single_writes,omitempty"` // CPU of a burst to that of as many single changes
	BurstMS  spread  `json:"burst_last_ms"`
	Joined   float64 `json:"burst_messages_per_screen,omitempty"`
	Memory   float64 `json:"rss_kb_per_screen,omitempty"`
}

// spread is a distribution.
type spread struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func spreadOf(d []time.Duration) spread {
	if len(d) == 0 {
		return spread{}
	}
	slices.Sort(d)
	at := func(q float64) float64 { return ms(d[min(int(q*float64(len(d))), len(d)-1)]) }
	return spread{at(0.50), at(0.95), at(0.99), ms(d[len(d)-1])}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
