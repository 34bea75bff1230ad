// Every mistake, from its name to its mending: nothing typed is lost, and only what is wrong is typed again.

import assert from 'node:assert/strict';
import { journeys } from '../harness.mjs';
import { answerCluster, answerNetworking, answerRegion, createCluster, fillKey, grantAccess, heading, pick, reachSecurity, registerKey, vaultNamed } from '../steps.mjs';

const journey = journeys();
const QUICK = { role_propagation_seconds: 0.5, provisioning_seconds: 1, validation_seconds: 0.3 };
const VAULT = 'Key Vault Resource ID';
const KEY = 'Key identifier without version';
const TENANT = 'Tenant ID';
/** Each vault with a mistake, what the page says of it, and the questions that are to be answered anew. */
const BAD = [
  ['kv-no-rbac', /permission model is access policies/, [VAULT]],
  ['kv-no-purge', /purge protection is off/, [VAULT]],
  ['kv-ec-key', /type is EC; Confluent takes RSA/, [KEY]],
  ['kv-key-disabled', /The key is disabled/, [KEY]],
  ['kv-firewall', /firewall lets nobody in/, [VAULT]],
  ['kv-public-off', /public network access is off/, [VAULT]],
];

const field = (page, label) => page.getByLabel(label, { exact: true });
const isWrong = async (page, label) => (await field(page, label).getAttribute('aria-invalid')) === 'true';

for (const [name, cause, wrong] of BAD) {
  journey(`${name}: its cause is named, the dialog opens, and only what is wrong is highlighted`, async ({ page, server, sandbox, world, axe }) => {
    await sandbox('reset', {});
    await sandbox('world', QUICK);
    const bad = await vaultNamed(world, name);
    const good = await vaultNamed(world, 'kv-kafka-prod');
    await page.goto(`${server.origin}/new/cluster`);
    await reachSecurity(page);
    await registerKey(page, bad);
    await page.getByRole('button', { name: 'Grant it for me' }).click();
    await page.getByRole('listitem').filter({ hasText: 'not met' }).filter({ hasText: cause }).first().waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    const dialog = page.getByRole('dialog', { name: 'This key cannot be used for the cluster' });
    await dialog.getByText(cause).first().waitFor();
    await axe();
    await page.keyboard.press('Escape');
    await heading(page, /Who holds the encryption key/);
    for (const label of [VAULT, KEY, TENANT]) {
      assert.equal(await isWrong(page, label), wrong.includes(label), label);
    }
    assert.equal(await field(page, VAULT).inputValue(), bad.key_vault_id);
    assert.equal(await field(page, KEY).inputValue(), bad.key_id);
    assert.equal(await field(page, TENANT).inputValue(), bad.tenant_id);
    assert.match(await page.title(), /^Error: Step 4 of 6/);
    await page.getByRole('alert').getByRole('heading', { name: 'There is a problem' }).waitFor();
    await axe();

    await fillKey(page, good);
    for (const label of wrong) {
      assert.ok(!(await isWrong(page, label)), 'an error goes away as it is mended');
    }
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading(page, 'Let Confluent use your key');
    await grantAccess(page);

    // The registration with the mistake counts against a quota until it is deleted.
    await page.getByText('A former registration is left behind').click();
    await page.getByRole('button', { name: /^Delete cck-/ }).first().click();
    await page.getByText('A former registration is left behind').waitFor({ state: 'detached' });
    assert.equal((await world()).keys.length, 1);
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading(page, 'Check your answers');
  });
}

journey('kv-other-tenant: the tenant is named before anything is registered', async ({ page, server, sandbox, world, axe }) => {
  await sandbox('reset', {});
  await sandbox('world', QUICK);
  const bad = await vaultNamed(world, 'kv-other-tenant');
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await pick(page, 'Create new');
  await fillKey(page, bad);
  await page.getByRole('button', { name: 'Continue' }).click();
  const dialog = page.getByRole('dialog', { name: 'The key was not registered' });
  await dialog.getByText(/belongs to the tenant c2b9e714/).first().waitFor();
  await axe();
  await page.keyboard.press('Escape');
  for (const label of [VAULT, KEY, TENANT]) {
    assert.equal(await isWrong(page, label), label === TENANT, label);
  }
  assert.equal((await world()).keys.length, 0);
  await field(page, TENANT).fill(bad.actual_tenant_id);
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Let Confluent use your key');
  assert.equal((await world()).keys.length, 1);
});

journey('kv-other-region: the region is named and mended, the key stays', async ({ page, server, sandbox, world }) => {
  await sandbox('reset', {});
  await sandbox('world', QUICK);
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await registerKey(page, await vaultNamed(world, 'kv-other-region'));
  await grantAccess(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  const dialog = page.getByRole('dialog', { name: 'This key cannot be used for the cluster' });
  await dialog.getByText(/northeurope/).first().waitFor();
  await dialog.getByRole('button', { name: 'Go back and mend it' }).click();
  await heading(page, /Where should it run/);
  await page.getByRole('combobox', { name: 'Azure region' }).selectOption('northeurope');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, /Who holds the encryption key/);
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Let Confluent use your key');
  await page.getByText('Confluent has used the key successfully.').waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Check your answers');
  assert.equal((await world()).keys.length, 1, 'the registration is kept');
});

