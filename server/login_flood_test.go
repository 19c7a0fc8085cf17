package server

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kommunebilde/server/screens"
)

// TestStrangersKeepNobodyOut: three addresses send more guesses than there are
// places, the first of them at one account, while passwords are hashed as slowly
// as the test wants; who comes from a new address with that account's right
// password gets in after one turn of each.
func TestStrangersKeepNobodyOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.TrustedProxies = []string{"127.0.0.1"} })
	gate := make(chan struct{})
	open := sync.OnceFunc(func() { close(gate) })
	defer open() // whatever fails, nobody waits for ever
	var mu sync.Mutex
	var order []string
	slow := func(addr string) {
		mu.Lock()
		order = append(order, addr)
		mu.Unlock()
		<-gate
	}
	w.hashing.Store(&slow)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{DisableKeepAlives: true}}
	var refused atomic.Int64
	login := func(who, password, addr string) int {
		req, err := http.NewRequestWithContext(t.Context(), "POST", w.url+"/login", strings.NewReader(url.Values{"user": {who}, "password": {password}}.Encode()))
		if err != nil {
			return 0
		}
		for name, value := range map[string]string{"Origin": w.url, "Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": addr} {
			req.Header.Set(name, value)
		}
		res, err := client.Do(req)
		if err != nil {
			return 0
		}
		res.Body.Close()
		if res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusServiceUnavailable {
			refused.Add(1)
		}
		return res.StatusCode
	}
	var all sync.WaitGroup
	addrs := []string{"198.51.100.1", "203.0.113.1", "2001:db8::1"}
	const each = 380
	for i := range each {
		who := fmt.Sprint("gjett", i)
		if i < 6 {
			who = "leser"
		}
		for _, addr := range addrs {
			all.Go(func() { login(who, "feil", addr) })
		}
	}
	// Of 1140 there are places for 1000: the rest is answered.
	w.await("the places are taken", func() bool { return refused.Load() == int64(len(addrs)*each-1000) })
	done := make(chan int)
	go func() { done <- login("leser", testPassword, "192.0.2.7") }()
	w.await("one of theirs gives way", func() bool { return refused.Load() == int64(len(addrs)*each-999) })
	for range 2 + len(addrs) + 1 {
		gate <- struct{}{}
	}
	if status := <-done; status != 303 {
		t.Errorf("the right password: %d", status)
	}
	mu.Lock()
	at := slices.Index(order, "192.0.2.7")
	mu.Unlock()
	if at < 0 || at > 2+len(addrs) {
		t.Errorf("it was hashed as number %d", at)
	}
	w.server.end(screens.ErrRestart) // who still waits is let go without a hash
	open()
	all.Wait()
}
