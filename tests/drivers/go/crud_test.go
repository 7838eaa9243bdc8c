package drivers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

type m = bson.M

func numbered(count int) []any {
	documents := make([]any, count)
	for i := range documents {
		documents[i] = m{"_id": i}
	}
	return documents
}

func TestEveryday(t *testing.T) {
	c := connected(t).Collection("c")
	one, err := c.InsertOne(background, m{"name": "Ada"})
	succeeds(t, err, "InsertOne")
	_, isID := one.InsertedID.(bson.ObjectID)
	equal(t, isID, true, "the driver makes an ObjectID")
	many, err := c.InsertMany(background, numbered(10))
	succeeds(t, err, "InsertMany")
	equal(t, len(many.InsertedIDs), 10, "inserted ids")
	updated, err := c.UpdateMany(background, m{"_id": m{"$gte": 7}}, m{"$set": m{"high": true}})
	succeeds(t, err, "UpdateMany")
	equal(t, [2]int64{updated.MatchedCount, updated.ModifiedCount}, [2]int64{3, 3}, "UpdateMany")
	upserted, err := c.UpdateOne(background, m{"_id": "up"}, m{"$set": m{"a": 1},
		"$setOnInsert": m{"b": 2}}, options.UpdateOne().SetUpsert(true))
	succeeds(t, err, "an upsert")
	equal(t, upserted.UpsertedID.(string), "up", "the upserted id")
	replaced, err := c.ReplaceOne(background, m{"_id": 5}, m{"v": "new"})
	succeeds(t, err, "ReplaceOne")
	equal(t, replaced.ModifiedCount, 1, "ReplaceOne")
	deleted, err := c.DeleteMany(background, m{"high": true})
	succeeds(t, err, "DeleteMany")
	equal(t, deleted.DeletedCount, 3, "DeleteMany")
	equal(t, errors.Is(c.FindOne(background, m{"_id": 99}).Err(), mongo.ErrNoDocuments), true,
		"FindOne of nothing")
	count, err := c.CountDocuments(background, m{"_id": m{"$type": "int"}})
	succeeds(t, err, "CountDocuments")
	equal(t, count, 7, "CountDocuments")
	estimated, err := c.EstimatedDocumentCount(background)
	succeeds(t, err, "EstimatedDocumentCount")
	equal(t, estimated, 9, "EstimatedDocumentCount")
}

func TestFindOneAnd(t *testing.T) {
	c := connected(t).Collection("c")
	_, err := c.InsertMany(background, []any{m{"_id": 1, "n": 1}, m{"_id": 2, "n": 2}})
	succeeds(t, err, "InsertMany")
	var found struct{ N int32 }
	succeeds(t, c.FindOneAndUpdate(background, m{}, m{"$inc": m{"n": 10}},
		options.FindOneAndUpdate().SetSort(m{"n": -1})).Decode(&found), "before")
	equal(t, found.N, 2, "the document before")
	succeeds(t, c.FindOneAndUpdate(background, m{"_id": 2}, m{"$inc": m{"n": 10}},
		options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&found), "after")
	equal(t, found.N, 22, "the document after")
	succeeds(t, c.FindOneAndReplace(background, m{"_id": 1}, m{"n": 7}).Decode(&found),
		"FindOneAndReplace")
	equal(t, found.N, 1, "FindOneAndReplace")
	succeeds(t, c.FindOneAndDelete(background, m{"_id": 1}).Decode(&found), "FindOneAndDelete")
	equal(t, found.N, 7, "FindOneAndDelete")
	equal(t, errors.Is(c.FindOneAndDelete(background, m{"_id": 1}).Err(), mongo.ErrNoDocuments),
		true, "nothing to delete")
}

