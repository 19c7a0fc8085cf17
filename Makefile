# Needs Go, Node with npm, and for the tests a C compiler (race detector).
# Everything else is fetched; a second time it works without a network.

WEB     := dashboard/web
MODULES := $(WEB)/node_modules/.installed
STATIC  := dashboard/static/app.js
SOURCES := $(wildcard dashboard/*/*.ts dashboard/*/*.css $(WEB)/*.mjs $(WEB)/*.json)
GOFILES := $(shell find . -name '*.go' -not -path './$(WEB)/node_modules/*') go.mod go.sum
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo dev)
BINARY  := bin/kommunebilder

.PHONY: run build test unit web-test e2e browsers lint bench shots clean

## run: build and start with made-up data in ./data
run: build
	$(BINARY) serve -demo -data ./data

## build: the program, with everything in it
build: $(BINARY)

$(BINARY): $(STATIC) $(GOFILES) $(shell find storage/county/innlandet -type f) $(wildcard dashboard/*/*.json dashboard/*/*.html)
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o $@ ./cmd/kommunebilder

$(MODULES): $(WEB)/package-lock.json
	cd $(WEB) && npm ci --prefer-offline --no-audit --no-fund --loglevel=error
	touch $@

# It makes server/auth/usual/passwords.bin, too.
$(STATIC): $(MODULES) $(SOURCES)
	cd $(WEB) && npm run --silent build
	touch $@

## test: everything, the browser tests included
test: lint web-test unit e2e browsers

unit: $(STATIC)
	.ci/tools chromium-headless-shell:chromium-headless-shell
	go test -race -timeout 15m ./...

web-test: $(STATIC)
	cd $(WEB) && npm run --silent check && npm test --silent

e2e: $(BINARY)
	.ci/tools chromium-headless-shell:chromium-headless-shell soffice:libreoffice-calc nginx:nginx
	go test -race -tags e2e -count=1 ./storage/sheet/
	go test -race -tags e2e -count=1 -parallel 4 -timeout 25m ./e2e/

## browsers: a short meeting in Firefox and WebKit beside Chromium
browsers: $(BINARY)
	.ci/tools chromium-headless-shell:chromium-headless-shell firefox-esr:firefox-esr WebKitWebDriver:webkit2gtk-driver Xvfb:xvfb
	go test -tags e2e,browsers -count=1 -parallel 4 -timeout 5m -run TestBrowsers ./e2e/

## lint: formatting, vet, staticcheck
lint: $(STATIC)
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not formatted:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet -tags e2e,browsers ./...
	go tool staticcheck -tags e2e,browsers ./...

## bench: goals, what is measured here, and the floor beside it
bench: build
	.ci/tools chromium-headless-shell:chromium-headless-shell nginx:nginx
	.ci/bench

## shots: pictures of every page into ./shots
shots: $(BINARY)
	.ci/tools chromium-headless-shell:chromium-headless-shell
	KB_SHOTS=$(CURDIR)/shots go test -tags e2e -count=1 -timeout 15m -run TestShots ./e2e/

clean:
	rm -rf bin shots bench $(filter-out dashboard/static/README.md,$(wildcard dashboard/static/*)) server/auth/usual/passwords.bin
