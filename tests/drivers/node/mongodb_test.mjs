// Node's driver against the server at CAIRN_URI: everyday work, cursors, bulk writes, errors,
// types, concurrency, sessions, catalog.
import {
  caught,
  cases,
  clients,
  restartServer,
  runSections,
  uri,
  withOptions,
} from './support.mjs';

const { MongoClient, BSON, ObjectId, Long, Int32, Double, Decimal128, Binary, Timestamp, UUID } =
  clients('mongodb');
const exact = { promoteValues: false, promoteLongs: false, bsonRegExp: true };
const bytes = (documents) => documents.map((d) => Buffer.from(BSON.serialize(d)).toString('hex'));

async function crud(t, client, db) {
  const c = db.collection('c');
  t.true(
    (await c.insertOne({ name: 'Ada' })).insertedId instanceof ObjectId,
    'the driver makes an ObjectId',
  );
  t.equal(
    (await c.insertMany([...Array(10).keys()].map((i) => ({ _id: i, v: i % 3 })))).insertedCount,
    10,
    'insertMany',
  );
  t.equal(await c.findOne({ _id: 4 }), { _id: 4, v: 1 }, 'findOne');
  t.equal(await c.findOne({ name: 'nobody' }), null, 'findOne of nothing');
  t.equal(
    await c.countDocuments({ name: { $regex: '^a.A', $options: 'is' } }),
    1,
    '$regex as an operator',
  );
  t.equal(await c.countDocuments({ name: { $regex: /^ada$/i } }), 1, '$regex of a pattern');
  const many = await c.updateMany({ v: 1 }, { $inc: { v: 10 } });
  t.equal(
    [many.matchedCount, many.modifiedCount, many.upsertedCount, many.upsertedId],
    [3, 3, 0, null],
    'updateMany',
  );
  const upserted = await c.updateOne(
    { _id: 'up' },
    { $set: { a: 1 }, $setOnInsert: { b: 2 } },
    { upsert: true },
  );
  t.equal(
    [upserted.matchedCount, upserted.upsertedCount, upserted.upsertedId],
    [0, 1, 'up'],
    'an upsert',
  );
  t.equal((await c.replaceOne({ _id: 5 }, { v: 'new' })).modifiedCount, 1, 'replaceOne');
  t.equal(await c.findOne({ _id: 5 }), { _id: 5, v: 'new' }, 'a replacement keeps _id');
  t.equal((await c.deleteOne({ v: 0 })).deletedCount, 1, 'deleteOne');
  t.equal((await c.deleteMany({ v: 0 })).deletedCount, 3, 'deleteMany');
  t.equal(await c.countDocuments({ _id: { $type: 'int' } }), 6, 'countDocuments');
  t.equal(await c.estimatedDocumentCount(), 8, 'estimatedDocumentCount');
}

async function findAndModify(t, client, db) {
  const c = db.collection('c');
  await c.insertMany([1, 2, 3, 4, 5].map((i) => ({ _id: i, n: i })));
  t.equal(
    await c.findOneAndUpdate({ n: { $gt: 2 } }, { $inc: { n: 100 } }, { sort: { n: -1 } }),
    { _id: 5, n: 5 },
    'the document before',
  );
  t.equal(
    await c.findOneAndUpdate(
      { _id: 1 },
      { $inc: { n: 1 } },
      { returnDocument: 'after', projection: { _id: 0 } },
    ),
    { n: 2 },
    'the document after',
  );
  t.equal(
    await c.findOneAndReplace({ _id: 2 }, { x: 1 }, { returnDocument: 'after' }),
    { _id: 2, x: 1 },
    'findOneAndReplace',
  );
  t.equal(await c.findOneAndDelete({ _id: 3 }), { _id: 3, n: 3 }, 'findOneAndDelete');
  t.equal(await c.findOneAndDelete({ _id: 3 }), null, 'nothing to delete');
  const meta = await c.findOneAndUpdate(
    { _id: 9 },
    { $set: { n: 9 } },
    { upsert: true, includeResultMetadata: true },
  );
  t.equal(
    meta.lastErrorObject,
    { n: 1, updatedExisting: false, upserted: 9 },
    'lastErrorObject of an upsert',
  );
}

