package edge

import (
	"testing"

	"kommunebilde/server/servertest"
)

func TestMain(m *testing.M) { servertest.Main(m) }
