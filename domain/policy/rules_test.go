package policy

import (
	"slices"
	"testing"

	"kommunebilde/domain"
)

// TestEveryRightIsTold: what the policy gives anybody is read out, as something that
// one may do or as something that one sees.
func TestEveryRightIsTold(t *testing.T) {
	seeing := []domain.Right{domain.RightSee, domain.RightSeeTexts, domain.RightSeePersons, domain.RightSeeMeetings, domain.RightCatalogue}
	for _, role := range domain.Roles() {
		for _, kind := range domain.BoardKinds() {
			for _, phase := range kind.Phases() {
				for right := range role.Rights(kind, phase) {
					if !slices.Contains(append(seeing, doing...), right) {
						t.Errorf("%s on %s, %s: %s is told nowhere", role, kind, phase, right)
					}
				}
			}
		}
	}
}