async function tableOfReads(t, client, db) {
  const table = cases();
  const c = db.collection('c', exact);
  await c.insertMany(table.documents);
  for (const { why, filter, ids, sort = { _id: 1 }, skip = 0, limit = 0 } of table.queries) {
    const found = await c
      .find(filter, { sort, skip: Number(skip), limit: Number(limit) })
      .toArray();
    t.equal(
      found.map((d) => Number(d._id)),
      ids.map(Number),
      why,
    );
  }
  for (const { why, filter, projection, docs } of table.projections) {
    t.equal(
      bytes(await c.find(filter, { projection, sort: { _id: 1 } }).toArray()),
      bytes(docs),
      why,
    );
  }
  for (const { why, pipeline, docs } of table.pipelines)
    t.equal(bytes(await c.aggregate(pipeline).toArray()), bytes(docs), why);
  for (const { why, key, filter, values } of table.distincts)
    t.equal((await c.distinct(key, filter)).sort(), values, why);
}

async function tableOfUpdates(t, client, db) {
  for (const {
    why,
    before,
    filter = { _id: 1 },
    update,
    upsert = false,
    after,
    modified = 1,
  } of cases().updates) {
    const u = db.collection('u', exact);
    await u.drop();
    if (before) await u.insertOne(before);
    const result = await u.updateOne(filter, update, { upsert });
    t.equal(bytes(await u.find().toArray()), bytes([after]), why);
    if (before) t.equal(Number(result.modifiedCount), Number(modified), why);
  }
}

async function tableOfErrors(t, client, db) {
  const table = cases();
  await db.collection('c').insertOne({ _id: 0 });
  for (const { why, command, code, message } of table.errors) {
    const raised = await caught(db.command(command));
    if (Number(code) === 0) t.equal(raised, null, why);
    else t.error(raised, Number(code), why, message);
  }
  for (const { why, before, update, code, message } of table.write_errors) {
    await db.collection('u').drop();
    await db.collection('u').insertOne(before);
    t.error(
      await caught(db.collection('u').updateOne({ _id: 1 }, update)),
      Number(code),
      why,
      message,
    );
  }
}

async function cursors(t, client, db) {
  const c = db.collection('c');
  const numbers = [...Array(1000).keys()];
  await c.insertMany(numbers.map((i) => ({ _id: i })));
  for (const batchSize of [7, undefined, 1000]) {
    const seen = [];
    for await (const d of c.find({}, { batchSize, sort: { _id: 1 } })) seen.push(d._id);
    t.equal(seen, numbers, `1,000 documents in order, batch size ${batchSize}`);
  }
  t.equal(
    (await c.aggregate([{ $sort: { _id: -1 } }], { batchSize: 7 }).toArray()).map((d) => d._id),
    numbers.toReversed(),
    'an aggregate in batches',
  );
  t.equal(
    (await c.find({}, { limit: 250, batchSize: 100 }).toArray()).length,
    250,
    'a limit over several batches',
  );
  const halfRead = c.find({}, { batchSize: 10 });
  await halfRead.next();
  const id = halfRead.id;
  await halfRead.close();
  t.error(
    await caught(db.command({ getMore: id, collection: 'c' })),
    43,
    'closing kills the cursor',
  );
  let streamed = 0;
  for await (const d of c.find({}, { batchSize: 33 }).stream()) streamed += d._id >= 0;
  t.equal(streamed, 1000, 'a stream');
}

