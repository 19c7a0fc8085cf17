package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/server/auth"
)

// readProviders reads the login providers of -oidc, none for "".
func readProviders(file string, c *domain.Catalogue) ([]auth.ProviderConfig, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("-oidc: %w; give a file that there is", err)
	}
	list, err := auth.ReadProviders(text, c, func(name string) (string, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(file), name)
		}
		return readSecret(name)
	})
	if err != nil {
		return nil, fmt.Errorf("-oidc %s:\n  %s", file, strings.ReplaceAll(err.Error(), "\n", "\n  "))
	}
	return list, nil
}

// readSecret reads a file that others may not read.
func readSecret(name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", fmt.Errorf("%w; put the client's secret there", err)
	}
	if mode := info.Mode().Perm(); mode&0o027 != 0 {
		return "", fmt.Errorf("%s has mode %o, so that others may read or change it; chmod 600 %s", name, mode, name)
	}
	secret, err := os.ReadFile(name)
	return string(secret), err
}
