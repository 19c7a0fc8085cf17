package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// collections is after how many garbage collections the server's memory is
// believed: what the process has taken from the system says more about when it
// last collected than about what it needs.
const collections = 3

// figures are what the server's runtime tells of itself.
type figures struct {
	heap, stacks float64 // bytes in use; the heap with what is not yet collected
	collected    float64 // garbage collections so far
}

// memory returns what the server needs, in bytes: the least heap in use that was
// seen over a few collections, and the stacks. Reads of the board make the
// garbage that makes it collect. Without the address of its figures it is the
// process's resident memory, which is another thing and noisy.
func (c *crowd) memory(ctx context.Context) (float64, error) {
	if c.cfg.ops == "" {
		if c.server == 0 {
			return 0, nil
		}
		b, err := c.server.rss()
		return float64(b), err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	first, err := c.figures(ctx)
	if err != nil {
		return 0, err
	}
	least := first
	for last := first; last.collected < first.collected+collections; {
		for range 5 {
			if _, err := c.office.position(ctx); err != nil {
				return 0, fmt.Errorf("until the server collects: %w", err)
			}
		}
		if last, err = c.figures(ctx); err != nil {
			return 0, err
		}
		if last.collected > first.collected {
			least.heap, least.stacks = min(least.heap, last.heap), last.stacks
		}
	}
	return least.heap + least.stacks, nil
}

func (c *crowd) figures(ctx context.Context) (f figures, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.cfg.ops+"/metrics", nil)
	if err != nil {
		return f, err
	}
	resp, err := c.office.client.Do(req)
	if err != nil {
		return f, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return f, fmt.Errorf("%s/metrics: %s", c.cfg.ops, resp.Status)
	}
	return readFigures(resp.Body)
}

// readFigures reads a Prometheus text.
func readFigures(in io.Reader) (f figures, err error) {
	wanted := map[string]*float64{
		"go_memstats_heap_alloc_bytes":  &f.heap,
		"go_memstats_stack_inuse_bytes": &f.stacks,
		"go_gc_duration_seconds_count":  &f.collected,
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		to := wanted[name]
		if to == nil {
			continue
		}
		if *to, err = strconv.ParseFloat(value, 64); err != nil {
			return f, fmt.Errorf("%s: %w", name, err)
		}
		delete(wanted, name)
	}
	if err := lines.Err(); err != nil {
		return f, err
	}
	for name := range wanted {
		return f, fmt.Errorf("the server's figures lack %s", name)
	}
	return f, nil
}
