// Mongoose against the server at CAIRN_URI: schemas, validation, save, populate, lean queries.
// autoIndex is off: only `_id` is indexed.
import { caught, clients, restartServer, runSections, uri } from './support.mjs';

const mongoose = clients('mongoose');
const { Schema } = mongoose;

/** A connection to the section's database with models of its own. */
async function connected(db, run) {
  const connection = await mongoose
    .createConnection(uri, { dbName: db.databaseName, autoIndex: false })
    .asPromise();
  const address = new Schema(
    { street: String, city: { type: String, required: true } },
    { _id: false },
  );
  const author = new Schema(
    {
      name: { type: String, required: true, trim: true },
      age: { type: Number, min: 0 },
      address,
      tags: [String],
    },
    { timestamps: true },
  );
  author.virtual('shout').get(function shout() {
    return this.name.toUpperCase();
  });
  const book = new Schema({
    title: String,
    pages: Number,
    author: { type: Schema.Types.ObjectId, ref: 'Author' },
    readers: [{ type: Schema.Types.ObjectId, ref: 'Author' }],
    price: Schema.Types.Decimal128,
    extra: Map,
  });
  try {
    await run({
      connection,
      Author: connection.model('Author', author),
      Book: connection.model('Book', book),
    });
  } finally {
    await connection.close();
  }
}

function saving(t, client, db) {
  return connected(db, async ({ Author }) => {
    const ada = new Author({
      name: '  Ada ',
      age: 36,
      address: { city: 'London' },
      tags: ['math'],
    });
    await ada.save();
    t.equal([ada.name, ada.isNew, ada.__v], ['Ada', false, 0], 'save');
    t.true(ada.createdAt instanceof Date && ada.updatedAt instanceof Date, 'timestamps');
    ada.tags.push('engines');
    ada.address.street = 'St James';
    await ada.save();
    const back = await Author.findById(ada._id);
    t.equal(
      [[...back.tags], back.address.street, back.__v, back.shout],
      [['math', 'engines'], 'St James', 1, 'ADA'],
      'a changed document',
    );
    back.tags = ['only'];
    await back.save();
    ada.tags.set(0, 'stale');
    t.equal(
      (await caught(ada.save()))?.name,
      'VersionError',
      'an array changed meanwhile is noticed',
    );
    await Author.deleteOne({ _id: ada._id });
    back.name = 'gone';
    t.equal(
      (await caught(back.save()))?.name,
      'DocumentNotFoundError',
      'saving what was deleted is noticed',
    );
  });
}

function validation(t, client, db) {
  return connected(db, async ({ Author }) => {
    const raised = await caught(Author.create({ age: -1, address: {} }));
    t.equal(raised?.name, 'ValidationError', 'an invalid document is refused');
    t.equal(
      Object.keys(raised.errors).sort(),
      ['address.city', 'age', 'name'],
      'each invalid path is named',
    );
    t.equal(await Author.countDocuments(), 0, 'nothing was stored');
    const failed = await caught(Author.updateOne({}, { age: 'old' }, { runValidators: true }));
    t.equal(failed?.name, 'CastError', 'a value of the wrong type is refused');
  });
}

function queries(t, client, db) {
  return connected(db, async ({ Author }) => {
    await Author.insertMany(
      [...Array(300).keys()].map((i) => ({
        name: `a${i}`,
        age: i,
        tags: [i % 2 ? 'odd' : 'even'],
      })),
    );
    t.equal(
      (
        await Author.find({ age: { $gte: '298' } })
          .sort('-age')
          .lean()
      ).map((d) => d.age),
      [299, 298],
      'find casts, sorts, and is lean',
    );
    t.true(
      !((await Author.findOne().lean()) instanceof mongoose.Document),
      'a lean result is a plain object',
    );
    t.equal(
      (
        await Author.find()
          .where('age')
          .lt(100)
          .where('tags')
          .equals('odd')
          .select('age -_id')
          .skip(1)
          .limit(2)
          .lean()
      ).map((d) => d.age),
      [3, 5],
      'the query builder',
    );
    let seen = 0;
    for await (const d of Author.find().cursor({ batchSize: 7 })) seen += d.age >= 0;
    t.equal(seen, 300, 'a cursor over many batches');
    const updated = await Author.findOneAndUpdate(
      { age: 5 },
      { $inc: { age: 1000 } },
      { returnDocument: 'after' },
    );
    t.equal(updated.age, 1005, 'findOneAndUpdate');
    const upserted = await Author.findOneAndUpdate(
      { name: 'new' },
      { age: 1 },
      { upsert: true, returnDocument: 'after' },
    );
    t.equal(
      [upserted.name, upserted.age, upserted.createdAt instanceof Date],
      ['new', 1, true],
      'an upsert with $setOnInsert timestamps',
    );
    t.equal(
      (await Author.updateMany({ tags: 'even' }, { $addToSet: { tags: 'x' } })).modifiedCount,
      150,
      'updateMany',
    );
    t.equal((await Author.deleteMany({ tags: 'x' })).deletedCount, 150, 'deleteMany');
    t.equal((await Author.distinct('tags')).sort(), ['odd'], 'distinct');
    const [group] = await Author.aggregate([
      { $match: { tags: 'odd' } },
      { $group: { _id: null, n: { $sum: 1 }, oldest: { $max: '$age' } } },
    ]);
    t.equal([group.n, group.oldest], [150, 1005], 'aggregate');
    t.equal(await Author.exists({ name: 'nobody' }), null, 'exists');
    t.equal(await Author.estimatedDocumentCount(), 151, 'estimatedDocumentCount');
  });
}

