// Checks for mongosh scripts: `section(name, body)` runs a body on an empty database; `finish()`
// prints counts and ends the shell.
/* eslint-disable no-undef */
var outcome = { checks: 0, passed: 0, failed: 0 };

function same(actual, expected, what) {
  outcome.checks++;
  const [left, right] = [
    EJSON.stringify(actual, { relaxed: false }),
    EJSON.stringify(expected, { relaxed: false }),
  ];
  if (left !== right) throw new Error(`${what}: expected ${right}, got ${left}`);
}

function fails(call, code, what, part = '') {
  let raised = null;
  try {
    call();
  } catch (error) {
    raised = error;
  }
  outcome.checks++;
  if (raised === null) throw new Error(`${what}: expected error ${code}, got success`);
  if (raised.code !== code || !raised.message.includes(part)) {
    throw new Error(
      `${what}: expected error ${code} '${part}', got ${raised.code} '${raised.message}'`,
    );
  }
  return raised;
}

function section(name, body) {
  const before = outcome.checks;
  db = db.getSiblingDB(`client_mongosh_${name}`);
  try {
    db.dropDatabase();
    body();
    db.dropDatabase();
    if (outcome.checks === before) throw new Error('made no check');
    outcome.passed++;
    print(`  passed    ${name} (${outcome.checks - before} checks)`);
  } catch (error) {
    outcome.failed++;
    print(`  FAILED    ${name} after ${outcome.checks - before} checks: ${error.stack}`);
  }
}

function finish(suite) {
  print(`${suite}: ${outcome.passed} passed, ${outcome.failed} failed, ${outcome.checks} checks`);
  quit(outcome.passed > 0 && outcome.failed === 0 ? 0 : 1);
}