func TestCursors(t *testing.T) {
	db := connected(t)
	c := db.Collection("c")
	_, err := c.InsertMany(background, numbered(1000))
	succeeds(t, err, "InsertMany")
	for _, size := range []int32{7, 0, 1000} {
		cursor, err := c.Find(background, m{},
			options.Find().SetBatchSize(size).SetSort(m{"_id": 1}))
		succeeds(t, err, "Find")
		seen := 0
		for cursor.Next(background) {
			if cursor.Current.Lookup("_id").AsInt64() != int64(seen) {
				t.Fatalf("batch size %d: document %d is %v", size, seen, cursor.Current)
			}
			seen++
		}
		succeeds(t, cursor.Err(), "the cursor's end")
		equal(t, seen, 1000, fmt.Sprintf("batch size %d", size))
	}
	cursor, err := c.Aggregate(background, []m{{"$match": m{"_id": m{"$lt": 500}}}},
		options.Aggregate().SetBatchSize(7))
	succeeds(t, err, "Aggregate")
	var all []bson.Raw
	succeeds(t, cursor.All(background, &all), "All")
	equal(t, len(all), 500, "an aggregate in batches")
	half, err := c.Find(background, m{}, options.Find().SetBatchSize(10))
	succeeds(t, err, "Find")
	id := half.ID()
	succeeds(t, half.Close(background), "Close")
	fails(t, db.RunCommand(background, bson.D{{Key: "getMore", Value: id}, {Key: "collection",
		Value: "c"}}).Err(), 43, "closing kills the cursor", "")
}

func mixedModels() []mongo.WriteModel {
	return []mongo.WriteModel{
		mongo.NewInsertOneModel().SetDocument(m{"_id": 1}),
		mongo.NewInsertOneModel().SetDocument(m{"_id": 1}),
		mongo.NewUpdateOneModel().SetFilter(m{"_id": 2}).SetUpdate(m{"$set": m{"a": 1}}),
		mongo.NewDeleteOneModel().SetFilter(m{"_id": 3}),
		mongo.NewInsertOneModel().SetDocument(m{"_id": 2}),
		mongo.NewUpdateManyModel().SetFilter(m{"_id": "new"}).
			SetUpdate(m{"$set": m{"a": 1}}).SetUpsert(true),
		mongo.NewReplaceOneModel().SetFilter(m{"_id": 4}).SetReplacement(m{"r": 1}),
	}
}

func TestBulkWrite(t *testing.T) {
	c := connected(t).Collection("c")
	for _, ordered := range []bool{true, false} {
		succeeds(t, c.Drop(background), "drop")
		_, err := c.InsertMany(background, []any{m{"_id": 2}, m{"_id": 3}, m{"_id": 4}})
		succeeds(t, err, "InsertMany")
		result, err := c.BulkWrite(background, mixedModels(),
			options.BulkWrite().SetOrdered(ordered))
		var failure mongo.BulkWriteException
		equal(t, errors.As(err, &failure), true, "a bulk with duplicates fails")
		var indexes []int
		for _, e := range failure.WriteErrors {
			equal(t, e.Code, 11000, "its code")
			indexes = append(indexes, e.Index)
		}
		slices.Sort(indexes)
		if ordered {
			equalLists(t, indexes, []int{1}, "ordered reports one error")
			equal(t, [4]int64{result.InsertedCount, result.ModifiedCount, result.DeletedCount,
				result.UpsertedCount}, [4]int64{1, 0, 0, 0}, "ordered stops")
			continue
		}
		equalLists(t, indexes, []int{1, 4}, "unordered reports all errors")
		equal(t, [4]int64{result.InsertedCount, result.ModifiedCount, result.DeletedCount,
			result.UpsertedCount}, [4]int64{1, 2, 1, 1}, "unordered goes on")
	}
}

func TestClientBulkWrite(t *testing.T) {
	db := connected(t)
	result, err := db.Client().BulkWrite(background, []mongo.ClientBulkWrite{
		{Database: db.Name(), Collection: "a",
			Model: mongo.NewClientInsertOneModel().SetDocument(m{"_id": 1})},
		{Database: db.Name(), Collection: "b",
			Model: mongo.NewClientInsertOneModel().SetDocument(m{"_id": 1})},
		{Database: db.Name(), Collection: "b",
			Model: mongo.NewClientUpdateOneModel().SetFilter(m{"_id": 1}).SetUpdate(m{"$set": m{"x": 1}})},
	})
	succeeds(t, err, "BulkWrite of a client")
	equal(t, [2]int64{result.InsertedCount, result.ModifiedCount}, [2]int64{2, 1},
		"over two collections")
}

