package drivers

import (
	"context"
	"errors"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func TestTransactions(t *testing.T) {
	leftOut(t, "transactions")
	db := connected(t)
	c, other := db.Collection("c"), db.Collection("other")
	_, err := c.InsertOne(background, m{"_id": 0, "n": 0})
	succeeds(t, err, "InsertOne")
	session, err := db.Client().StartSession()
	succeeds(t, err, "StartSession")
	defer session.EndSession(background)
	result, err := session.WithTransaction(background, func(ctx context.Context) (any, error) {
		if _, err := c.UpdateOne(ctx, m{"_id": 0}, m{"$inc": m{"n": 1}}); err != nil {
			return nil, err
		}
		if _, err := other.InsertMany(ctx, numbered(5)); err != nil {
			return nil, err
		}
		cursor, err := other.Find(ctx, m{}, options.Find().SetBatchSize(2))
		if err != nil {
			return nil, err
		}
		var found []bson.Raw
		if err := cursor.All(ctx, &found); err != nil {
			return nil, err
		}
		equal(t, len(found), 5, "its own writes, by getMore")
		outside, err := other.CountDocuments(background, m{})
		equal(t, outside, 0, "nobody else sees them")
		return "done", err
	})
	succeeds(t, err, "WithTransaction")
	equal(t, result.(string), "done", "WithTransaction gives the result")
	count, err := other.CountDocuments(background, m{})
	succeeds(t, err, "CountDocuments")
	equal(t, count, 5, "committed")
	undone := errors.New("undone")
	_, err = session.WithTransaction(background, func(ctx context.Context) (any, error) {
		_, err := other.DeleteMany(ctx, m{})
		succeeds(t, err, "DeleteMany")
		return nil, undone
	})
	equal(t, errors.Is(err, undone), true, "the callback's error")
	count, err = other.CountDocuments(background, m{})
	succeeds(t, err, "CountDocuments")
	equal(t, count, 5, "undoes all of it")
}

func TestTransactionsInEachOthersWay(t *testing.T) {
	leftOut(t, "transactions")
	db := connected(t)
	c := db.Collection("c")
	_, err := c.InsertOne(background, m{"_id": 0, "n": 0})
	succeeds(t, err, "InsertOne")
	succeeds(t, db.Client().UseSession(background, func(first context.Context) error {
		return db.Client().UseSession(background, func(second context.Context) error {
			for _, ctx := range []context.Context{first, second} {
				succeeds(t, mongo.SessionFromContext(ctx).StartTransaction(), "StartTransaction")
			}
			_, err := c.UpdateOne(first, m{"_id": 0}, m{"$inc": m{"n": 1}})
			succeeds(t, err, "the first writer")
			_, err = c.UpdateOne(second, m{"_id": 0}, m{"$inc": m{"n": 100}})
			fails(t, err, 112, "the second one", "")
			var server mongo.ServerError
			errors.As(err, &server)
			equal(t, server.HasErrorLabel("TransientTransactionError"), true, "with the label")
			return mongo.SessionFromContext(first).CommitTransaction(first)
		})
	}), "one of two commits")
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			session, err := db.Client().StartSession()
			if err != nil {
				t.Error(err)
				return
			}
			defer session.EndSession(background)
			for range 10 {
				_, err := session.WithTransaction(background,
					func(ctx context.Context) (any, error) {
						return c.UpdateOne(ctx, m{"_id": 0}, m{"$inc": m{"n": 1}})
					})
				if err != nil {
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
	var found struct{ N int }
	succeeds(t, c.FindOne(background, m{"_id": 0}).Decode(&found), "FindOne")
	equal(t, found.N, 41, "none is lost")
}

func TestWatch(t *testing.T) {
	leftOut(t, "watch")
	c := connected(t).Collection("c")
	stages := mongo.Pipeline{{{Key: "$match", Value: m{"operationType": "insert"}}}}
	stream, err := c.Watch(background, stages)
	succeeds(t, err, "Watch")
	defer stream.Close(background)
	next := func(what string) string {
		t.Helper()
		equal(t, stream.Next(background), true, what)
		return stream.Current.Lookup("documentKey", "_id").StringValue()
	}
	for _, how := range []string{"restart", "kill"} {
		_, err = c.InsertMany(background, []any{m{"_id": how}, m{"_id": how + " 2"}})
		succeeds(t, err, "InsertMany")
		equal(t, next("before it"), how, "before "+how)
		restartServer(t, how)
		equal(t, next("after it"), how+" 2", "the stream goes on after "+how)
	}
	_, err = c.DeleteMany(background, m{})
	succeeds(t, err, "DeleteMany")
	_, err = c.InsertOne(background, m{"_id": "last"})
	succeeds(t, err, "InsertOne")
	equal(t, next("what passes the pipeline"), "last", "deletions do not")
}
