//go:build shots

package dashboard

import "testing"

func more(t *testing.T, w *world, s *Site, put func(string, []byte, error)) {}
