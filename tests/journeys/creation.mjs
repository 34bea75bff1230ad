// The click that costs money: what is said before it, that it makes one cluster whatever happens around it, and what its
// page tells until the end.

import assert from 'node:assert/strict';
import { journeys } from '../harness.mjs';
import { answerCluster, confirmName, createButton, createCluster, grantAccess, heading, reachReview, reachSecurity, registerKey, requests, vaultNamed } from '../steps.mjs';

const journey = journeys({ serve: { env: { BYOK_PRICE_PER_CKU_HOUR: '2.48 USD' } } });
const QUICK = { role_propagation_seconds: 0.5, provisioning_seconds: 2, validation_seconds: 0.5 };
const PATIENT = { timeout: 90_000 };

/** From the first step to *Grant access* of a good vault, granted. */
async function reachGrant({ page, server, sandbox, world }, change = {}) {
  await sandbox('reset', {});
  await sandbox('world', { ...QUICK, ...change });
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await registerKey(page, await vaultNamed(world, 'kv-kafka-prod'));
  await grantAccess(page);
}

async function review(journey, change) {
  await reachGrant(journey, change);
  await reachReview(journey.page);
}

/** Another tab with the same answers, as *Duplicate tab* makes it. */
async function duplicate(page, context) {
  const [other] = await Promise.all([context.waitForEvent('page'), page.evaluate(() => { window.open(location.href); })]);
  return other;
}

journey('before the click: what it is, what it costs, what is final, and the name once more', PATIENT, async (all) => {
  const { page, call, world, axe } = all;
  await review(all);
  assert.match(await createButton(page).innerText(), /1-CKU Dedicated cluster in westeurope \(simulated, nothing is billed; region and key are final\)/);
  assert.equal(await page.getByText('1 CKU × 2.48 USD = 2.48 USD an hour').count(), 2, 'beside the consequences and beside the button');
  await page.getByText('These can never be changed:').waitFor();

  const confirm = page.getByLabel('Name of the cluster, to confirm');
  const focused = () => confirm.evaluate((element) => element === document.activeElement);
  for (const [typed, said] of [
    ['', /Type the name of the cluster first: orders\./],
    ['payments', /That is another name: this cluster is called orders\./],
    ['Orders', /capital and small letters count/],
  ]) {
    await confirm.fill(typed);
    await createButton(page).click();
    await page.getByText(said).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'confirm-name');
    assert.ok(await focused());
    assert.equal(await confirm.getAttribute('aria-invalid'), 'true');
    assert.equal(await confirm.inputValue(), typed, 'nothing typed is lost');
  }
  await axe();
  assert.equal(await requests(call), 0);

  await page.getByLabel('Protect the cluster from being deleted').check({ force: true });
  await page.reload();
  await heading(page, 'Check your answers');
  assert.ok(await page.getByLabel('Protect the cluster from being deleted').isChecked(), 'the wish survives a reload');
  // Blanks around a pasted name are nobody's mistake, and Enter is as good as the button.
  await confirm.fill(' orders ');
  await confirm.press('Enter');
  await heading(page, 'orders is ready');
  await page.getByText('On: Confluent refuses to delete the cluster').waitFor();
  const made = (await world()).clusters.filter((cluster) => cluster.display_name === 'orders');
  assert.deepEqual(made.map((cluster) => cluster.deletion_protection), [true]);
  assert.equal(await requests(call), 1);
  await axe();
});

journey('a double click makes one cluster', PATIENT, async (all) => {
  const { page, call, world } = all;
  await review(all);
  await confirmName(page);
  await createButton(page).dblclick();
  await heading(page, 'orders is ready');
  assert.equal(await requests(call), 1);
  const made = (await world()).clusters.filter((cluster) => cluster.display_name === 'orders');
  assert.deepEqual(made.map((cluster) => cluster.deletion_protection), [false]);
});

journey('two tabs with the same answers and two clicks at once make one cluster', PATIENT, async (all) => {
  const { page, context, call } = all;
  await review(all, { provisioning_seconds: 6 });
  const other = await duplicate(page, context);
  await heading(other, 'Check your answers');
  await Promise.all([page, other].map((tab) => confirmName(tab)));
  await Promise.all([page, other].map((tab) => createButton(tab).click()));
  await Promise.all([page, other].map((tab) => heading(tab, /orders/)));
  assert.equal(page.url(), other.url(), 'both follow the same creation');
  await Promise.all([page, other].map((tab) => heading(tab, 'orders is ready')));
  assert.equal(await requests(call), 1);
});

