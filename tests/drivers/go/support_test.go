// Package drivers drives the server at CAIRN_URI with the Go driver.
package drivers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

var checks atomic.Int64

// TestMain prints how many checks were made, and fails when none were.
func TestMain(m *testing.M) {
	if os.Getenv("CAIRN_URI") == "" {
		fmt.Println("FAILED: CAIRN_URI is not set; run this under with_server.py")
		os.Exit(1)
	}
	code := m.Run()
	fmt.Printf("go: %d checks, exit code %d\n", checks.Load(), code)
	if checks.Load() == 0 {
		code = 1
	}
	os.Exit(code)
}

func equal[T comparable](t *testing.T, actual, expected T, what string) {
	t.Helper()
	checks.Add(1)
	if actual != expected {
		t.Fatalf("%s: expected %v, got %v", what, expected, actual)
	}
}

func equalLists[T comparable](t *testing.T, actual, expected []T, what string) {
	t.Helper()
	checks.Add(1)
	if !slices.Equal(actual, expected) {
		t.Fatalf("%s: expected %v, got %v", what, expected, actual)
	}
}

func succeeds(t *testing.T, err error, what string) {
	t.Helper()
	checks.Add(1)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// fails checks that err is the server's error of that code, with part in its message.
func fails(t *testing.T, err error, code int, what, part string) {
	t.Helper()
	checks.Add(1)
	var server mongo.ServerError
	if !errors.As(err, &server) || !server.HasErrorCode(code) || !strings.Contains(err.Error(),
		part) {
		t.Fatalf("%s: expected error %d '%s', got %v", what, code, part, err)
	}
}

func sameDocuments(t *testing.T, actual, expected []bson.Raw, what string) {
	t.Helper()
	checks.Add(1)
	if !slices.EqualFunc(actual, expected, func(a, b bson.Raw) bool { return bytes.Equal(a, b) }) {
		t.Fatalf("%s: expected %v, got %v", what, expected, actual)
	}
}

// connected gives a client of its own and an empty database named after the test; both go when the
// test ends.
func connected(t *testing.T, more ...*options.ClientOptions) *mongo.Database {
	t.Helper()
	all := append([]*options.ClientOptions{options.Client().ApplyURI(os.Getenv("CAIRN_URI"))},
		more...)
	client, err := mongo.Connect(all...)
	succeeds(t, err, "connect")
	db := client.Database("client_go_" + strings.ReplaceAll(t.Name(), "/", "_"))
	succeeds(t, db.Drop(context.Background()), "dropDatabase")
	t.Cleanup(func() {
		_ = db.Drop(context.Background())
		if err := client.Disconnect(context.Background()); err != nil {
			t.Errorf("disconnect: %v", err)
		}
	})
	return db
}

// leftOut skips a test that CAIRN_TEST_WITHOUT names (for looking at a server that lacks
// something).
func leftOut(t *testing.T, name string) {
	t.Helper()
	if slices.Contains(strings.Fields(os.Getenv("CAIRN_TEST_WITHOUT")), name) {
		t.Skip("left out")
	}
}

func readCases(t *testing.T) bson.Raw {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(here), "..", "cases.json"))
	succeeds(t, err, "read cases.json")
	var table bson.Raw
	succeeds(t, bson.UnmarshalExtJSON(text, false, &table), "parse cases.json")
	return table
}

// list gives the documents of an array.
func list(value bson.RawValue) []bson.Raw {
	values, _ := value.Array().Values()
	documents := make([]bson.Raw, 0, len(values))
	for _, v := range values {
		documents = append(documents, v.Document())
	}
	return documents
}

func ids(documents []bson.Raw) []int64 {
	found := make([]int64, 0, len(documents))
	for _, d := range documents {
		found = append(found, d.Lookup("_id").AsInt64())
	}
	return found
}
