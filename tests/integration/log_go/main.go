// Follows a running log with public modules alone: golang.org/x/mod/sumdb/note opens its checkpoints,
// github.com/transparency-dev/formats reads them, github.com/transparency-dev/merkle makes and verifies the proofs.
//
//	log_go -log https://host:port/log/1 -api https://host:port/v1/logs/1 -ca root.pem -origin ORIGIN -vkey VKEY
//
// Each line on standard input makes it look once: it prints `followed SIZE ROOT`, or says what is wrong and exits 1.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	hashSize   = 32
	maxBody    = 32 << 20
	maxAsked   = 5
	maxWait    = 5 // seconds
)

var hasher = rfc6962.DefaultHasher

// follower is what has been seen of the log so far.
type follower struct {
	client         *http.Client
	logURL, apiURL string
	origin         string
	verifier       note.Verifier
	seen           *log.Checkpoint     // nil before the first look
	leaves         [][]byte            // leaf hashes, computed from entries
	tiles          map[string][][]byte // hash tiles by path
	bundles        map[string][][]byte // full entry bundles by path
}

// get comes again when it is told to, as whoever asks for every proof of a log has to.
func (f *follower) get(url string) ([]byte, error) {
	response, body, err := f.ask(url)
	for asked := 1; err == nil && response.StatusCode == http.StatusTooManyRequests && asked < maxAsked; asked++ {
		seconds, malformed := strconv.Atoi(response.Header.Get("Retry-After"))
		if malformed != nil || seconds < 1 || seconds > maxWait {
			return nil, fmt.Errorf("%s: come again after %q", url, response.Header.Get("Retry-After"))
		}
		time.Sleep(time.Duration(seconds) * time.Second)
		response, body, err = f.ask(url)
	}
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s: %s", url, response.Status, body)
	}
	return body, nil
}

func (f *follower) ask(url string) (*http.Response, []byte, error) {
	response, err := f.client.Get(url)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	return response, body, err
}

// tilePath is what c2sp.org/tlog-tiles calls a tile: N in groups of three digits, and the width where it is not full.
func tilePath(level string, number uint64, width int) string {
	groups := fmt.Sprintf("%03d", number%1000)
	for number /= 1000; number > 0; number /= 1000 {
		groups = fmt.Sprintf("x%03d/%s", number%1000, groups)
	}
	path := "tile/" + level + "/" + groups
	if width < tileWidth {
		path += fmt.Sprintf(".p/%d", width)
	}
	return path
}

// widthAt is how many hashes tile `number` of `level` has in a tree of `size` leaves.
func widthAt(size uint64, level uint, number uint64) int {
	return int(min(tileWidth, (size>>(tileHeight*level))-number*tileWidth))
}

// hashTile fetches a hash tile, as wide as a tree of `size` has it.
func (f *follower) hashTile(size uint64, level uint, number uint64) ([][]byte, error) {
	width := widthAt(size, level, number)
	path := tilePath(fmt.Sprint(level), number, width)
	if tile, ok := f.tiles[path]; ok {
		return tile, nil
	}
	body, err := f.get(f.logURL + "/" + path)
	if err != nil {
		return nil, err
	}
	if len(body) != width*hashSize {
		return nil, fmt.Errorf("%s has %d bytes, not %d", path, len(body), width*hashSize)
	}
	var tile [][]byte
	for ; len(body) > 0; body = body[hashSize:] {
		tile = append(tile, body[:hashSize])
	}
	f.tiles[path] = tile
	return tile, nil
}

// entryBundle fetches the entries of a bundle: each has its length before it, 16 bits, big-endian.
func (f *follower) entryBundle(size uint64, number uint64) ([][]byte, error) {
	width := widthAt(size, 0, number)
	path := tilePath("entries", number, width)
	if bundle, ok := f.bundles[path]; ok {
		return bundle, nil
	}
	body, err := f.get(f.logURL + "/" + path)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(body) > 0 {
		if len(body) < 2 || len(body)-2 < int(binary.BigEndian.Uint16(body)) {
			return nil, fmt.Errorf("%s ends within an entry", path)
		}
		end := 2 + int(binary.BigEndian.Uint16(body))
		entries, body = append(entries, body[2:end]), body[end:]
	}
	if len(entries) != width {
		return nil, fmt.Errorf("%s has %d entries, not %d", path, len(entries), width)
	}
	if width == tileWidth {
		f.bundles[path] = entries
	}
	return entries, nil
}

