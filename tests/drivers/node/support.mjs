// Checks that count themselves, and sections that stand alone, for every Node client test. A
// section is an async function
// (t, client, db) with an empty database of its own; a run passes when every section passed and
// made at least one check.
// Clients are resolved from the folder in CAIRN_NODE_CLIENTS, where setup_clients.py installed
// them.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';

export const clients = createRequire(
  `${process.env.CAIRN_NODE_CLIENTS ?? process.cwd()}/package.json`,
);
export const uri = process.env.CAIRN_URI;

export class Checks {
  count = 0;

  true(condition, what) {
    this.count++;
    assert.ok(condition, what);
  }

  equal(actual, expected, what) {
    this.count++;
    try {
      assert.deepEqual(actual, expected);
    } catch (difference) {
      throw new assert.AssertionError({
        message: `${what}: ${difference.message}`,
        actual,
        expected,
      });
    }
  }

  error(raised, code, what, part = '') {
    this.true(raised, `${what}: expected error ${code}, got success`);
    this.equal(raised.code, code, `${what} (${raised.message})`);
    this.true(raised.message.includes(part), `${what}: expected '${part}' in '${raised.message}'`);
  }
}

/** The error a promise rejects with, or null. */
export async function caught(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return null;
}

/** The shared table, with BSON's types, so that what is stored is what the table says. */
export function cases() {
  const { EJSON } = clients('mongodb').BSON;
  return EJSON.parse(readFileSync(new URL('../cases.json', import.meta.url), 'utf8'), {
    relaxed: false,
  });
}

export function withOptions(address, options) {
  return address + (address.includes('?') ? '&' : '?') + new URLSearchParams(options);
}

/** Asks with_server.py to 'restart' or 'kill'; resolves when the server answers again. */
export function restartServer(how) {
  const [host, port] = process.env.CAIRN_CONTROL.split(':');
  return new Promise((resolve, reject) => {
    const link = connect(Number(port), host, () => link.write(`${how}\n`));
    let answer = '';
    link.on('data', (data) => (answer += data)).on('error', reject);
    link.on('close', () =>
      answer.trim() === 'ok' ? resolve() : reject(new Error(`no ${how}: ${answer}`)),
    );
  });
}

export async function runSections(suite, client, sections) {
  const t = new Checks();
  const leftOut = (process.env.CAIRN_TEST_WITHOUT ?? '').split(' ');
  let [passed, failed, skipped] = [0, 0, 0];
  for (const section of sections) {
    if (leftOut.includes(section.name)) {
      skipped++;
      console.log(`  left out  ${section.name}`);
      continue;
    }
    const before = t.count;
    const db = client.db(`client_${suite}_${section.name}`);
    try {
      await db.dropDatabase();
      await section(t, client, db);
      await db.dropDatabase();
      assert.ok(t.count > before, 'made no check');
      passed++;
      console.log(`  passed    ${section.name} (${t.count - before} checks)`);
    } catch (error) {
      failed++;
      console.log(`  FAILED    ${section.name} after ${t.count - before} checks: ${error.stack}`);
    }
  }
  console.log(
    `${suite}: ${passed} sections passed, ${failed} failed, ${skipped} left out, ${t.count} checks`,
  );
  return passed > 0 && t.count > 0 && failed === 0 ? 0 : 1;
}