journey('nothing has been granted yet: it says to wait, and shows no red', async ({ page, server, sandbox, world }) => {
  await sandbox('reset', {});
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await registerKey(page, await vaultNamed(world, 'kv-kafka-prod'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  await heading(page, 'Let Confluent use your key');
});

journey('each step without answers names every one that is missing, and axe has no objection', { timeout: 120_000 }, async ({ page, server, sandbox, world, axe }) => {
  await sandbox('reset', {});
  await sandbox('world', QUICK);
  const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' });
  const emptyStep = async (button, problems) => {
    await axe();
    await page.getByRole('button', { name: button }).click();
    await summary.waitFor();
    assert.equal(await summary.getByRole('listitem').count(), problems);
    await page.waitForFunction(() => document.activeElement?.id === 'error-summary');
    assert.match(await page.title(), /^Error: /);
    await axe();
  };
  await page.goto(server.address);
  await page.getByRole('button', { name: 'Add cluster' }).waitFor();
  await axe();
  await page.getByRole('button', { name: 'Add cluster' }).click();
  await heading(page, /What should the cluster be called/);
  await page.getByRole('combobox', { name: 'Environment' }).locator('option:not([value=""])').first().waitFor({ state: 'attached' });
  await emptyStep('Begin configuration', 2);
  await answerCluster(page);
  await heading(page, /Where should it run/);
  await emptyStep('Continue', 2);
  await answerRegion(page);
  await heading(page, /How will clients reach it/);
  await emptyStep('Continue', 1);
  await answerNetworking(page);
  await heading(page, /Who holds the encryption key/);
  await emptyStep('Continue', 1);
  await pick(page, 'Self-managed');
  await emptyStep('Continue', 1);
  await pick(page, 'Create new');
  await emptyStep('Continue', 3);
  await registerKey(page, await vaultNamed(world, 'kv-kafka-prod'));
  await page.getByRole('region', { name: /let Confluent use the key/ }).waitFor();
  await axe();
  await grantAccess(page);
  await axe();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText(/^All \d+ checks are met\.$/).waitFor();
  await axe();
  await page.getByRole('button', { name: 'Cancel and leave' }).click();
  await page.getByRole('dialog', { name: 'Leave without creating a cluster?' }).waitFor();
  await axe();
  await page.getByRole('button', { name: 'Stay here' }).click();
  await createCluster(page);
  await heading(page, 'orders is ready');
  await axe();
  await page.getByRole('link', { name: 'Keys' }).click();
  await page.getByText('Used by a cluster').waitFor();
  await axe();
});

for (const [what, context] of [['dark', { colorScheme: 'dark' }], ['narrow', { viewport: { width: 320, height: 640 } }]]) {
  journey(`${what}: the widest and the most coloured step pleases axe and never scrolls sideways`, { context }, async ({ page, server, sandbox, world, axe }) => {
    await sandbox('reset', {});
    await sandbox('world', QUICK);
    await page.goto(`${server.origin}/new/cluster`);
    await reachSecurity(page);
    await pick(page, 'Create new');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('There is a problem').waitFor();
    await axe();
    await registerKey(page, await vaultNamed(world, 'kv-kafka-prod'));
    await page.getByRole('region', { name: /let Confluent use the key/ }).waitFor();
    await axe();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  });
}

journey('the same mistakes are named on paste, in the words of the rules', async ({ page, server }) => {
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await pick(page, 'Create new');
  await field(page, 'Key identifier without version').fill(' "https://KV-Kafka-Prod.vault.azure.net:443/keys/kafka-cluster/78deebed173b48e48f55abf87ed4cf71/" ');
  await page.getByText(/Key kafka-cluster in vault kv-kafka-prod/).waitFor();
  await page.getByText(/78deebed173b48e48f55abf87ed4cf71/).waitFor();
  for (const [text, named] of [
    ['https://kv-kafka-prod.vault.azure.net/secrets/kafka-cluster', /secret/],
    ['https://kv-kafka-prod.vault.azure.net/certificates/kafka-cluster', /certificate/],
    ['https://hsm1.managedhsm.azure.net/keys/kafka-cluster', /Managed HSM/],
    ['https://kv-kafka-prod.vault.usgovcloudapi.net/keys/kafka-cluster', /Government/],
  ]) {
    await field(page, 'Key identifier without version').fill(text);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').getByText(named).first().waitFor();
  }
});

journey('what looks like a secret is never kept in the tab', async ({ page, server }) => {
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await pick(page, 'Create new');
  const secret = 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';
  await field(page, 'Tenant ID').fill(secret);
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  assert.ok(kept.includes('self-managed'), 'the other answers are kept');
  assert.ok(!kept.includes(secret));
});

journey('a refusal by the server is shown in its own words, and nothing typed is lost', async ({ page, server, sandbox, world }) => {
  await sandbox('reset', {});
  await sandbox('world', QUICK);
  const vault = await vaultNamed(world, 'kv-kafka-prod');
  await sandbox('faults', { host: 'api.confluent.cloud', path: '/byok/v1/keys', method: 'POST', kind: 'status', status: 402, body: { errors: [{ id: 'e1', status: '402', code: 'quota_exceeded', detail: 'The request would exceed the quota: byok.max_keys.per_org' }] }, times: 1 });
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await pick(page, 'Create new');
  await fillKey(page, vault);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('dialog', { name: 'The key was not registered' }).getByText(/quota|limit/i).first().waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await field(page, 'Key Vault Resource ID').inputValue(), vault.key_vault_id);
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Let Confluent use your key');
});
