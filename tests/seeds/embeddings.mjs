// The five systems' searches by meaning through Node's driver, on what load.py has loaded: the index is made by the
// driver's helper, and every answer is compared with all scores, computed here from the documents as they are stored.
import { runSections, clients, uri } from '../drivers/node/support.mjs';

const { MongoClient } = clients('mongodb');
const TOLERANCE = 1e-5;
const RECALL = 0.95;

const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const cosine = (a, b) => (1 + dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))) / 2;

// A vector between two stored ones: near to some, equal to none.
const between = (a, b) => a.map((x, i) => 0.7 * x + 0.3 * b[i]);

// Compares one kind of search, a few times: `filter` and what it `admits`.
async function searches(t, collection, { dimensions, filterPaths, filter, admits, limit }) {
  const documents = await collection.find({ embedding: { $exists: true } }).toArray();
  const names = (await collection.listSearchIndexes().toArray()).map((index) => index.name);
  if (!names.includes('node')) {
    const fields = filterPaths.map((path) => ({ type: 'filter', path }));
    fields.push({ type: 'vector', path: 'embedding', numDimensions: dimensions, similarity: 'cosine' });
    await collection.createSearchIndex({ name: 'node', type: 'vectorSearch', definition: { fields } });
  }
  let found = 0;
  let wanted = 0;
  for (let round = 0; round < 8; ++round) {
    const queryVector = between(documents[round].embedding, documents[documents.length - 1 - round].embedding);
    const scores = new Map(
      documents.filter(admits).map((d) => [String(d._id), cosine(queryVector, d.embedding)]),
    );
    const best = [...scores.values()].sort((a, b) => b - a).slice(0, limit);
    const how = round % 2 ? { exact: true } : { numCandidates: 100 };
    const got = await collection
      .aggregate([
        { $vectorSearch: { index: 'node', path: 'embedding', queryVector, limit, filter, ...how } },
        { $project: { score: { $meta: 'vectorSearchScore' } } },
      ])
      .toArray();
    t.equal(got.length, best.length, 'as many as there are');
    t.true(best.length > 0, 'something is to be found');
    for (const { _id, score } of got) {
      t.true(Math.abs(score - scores.get(String(_id))) < TOLERANCE, `the score of ${_id}`);
    }
    const hits = got.filter(({ score }) => score >= best[best.length - 1] - TOLERANCE).length;
    if (how.exact) t.equal(hits, best.length, 'an exact search finds the nearest');
    found += hits;
    wanted += best.length;
  }
  t.true(found >= RECALL * wanted, `recall ${found} of ${wanted}`);
}

async function knowledgeOfACompany(t, client) {
  const chunks = client.db('requestdesk').collection('knowledge_chunks');
  const { company_id } = await chunks.findOne({}, { projection: { company_id: 1 } });
  await searches(t, chunks, {
    dimensions: 1536,
    filterPaths: ['company_id'],
    filter: { company_id },
    admits: (d) => d.company_id === company_id,
    limit: 10,
  });
}

async function tracksOfATempo(t, client) {
  await searches(t, client.db('samplemind').collection('audio_embeddings'), {
    dimensions: 768,
    filterPaths: ['metadata.tempo'],
    filter: { 'metadata.tempo': { $gte: 120, $lte: 130 } },
    admits: (d) => d.metadata.tempo >= 120 && d.metadata.tempo <= 130,
    limit: 10,
  });
}

async function generationsOfATopic(t, client) {
  const generations = client.db('creatorcore').collection('generations');
  const { topic } = await generations.findOne({ embedding: { $exists: true } });
  await searches(t, generations, {
    dimensions: 384,
    filterPaths: ['topic'],
    filter: { topic },
    admits: (d) => d.topic === topic,
    limit: 5,
  });
}

const client = new MongoClient(uri);
process.exitCode = await runSections('seeds_embeddings', client, [
  knowledgeOfACompany,
  tracksOfATempo,
  generationsOfATopic,
]);
await client.close();