journey('a tab that was behind is shown the creation instead of a second button', PATIENT, async (all) => {
  const { page, context, call } = all;
  await reachGrant(all, { provisioning_seconds: 8 });
  // Parted before the last step: to the server these are two drafts.
  const other = await duplicate(page, context);
  await heading(other, 'Let Confluent use your key');
  await reachReview(page);
  await createCluster(page);
  await heading(page, 'Creating orders');
  await other.goto(new URL('/new/review', page.url()).href);
  await other.getByText('A cluster with this key was asked for already').waitFor();
  assert.equal(await createButton(other).count(), 0);
  await other.getByRole('link', { name: 'see how far it is' }).click();
  await heading(other, /orders/);
  assert.equal(other.url(), page.url());
  // And whoever begins at the clusters finds it there.
  await other.getByRole('link', { name: 'Clusters', exact: true }).click();
  await other.getByText('Being created').waitFor();
  await other.getByRole('link', { name: 'see how far it is' }).click();
  await heading(other, 'orders is ready');
  assert.equal(await requests(call), 1);
});

journey('two drafts with one key: the later one is told, and nothing is made twice', PATIENT, async (all) => {
  const { page, context, call } = all;
  await reachGrant(all, { provisioning_seconds: 6 });
  const other = await duplicate(page, context);
  await Promise.all([reachReview(page), reachReview(other)]);
  await confirmName(other);
  await createCluster(page);
  await heading(page, /orders/);
  await createButton(other).click();
  await other.getByRole('dialog', { name: 'The cluster was not created' }).getByText(/already/).first().waitFor();
  await heading(page, 'orders is ready');
  assert.equal(await requests(call), 1);
});

journey('a reload before, during and after the request makes one cluster', PATIENT, async (all) => {
  const { page, call } = all;
  await review(all, { provisioning_seconds: 6 });
  await confirmName(page);
  await page.reload();
  await heading(page, 'Check your answers');
  assert.equal(await page.getByLabel('Name of the cluster, to confirm').inputValue(), '', 'a confirmation is given each time anew');
  // The request is on its way when the page goes.
  await confirmName(page);
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/v1/clusters'));
  await Promise.all([sent, createButton(page).click()]);
  await page.reload();
  // What became of it the page does not know. Whoever presses again gets the same creation.
  const again = page.getByText('A cluster with this key was asked for already');
  const there = page.getByRole('heading', { level: 1, name: /orders/ });
  await again.or(createButton(page)).or(there).first().waitFor();
  if (await again.isVisible()) {
    await page.getByRole('link', { name: 'see how far it is' }).click();
  } else if (!(await there.isVisible())) {
    await createCluster(page);
  }
  await heading(page, /orders/);
  await page.reload();
  await heading(page, /orders/);
  await heading(page, 'orders is ready');
  assert.equal(await requests(call), 1);
});

journey('Back from the creation leads to no second button, and Forward back to it', PATIENT, async (all) => {
  const { page, call } = all;
  await review(all, { provisioning_seconds: 5 });
  await createCluster(page);
  await heading(page, 'Creating orders');
  await page.goBack();
  await heading(page, 'One thing at a time');
  assert.equal(await createButton(page).count(), 0);
  await page.goForward();
  await heading(page, /orders/);
  await page.goBack();
  await page.reload();
  await heading(page, 'One thing at a time');
  await page.goForward();
  await heading(page, 'orders is ready');
  assert.equal(await requests(call), 1);
});

journey('an answer that never came is not called a refusal, and pressing again is the same request', PATIENT, async (all) => {
  const { page, context, call } = all;
  await review(all);
  // The server gets the request; its answer is lost on the way.
  await context.route('**/api/v1/clusters', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  }, { times: 1 });
  await createCluster(page);
  const dialog = page.getByRole('dialog', { name: 'It is not known whether the cluster was asked for' });
  await dialog.getByText('the same answers never make two clusters').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  assert.equal(await page.getByLabel('Name of the cluster, to confirm').inputValue(), 'orders');
  await createButton(page).click();
  await heading(page, 'orders is ready');
  assert.equal(await requests(call), 1);
});

