// Where nobody but a person can go on: the evidence, what may be decided, and that each decision counts once.

import assert from 'node:assert/strict';
import { journeys } from '../harness.mjs';
import { createCluster, grantAccess, heading, reachReview, reachSecurity, registerKey, requests, vaultNamed } from '../steps.mjs';

const journey = journeys({ serve: { env: { BYOK_SETTLE_SECONDS: '2' } } });
const PATIENT = { timeout: 120_000 };
const REASON = 'The console shows no cluster with this key.';

/** A creation whose answer was lost, with the page that says so. */
async function lost({ page, server, sandbox, world }, fault) {
  await sandbox('reset', {});
  await sandbox('world', { role_propagation_seconds: 0.5, validation_seconds: 0.5, provisioning_seconds: 1 });
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await registerKey(page, await vaultNamed(world, 'kv-kafka-prod'));
  await grantAccess(page);
  await reachReview(page);
  await sandbox('faults', { host: 'api.confluent.cloud', path: '/cmk/v2/clusters', method: 'POST', times: 1, ...fault });
  await createCluster(page);
  await heading(page, 'orders: a person has to look');
  await page.getByText(/It is not known whether Confluent created the cluster/).first().waitFor();
}

journey('sent again on a person’s word, once, and on the record', PATIENT, async (all) => {
  const { page, context, call, server, axe } = all;
  await lost(all, { kind: 'drop' });
  await axe();
  const again = page.getByRole('button', { name: 'Ask for the cluster again' });
  await again.click();
  await page.getByText('Write down in a sentence what you saw. Nothing has been decided.').waitFor();
  await page.getByLabel('What did you see?').fill(REASON);
  await again.click();
  await page.getByText('Ask Confluent a second time?').waitFor();
  await axe();
  await page.getByRole('button', { name: 'Do not send' }).click();
  assert.equal(await requests(call), 1);
  assert.equal(await page.getByLabel('What did you see?').inputValue(), REASON, 'nothing typed is lost');

  // Two tabs decide at once; one of them is told that it is decided.
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel('What did you see?').fill(REASON);
  for (const tab of [page, other]) await tab.getByRole('button', { name: 'Ask for the cluster again' }).click();
  await Promise.all([page, other].map((tab) => tab.getByRole('button', { name: 'Send again: it may be billed twice' }).dblclick()));
  await Promise.all([page, other].map((tab) => heading(tab, 'orders is ready')));
  assert.equal(await requests(call), 2, 'the first, and one more');
  await page.getByText(`A person decided to send the request again: ${REASON}`).waitFor();
  const trail = await (await fetch(`${server.origin}/api/v1/audit`)).text();
  assert.equal(trail.split('\n').filter((line) => line.includes('operation.decided')).length, 1);
  assert.match(trail.trim().split('\n').at(-1), /^\{"end":true,"lines":\d+,"hash":"[0-9a-f]{64}"\}$/);
});

journey('found when somebody looks again', PATIENT, async (all) => {
  const { page, sandbox, call } = all;
  await sandbox('reset', {});
  await lost({ ...all, sandbox: (path, body) => all.sandbox(path, path === 'world' ? { ...body, cluster_list_seconds: 8 } : body) }, { kind: 'drop', after_acting: true });
  await page.waitForTimeout(6000);
  await page.getByLabel('What did you see?').fill('The console shows it now.');
  await page.getByRole('button', { name: 'Look again' }).click();
  await heading(page, 'orders is ready');
  assert.equal(await requests(call), 1);
});

journey('closed: nothing more happens, and the key stays taken', PATIENT, async (all) => {
  const { page, call, server } = all;
  await lost(all, { kind: 'drop' });
  await page.getByLabel('What did you see?').fill('We gave up on it.');
  await page.getByRole('button', { name: 'Close this operation' }).click();
  await heading(page, 'orders was not created');
  await page.getByText('A person closed this: We gave up on it.').waitFor();
  await page.getByText('Ruled out', { exact: false }).first().waitFor();
  const { data: [operation] } = await (await fetch(`${server.origin}/api/v1/operations`)).json();
  const { draft, ...request } = operation.request;
  const answer = await fetch(`${server.origin}/api/v1/clusters`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-byok-wizard': '1', origin: server.origin, 'idempotency-key': 'another-draft' },
    body: JSON.stringify(request),
  });
  assert.equal(answer.status, 409);
  assert.equal(await page.getByRole('button', { name: 'Use these answers again' }).count(), 0, 'the key is not free');
  assert.equal(await requests(call), 1);
});
