// SPDX-License-Identifier: Apache-2.0

// Checks an unpacked bundle with golang.org/x/mod/sumdb: the heads' signatures, every leaf's inclusion, and that the
// head continues earlier ones. It shares no code with the program that wrote the bundle.
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	must(err)
	return data
}

// The signed head: origin, size, root.
func openHead(message []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(message, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		must(fmt.Errorf("not a checkpoint of %s", verifier.Name()))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

func hashes(lines []string) []tlog.Hash {
	var path []tlog.Hash
	for _, line := range lines {
		data, err := base64.StdEncoding.Strict().DecodeString(line)
		must(err)
		var hash tlog.Hash
		if copy(hash[:], data) != tlog.HashSize || len(data) != tlog.HashSize {
			must(fmt.Errorf("a hash has %d bytes", len(data)))
		}
		path = append(path, hash)
	}
	return path
}

func checkInclusion(proof string, verifier note.Verifier) {
	before, message, found := strings.Cut(string(read(proof)), "\n\n")
	lines := strings.Split(before, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		must(fmt.Errorf("%s is not a tlog-proof", proof))
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err)
	head := openHead([]byte(message), verifier)
	name := strings.TrimSuffix(filepath.Base(proof), ".tlog-proof")
	leaf := read(filepath.Join(filepath.Dir(proof), "..", "leaves", name+".leaf"))
	must(tlog.CheckRecord(tlog.RecordProof(hashes(lines[2:])), head.N, head.Hash, index, tlog.RecordHash(leaf)))
}

func main() {
	folder := os.Args[1]
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(filepath.Join(folder, "trust/log.vkey")))))
	must(err)
	notes, _ := filepath.Glob(filepath.Join(folder, "log/*.note"))
	heads := map[int64]tlog.Tree{}
	for _, path := range notes {
		head := openHead(read(path), verifier)
		heads[head.N] = head
	}
	proofs, _ := filepath.Glob(filepath.Join(folder, "data/proofs/*.tlog-proof"))
	for _, proof := range proofs {
		checkInclusion(proof, verifier)
	}
	continued, _ := filepath.Glob(filepath.Join(folder, "log/consistency-*.txt"))
	for _, path := range continued {
		var older, newer int64
		_, err := fmt.Sscanf(filepath.Base(path), "consistency-%d-%d.txt", &older, &newer)
		must(err)
		lines := strings.Split(strings.TrimSuffix(string(read(path)), "\n"), "\n")
		must(tlog.CheckTree(tlog.TreeProof(hashes(lines)), newer, heads[newer].Hash, older, heads[older].Hash))
	}
	fmt.Printf("%d heads, %d leaves, %d continuations\n", len(heads), len(proofs), len(continued))
	if len(heads) == 0 || len(proofs) == 0 || len(continued) == 0 {
		os.Exit(1)
	}
}
