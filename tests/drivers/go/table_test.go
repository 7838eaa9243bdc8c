package drivers

import (
	"context"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

var background = context.Background()

func optionalInt(c bson.Raw, key string) int64 {
	if value, err := c.LookupErr(key); err == nil {
		return value.AsInt64()
	}
	return 0
}

func TestTableOfReads(t *testing.T) {
	table, collection := readCases(t), connected(t).Collection("c")
	_, err := collection.InsertMany(background, list(table.Lookup("documents")))
	succeeds(t, err, "insert the table's documents")
	for _, c := range list(table.Lookup("queries")) {
		why := c.Lookup("why").StringValue()
		query := options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetSkip(optionalInt(c,
			"skip")).SetLimit(optionalInt(c, "limit"))
		if order, err := c.LookupErr("sort"); err == nil {
			query.SetSort(order.Document())
		}
		cursor, err := collection.Find(background, c.Lookup("filter").Document(), query)
		succeeds(t, err, why)
		var found []bson.Raw
		succeeds(t, cursor.All(background, &found), why)
		var expected []int64
		succeeds(t, c.Lookup("ids").Unmarshal(&expected), why)
		equalLists(t, ids(found), expected, why)
	}
	for _, c := range list(table.Lookup("projections")) {
		cursor, err := collection.Find(background, c.Lookup("filter").Document(),
			options.Find().SetProjection(c.Lookup("projection").Document()).
				SetSort(bson.D{{Key: "_id", Value: 1}}))
		succeeds(t, err, c.Lookup("why").StringValue())
		var found []bson.Raw
		succeeds(t, cursor.All(background, &found), "read")
		sameDocuments(t, found, list(c.Lookup("docs")), c.Lookup("why").StringValue())
	}
	for _, c := range list(table.Lookup("pipelines")) {
		cursor, err := collection.Aggregate(background, list(c.Lookup("pipeline")))
		succeeds(t, err, c.Lookup("why").StringValue())
		var found []bson.Raw
		succeeds(t, cursor.All(background, &found), "read")
		sameDocuments(t, found, list(c.Lookup("docs")), c.Lookup("why").StringValue())
	}
	for _, c := range list(table.Lookup("distincts")) {
		var found, expected []string
		succeeds(t, collection.Distinct(background, c.Lookup("key").StringValue(),
			c.Lookup("filter").Document()).Decode(&found), "distinct")
		succeeds(t, c.Lookup("values").Unmarshal(&expected), "values")
		slices.Sort(found)
		equalLists(t, found, expected, c.Lookup("why").StringValue())
	}
}

func TestTableOfUpdates(t *testing.T) {
	collection := connected(t).Collection("u")
	for _, c := range list(readCases(t).Lookup("updates")) {
		why := c.Lookup("why").StringValue()
		succeeds(t, collection.Drop(background), "drop")
		before, missing := c.LookupErr("before")
		if missing == nil {
			_, err := collection.InsertOne(background, before.Document())
			succeeds(t, err, why)
		}
		filter := any(bson.D{{Key: "_id", Value: 1}})
		if given, err := c.LookupErr("filter"); err == nil {
			filter = given.Document()
		}
		result, err := collection.UpdateOne(background, filter, c.Lookup("update").Document(),
			options.UpdateOne().SetUpsert(missing != nil))
		succeeds(t, err, why)
		modified := int64(1)
		if expected, err := c.LookupErr("modified"); err == nil {
			modified = expected.AsInt64()
		}
		if missing == nil {
			equal(t, result.ModifiedCount, modified, why)
		}
		after, err := collection.FindOne(background, bson.D{}).Raw()
		succeeds(t, err, why)
		sameDocuments(t, []bson.Raw{after}, []bson.Raw{c.Lookup("after").Document()}, why)
	}
}

func TestTableOfErrors(t *testing.T) {
	table, db := readCases(t), connected(t)
	_, err := db.Collection("c").InsertOne(background, bson.D{{Key: "_id", Value: 0}})
	succeeds(t, err, "insert")
	for _, c := range list(table.Lookup("errors")) {
		err := db.RunCommand(background, c.Lookup("command").Document()).Err()
		if code := int(c.Lookup("code").AsInt64()); code == 0 {
			succeeds(t, err, c.Lookup("why").StringValue())
		} else {
			fails(t, err, code, c.Lookup("why").StringValue(), c.Lookup("message").StringValue())
		}
	}
	for _, c := range list(table.Lookup("write_errors")) {
		succeeds(t, db.Collection("u").Drop(background), "drop")
		_, err := db.Collection("u").InsertOne(background, c.Lookup("before").Document())
		succeeds(t, err, "insert")
		_, err = db.Collection("u").UpdateOne(background, bson.D{{Key: "_id", Value: 1}},
			c.Lookup("update").Document())
		fails(t, err, int(c.Lookup("code").AsInt64()), c.Lookup("why").StringValue(),
			c.Lookup("message").StringValue())
	}
}
