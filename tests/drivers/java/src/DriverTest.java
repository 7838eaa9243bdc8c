import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Updates.inc;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bson.Document;

/** The server at CAIRN_URI with the Java driver. */
public final class DriverTest {
  private static MongoClient client;

  public static void main(String[] arguments) {
    boolean good = true;
    try (MongoClient opened = MongoClients.create(System.getenv("CAIRN_URI"))) {
      client = opened;
      good &= Checks.passes("everyday", DriverTest::everyday);
      good &= Checks.passes("transactions", DriverTest::transactions);
      good &= Checks.passes("conflicts", DriverTest::conflicts);
      good &= Checks.passes("watch", DriverTest::watch);
    }
    System.exit(good ? 0 : 1);
  }

  private static MongoDatabase fresh(String name) {
    MongoDatabase database = client.getDatabase("client_java_" + name);
    database.drop();
    return database;
  }

  private static List<Document> numbered(int count) {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < count; ++i) documents.add(new Document("_id", i).append("n", i % 3));
    return documents;
  }

  private static void everyday(Checks t) {
    MongoCollection<Document> c = fresh("everyday").getCollection("c");
    c.insertMany(numbered(250));
    t.equal(c.countDocuments(gte("_id", 200)), 50L, "countDocuments");
    List<Document> all = c.find().sort(Sorts.descending("_id")).batchSize(7).into(new ArrayList<>());
    t.equal(all.get(0).getInteger("_id") + " of " + all.size(), "249 of 250", "many batches");
    t.equal(c.updateMany(eq("n", 1), inc("n", 10)).getModifiedCount(), 83L, "updateMany");
    UpdateOptions upsert = new UpdateOptions().upsert(true);
    t.equal(
        c.updateOne(eq("_id", "up"), set("n", 5), upsert).getUpsertedId().asString().getValue(),
        "up",
        "an upsert");
    List<Document> groups =
        c.aggregate(
                Arrays.asList(
                    Aggregates.group("$n", Accumulators.sum("many", 1)),
                    Aggregates.sort(Sorts.ascending("_id"))))
            .into(new ArrayList<>());
    t.equal(groups.get(0), new Document("_id", 0).append("many", 84), "aggregate");
    c.createIndex(Indexes.ascending("mail"), new IndexOptions().unique(true).sparse(true));
    c.insertOne(new Document("mail", "a"));
    MongoWriteException twice =
        t.thrown(
            MongoWriteException.class,
            "a unique key",
            () -> c.insertOne(new Document("mail", "a")));
    t.equal(twice.getCode(), 11000, "a unique key");
    t.equal(c.deleteMany(gte("_id", 100)).getDeletedCount(), 150L, "deleteMany");
    t.equal(c.findOneAndDelete(eq("_id", 7)).getInteger("_id"), 7, "findOneAndDelete");
  }

  private static void transactions(Checks t) {
    MongoDatabase db = fresh("transactions");
    MongoCollection<Document> c = db.getCollection("c");
    MongoCollection<Document> other = db.getCollection("other");
    c.insertOne(new Document("_id", 0).append("n", 0));
    try (ClientSession session = client.startSession()) {
      String result =
          session.withTransaction(
              () -> {
                c.updateOne(session, eq("_id", 0), inc("n", 1));
                other.insertMany(session, numbered(5));
                List<Document> found =
                    other.find(session).batchSize(2).into(new ArrayList<>());
                t.equal(found.size(), 5, "its own writes, by getMore");
                t.equal(other.countDocuments(), 0L, "nobody else sees them");
                return "done";
              });
      t.equal(result, "done", "withTransaction gives the result");
      t.equal(other.countDocuments(), 5L, "committed");
      IllegalStateException undone =
          t.thrown(
              IllegalStateException.class,
              "the callback's error",
              () ->
                  session.withTransaction(
                      () -> {
                        other.deleteMany(session, new Document());
                        throw new IllegalStateException("no");
                      }));
      t.equal(undone.getMessage(), "no", "the callback's error");
      t.equal(other.countDocuments(), 5L, "undoes all of it");
    }
  }

  private static void conflicts(Checks t) throws Exception {
    MongoCollection<Document> c = fresh("conflicts").getCollection("c");
    c.insertOne(new Document("_id", 0).append("n", 0));
    try (ClientSession first = client.startSession();
        ClientSession second = client.startSession()) {
      first.startTransaction();
      second.startTransaction();
      c.updateOne(first, eq("_id", 0), inc("n", 1));
      MongoException refused =
          t.thrown(
              MongoException.class,
              "two writers of one document",
              () -> c.updateOne(second, eq("_id", 0), inc("n", 100)));
      t.equal(refused.getCode(), 112, "a conflict");
      t.equal(
          refused.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL),
          true,
          "with the label");
      second.abortTransaction();
      first.commitTransaction();
      first.commitTransaction();
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> tasks = new ArrayList<>();
    for (int task = 0; task < 4; ++task) {
      tasks.add(
          threads.submit(
              () -> {
                try (ClientSession session = client.startSession()) {
                  for (int i = 0; i < 10; ++i) {
                    session.withTransaction(
                        () -> c.updateOne(session, eq("_id", 0), inc("n", 1)));
                  }
                }
              }));
    }
    for (Future<?> task : tasks) task.get();
    threads.shutdown();
    t.equal(c.find().first().getInteger("n"), 41, "none is lost");
  }

  private static void restartServer(Checks t, String how) throws Exception {
    String[] control = System.getenv("CAIRN_CONTROL").split(":");
    try (Socket socket = new Socket(control[0], Integer.parseInt(control[1]))) {
      socket.setSoTimeout(120_000);
      socket.getOutputStream().write((how + "\n").getBytes());
      BufferedReader answers = new BufferedReader(new InputStreamReader(socket.getInputStream()));
      t.equal(answers.readLine().trim(), "ok", how);
    }
  }

  private static String next(MongoChangeStreamCursor<ChangeStreamDocument<Document>> stream) {
    return stream.next().getDocumentKey().getString("_id").getValue();
  }

  private static void watch(Checks t) throws Exception {
    MongoCollection<Document> c = fresh("watch").getCollection("c");
    ChangeStreamIterable<Document> inserts =
        c.watch(Arrays.asList(Aggregates.match(eq("operationType", "insert"))));
    try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> stream = inserts.cursor()) {
      for (String how : Arrays.asList("restart", "kill")) {
        c.insertMany(
            Arrays.asList(new Document("_id", how), new Document("_id", how + " 2")));
        t.equal(next(stream), how, "before " + how);
        restartServer(t, how);
        t.equal(next(stream), how + " 2", "the stream goes on after " + how);
      }
      c.deleteMany(new Document());
      c.insertOne(new Document("_id", "last"));
      t.equal(next(stream), "last", "what passes the pipeline");
    }
  }
}
