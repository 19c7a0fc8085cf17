package auth

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// TestProvidersCertificateIsChecked: who cannot show one that this machine trusts
// is no provider, and is told nothing, however well they know what one says.
func TestProvidersCertificateIsChecked(t *testing.T) {
	honest := newHostile(t)
	var mu sync.Mutex
	asked := 0
	forger := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked++
		honest.Config.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(forger.Close)
	p := newPorch(t, entraAt(forger.URL))
	if _, err := p.list.Start(t.Context(), "entra", browser, "", "addr", false); why(err) != RefusedDown {
		t.Errorf("sent to who shows a certificate of their own: %v", err)
	}
	mu.Lock()
	defer mu.Unlock()
	if asked != 0 {
		t.Errorf("told %d times what we ask", asked)
	}
}
