package about

import (
	"os"
	"strings"
	"testing"
)

// What is built in is named at /om.
func TestThirdPartyNotices(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	named := ""
	for _, n := range thirdParty() {
		named += n.What + "\n"
	}
	for _, line := range strings.Split(string(mod), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 2 || strings.Contains(line, "// indirect") || !strings.Contains(fields[0], ".") {
			continue
		}
		name := fields[0]
		if strings.HasPrefix(name, "golang.org/x/") {
			name = "golang.org/x"
		}
		switch name {
		case "pgregory.net/rapid", "go.uber.org/goleak", "github.com/zitadel/oidc/v3", "github.com/santhosh-tekuri/jsonschema/v6": // tests only
			continue
		}
		if !strings.Contains(named, name) {
			t.Errorf("%s is in go.mod and not at /om", name)
		}
	}
}