func TestDuplicateKeys(t *testing.T) {
	db := connected(t)
	c := db.Collection("c")
	_, err := c.InsertOne(background, bson.D{{Key: "_id", Value: bson.D{{Key: "a", Value: 1},
		{Key: "b", Value: "x"}}}})
	succeeds(t, err, "InsertOne")
	_, err = c.InsertOne(background, bson.D{{Key: "_id", Value: bson.D{{Key: "a", Value: 1},
		{Key: "b", Value: "x"}}}})
	fails(t, err, 11000, "a duplicate _id",
		"E11000 duplicate key error collection: "+db.Name()+
			`.c index: _id_ dup key: { _id: { a: 1, b: "x" } }`)
	equal(t, mongo.IsDuplicateKeyError(err), true, "IsDuplicateKeyError")
	var failure mongo.WriteException
	equal(t, errors.As(err, &failure), true, "a write exception")
	equal(t, failure.WriteErrors[0].Raw.Lookup("keyPattern", "_id").AsInt64(), 1, "keyPattern")
	equal(t, failure.WriteErrors[0].Raw.Lookup("keyValue", "_id", "b").StringValue(), "x",
		"keyValue")
}

func TestTypes(t *testing.T) {
	c := connected(t).Collection("c")
	decimal, err := bson.ParseDecimal128("1.10")
	succeeds(t, err, "ParseDecimal128")
	stored, err := bson.Marshal(bson.D{{Key: "_id", Value: int32(1)}, {Key: "long",
		Value: int64(1)}, {Key: "double", Value: 1.0}, {Key: "nan", Value: math.NaN()},
		{Key: "decimal", Value: decimal}, {Key: "date", Value: bson.DateTime(-1)}, {Key: "oid",
			Value: bson.NewObjectID()}, {Key: "null", Value: nil},
		{Key: "binary", Value: bson.Binary{Subtype: 128, Data: []byte{0, 255}}}, {Key: "regex",
			Value: bson.Regex{Pattern: "^a", Options: "im"}},
		{Key: "nested", Value: bson.D{{Key: "a", Value: bson.A{int32(1), "two", bson.A{}}}}},
		{Key: "unicode", Value: "日本語 🍎"},
		{Key: "ts", Value: bson.Timestamp{T: 5, I: 6}}, {Key: "least", Value: bson.MinKey{}},
		{Key: "greatest", Value: bson.MaxKey{}}, {Key: "code", Value: bson.JavaScript("x")}})
	succeeds(t, err, "Marshal")
	_, err = c.InsertOne(background, stored)
	succeeds(t, err, "InsertOne")
	back, err := c.FindOne(background, m{"_id": 1}).Raw()
	succeeds(t, err, "FindOne")
	sameDocuments(t, []bson.Raw{back}, []bson.Raw{stored}, "every type comes back byte for byte")
	type person struct {
		ID   int       `bson:"_id"`
		Name string    `bson:"name"`
		Born time.Time `bson:"born"`
		Tags []string  `bson:"tags,omitempty"`
	}
	ada := person{2, "Ada", time.Date(1815, 12, 10, 0, 0, 0, 0, time.UTC), []string{"math"}}
	_, err = c.InsertOne(background, ada)
	succeeds(t, err, "InsertOne of a struct")
	var read person
	succeeds(t, c.FindOne(background, m{"_id": 2}).Decode(&read), "Decode")
	equal(t, fmt.Sprint(read.Name, read.Born.UTC(), read.Tags), fmt.Sprint(ada.Name, ada.Born,
		ada.Tags), "a struct")
}

func TestConcurrency(t *testing.T) {
	c := connected(t).Collection("c")
	_, err := c.InsertOne(background, m{"_id": "sum", "n": 0})
	succeeds(t, err, "InsertOne")
	var group sync.WaitGroup
	failures := make(chan error, 16)
	for worker := range 16 {
		group.Go(func() {
			for i := range 50 {
				if _, err := c.UpdateOne(background, m{"_id": "sum"},
					m{"$inc": m{"n": 1}}); err != nil {
					failures <- err
					return
				}
				if _, err := c.InsertOne(background, m{"worker": worker, "i": i}); err != nil {
					failures <- err
					return
				}
			}
		})
	}
	group.Wait()
	close(failures)
	succeeds(t, <-failures, "no client saw an error")
	var sum struct{ N int }
	succeeds(t, c.FindOne(background, m{"_id": "sum"}).Decode(&sum), "FindOne")
	equal(t, sum.N, 800, "no increment was lost")
	count, err := c.CountDocuments(background, m{"worker": m{"$exists": true}})
	succeeds(t, err, "CountDocuments")
	equal(t, count, 800, "no insertion was lost")
}

