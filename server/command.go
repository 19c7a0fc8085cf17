package server

import (
	"kommunebilde/domain"
	"kommunebilde/domain/subjects"
)

// commands are the kinds of commands that programs send.
var commands = subjects.Commands()

// completed gives a command what no client may tell: a situation the columns of
// the county's pack, the closing of a meeting what accounts are called, evidence the files that are kept.
func (s *Server) completed(cmd domain.Command) (domain.Command, error) {
	if cmd, ok := cmd.(interface {
		Complete(domain.Facts) (domain.Command, error)
	}); ok {
		return cmd.Complete(facts{s})
	}
	return cmd, nil
}

// facts are what the server knows and no client may tell.
type facts struct{ s *Server }

// Pack implements [domain.Facts].
func (f facts) Pack() (c domain.Catalogue, m *domain.Map, ok bool) {
	if f.s.cfg.Pack == nil {
		return c, nil, false
	}
	c, m = f.s.cfg.Pack()
	return c, m, true
}

// Names implements [domain.Facts].
func (f facts) Names() map[domain.AccountID]string { return f.s.cfg.Auth.Names() }

// Stored implements [domain.Facts].
func (f facts) Stored(sum domain.Hash) (size int64, kind string, ok bool) {
	return f.s.cfg.Stored(sum)
}
