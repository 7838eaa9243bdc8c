// What mongosh itself asks and shows: databases and collections, helpers, errors, diagnostics.
load(`${__dirname}/checks.js`);
const fs = require('fs');
const table = EJSON.parse(fs.readFileSync(`${__dirname}/../cases.json`, 'utf8'), {
  relaxed: false,
});

section('catalog', () => {
  same(db.createCollection('made').ok, 1, 'createCollection');
  db.implicit.insertOne({ _id: 1 });
  same(db.getCollectionNames().sort(), ['implicit', 'made'], 'getCollectionNames');
  same(
    db.getCollectionInfos({ name: 'made' }).map((c) => [c.name, c.type]),
    [['made', 'collection']],
    'getCollectionInfos',
  );
  same(
    db.made.getIndexes().map((i) => [i.name, i.key]),
    [['_id_', { _id: 1 }]],
    'getIndexes',
  );
  same(db.implicit.renameCollection('renamed').ok, 1, 'renameCollection');
  same(db.renamed.findOne(), { _id: 1 }, 'rename keeps documents');
  same(db.made.drop(), true, 'drop');
  same(db.getMongo().getDBNames().includes(db.getName()), true, 'the database is listed');
  same(db.dropDatabase().ok, 1, 'dropDatabase');
  same(db.getMongo().getDBNames().includes(db.getName()), false, 'the database is gone');
});

section('errors', () => {
  db.c.insertOne({ _id: 0 });
  for (const { why, command, code, message } of table.errors) {
    if (Number(code) === 0) same(db.runCommand(command).ok, 1, why);
    else fails(() => db.runCommand(command), Number(code), why, message);
  }
  fails(
    () => db.c.insertOne({ _id: 0 }),
    11000,
    'a duplicate _id',
    `E11000 duplicate key error collection: ${db.getName()}.c index: _id_ dup key: { _id: 0 }`,
  );
});

section('diagnostics', () => {
  same(db.adminCommand('ping').ok, 1, 'ping');
  same(typeof db.version(), 'string', 'version');
  same(db.hello().isWritablePrimary, true, 'hello');
  same(
    db.adminCommand({ connectionStatus: 1 }).authInfo.authenticatedUsers,
    [],
    'connectionStatus',
  );
  same(Object.keys(db.hostInfo()).includes('system'), true, 'hostInfo');
  same(Array.isArray(db.adminCommand({ getLog: 'startupWarnings' }).log), true, 'getLog');
  db.c.insertMany([{ _id: 1 }, { _id: 2 }]);
  same(
    [Number(db.stats().objects), Number(db.runCommand({ collStats: 'c' }).count)],
    [2, 2],
    'stats of a database and a collection',
  );
  same(typeof db.serverStatus().uptime, 'number', 'serverStatus');
  same(db.runCommand({ listCommands: 1 }).commands.find.adminOnly, false, 'listCommands');
  same(db.listCommands() !== null, true, 'the shell reads listCommands');
});

section('sessions', () => {
  const session = db.getMongo().startSession();
  const mine = session.getDatabase(db.getName());
  same(mine.c.insertOne({ _id: 1 }).insertedId, 1, 'a write in a session');
  same(mine.c.findOne(), { _id: 1 }, 'a read in a session');
  session.endSession();
  same(session.hasEnded(), true, 'the session ended');
});

finish('mongosh_admin');
