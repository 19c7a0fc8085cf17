package dashboard

import (
	"embed"
	"io/fs"
	"sync"

	"kommunebilde/dashboard/kit"
)

// nouns are the templates and words of the kit and of each noun.
//
//go:embed */*.html */words.*.json
var nouns embed.FS

// built is what the build of dashboard/web left in static; before a build it holds
// nothing but a README.
//
//go:embed static
var built embed.FS

// bundled returns what the program has in it, read and packed once: every Site
// shares it.
var bundled = sync.OnceValues(func() (*kit.Bundle, error) {
	static, err := fs.Sub(built, "static")
	if err != nil {
		return nil, err
	}
	return kit.Load(nouns, static)
})

// New returns a Site of what the program has in it.
func New(o kit.Options) (*kit.Site, error) {
	b, err := bundled()
	if err != nil {
		return nil, err
	}
	return kit.New(o, b)
}