// node is the hash of a complete subtree, folded from the tile that holds its row.
func (f *follower) node(size uint64, id compact.NodeID) ([]byte, error) {
	level, within := id.Level/tileHeight, id.Level%tileHeight
	first := id.Index << within
	tile, err := f.hashTile(size, level, first/tileWidth)
	if err != nil {
		return nil, err
	}
	begin, count := int(first%tileWidth), 1<<within
	if begin+count > len(tile) {
		return nil, fmt.Errorf("node %v is not in a tree of size %d", id, size)
	}
	row := tile[begin : begin+count]
	for len(row) > 1 {
		var parents [][]byte
		for i := 0; i < len(row); i += 2 {
			parents = append(parents, hasher.HashChildren(row[i], row[i+1]))
		}
		row = parents
	}
	return row[0], nil
}

// fromTiles builds a proof out of the tiles of a tree of `size`.
func (f *follower) fromTiles(size uint64, nodes proof.Nodes) ([][]byte, error) {
	hashes := make([][]byte, len(nodes.IDs))
	for i, id := range nodes.IDs {
		hash, err := f.node(size, id)
		if err != nil {
			return nil, err
		}
		hashes[i] = hash
	}
	return nodes.Rehash(hashes, hasher.HashChildren)
}

// readEntries computes the leaf hashes of a tree of `size` from its entries; those seen before must be the same.
func (f *follower) readEntries(size uint64) error {
	var leaves [][]byte
	for number := uint64(0); number*tileWidth < size; number++ {
		entries, err := f.entryBundle(size, number)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			leaves = append(leaves, hasher.HashLeaf(entry))
		}
	}
	for i, leaf := range f.leaves {
		if !bytes.Equal(leaf, leaves[i]) {
			return fmt.Errorf("entry %d is another than it was", i)
		}
	}
	f.leaves = leaves
	return nil
}

// checkRoot computes the root from the leaf hashes.
func (f *follower) checkRoot(checkpoint *log.Checkpoint) error {
	tree := (&compact.RangeFactory{Hash: hasher.HashChildren}).NewEmptyRange(0)
	for _, leaf := range f.leaves {
		if err := tree.Append(leaf, nil); err != nil {
			return err
		}
	}
	root, err := tree.GetRootHash(nil)
	if err != nil {
		return err
	}
	if !bytes.Equal(root, checkpoint.Hash) {
		return errors.New("the entries do not hash to the checkpoint's root")
	}
	return nil
}

// checkTiles compares the hash tiles of every level with the leaf hashes.
func (f *follower) checkTiles(size uint64) error {
	row := f.leaves
	for level := uint(0); len(row) > 0; level++ {
		var parents [][]byte
		for number := uint64(0); number*tileWidth < uint64(len(row)); number++ {
			tile, err := f.hashTile(size, level, number)
			if err != nil {
				return err
			}
			for i, hash := range tile {
				if !bytes.Equal(hash, row[int(number)*tileWidth+i]) {
					return fmt.Errorf("hash tile %d of level %d is wrong at %d", number, level, i)
				}
			}
			if len(tile) < tileWidth {
				continue
			}
			parent, err := f.node(size, compact.NodeID{Level: (level+1)*tileHeight - 1, Index: number * 2})
			if err != nil {
				return err
			}
			sibling, err := f.node(size, compact.NodeID{Level: (level+1)*tileHeight - 1, Index: number*2 + 1})
			if err != nil {
				return err
			}
			parents = append(parents, hasher.HashChildren(parent, sibling))
		}
		row = parents
	}
	return nil
}

// checkConsistency verifies that the checkpoint continues the one seen before, by a proof from tiles and by the one
// that is served.
func (f *follower) checkConsistency(now *log.Checkpoint) error {
	nodes, err := proof.Consistency(f.seen.Size, now.Size)
	if err != nil {
		return err
	}
	built, err := f.fromTiles(now.Size, nodes)
	if err != nil {
		return err
	}
	var served struct {
		Hashes                   [][]byte
		OldRootHash, NewRootHash []byte
	}
	url := fmt.Sprintf("%s/consistency?old=%d&new=%d", f.apiURL, f.seen.Size, now.Size)
	if err := f.getJSON(url, &served); err != nil {
		return err
	}
	if !bytes.Equal(served.OldRootHash, f.seen.Hash) || !bytes.Equal(served.NewRootHash, now.Hash) {
		return fmt.Errorf("%s: other roots than the checkpoints have", url)
	}
	for _, hashes := range [][][]byte{built, served.Hashes} {
		if err := proof.VerifyConsistency(hasher, f.seen.Size, now.Size, hashes, f.seen.Hash, now.Hash); err != nil {
			return err
		}
	}
	return nil
}