func TestSessions(t *testing.T) {
	leftOut(t, "sessions")
	var mutex sync.Mutex
	sent := map[string]bson.Raw{}
	monitor := &event.CommandMonitor{Started: func(_ context.Context,
		e *event.CommandStartedEvent) {
		mutex.Lock()
		defer mutex.Unlock()
		sent[e.CommandName] = slices.Clone(e.Command)
	}}
	db := connected(t, options.Client().SetMonitor(monitor))
	succeeds(t, db.Client().UseSession(background, func(ctx context.Context) error {
		_, err := db.Collection("c").InsertOne(ctx, m{"_id": 1})
		succeeds(t, err, "a write in a session")
		return db.Collection("c").FindOne(ctx, m{"_id": 1}).Err()
	}), "a read in a session")
	mutex.Lock()
	defer mutex.Unlock()
	equal(t, len(sent["insert"].Lookup("lsid").Document()) > 0, true, "the session's id is sent")
	_, err := sent["insert"].LookupErr("txnNumber")
	equal(t, err == nil, os.Getenv("CAIRN_TOPOLOGY") != "standalone",
		"writes are retryable by default")
}

func TestCompression(t *testing.T) {
	leftOut(t, "compression")
	for _, name := range []string{"zlib", "snappy", "zstd"} {
		c := connected(t, options.Client().SetCompressors([]string{name})).Collection("c")
		text := strings.Repeat("compressible ", 5000)
		_, err := c.InsertOne(background, m{"_id": name, "text": text})
		succeeds(t, err, name)
		var found struct{ Text string }
		succeeds(t, c.FindOne(background, m{"_id": name}).Decode(&found), name)
		equal(t, found.Text, text, name)
	}
}

func TestCatalog(t *testing.T) {
	db := connected(t)
	succeeds(t, db.CreateCollection(background, "made"), "CreateCollection")
	_, err := db.Collection("implicit").InsertOne(background, m{"_id": 1})
	succeeds(t, err, "InsertOne")
	names, err := db.ListCollectionNames(background, m{})
	succeeds(t, err, "ListCollectionNames")
	slices.Sort(names)
	equalLists(t, names, []string{"implicit", "made"}, "ListCollectionNames")
	indexes, err := db.Collection("made").Indexes().ListSpecifications(background)
	succeeds(t, err, "ListSpecifications")
	equal(t, len(indexes) == 1 && indexes[0].Name == "_id_", true, "indexes")
	rename := bson.D{{Key: "renameCollection", Value: db.Name() + ".implicit"}, {Key: "to",
		Value: db.Name() + ".renamed"}}
	succeeds(t, db.Client().Database("admin").RunCommand(background, rename).Err(),
		"renameCollection")
	succeeds(t, db.Collection("made").Drop(background), "Drop")
	names, err = db.ListCollectionNames(background, m{})
	succeeds(t, err, "ListCollectionNames")
	equalLists(t, names, []string{"renamed"}, "after a rename and a drop")
	databases, err := db.Client().ListDatabaseNames(background, m{"name": db.Name()})
	succeeds(t, err, "ListDatabaseNames")
	equalLists(t, databases, []string{db.Name()}, "ListDatabaseNames with a filter")
}

func restartServer(t *testing.T, how string) {
	t.Helper()
	link, err := net.Dial("tcp", os.Getenv("CAIRN_CONTROL"))
	succeeds(t, err, "the launcher's control port")
	defer link.Close()
	succeeds(t, link.SetDeadline(time.Now().Add(2*time.Minute)), "SetDeadline")
	fmt.Fprintln(link, how)
	answer, _ := bufio.NewReader(link).ReadString('\n')
	equal(t, strings.TrimSpace(answer), "ok", how)
}

func TestRestart(t *testing.T) {
	leftOut(t, "restart")
	c := connected(t).Collection("c")
	for round, how := range []string{"restart", "kill"} {
		documents := make([]any, 300)
		for i := range documents {
			documents[i] = m{"how": how, "i": i}
		}
		_, err := c.InsertMany(background, documents)
		succeeds(t, err, "InsertMany")
		restartServer(t, how)
		count, err := c.CountDocuments(background, m{"how": how})
		succeeds(t, err, "CountDocuments")
		equal(t, count, 300, "every acknowledged document is there after "+how)
		_, err = c.InsertOne(background, m{"_id": round})
		succeeds(t, err, "writes go on after "+how)
	}
}
