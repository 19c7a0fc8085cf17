package screens

import (
	"sync"
	"time"
)

// pacer does at most one thing in each interval: the last that is asked for.
type pacer struct {
	every time.Duration

	mu   sync.Mutex
	last time.Time
	next func()
	wait *time.Timer
}

func (p *pacer) do(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = f
	if p.wait != nil {
		return
	}
	if left := p.every - time.Since(p.last); left > 0 {
		p.wait = time.AfterFunc(left, p.now)
		return
	}
	p.fire()
}

func (p *pacer) now() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wait = nil
	p.fire()
}

// fire does what is asked for. p.mu is held, so that nothing overtakes it.
func (p *pacer) fire() {
	if p.next != nil {
		p.last = time.Now()
		p.next()
		p.next = nil
	}
}

// stop forgets what still waits.
func (p *pacer) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = nil
}