async function bulkWrites(t, client, db) {
  const c = db.collection('c');
  const seed = [2, 3, 4, 5, 6, 7].map((i) => ({ _id: i, a: i > 4 ? 100 : 0 }));
  const requests = [
    { insertOne: { document: { _id: 1 } } },
    { insertOne: { document: { _id: 1 } } },
    { updateOne: { filter: { _id: 2 }, update: { $set: { a: 5 } } } },
    { deleteOne: { filter: { _id: 3 } } },
    { insertOne: { document: { _id: 2 } } },
    { updateMany: { filter: { _id: 'new' }, update: { $set: { up: 1 } }, upsert: true } },
    { replaceOne: { filter: { _id: 4 }, replacement: { r: 1 } } },
    { deleteMany: { filter: { a: 100 } } },
  ];
  const counts = ({ insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount }) => [
    insertedCount,
    matchedCount,
    modifiedCount,
    deletedCount,
    upsertedCount,
  ];
  await c.insertMany(seed);
  let raised = await caught(c.bulkWrite(requests, { ordered: true }));
  t.error(raised, 11000, 'an ordered bulk with a duplicate', 'E11000');
  t.equal(counts(raised.result), [1, 0, 0, 0, 0], 'ordered stops');
  t.equal(
    raised.writeErrors.map((e) => [e.index, e.code]),
    [[1, 11000]],
    'ordered reports one error',
  );
  await c.drop();
  await c.insertMany(seed);
  raised = await caught(c.bulkWrite(requests, { ordered: false }));
  t.equal(
    raised.writeErrors.map((e) => [e.index, e.code]),
    [
      [1, 11000],
      [4, 11000],
    ],
    'unordered reports all errors',
  );
  t.equal(counts(raised.result), [1, 2, 2, 4, 1], 'unordered goes on');
  t.equal(Object.values(raised.result.upsertedIds), ['new'], 'the upserted id');
  t.equal(
    (await c.find().toArray()).map((d) => String(d._id)).sort(),
    ['1', '2', '4', 'new'],
    'what is left',
  );
  raised = await caught(
    c.insertMany(
      [...Array(100).keys()].map((i) => ({ _id: 100 + (i % 90) })),
      { ordered: false },
    ),
  );
  t.equal([raised.insertedCount, raised.writeErrors.length], [90, 10], 'insertMany unordered');
  const ns = `${db.databaseName}.across`;
  const across = await client.bulkWrite([
    { name: 'insertOne', namespace: `${ns}1`, document: { _id: 1 } },
    { name: 'insertOne', namespace: `${ns}2`, document: { _id: 1 } },
    { name: 'updateOne', namespace: `${ns}1`, filter: { _id: 1 }, update: { $set: { x: 1 } } },
    { name: 'deleteMany', namespace: `${ns}2`, filter: {} },
  ]);
  t.equal(
    [across.insertedCount, across.modifiedCount, across.deletedCount],
    [2, 1, 1],
    "the client's bulkWrite over two collections",
  );
}

async function duplicateKeys(t, client, db) {
  const c = db.collection('c');
  await c.insertOne({ _id: { a: 1, b: 'x' } });
  const raised = await caught(c.insertOne({ _id: { a: 1, b: 'x' } }));
  t.error(
    raised,
    11000,
    'a duplicate _id',
    `E11000 duplicate key error collection: ${db.databaseName}.c index: _id_ ` +
      'dup key: { _id: { a: 1, b: "x" } }',
  );
  t.equal(
    [raised.keyPattern, raised.keyValue],
    [{ _id: 1 }, { _id: { a: 1, b: 'x' } }],
    'keyPattern and keyValue',
  );
  await c.insertOne({ _id: 7 });
  for (const same of [new Double(7), Long.fromNumber(7), Decimal128.fromString('7.0')]) {
    t.error(await caught(c.insertOne({ _id: same })), 11000, 'the same number in another type');
  }
}