// checkInclusion verifies an entry in the tree of `size`, by a proof from tiles and by the one that is served.
func (f *follower) checkInclusion(index uint64, now *log.Checkpoint) error {
	nodes, err := proof.Inclusion(index, now.Size)
	if err != nil {
		return err
	}
	built, err := f.fromTiles(now.Size, nodes)
	if err != nil {
		return err
	}
	var served struct{ Hashes [][]byte }
	url := fmt.Sprintf("%s/inclusion?index=%d&size=%d", f.apiURL, index, now.Size)
	if index%2 == 1 { // the other way to ask
		url = fmt.Sprintf("%s/inclusion?leafHash=%x&size=%d", f.apiURL, f.leaves[index], now.Size)
	}
	if err := f.getJSON(url, &served); err != nil {
		return err
	}
	for _, hashes := range [][][]byte{built, served.Hashes} {
		if err := proof.VerifyInclusion(hasher, index, now.Size, f.leaves[index], hashes, now.Hash); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
	}
	return nil
}

// checkOffline opens the offline proof of an entry (c2sp.org/tlog-proof): index, path, blank line, checkpoint.
func (f *follower) checkOffline(index uint64, now *log.Checkpoint) error {
	text, err := f.get(fmt.Sprintf("%s/entries/%d/proof", f.apiURL, index))
	if err != nil {
		return err
	}
	head, checkpoint, found := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != fmt.Sprintf("index %d", index) {
		return fmt.Errorf("no offline proof of entry %d: %q", index, text)
	}
	var hashes [][]byte
	for _, line := range lines[2:] {
		hash, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			return err
		}
		hashes = append(hashes, hash)
	}
	opened, _, _, err := log.ParseCheckpoint([]byte(checkpoint), f.origin, f.verifier)
	if err != nil {
		return err
	}
	if opened.Size != now.Size {
		return fmt.Errorf("the offline proof of entry %d is against size %d, not %d", index, opened.Size, now.Size)
	}
	return proof.VerifyInclusion(hasher, index, opened.Size, f.leaves[index], hashes, opened.Hash)
}

func (f *follower) getJSON(url string, into any) error {
	body, err := f.get(url)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

// look fetches the checkpoint and holds everything below it against it and against what was seen before.
func (f *follower) look() error {
	text, err := f.get(f.logURL + "/checkpoint")
	if err != nil {
		return err
	}
	now, _, _, err := log.ParseCheckpoint(text, f.origin, f.verifier)
	if err != nil {
		return err
	}
	if f.seen != nil && now.Size < f.seen.Size {
		return fmt.Errorf("the log went back from size %d to %d", f.seen.Size, now.Size)
	}
	if err := f.readEntries(now.Size); err != nil {
		return err
	}
	if err := f.checkRoot(now); err != nil {
		return err
	}
	if err := f.checkTiles(now.Size); err != nil {
		return err
	}
	if f.seen != nil {
		if err := f.checkConsistency(now); err != nil {
			return err
		}
	}
	for index := uint64(0); index < now.Size; index++ {
		if err := f.checkInclusion(index, now); err != nil {
			return err
		}
	}
	for _, index := range []uint64{0, now.Size / 2, now.Size - 1} {
		if err := f.checkOffline(index, now); err != nil {
			return err
		}
	}
	f.seen = now
	return nil
}

func makeClient(caFile string) (*http.Client, error) {
	transport := &http.Transport{}
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, err
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: no certificate", caFile)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	return &http.Client{Transport: transport, Timeout: time.Minute}, nil
}

func run() error {
	logURL := flag.String("log", "", "where the log is served, without a final slash")
	apiURL := flag.String("api", "", "where its proofs are served")
	ca := flag.String("ca", "", "PEM file of the roots to believe over https")
	origin := flag.String("origin", "", "the log's origin")
	vkey := flag.String("vkey", "", "the log's verifier key")
	flag.Parse()

	verifier, err := note.NewVerifier(*vkey)
	if err != nil {
		return err
	}
	client, err := makeClient(*ca)
	if err != nil {
		return err
	}
	f := &follower{client: client, logURL: *logURL, apiURL: *apiURL, origin: *origin, verifier: verifier,
		tiles: map[string][][]byte{}, bundles: map[string][][]byte{}}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if err := f.look(); err != nil {
			return err
		}
		fmt.Printf("followed %d %s\n", f.seen.Size, base64.StdEncoding.EncodeToString(f.seen.Hash))
	}
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "log_go:", err)
		os.Exit(1)
	}
}
