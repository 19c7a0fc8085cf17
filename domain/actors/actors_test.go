package actors

import (
	"encoding/json"
	"os"
	"testing"
)

// TestReportedVectors: whose reports are an actor's, as the script has it, which is held
// to the same vectors (vectors.test.ts).
func TestReportedVectors(t *testing.T) {
	b, err := os.ReadFile("testdata/reported.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Names []string
		By    string
		Is    bool
	}
	if err := json.Unmarshal(b, &vectors); err != nil || len(vectors) == 0 {
		t.Fatalf("%d vectors, %v", len(vectors), err)
	}
	for _, v := range vectors {
		if got := (Actor{names: v.Names}).Reported(v.By); got != v.Is {
			t.Errorf("%q of %v: %v", v.By, v.Names, got)
		}
	}
}