function populate(t, client, db) {
  return connected(db, async ({ Author, Book }) => {
    const [ada, bob, eve] = await Author.create(
      [{ name: 'Ada' }, { name: 'Bob' }, { name: 'Eve' }],
      { ordered: true },
    );
    await Book.create({
      title: 'Notes',
      pages: 20,
      author: ada,
      readers: [eve, bob],
      price: '1.10',
      extra: { note: 'kept' },
    });
    const book = await Book.findOne({ title: 'Notes' })
      .populate('author')
      .populate({ path: 'readers', select: 'name -_id', options: { sort: { name: 1 } } });
    t.equal(book.author.name, 'Ada', 'populate one');
    t.equal(
      book.readers.map((r) => r.name),
      ['Bob', 'Eve'],
      'populate many, sorted',
    );
    t.equal(
      [book.price.toString(), book.extra.get('note')],
      ['1.10', 'kept'],
      'a decimal and a map',
    );
    t.equal((await Book.findOne().lean()).author, ada._id, 'what is stored is the id');
  });
}

function catalog(t, client, db) {
  return connected(db, async ({ connection, Author, Book }) => {
    await Promise.all([Author.init(), Book.init()]);
    await Author.createCollection();
    t.equal(
      (await connection.db.listCollections().toArray()).map((c) => c.name).sort(),
      ['authors', 'books'],
      'autoCreate makes the collections',
    );
    const raised = await (async () => {
      const first = await Author.create({ name: 'one' });
      return caught(Author.create({ _id: first._id, name: 'two' }));
    })();
    t.error(raised, 11000, 'a duplicate _id', 'E11000 duplicate key error collection');
    t.equal(Object.keys(raised.keyPattern), ['_id'], 'keyPattern');
    await connection.dropDatabase();
    t.equal(await Author.countDocuments(), 0, 'dropDatabase');
  });
}

function concurrency(t, client, db) {
  return connected(db, async ({ Author }) => {
    const { _id } = await Author.create({ name: 'counter', age: 0 });
    await Promise.all(
      [...Array(16).keys()].map(async (worker) => {
        for (let i = 0; i < 25; i++)
          await Promise.all([
            Author.updateOne({ _id }, { $inc: { age: 1 } }),
            Author.create({ name: `w${worker}` }),
          ]);
      }),
    );
    t.equal((await Author.findById(_id)).age, 400, 'no increment was lost');
    t.equal(await Author.countDocuments({ name: /^w/ }), 400, 'no document was lost');
  });
}

function transactions(t, client, db) {
  return connected(db, async ({ connection, Author, Book }) => {
    await Promise.all([Author.createCollection(), Book.createCollection()]);
    const made = await connection.transaction(async (session) => {
      const [author] = await Author.create([{ name: 'Ada', age: 1 }], { session });
      await new Book({ title: 'Notes', author: author._id }).save({ session });
      await Author.updateOne({ name: 'Ada' }, { $inc: { age: 1 } }, { session });
      const book = await Book.findOne({}).populate('author').session(session);
      t.equal([book.author.name, book.author.age], ['Ada', 2], 'populate sees its own writes');
      t.equal(await Author.countDocuments({}), 0, 'nobody else does');
      return author._id;
    });
    t.equal((await Author.findById(made)).age, 2, 'committed');
    const author = await Author.findById(made);
    const raised = await caught(
      connection.transaction(async (session) => {
        author.age = 7;
        await author.save({ session });
        await Book.deleteMany({}, { session });
        throw new Error('no');
      }),
    );
    t.equal(raised.message, 'no', "the callback's error");
    t.equal([await Book.countDocuments(), author.isModified('age')], [1, true], 'undoes all of it');
    const session = await connection.startSession();
    session.startTransaction();
    await Author.updateOne({ _id: made }, { $set: { age: 30 } }, { session });
    const conflict = await connection.startSession();
    conflict.startTransaction();
    const refused = await caught(
      Author.updateOne({ _id: made }, { $set: { age: 40 } }, { session: conflict }),
    );
    t.error(refused, 112, 'two transactions write one document');
    t.equal(refused.hasErrorLabel('TransientTransactionError'), true, 'with the label');
    await session.commitTransaction();
    await Promise.all([session.endSession(), conflict.endSession()]);
    t.equal((await Author.findById(made)).age, 30, 'the first one counts');
    await Promise.all(
      [...Array(4)].map(async () => {
        for (let i = 0; i < 5; i++)
          await connection.transaction((within) =>
            Author.updateOne({ _id: made }, { $inc: { age: 1 } }, { session: within }),
          );
      }),
    );
    t.equal((await Author.findById(made)).age, 50, 'none is lost');
  });
}

function watching(t, client, db) {
  return connected(db, async ({ Author }) => {
    await Author.createCollection();
    const stream = Author.watch([{ $match: { operationType: { $ne: 'delete' } } }]);
    const seen = [];
    stream.on('change', (event) => seen.push(event.operationType));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const author = await Author.create({ name: 'Ada' });
    await restartServer('kill');
    author.age = 3;
    await author.save();
    await author.deleteOne();
    await Author.create({ name: 'Eve' });
    for (let i = 0; i < 200 && seen.length < 3; i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    t.equal(seen, ['insert', 'update', 'insert'], 'Model.watch, over a restart');
    await stream.close();
  });
}

const client = new (clients('mongodb').MongoClient)(uri, { serverSelectionTimeoutMS: 10000 });
process.exitCode = await runSections('node_mongoose', client, [
  saving,
  validation,
  queries,
  populate,
  catalog,
  concurrency,
  transactions,
  watching,
]);
await client.close();
