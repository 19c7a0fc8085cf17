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

// collections is after how many garbage collections the server's memory is read:
// what it took to start, or to let screens in, is then used again or given back.
// So it holds as much garbage as its runtime lets gather, both times: read after
// the screens came, without that, they seem to need less than half, since they
// first fill what the start has left.
const collections = 3

// memory returns what the server has taken of the machine's memory (RSS), in
// bytes; 0 if its process is not known. Where it tells operators how often it
// collected, pages of the board first make it collect a few times.
func (c *crowd) memory(ctx context.Context) (float64, error) {
	if c.server == 0 {
		return 0, nil
	}
	if c.cfg.ops != "" {
		if err := c.collect(ctx); err != nil {
			return 0, err
		}
	}
	b, err := c.server.rss()
	return float64(b), err
}

// collect asks for pages of the board until the server has collected.
func (c *crowd) collect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	first, err := c.collected(ctx)
	if err != nil {
		return err
	}
	for last := first; last < first+collections; {
		for range 5 {
			if err := c.lead.page(ctx); err != nil {
				return fmt.Errorf("until the server collects: %w", err)
			}
		}
		if err := c.pause(ctx, 5*time.Second/accountReads); err != nil {
			return err
		}
		if last, err = c.collected(ctx); err != nil {
			return err
		}
	}
	return nil
}

// collected returns how often the server's runtime has collected.
func (c *crowd) collected(ctx context.Context) (float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.cfg.ops+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	resp, err := c.lead.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s/metrics: %s", c.cfg.ops, resp.Status)
	}
	return readFigure(resp.Body, "go_gc_duration_seconds_count")
}

// readFigure reads one figure of a Prometheus text.
func readFigure(in io.Reader, name string) (float64, error) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			return strconv.ParseFloat(value, 64)
		}
	}
	if err := lines.Err(); err != nil {
		return 0, err
	}
	return 0, fmt.Errorf("the server's figures lack %s", name)
}
