// Reads an authority's certificates with Go's crypto/x509 and verifies a path as a plain X.509 library does, told to accept any
// extended key usage.
//
//	go run main.go ROOT CA LEAF...
//
// Each file is PEM; the first certificate counts. Exits 1 and says why if any leaf does not verify now.
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

func read(name string) (*x509.Certificate, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("%s: no certificate", name)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return certificate, nil
}

func run(names []string) error {
	if len(names) < 3 {
		return fmt.Errorf("usage: main.go ROOT CA LEAF...")
	}
	certificates := make([]*x509.Certificate, len(names))
	for i, name := range names {
		certificate, err := read(name)
		if err != nil {
			return err
		}
		certificates[i] = certificate
	}
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(certificates[0])
	intermediates.AddCert(certificates[1])
	options := x509.VerifyOptions{Roots: roots, Intermediates: intermediates, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
	for i, leaf := range certificates[2:] {
		chains, err := leaf.Verify(options)
		if err != nil {
			return fmt.Errorf("%s: %w", names[i+2], err)
		}
		if len(chains) != 1 || len(chains[0]) != 3 {
			return fmt.Errorf("%s: not one chain of three", names[i+2])
		}
	}
	return nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
