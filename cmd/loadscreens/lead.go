package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// position is where a snapshot stands.
type position struct {
	Epoch string `json:"epoch"`
	Rev   uint64 `json:"rev"`
}

// snapshot is what is needed of a snapshot.
type snapshot struct {
	position
	Municipalities []struct {
		ID string `json:"id"`
	} `json:"municipalities"`
	Columns []struct {
		ID string `json:"id"`
	} `json:"columns"`
}

// lead is the one that changes: a meeting lead with a program.
type lead struct {
	cfg    config
	client *http.Client
	board  snapshot
	n      int // counts changes
}

func newLead(ctx context.Context, cfg config) (*lead, error) {
	o := &lead{cfg: cfg, client: &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 256},
	}}
	if err := o.call(ctx, http.MethodGet, "/api/v1/boards/"+cfg.board, nil, &o.board); err != nil {
		return nil, err
	}
	if len(o.board.Municipalities) == 0 || len(o.board.Columns) == 0 {
		return nil, fmt.Errorf("board %s has no cells", cfg.board)
	}
	return o, nil
}

// position returns where the board stands now.
func (o *lead) position(ctx context.Context) (p position, err error) {
	err = o.call(ctx, http.MethodGet, "/api/v1/boards/"+o.cfg.board, nil, &p)
	return p, err
}

// meet opens a meeting, unless one is given, and returns how to close it.
func (o *lead) meet(ctx context.Context) (closed func() error, err error) {
	if o.cfg.meeting != "" {
		return func() error { return nil }, nil
	}
	opened, err := o.command(ctx, map[string]any{
		"type": "open_meeting", "board": o.cfg.board, "kind": "preparedness", "title": "Belastningsprøve",
	})
	if err != nil {
		return nil, fmt.Errorf("open a meeting: %w", err)
	}
	id := opened.Meeting
	o.cfg.meeting = id
	return func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_, err := o.command(ctx, map[string]any{"type": "close_meeting", "meeting": id, "unexplained": true})
		return err
	}, nil
}

// next returns the next change: another cell and level each time.
func (o *lead) next() map[string]any {
	levels := []string{"green", "yellow", "red"}
	o.n++
	return map[string]any{
		"type": "set_level", "board": o.cfg.board, "meeting": o.cfg.meeting,
		"m":     o.board.Municipalities[o.n%len(o.board.Municipalities)].ID,
		"c":     o.board.Columns[o.n/7%len(o.board.Columns)].ID,
		"level": levels[o.n%len(levels)],
	}
}

// outcome is what becomes of a command: the board's revision after it.
type outcome struct {
	Rev     uint64 `json:"rev"`
	Meeting string `json:"meeting"` // of one that was opened
}

// command posts a command.
func (o *lead) command(ctx context.Context, cmd map[string]any) (a outcome, err error) {
	cmd["request"] = newID()
	err = o.call(ctx, http.MethodPost, "/api/v1/commands", cmd, &a)
	return a, err
}

func (o *lead) call(ctx context.Context, method, path string, in, out any) error {
	b, err := o.ask(ctx, method, path, in)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, out)
}

// page has the server make the board's page, which is more work than any other
// answer of it.
func (o *lead) page(ctx context.Context) error {
	_, err := o.ask(ctx, http.MethodGet, "/tavle/"+o.cfg.board, nil)
	return err
}

func (o *lead) ask(ctx context.Context, method, path string, in any) ([]byte, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, o.cfg.url+path, body)
	if err != nil {
		return nil, err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Origin", "http://"+o.cfg.host)
	o.cfg.sign(req, -1)
	resp, err := o.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s %s: %s: %.300s", method, path, resp.Status, b)
	}
	return b, nil
}

func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
