package domain

import (
	"reflect"
	"slices"
	"testing"
)

// TestPolicyIsForWhatThereIs: each row of the policy gives something that no
// other row gives, and names phases that its kinds of boards have.
func TestPolicyIsForWhatThereIs(t *testing.T) {
	for i, row := range policy {
		if without := policyOf(slices.Delete(slices.Clone(policy), i, i+1)); reflect.DeepEqual(without, allowed) {
			t.Errorf("row %d, %v %v %v, gives nothing", i, row.who, row.kinds, row.may)
		}
		for _, kind := range row.kinds {
			if !slices.ContainsFunc(row.when, func(p Phase) bool { return slices.Contains(kind.Phases(), p) }) {
				t.Errorf("row %d: %s is never %v", i, kind, row.when)
			}
		}
	}
}
