// Drives the server at CAIRN_URI with the Java driver: its search index helpers and $vectorSearch.

import static com.mongodb.client.model.Aggregates.project;
import static com.mongodb.client.model.Aggregates.vectorSearch;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Projections.metaVectorSearchScore;
import static com.mongodb.client.model.search.SearchPath.fieldPath;
import static com.mongodb.client.model.search.VectorSearchOptions.approximateVectorSearchOptions;
import static com.mongodb.client.model.search.VectorSearchOptions.exactVectorSearchOptions;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.SearchIndexModel;
import com.mongodb.client.model.SearchIndexType;
import com.mongodb.client.model.search.VectorSearchOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.bson.BinaryVector;
import org.bson.Document;

public final class SearchIndexes {
    private static final int DIMENSIONS = 32;
    private static int checks = 0;

    private static void equal(Object actual, Object expected, String what) {
        ++checks;
        if (!Objects.equals(actual, expected)) {
            throw new AssertionError(what + ": expected " + expected + ", got " + actual);
        }
    }

    private static Document definition(String similarity) {
        return new Document("fields", List.of(
            new Document("type", "vector").append("path", "embedding")
                .append("numDimensions", DIMENSIONS).append("similarity", similarity),
            new Document("type", "filter").append("path", "company")));
    }

    private static List<Document> listed(MongoCollection<Document> chunks, String name) {
        return chunks.listSearchIndexes().name(name).into(new ArrayList<>());
    }

    private static List<Integer> ids(MongoCollection<Document> chunks, List<Double> query, int limit,
                                     VectorSearchOptions options) {
        List<Integer> ids = new ArrayList<>();
        double last = 2;
        for (Document found : chunks.aggregate(List.of(
                 vectorSearch(fieldPath("embedding"), query, "embeddings", limit, options),
                 project(metaVectorSearchScore("score"))))) {
            double score = found.getDouble("score");
            equal(score <= last && score > 0, true, "scores fall");
            last = score;
            ids.add(found.getInteger("_id"));
        }
        return ids;
    }

    private static void searchIndexes(MongoDatabase database) {
        MongoCollection<Document> chunks = database.getCollection("chunks");
        Random chance = new Random(7);
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < 300; ++i) {
            List<Double> vector = new ArrayList<>();
            for (int at = 0; at < DIMENSIONS; ++at) {
                vector.add((double) (float) chance.nextGaussian());
            }
            documents.add(new Document("_id", i).append("company", i % 3)
                .append("embedding", vector));
        }
        chunks.insertMany(documents);
        List<String> names = chunks.createSearchIndexes(List.of(new SearchIndexModel(
            "embeddings", definition("cosine"), SearchIndexType.vectorSearch())));
        equal(names, List.of("embeddings"), "createSearchIndexes");
        List<Document> indexes = listed(chunks, "embeddings");
        equal(indexes.size(), 1, "listSearchIndexes");
        equal(indexes.get(0).getBoolean("queryable"), true, "it can be asked");
        equal(indexes.get(0).getString("status"), "READY", "it is ready");
        equal(indexes.get(0).getString("type"), "vectorSearch", "its type");

        List<Double> query = documents.get(17).getList("embedding", Double.class);
        List<Integer> found = ids(chunks, query, 5, approximateVectorSearchOptions(200));
        equal(found.size(), 5, "five of them");
        equal(found.get(0), 17, "a vector is nearest to itself");
        for (int id : ids(chunks, query, 10, exactVectorSearchOptions().filter(eq("company", 2)))) {
            equal(id % 3, 2, "of one company");
        }
        float[] floats = new float[DIMENSIONS];
        for (int at = 0; at < DIMENSIONS; ++at) floats[at] = query.get(at).floatValue();
        List<Integer> packed = new ArrayList<>();
        for (Document each : chunks.aggregate(List.of(vectorSearch(fieldPath("embedding"),
                 BinaryVector.floatVector(floats), "embeddings", 5,
                 approximateVectorSearchOptions(200))))) {
            packed.add(each.getInteger("_id"));
        }
        equal(packed, found, "asked with a binary vector");
        chunks.deleteOne(eq("_id", 17));
        equal(ids(chunks, query, 4, exactVectorSearchOptions()), found.subList(1, 5),
              "what is deleted is not found");

        chunks.updateSearchIndex("embeddings", definition("euclidean"));
        Document fields = listed(chunks, "embeddings").get(0).get("latestDefinition", Document.class);
        equal(fields.getList("fields", Document.class).get(0).getString("similarity"), "euclidean",
              "updateSearchIndex");
        chunks.dropSearchIndex("embeddings");
        equal(listed(chunks, "embeddings").size(), 0, "dropSearchIndex");
    }

    public static void main(String[] arguments) {
        try (MongoClient client = MongoClients.create(System.getenv("CAIRN_URI"))) {
            MongoDatabase database = client.getDatabase("client_java");
            database.drop();
            searchIndexes(database);
            database.drop();
        }
        System.out.println("java: " + checks + " checks");
        if (checks == 0) System.exit(1);
    }
}