async function types(t, client, db) {
  const c = db.collection('c', exact);
  const stored = {
    _id: new Int32(1),
    int64: Long.fromNumber(1),
    above32: Long.fromString('9007199254740993'),
    double: new Double(1),
    zero: new Double(-0),
    nan: new Double(NaN),
    decimal: Decimal128.fromString('1.10'),
    date: new Date(-1),
    oid: new ObjectId(),
    uuid: new UUID(),
    binary: new Binary(Buffer.from([0, 255]), 128),
    empty: '',
    regex: new BSON.BSONRegExp('^a', 'im'),
    null: null,
    array: [new Int32(1), 'two', [], {}],
    unicode: '日本語 🍎',
    ключ: 'значение',
    ts: new Timestamp({ t: 5, i: 6 }),
    least: new BSON.MinKey(),
    greatest: new BSON.MaxKey(),
    code: new BSON.Code('x', {}),
  };
  await c.insertOne(stored);
  const raw = await db.collection('c', { raw: true }).findOne();
  t.equal(
    Buffer.from(raw).toString('hex'),
    bytes([stored])[0],
    'every type comes back byte for byte',
  );
  t.true((await db.collection('c').findOne()).int64 === 1, 'a long is promoted to a number');
  await db.collection('d').insertOne({ _id: 1, undef: undefined, whole: 5, half: 0.5 });
  const back = await db.collection('d', exact).findOne();
  t.equal([back.whole._bsontype, back.half._bsontype], ['Int32', 'Double'], 'JavaScript numbers');
}

async function concurrency(t, client, db) {
  const c = db.collection('c');
  await c.insertOne({ _id: 'sum', n: 0 });
  await Promise.all(
    [...Array(16).keys()].map(async (worker) => {
      const own = worker % 4 === 0 ? new MongoClient(uri) : client;
      const mine = own.db(db.databaseName).collection('c');
      for (let i = 0; i < 50; i++) {
        await Promise.all([
          mine.updateOne({ _id: 'sum' }, { $inc: { n: 1 } }),
          mine.insertOne({ worker, i }),
        ]);
      }
      if (own !== client) await own.close();
    }),
  );
  t.equal((await c.findOne({ _id: 'sum' })).n, 800, 'no increment was lost');
  for (let worker = 0; worker < 16; worker++)
    t.equal(await c.countDocuments({ worker }), 50, `worker ${worker}'s documents`);
}

async function sessions(t, client, db) {
  const own = new MongoClient(uri, { monitorCommands: true });
  const commands = [];
  own.on('commandStarted', (event) => commands.push(event));
  const c = own.db(db.databaseName).collection('c');
  await own.withSession(async (session) => {
    await c.insertOne({ _id: 1 }, { session });
    t.equal(await c.findOne({}, { session }), { _id: 1 }, 'a session reads what it wrote');
    const sent = commands.find((e) => e.commandName === 'insert').command;
    t.equal(sent.lsid, session.id, "the session's id is sent");
    t.true(
      sent.txnNumber !== undefined || process.env.CAIRN_TOPOLOGY === 'standalone',
      'writes are retryable by default',
    );
    t.true(
      session.operationTime !== undefined || process.env.CAIRN_TOPOLOGY === 'standalone',
      'a replica set tells its operation time',
    );
  });
  await c.findOne({});
  t.true(commands.at(-1).command.lsid, 'an implicit session is sent');
  await own.close();
  t.true(
    commands.some((e) => e.commandName === 'endSessions'),
    'closing ends the sessions',
  );
}

async function compression(t, client, db) {
  const pad = { _id: 1, text: 'compressible '.repeat(5000) };
  await db.collection('c').insertOne(pad);
  for (const name of ['zlib', 'snappy']) {
    const own = new MongoClient(withOptions(uri, { compressors: name }));
    t.equal(
      await own.db(db.databaseName).collection('c').findOne(),
      pad,
      `${name}: a long document`,
    );
    await own
      .db(db.databaseName)
      .collection('d')
      .insertMany([...Array(500).keys()].map((i) => ({ _id: name + i })));
    t.equal(
      await own
        .db(db.databaseName)
        .collection('d')
        .countDocuments({ _id: { $regex: `^${name}` } }),
      500,
      `${name}: many documents`,
    );
    await own.close();
  }
}

