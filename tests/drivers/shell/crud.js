// What a person types into mongosh: insert, find, update, delete, cursors, bulk writes, types, the
// shared table.
load(`${__dirname}/checks.js`);
const fs = require('fs');
const table = EJSON.parse(fs.readFileSync(`${__dirname}/../cases.json`, 'utf8'), {
  relaxed: false,
});
const byId = { _id: 1 };

section('everyday', () => {
  same(db.c.insertOne({ _id: 1, a: 1 }), { acknowledged: true, insertedId: 1 }, 'insertOne');
  same(db.c.insertMany([{ _id: 2 }, { _id: 3 }]).insertedIds, { 0: 2, 1: 3 }, 'insertMany');
  same(
    db.c.updateOne({ _id: 1 }, { $inc: { a: 1 } }),
    { acknowledged: true, insertedId: null, matchedCount: 1, modifiedCount: 1, upsertedCount: 0 },
    'updateOne',
  );
  same(db.c.updateOne({ _id: 9 }, { $set: { b: 1 } }, { upsert: true }).insertedId, 9, 'an upsert');
  same(db.c.replaceOne({ _id: 2 }, { z: 1 }).modifiedCount, 1, 'replaceOne');
  same(
    db.c.find({}, { _id: 0 }).sort(byId).toArray(),
    [{ a: 2 }, { z: 1 }, {}, { b: 1 }],
    'find with a projection and sort',
  );
  same(db.c.findOne({ _id: 77 }), null, 'findOne of nothing');
  same(db.c.deleteOne({ _id: 3 }), { acknowledged: true, deletedCount: 1 }, 'deleteOne');
  same(db.c.deleteMany({ _id: { $gte: 2 } }).deletedCount, 2, 'deleteMany');
  same(
    db.c.findOneAndUpdate({ _id: 1 }, { $set: { a: 5 } }, { returnNewDocument: true }),
    { _id: 1, a: 5 },
    'findOneAndUpdate',
  );
  same(db.c.findOneAndDelete({ _id: 1 }), { _id: 1, a: 5 }, 'findOneAndDelete');
  same(
    db.c.findAndModify({ query: { _id: 1 }, update: { $set: { a: 1 } }, upsert: true, new: true }),
    { _id: 1, a: 1 },
    'findAndModify',
  );
  same(
    [db.c.countDocuments(), db.c.estimatedDocumentCount(), db.c.distinct('a')],
    [1, 1, [1]],
    'counts and distinct',
  );
});

section('table', () => {
  db.c.insertMany(table.documents);
  for (const { why, filter, ids, sort = byId, skip = 0, limit = 0 } of table.queries) {
    same(
      db.c
        .find(filter)
        .sort(sort)
        .skip(Number(skip))
        .limit(Number(limit))
        .map((d) => Number(d._id))
        .toArray(),
      ids.map(Number),
      why,
    );
  }
  for (const { why, pipeline, docs } of table.pipelines) {
    same(
      EJSON.parse(EJSON.stringify(db.c.aggregate(pipeline).toArray())),
      EJSON.parse(EJSON.stringify(docs)),
      why,
    );
  }
  for (const { why, key, filter, values } of table.distincts)
    same(db.c.distinct(key, filter).sort(), values, why);
});

section('cursors', () => {
  db.c.insertMany([...Array(1000).keys()].map((i) => ({ _id: i })));
  for (const size of [7, 101, 1000]) {
    same(
      db.c
        .find()
        .batchSize(size)
        .sort(byId)
        .map((d) => d._id)
        .toArray(),
      [...Array(1000).keys()],
      `batch size ${size}`,
    );
  }
  const cursor = db.c.find().sort(byId);
  let seen = 0;
  while (cursor.hasNext()) seen += cursor.next()._id === seen;
  same(seen, 1000, 'hasNext and next');
  same(db.c.find().itcount(), 1000, 'itcount');
  same(db.c.find().limit(5).toArray().length, 5, 'limit');
  same(db.c.find({ _id: { $lt: 10 } }).count(), 10, 'count of a cursor');
  same(
    db.c.aggregate([{ $sort: { _id: -1 } }], { cursor: { batchSize: 7 } }).toArray().length,
    1000,
    'aggregate in batches',
  );
});

section('bulk', () => {
  db.c.insertOne({ _id: 1 });
  const writes = [
    { insertOne: { document: { _id: 1 } } },
    { insertOne: { document: { _id: 2 } } },
    { updateOne: { filter: { _id: 2 }, update: { $set: { a: 1 } } } },
    { deleteOne: { filter: { _id: 1 } } },
  ];
  const ordered = fails(
    () => db.c.bulkWrite(writes),
    11000,
    'an ordered bulk',
    'E11000 duplicate key error collection',
  );
  same(
    [ordered.result.insertedCount, ordered.writeErrors.length, ordered.writeErrors[0].index],
    [0, 1, 0],
    'ordered stops',
  );
  const unordered = fails(
    () => db.c.bulkWrite(writes, { ordered: false }),
    11000,
    'an unordered bulk',
  );
  same(
    [unordered.result.insertedCount, unordered.result.modifiedCount, unordered.result.deletedCount],
    [1, 1, 1],
    'unordered goes on',
  );
  same(db.c.find().toArray(), [{ _id: 2, a: 1 }], 'what is left');
  const bulk = db.c.initializeUnorderedBulkOp();
  for (let i = 10; i < 30; i++) bulk.insert({ _id: i });
  bulk.find({ _id: { $lt: 15 } }).update({ $set: { low: true } });
  bulk.find({ _id: 29 }).deleteOne();
  const result = bulk.execute();
  same(
    [result.insertedCount, result.matchedCount, result.deletedCount],
    [20, 6, 1],
    'the old bulk builder',
  );
});

section('types', () => {
  const id = ObjectId();
  db.c.insertOne({
    _id: id,
    i: Int32(1),
    l: Long('9007199254740993'),
    d: NumberDecimal('1.10'),
    n: 1.5,
    when: ISODate('2024-02-29T12:00:00Z'),
    u: UUID('00112233-4455-6677-8899-aabbccddeeff'),
    b: BinData(0, 'AAEC'),
    r: /^a/i,
    t: Timestamp({ t: 5, i: 6 }),
    lo: MinKey(),
    hi: MaxKey(),
    s: '日本語 🍎',
  });
  const back = db.c.findOne();
  same(
    [back._id, back.l, back.d, back.when, back.u, back.b, back.t],
    [
      id,
      Long('9007199254740993'),
      NumberDecimal('1.10'),
      ISODate('2024-02-29T12:00:00Z'),
      UUID('00112233-4455-6677-8899-aabbccddeeff'),
      BinData(0, 'AAEC'),
      Timestamp({ t: 5, i: 6 }),
    ],
    'values of every kind',
  );
  for (const [field, type] of Object.entries({
    i: 'int',
    l: 'long',
    d: 'decimal',
    n: 'double',
    when: 'date',
    u: 'binData',
    r: 'regex',
    t: 'timestamp',
    lo: 'minKey',
    hi: 'maxKey',
    s: 'string',
  })) {
    same(db.c.countDocuments({ [field]: { $type: type } }), 1, `${field} is stored as ${type}`);
  }
});

finish('mongosh_crud');
