//go:build e2e

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// keyPair is a certificate for localhost in two files, as an office would get
// one, and what tells it from others.
type keyPair struct {
	cert, key string
	serial    string
	spki      string // SHA-256 of its public key, which the browser is told to trust
	roots     *x509.CertPool
}

// web is a client that trusts this certificate and no other.
func (k keyPair) web() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: k.roots}}}
}

// newKeyPair writes a new certificate to cert.pem and key.pem in a folder.
func newKeyPair(t *testing.T, dir string) keyPair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<60))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(public)
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pair := keyPair{
		cert: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem"), serial: serial.String(),
		spki: base64.StdEncoding.EncodeToString(sum[:]), roots: x509.NewCertPool(),
	}
	pair.roots.AddCert(cert)
	for name, block := range map[string]*pem.Block{
		pair.cert: {Type: "CERTIFICATE", Bytes: der},
		pair.key:  {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return pair
}

// served returns the serial number of the certificate that an address shows.
func served(addr string) string {
	c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"}) // which one is asked, not whether it is trusted
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].SerialNumber.String()
}

// trusts has the browser take certificates for themselves.
func trusts(pairs ...keyPair) chromedp.ExecAllocatorOption {
	var list []string
	for _, p := range pairs {
		list = append(list, p.spki)
	}
	return chromedp.Flag("ignore-certificate-errors-spki-list", strings.Join(list, ","))
}

// followsAt: a reader signs in at the public address and sees a change arrive.
func followsAt(t *testing.T, p *program, c *chromium) {
	t.Helper()
	reader := c.tab("reader", 1280, 800)
	reader.login(p, "leser")
	if got := eval[string](reader, "document.cookie"); got != "" {
		t.Errorf("script reads the cookie %q", got)
	}
	reader.open(p.url(overview))
	reader.live()
	const m, area = "3434", "fastlege"
	before := eval[string](reader, query(m, area)+".dataset.level")
	level := "red"
	if before == level {
		level = "yellow"
	}
	lead := p.client("moteleder")
	var board snapshot
	lead.get("/api/v1/boards/na", &board)
	meeting := ""
	for _, one := range board.Meetings {
		if one.Open {
			meeting = one.ID
		}
	}
	if code, answer := lead.post("set_levels", map[string]any{
		"board": "na", "meeting": meeting, "cells": []map[string]any{{"m": m, "c": area, "level": level}},
	}); code != 200 {
		t.Fatalf("set: %d %v", code, answer)
	}
	reader.until("the change arrives over the socket", fmt.Sprintf("%s.dataset.level === %q", query(m, area), level), 5*time.Second)
}

// TestTLS: the binary speaks TLS itself, pages and sockets, and takes a new
// certificate up without a restart; half a new one leaves the old in use.
func TestTLS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pair := newKeyPair(t, dir)
	addr := freePort(t)
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	p := demoAt(t, addr, "https://localhost:"+port, "-tls-cert", pair.cert, "-tls-key", pair.key)
	p.web = pair.web()
	followsAt(t, p, newChromium(t, trusts(pair)))
	if old := served(addr); old != pair.serial {
		t.Fatalf("shows %s, not %s", old, pair.serial)
	}
	c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11})
	if err == nil {
		c.Close()
		t.Error("TLS 1.1 is spoken")
	}

	next := newKeyPair(t, dir)
	p.wait("the new certificate is in use", 20*time.Second, func() bool { return served(addr) == next.serial })
	if err := os.WriteFile(next.cert, []byte("en halv fil"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.wait("the wrong file is told", 20*time.Second, func() bool {
		return served(addr) == next.serial && strings.Contains(p.log.String(), "new certificate not taken")
	})
	if got := served(addr); got != next.serial {
		t.Errorf("with a wrong file it shows %s", got)
	}
}

// TestBehindNginx: the example in server/nginx.conf, at the root of a host and
// below a path, with sockets; and no other address than the public one may write.
func TestBehindNginx(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "/kb"} {
		t.Run("path "+path, func(t *testing.T) {
			dir := t.TempDir()
			pair := newKeyPair(t, dir)
			front, back := freePort(t), freePort(t)
			_, port, err := net.SplitHostPort(front)
			if err != nil {
				t.Fatal(err)
			}
			startNginx(t, dir, front, back, path, pair)
			p := demoAt(t, back, "https://localhost:"+port+path, "-proxies", "127.0.0.1")
			p.web = pair.web()
			followsAt(t, p, newChromium(t, trusts(pair)))
			if strings.Contains(p.log.String(), "origin refused") || strings.Contains(p.log.String(), "no trusted proxy") {
				t.Errorf("the proxy is not what the server expects:\n%s", p.log)
			}
		})
	}
}

// startNginx runs nginx on the example, with the names of this test in it.
func startNginx(t *testing.T, dir, front, back, path string, pair keyPair) {
	t.Helper()
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Fatal("nginx is missing; make e2e installs it on Debian, elsewhere install it and try again")
	}
	example, err := os.ReadFile("../server/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	site := string(example)
	for _, r := range [][2]string{
		{"server 127.0.0.1:8080;", "server " + back + ";"},
		{"listen 443 ssl;", "listen " + front + " ssl;"},
		{"server_name bilder.example.no;", "server_name localhost;"},
		{"/etc/ssl/bilder.example.no.pem", pair.cert},
		{"/etc/ssl/bilder.example.no.key", pair.key},
		{"location / {", "location " + path + "/ {"},
	} {
		if strings.Count(site, r[0]) != 1 {
			t.Fatalf("the example has no %q", r[0])
		}
		site = strings.Replace(site, r[0], r[1], 1)
	}
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, []byte(fmt.Sprintf(`
daemon off;
pid %[1]s/nginx.pid;
error_log %[1]s/error.log;
worker_processes 1;
events { worker_connections 512; }
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
	%[2]s
}
`, dir, site)), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nginx, "-p", dir, "-c", conf, "-e", filepath.Join(dir, "error.log"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
}
