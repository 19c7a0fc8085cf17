package main

import (
	"context"
	"log/slog"
	"time"
)

// keepHouse removes at the start and daily what nobody needs: files that were sent and
// never named.
func (o *folder) keepHouse(ctx context.Context, log *slog.Logger) {
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	for {
		removed, err := o.store.SweepFiles(ctx, o.now())
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Error("files that no record names are still there", "error", err)
		}
		if removed > 0 {
			log.Info("files that no record names were removed", "files", removed)
		}
		select {
		case <-ctx.Done():
			return
		case <-daily.C:
		}
	}
}
