package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestCiphersOfTLS: a client that knows old versions or weak ciphers only gets no
// answer; one that knows them all gets the newest.
func TestCiphersOfTLS(t *testing.T) {
	cert, key := keyPair(t)
	c, err := newCertificate(cert, key, slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	var weak, all []uint16
	for _, s := range tls.InsecureCipherSuites() {
		weak, all = append(weak, s.ID), append(all, s.ID)
	}
	for _, s := range tls.CipherSuites() {
		all = append(all, s.ID)
	}
	for name, one := range map[string]struct {
		client *tls.Config
		want   uint16 // 0: refused
	}{
		"TLS 1.0 and 1.1":     {&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11, CipherSuites: all}, 0},
		"weak ciphers":        {&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: weak}, 0},
		"TLS 1.2":             {&tls.Config{MaxVersion: tls.VersionTLS12}, tls.VersionTLS12},
		"everything there is": {&tls.Config{MinVersion: tls.VersionTLS10, CipherSuites: all}, tls.VersionTLS13},
	} {
		one.client.InsecureSkipVerify = true // its own name is not asked for here
		here, there := net.Pipe()
		served := make(chan error, 1)
		go func() { served <- tls.Server(there, c.config()).Handshake(); there.Close() }()
		conn := tls.Client(here, one.client)
		err := conn.Handshake()
		here.Close()
		<-served
		if (err == nil) != (one.want != 0) || err == nil && conn.ConnectionState().Version != one.want {
			t.Errorf("%s: %v, version %x", name, err, conn.ConnectionState().Version)
		}
	}
}

// keyPair writes a certificate for a day and its key.
func keyPair(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(24 * time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