async function catalog(t, client, db) {
  await db.createCollection('made');
  t.error(
    await caught(db.command({ create: 'made', clusteredIndex: { key: { _id: 1 }, unique: true } })),
    48,
    'a collection is made once',
  );
  await db.collection('implicit').insertOne({ _id: 1 });
  t.equal(
    (await db.listCollections().toArray()).map((e) => [e.name, e.type]).sort(),
    [
      ['implicit', 'collection'],
      ['made', 'collection'],
    ],
    'listCollections',
  );
  t.equal(
    (await db.collection('made').indexes()).map((i) => i.name),
    ['_id_'],
    'indexes',
  );
  await db.collection('implicit').rename('renamed');
  t.equal(await db.collection('renamed').findOne(), { _id: 1 }, 'rename keeps documents');
  t.error(await caught(db.collection('none').rename('other')), 26, 'a rename of nothing');
  await db.collection('renamed').rename('made', { dropTarget: true });
  t.equal(
    (await db.listCollections({}, { nameOnly: true }).toArray()).map((e) => e.name),
    ['made'],
    'dropTarget',
  );
  t.true(
    (await client.db().admin().listDatabases()).databases.some((d) => d.name === db.databaseName),
    'the database is listed',
  );
  t.equal(await db.collection('made').drop(), true, 'drop');
  await db.dropDatabase();
  t.true(
    !(await client.db().admin().listDatabases()).databases.some((d) => d.name === db.databaseName),
    'the database is gone',
  );
}

async function vectorSearch(t, client, db) {
  const c = db.collection('songs');
  await c.insertMany([
    { _id: 1, tempo: 90, v: [1, 0] },
    { _id: 2, tempo: 120, v: [0.8, 0.6] },
    { _id: 3, tempo: 140, v: [0, 1] },
  ]);
  const definition = {
    fields: [
      { type: 'vector', path: 'v', numDimensions: 2, similarity: 'cosine' },
      { type: 'filter', path: 'tempo' },
    ],
  };
  const index = { name: 'similar', type: 'vectorSearch', definition };
  t.equal(await c.createSearchIndex(index), 'similar', 'createSearchIndex');
  const listed = await c.listSearchIndexes('similar').toArray();
  t.equal(
    listed.map((i) => [i.name, i.queryable]),
    [['similar', true]],
    'listSearchIndexes',
  );
  const search = async (options) =>
    (
      await c
        .aggregate([
          { $vectorSearch: { index: 'similar', path: 'v', queryVector: [1, 0], ...options } },
        ])
        .toArray()
    ).map((d) => d._id);
  t.equal(await search({ numCandidates: 10, limit: 2 }), [1, 2], 'the nearest');
  t.equal(
    await search({ exact: true, limit: 2, filter: { tempo: { $gte: 100, $lt: 200 } } }),
    [2, 3],
    'in a range of tempos',
  );
  await c.dropSearchIndex('similar');
  t.equal(await c.listSearchIndexes().toArray(), [], 'dropSearchIndex');
}

