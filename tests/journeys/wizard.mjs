// The whole way, as a user goes it: from the list of clusters to the endpoints of a new one.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AZ, journeys } from '../harness.mjs';
import { answerCluster, answerNetworking, answerRegion, createCluster, grantAccess, heading, pick, reachReview, reachSecurity, registerKey, vaultNamed } from '../steps.mjs';

const journey = journeys();
const QUICK = { role_propagation_seconds: 1, provisioning_seconds: 2, validation_seconds: 0.5 };

/** Runs a script in a real bash and returns what it said. */
function bash(script, env) {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', [script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => { output += chunk; });
    child.stderr.on('data', (chunk) => { output += chunk; });
    child.on('error', reject);
    child.on('exit', (code) => resolve({ code, output }));
  });
}

async function create(page) {
  await reachReview(page);
  await createCluster(page);
  await heading(page, 'orders is ready');
}

journey('an encrypted cluster with the real Azure CLI, from the page\'s own commands', { timeout: 240_000 }, async ({ page, server, sandbox, world, t }) => {
  if (!AZ) {
    t.skip('the Azure CLI is not installed (cargo xtask setup)');
    return;
  }
  await sandbox('reset', {});
  await sandbox('world', QUICK);
  await page.goto(server.address);
  await page.getByRole('combobox', { name: 'Environment' }).selectOption('env-empty1');
  await page.getByRole('button', { name: 'Create cluster' }).click();
  await reachSecurity(page);
  await registerKey(page, await vaultNamed(world, 'kv-kafka-prod'));

  await page.getByText('Use a real Azure CLI').click();
  const login = await page.getByRole('region', { name: /point the Azure CLI at the sandbox/ }).innerText();
  const snippet = await page.getByRole('region', { name: /let Confluent use the key/ }).innerText();
  const folder = await mkdtemp(path.join(tmpdir(), 'byok-journey-'));
  try {
    const script = path.join(folder, 'grant.sh');
    await writeFile(script, `${login}\n${snippet}\nprintf 'again\\n'\n${snippet}\nrm -rf "$AZURE_CONFIG_DIR"\n`);
    // Variables of this machine must not decide what is trusted: the page's own commands set what is needed.
    const env = { HOME: folder, LANG: 'C.UTF-8', PATH: `${path.dirname(AZ)}:${process.env.PATH}` };
    const { code, output } = await bash(script, env);
    assert.equal(code, 0, output);
    assert.match(output, /again/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const { role_assignments: assignments } = await world();
  const key = await page.getByRole('definition').first().innerText();
  assert.match(key, /^cck-/);
  assert.ok(assignments.length >= 2, JSON.stringify(assignments));

  await page.getByText('Confluent has used the key successfully.').waitFor({ timeout: 30_000 });
  await create(page);
  await page.getByText(/SASL_SSL:\/\/pkc-/).waitFor();
  const { clusters } = await world();
  assert.equal(clusters.filter((cluster) => cluster.display_name === 'orders').length, 1);
});

journey('an existing registration is picked instead of three IDs', async ({ page, server, sandbox, world, call }) => {
  await sandbox('reset', {});
  await sandbox('world', QUICK);
  const vault = await vaultNamed(world, 'kv-kafka-prod');
  const { key_vault_id, key_id, tenant_id } = vault;
  const { body: key } = await call('POST', '/api/v1/keys', { display_name: 'made before', key_vault_id, key_id, tenant_id });
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await pick(page, 'Use existing');
  await pick(page, `made before (${key.id})`);
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Let Confluent use your key');
  await grantAccess(page);
  await create(page);
});

journey('a vault that the sandbox does not know is reported, put in, and works', async ({ page, server, sandbox }) => {
  await sandbox('reset', {});
  await sandbox('world', QUICK);
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await registerKey(page, {
    key_vault_id: '/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/rg-ours/providers/Microsoft.KeyVault/vaults/kv-ours-1',
    key_id: 'https://kv-ours-1.vault.azure.net/keys/orders',
    tenant_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  });
  await page.getByText('The sandbox does not know this vault').waitFor();
  await page.getByRole('button', { name: 'Put this vault in the sandbox' }).click();
  await page.getByText('The sandbox does not know this vault').waitFor({ state: 'detached' });
  await grantAccess(page);
  await create(page);
});

journey('each step survives a reload with its answers', { timeout: 90_000 }, async ({ page, server, sandbox, world }) => {
  await sandbox('reset', {});
  await sandbox('world', QUICK);
  await page.goto(`${server.origin}/new/cluster`);
  await page.getByRole('textbox', { name: 'Cluster name' }).fill('orders');
  await page.reload();
  assert.equal(await page.getByRole('textbox', { name: 'Cluster name' }).inputValue(), 'orders');
  await answerCluster(page);
  await heading(page, /Where should it run/);
  await page.getByRole('combobox', { name: 'Azure region' }).selectOption('westeurope');
  await pick(page, 'Single zone');
  await page.reload();
  assert.equal(await page.getByRole('combobox', { name: 'Azure region' }).inputValue(), 'westeurope');
  assert.equal(await page.getByLabel('Confluent Units for Kafka (CKU)').inputValue(), '1');
  await answerRegion(page);
  await heading(page, /How will clients reach it/);
  await pick(page, 'Public internet');
  await page.reload();
  assert.ok(await page.getByRole('radio', { name: 'Public internet' }).isChecked());
  await answerNetworking(page);
  await heading(page, /Who holds the encryption key/);
  await pick(page, 'Self-managed');
  await pick(page, 'Create new');
  const vault = await vaultNamed(world, 'kv-kafka-prod');
  await page.getByLabel('Key Vault Resource ID').fill(vault.key_vault_id);
  await page.reload();
  assert.equal(await page.getByLabel('Key Vault Resource ID').inputValue(), vault.key_vault_id);
  await registerKey(page, vault);
  await page.reload();
  await heading(page, 'Let Confluent use your key');
  await page.getByRole('region', { name: /let Confluent use the key/ }).waitFor();
  await grantAccess(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Check your answers');
  await page.reload();
  await heading(page, 'Check your answers');
  // Back and forth again: the same registration, not another one.
  await page.goBack();
  await heading(page, 'Let Confluent use your key');
  await page.goBack();
  await heading(page, /Who holds the encryption key/);
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Let Confluent use your key');
  const { keys } = await world();
  assert.equal(keys.length, 1, 'the key was registered once');
});

journey('with the keyboard alone', { timeout: 90_000 }, async ({ page, server, sandbox, world }) => {
  await sandbox('reset', {});
  await sandbox('world', QUICK);
  const vault = await vaultNamed(world, 'kv-kafka-prod');
  const reach = async (locator) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await locator.evaluate((element) => element === document.activeElement).catch(() => false)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`the keyboard does not reach ${locator}`);
  };
  const type = async (label, text) => {
    await reach(page.getByLabel(label, { exact: true }));
    await page.keyboard.insertText(text);
  };
  // A group of radio buttons is one stop: Tab reaches it, Space picks the first, arrows go on.
  const choose = async (first, downs = 0) => {
    await reach(page.getByRole('radio', { name: first, exact: true }));
    await page.keyboard.press('Space');
    for (let index = 0; index < downs; index += 1) await page.keyboard.press('ArrowDown');
  };
  const press = async (name) => {
    await reach(page.getByRole('button', { name }));
    await page.keyboard.press('Enter');
  };
  await page.goto(`${server.origin}/new/cluster`);
  await page.getByRole('combobox', { name: 'Environment' }).locator('option:not([value=""])').first().waitFor({ state: 'attached' });
  await type('Cluster name', 'orders');
  await choose('Dedicated');
  await press('Begin configuration');
  await heading(page, /Where should it run/);
  await reach(page.getByRole('combobox', { name: 'Azure region' }));
  await page.keyboard.type('westeurope');
  await choose('Single zone');
  await press('Continue');
  await heading(page, /How will clients reach it/);
  await choose('Public internet');
  await press('Continue');
  await heading(page, /Who holds the encryption key/);
  await choose('Automatic', 1);
  await choose('Create new');
  await type('Key Vault Resource ID', vault.key_vault_id);
  await type('Key identifier without version', vault.key_id);
  await type('Tenant ID', vault.tenant_id);
  await press('Continue');
  await heading(page, 'Let Confluent use your key');
  await press('Grant it for me');
  await page.getByText('Confluent has used the key successfully.').waitFor({ timeout: 30_000 });
  await press('Continue');
  await heading(page, 'Check your answers');
  await type('Name of the cluster, to confirm', 'orders');
  await page.keyboard.press('Enter');
  await heading(page, 'orders is ready');
});

journey('a creation can be closed and opened again at its address', async ({ page, context, server, sandbox, world }) => {
  await sandbox('reset', {});
  await sandbox('world', { ...QUICK, provisioning_seconds: 6 });
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await registerKey(page, await vaultNamed(world, 'kv-kafka-prod'));
  await grantAccess(page);
  await reachReview(page);
  await createCluster(page);
  await heading(page, 'Creating orders');
  const address = page.url();
  await page.close();
  const again = await context.newPage();
  await again.goto(address);
  await heading(again, 'orders is ready');
  await again.getByText(/SASL_SSL:\/\/pkc-/).waitFor();
});
