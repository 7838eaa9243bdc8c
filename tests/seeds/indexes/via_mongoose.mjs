// Creates a system's indexes and runs its queries as a back end on Mongoose does.
//   node via_mongoose.mjs DEFINITION.json RECORD.json
// Single-field indexes are declared on their paths, compound ones by `schema.index`. `Model.init()`
// creates them; `syncIndexes` on the second start drops what no schema declares. DEFINITION and
// RECORD are Extended JSON.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const clients = createRequire(`${process.env.CAIRN_NODE_CLIENTS ?? process.cwd()}/package.json`);
const mongoose = clients('mongoose');
const { EJSON } = mongoose.mongo.BSON;

const [, , definitionPath, recordPath] = process.argv;
const definition = EJSON.parse(readFileSync(definitionPath, 'utf8'));
const collections = [...new Set(definition.indexes.map((index) => index.collection))];

/** The schema of one collection: it keeps every field and declares the indexed ones. */
function schemaOf(collection) {
  const schema = new mongoose.Schema({ _id: String }, { collection, strict: false });
  for (const { key, options = {} } of definition.indexes.filter((i) => i.collection === collection)) {
    const paths = Object.keys(key);
    for (const path of paths.filter((p) => !schema.path(p))) {
      schema.add({ [path]: mongoose.Schema.Types.Mixed });
    }
    if (paths.length === 1 && key[paths[0]] === 1) schema.path(paths[0]).index({ ...options });
    else schema.index(key, options);
  }
  return schema;
}

/** A start of the back end: a connection, its models, and their indexes created. */
async function start() {
  const connection = await mongoose
    .createConnection(process.env.CAIRN_URI, { dbName: definition.system, autoIndex: true })
    .asPromise();
  const models = new Map();
  for (const name of collections) {
    const model = connection.model(name, schemaOf(name));
    await model.init();
    models.set(name, model);
  }
  return { connection, models };
}

async function listed(models) {
  const found = {};
  for (const [name, model] of models) found[name] = await model.listIndexes();
  return found;
}

async function dropped(models) {
  const names = [];
  for (const model of models.values()) names.push(...(await model.syncIndexes()));
  return names;
}

/** The query as Mongoose builds it, not yet run. */
function build(model, query) {
  if (query.aggregate) return model.aggregate(query.aggregate);
  if (query.updateOne) return model.updateOne(query.updateOne, query.with);
  const built = model.find(query.findOne ?? query.find);
  if (query.projection) built.select(query.projection);
  if (query.sort) built.sort(query.sort);
  return built.lean();
}

function paged(built, query) {
  if (query.findOne) built.findOne();
  if (query.skip) built.skip(query.skip);
  if (query.limit) built.limit(query.limit);
  if (query.batchSize) built.batchSize(query.batchSize);
  return built;
}

async function asked(model, query) {
  const explained = await paged(build(model, query), query).explain('executionStats');
  const explain = Array.isArray(explained) ? explained[0] : explained;
  const answer = await paged(build(model, query), query).exec();
  if (query.updateOne) {
    return { explain, answer: [{ matched: answer.matchedCount, modified: answer.modifiedCount }], natural: null };
  }
  const natural = await build(model, query).hint({ $natural: 1 }).exec();
  return { explain, answer: [answer].flat(), natural: [natural].flat() };
}

const first = await start();
const record = { indexes: await listed(first.models) };
await first.connection.close();
const second = await start();
record.dropped = await dropped(second.models);
record.again = await listed(second.models);
record.queries = [];
for (const query of definition.queries) {
  record.queries.push(await asked(second.models.get(query.collection), query));
}
await second.connection.close();
writeFileSync(recordPath, EJSON.stringify(record, { relaxed: false }));