async function changeStreams(t, client, db) {
  const c = db.collection('c');
  const stream = c.watch([], { fullDocument: 'updateLookup' });
  t.equal(await stream.tryNext(), null, 'nothing has happened yet');
  await c.insertOne({ _id: 1, a: 1 });
  await c.updateOne({ _id: 1 }, { $set: { a: 2 } });
  const inserted = await stream.next();
  t.equal(
    [inserted.operationType, inserted.fullDocument, inserted.ns, inserted.documentKey],
    ['insert', { _id: 1, a: 1 }, { db: db.databaseName, coll: 'c' }, { _id: 1 }],
    'an insertion',
  );
  const updated = await stream.next();
  t.equal(
    [updated.operationType, updated.fullDocument, updated.updateDescription.updatedFields],
    ['update', { _id: 1, a: 2 }, { a: 2 }],
    'an update',
  );
  for (const how of ['restart', 'kill']) {
    await c.insertOne({ _id: how });
    await restartServer(how);
    t.equal((await stream.next()).documentKey, { _id: how }, `the stream goes on after ${how}`);
  }
  await stream.close();
  const listened = [];
  const listener = db.watch().on('change', (event) => listened.push(event.operationType));
  await new Promise((resolve) => listener.once('resumeTokenChanged', resolve));
  await c.deleteOne({ _id: 1 });
  await c.drop();
  for (let i = 0; i < 100 && listened.length < 2; i++) await new Promise((r) => setTimeout(r, 50));
  t.equal(listened, ['delete', 'drop'], "a listener on a database's changes");
  await listener.close();
}

async function restart(t, client, db) {
  const c = db.collection('c');
  for (const how of ['restart', 'kill']) {
    await c.insertMany([...Array(300).keys()].map((i) => ({ how, i })));
    await c.updateMany({ how, i: { $lt: 100 } }, { $set: { low: true } });
    await restartServer(how);
    t.equal(
      await c.countDocuments({ how }),
      300,
      `every acknowledged document is there after ${how}`,
    );
    t.equal(await c.countDocuments({ how, low: true }), 100, `every update is there after ${how}`);
    await c.insertOne({ after: how });
    t.equal(await c.countDocuments({ after: how }), 1, `writes go on after ${how}`);
  }
}

const client = new MongoClient(uri, { serverSelectionTimeoutMS: 10000 });
async function transactions(t, client, db) {
  await db.collection('a').insertOne({ _id: 0, n: 0 });
  const session = client.startSession();
  const result = await session.withTransaction(async () => {
    await db.collection('a').updateOne({ _id: 0 }, { $inc: { n: 1 } }, { session });
    await db.collection('b').insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }], { session });
    t.equal(await db.collection('b').countDocuments({}, { session }), 3, 'its own writes');
    t.equal(await db.collection('b').countDocuments({}), 0, 'nobody else sees them');
    const cursor = db.collection('b').find({}, { session, batchSize: 1 });
    t.equal((await cursor.toArray()).length, 3, 'getMore');
    return 'done';
  });
  t.equal(result, 'done', 'withTransaction gives the result');
  t.equal(await db.collection('a').findOne({ _id: 0 }), { _id: 0, n: 1 }, 'committed');
  const broken = await caught(
    session.withTransaction(async () => {
      await db.collection('a').updateOne({ _id: 0 }, { $inc: { n: 1 } }, { session });
      throw new Error('no');
    }),
  );
  t.equal(broken.message, 'no', "the callback's error");
  t.equal(await db.collection('a').findOne({ _id: 0 }), { _id: 0, n: 1 }, 'undoes all of it');
  const add = async () => {
    const own = client.startSession();
    for (let i = 0; i < 10; ++i) {
      await own.withTransaction(() =>
        db.collection('a').updateOne({ _id: 0 }, { $inc: { n: 1 } }, { session: own }),
      );
    }
    await own.endSession();
  };
  await Promise.all([add(), add(), add(), add()]);
  t.equal(await db.collection('a').findOne({ _id: 0 }), { _id: 0, n: 41 }, 'none is lost');
  await session.endSession();
}

const sections = [
  crud,
  findAndModify,
  tableOfReads,
  tableOfUpdates,
  tableOfErrors,
  cursors,
  bulkWrites,
  duplicateKeys,
  types,
  concurrency,
  sessions,
  transactions,
  compression,
  catalog,
  vectorSearch,
  changeStreams,
  restart,
];
process.exitCode = await runSections('node_mongodb', client, sections);
await client.close();