journey('without a network the page says what it still knows, and takes the creation up again', PATIENT, async (all) => {
  const { page, context, call } = all;
  await review(all, { provisioning_seconds: 6 });
  await createCluster(page);
  await heading(page, 'Creating orders');
  await page.getByText(/Under way for less than a minute\. Typically/).waitFor();
  await context.setOffline(true);
  await page.getByText('The server cannot be reached at the moment.').waitFor({ timeout: 20_000 });
  await heading(page, 'Creating orders');
  await context.setOffline(false);
  await page.getByText('The server cannot be reached at the moment.').waitFor({ state: 'detached' });
  await heading(page, 'orders is ready');
  assert.equal(await requests(call), 1);
});

journey('each step is told as done, under way or to come', PATIENT, async (all) => {
  const { page, axe } = all;
  await review(all, { provisioning_seconds: 4 });
  await createCluster(page);
  await heading(page, 'Creating orders');
  await page.getByText('Being built by Confluent: under way.').waitFor();
  for (const told of ['Recorded by this server, before anything was sent: done.', 'Sent to Confluent once: done.', 'Ready with its endpoints: to come.']) {
    await page.getByText(told).waitFor();
  }
  await axe();
  await page.getByText('Ready with its endpoints: done.').waitFor();
});

journey('refused by Confluent: nothing was created, and the same answers make one after all', PATIENT, async (all) => {
  const { page, context, call, sandbox, axe } = all;
  await review(all);
  const body = { errors: [{ id: 'e-1', status: '402', code: 'quota_exceeded', detail: 'Too many clusters are pending.', source: {} }] };
  await sandbox('faults', { host: 'api.confluent.cloud', path: '/cmk/v2/clusters', method: 'POST', kind: 'status', status: 402, body, times: 1 });
  await createCluster(page);
  await heading(page, 'orders was not created');
  await page.getByText('Nothing was created.').first().waitFor();
  await axe();
  // Also in a tab that never had the answers.
  const address = page.url();
  const other = await context.newPage();
  await other.goto(address);
  const replaced = (tab) => tab.getByText('take the place of the answers that you have begun').count();
  await other.getByRole('button', { name: 'Use these answers again' }).waitFor();
  assert.equal(await replaced(other), 0);
  await other.goto(new URL('/new/cluster', address).href);
  await answerCluster(other);
  await heading(other, /Where should it run/);
  await other.goto(address);
  await other.getByRole('button', { name: 'Use these answers again' }).waitFor();
  assert.deepEqual([await replaced(other), await replaced(page)], [1, 0], 'what is lost is said before');
  for (const tab of [other, page]) {
    await tab.getByRole('button', { name: 'Use these answers again' }).click();
    await heading(tab, 'Check your answers');
    await createButton(tab).waitFor();
    assert.match(await createButton(tab).innerText(), /1-CKU Dedicated cluster in westeurope/);
  }
  await createCluster(page);
  await heading(page, 'orders is ready');
  assert.equal(await requests(call), 2, 'one was refused, one made a cluster');
});

journey('a cluster that Confluent could not build: what happened and what to do', PATIENT, async (all) => {
  const { page, call, axe } = all;
  await review(all, { provisioning_result: 'FAILED' });
  await createCluster(page);
  await heading(page, 'orders was not created');
  await page.getByRole('alert').getByText('Confluent could not build the cluster').waitFor();
  await page.getByText('Being built by Confluent: did not succeed.').waitFor();
  await axe();
  assert.equal(await requests(call), 1);
});

journey('a cluster that ignores the key is called what it is, loudly', PATIENT, async (all) => {
  const { page, call, axe } = all;
  await review(all, { key_of_new_clusters: 'ignored' });
  await createCluster(page);
  await heading(page, 'orders is not encrypted with your key');
  await page.getByRole('alert').getByText('This cluster is not encrypted with your key, and it is billed').waitFor();
  assert.equal(await page.getByText('is encrypted with your key.').count(), 0);
  await axe();
  assert.equal(await requests(call), 1);
});
