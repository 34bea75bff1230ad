// The preflight: each cause from its name to its mending with a real Azure CLI, what pasted output and lent tokens add, and
// what is said where nobody may look.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';
import { AZ, journeys } from '../harness.mjs';
import { heading, reachSecurity, registerKey, vaultNamed } from '../steps.mjs';

const run = promisify(execFile);
const journey = journeys();
const QUICK = { role_propagation_seconds: 0.2, provisioning_seconds: 1, validation_seconds: 0.2 };
const KEY = 'kafka-cluster';

let folder;
let signing;
after(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The Azure CLI, signed in to the sandbox once, in a folder of its own; a reset of the sandbox does not sign anybody out. */
function signedIn(world) {
  signing ??= signIn(world);
  return signing;
}

async function signIn(world) {
  const { login, proxy_url: proxy, ca_pem_path: ca } = await world();
  folder = await mkdtemp(path.join(tmpdir(), 'byok-preflight-'));
  const env = {
    HOME: folder, LANG: 'C.UTF-8', PATH: `${path.dirname(AZ)}:${process.env.PATH}`, AZURE_CONFIG_DIR: path.join(folder, 'azure'),
    HTTPS_PROXY: proxy, REQUESTS_CA_BUNDLE: ca, AZURE_CORE_COLLECT_TELEMETRY: 'false', AZURE_CORE_NO_COLOR: 'true',
  };
  const az = async (...args) => (await run(AZ, args, { env, maxBuffer: 1 << 24 })).stdout;
  await az('login', '--service-principal', '--username', login.client_id, '--password', login.client_secret, '--tenant', login.tenant_id);
  return { az, env };
}

async function reachGrant(page, server, sandbox, world, name, change = {}) {
  await sandbox('reset', {});
  await sandbox('world', { ...QUICK, ...change });
  const vault = await vaultNamed(world, name);
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await registerKey(page, vault);
  return vault;
}

journey('roles that Confluent’s application has by a group count like its own', async ({ page, server, sandbox, world }) => {
  await reachGrant(page, server, sandbox, world, 'kv-role-by-group', { validation_seconds: 600 });
  // Before Confluent has used the key, Azure alone can tell.
  for (const role of ['Confluent may wrap and unwrap', 'Confluent may read the vault’s settings']) {
    await page.getByText(`${role}: met.`).waitFor({ state: 'attached' });
  }
});

const notMet = (page, cause) => page.getByRole('listitem').filter({ hasText: 'not met' }).filter({ hasText: cause });

/** Vault, what the page says of it, and the command that mends it. */
const MENDED = [
  ['kv-no-rbac', /permission model is access policies/, ['keyvault', 'update', '--name', 'kv-no-rbac', '--enable-rbac-authorization', 'true']],
  ['kv-rbac-absent', /permission model is access policies/, ['keyvault', 'update', '--name', 'kv-rbac-absent', '--enable-rbac-authorization', 'true']],
  ['kv-no-purge', /purge protection is off/, ['keyvault', 'update', '--name', 'kv-no-purge', '--enable-purge-protection', 'true']],
  ['kv-firewall', /firewall lets nobody in/, ['keyvault', 'update', '--name', 'kv-firewall', '--bypass', 'AzureServices', '--default-action', 'Deny']],
  ['kv-public-off', /public network access is off/, ['keyvault', 'update', '--name', 'kv-public-off', '--bypass', 'AzureServices', '--default-action', 'Deny']],
  ['kv-key-disabled', /The key is disabled/, ['keyvault', 'key', 'set-attributes', '--vault-name', 'kv-key-disabled', '--name', KEY, '--enabled', 'true']],
  ['kv-key-not-yet-valid', /The key is not valid before/, ['keyvault', 'key', 'set-attributes', '--vault-name', 'kv-key-not-yet-valid', '--name', KEY, '--not-before', '2020-01-01T00:00:00Z']],
  ['kv-no-wrap', /missing: `?wrapKey/, ['keyvault', 'key', 'set-attributes', '--vault-name', 'kv-no-wrap', '--name', KEY, '--ops', 'wrapKey', 'unwrapKey']],
  ['kv-key-deleted', /deleted/, ['keyvault', 'key', 'recover', '--vault-name', 'kv-key-deleted', '--name', KEY]],
  ['kv-key-missing', /no key/i, ['keyvault', 'key', 'create', '--vault-name', 'kv-key-missing', '--name', KEY, '--kty', 'RSA', '--size', '3072']],
  // A new version of the key, of a kind that Confluent takes.
  ['kv-ec-key', /type is EC/, ['keyvault', 'key', 'create', '--vault-name', 'kv-ec-key', '--name', KEY, '--kty', 'RSA', '--size', '3072']],
  ['kv-rsa-1024', /1024/, ['keyvault', 'key', 'create', '--vault-name', 'kv-rsa-1024', '--name', KEY, '--kty', 'RSA', '--size', '3072']],
  ['kv-key-expired', /expired/, ['keyvault', 'key', 'set-attributes', '--vault-name', 'kv-key-expired', '--name', KEY, '--expires', '2036-01-01T00:00:00Z']],
];

for (const [name, cause, mend] of MENDED) {
  journey(`${name}: its cause is named, mended with the Azure CLI, and the page turns green`, { timeout: 120_000 }, async ({ page, server, sandbox, world, t }) => {
    if (!AZ) {
      t.skip('the Azure CLI is not installed (cargo xtask setup)');
      return;
    }
    await reachGrant(page, server, sandbox, world, name);
    await page.getByRole('button', { name: 'Grant it for me' }).click();
    await notMet(page, cause).first().waitFor();
    const { az } = await signedIn(world);
    await az(...mend);
    await page.getByRole('button', { name: 'Look again now' }).click();
    await page.getByText('Confluent has used the key successfully.').waitFor({ timeout: 30_000 });
    await notMet(page, cause).first().waitFor({ state: 'detached', timeout: 30_000 });
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading(page, 'Check your answers');
  });
}

/** Vaults at which the grant is wrong: what the page says of it, and waits for. The page's own commands mend it. */
const GRANTED = [
  ['kv-principal-missing', /The tenant has no service principal for Confluent’s application/],
  ['kv-role-at-key', /does not have the role Key Vault Reader yet/],
  ['kv-role-reader', /does not have the role Key Vault Crypto Service Encryption User yet/],
  ['kv-role-namesake', /That is not Confluent’s service principal, whose object ID in this tenant is/],
  ['kv-recovered', /does not have the role Key Vault Reader yet/],
];

for (const [name, cause] of GRANTED) {
  journey(`${name}: what is missing is named, the page’s own commands give it, and the page turns green`, { timeout: 120_000 }, async ({ page, server, sandbox, world, t }) => {
    if (!AZ) {
      t.skip('the Azure CLI is not installed (cargo xtask setup)');
      return;
    }
    await reachGrant(page, server, sandbox, world, name);
    await page.getByRole('listitem').filter({ hasText: cause }).first().waitFor();
    assert.equal(await page.getByRole('listitem').filter({ hasText: 'not met' }).count(), 0, 'what may still come is not red');
    const commands = await page.getByRole('region', { name: 'Commands that let Confluent use the key' }).innerText();
    const { env } = await signedIn(world);
    const { stdout } = await run('bash', ['-c', commands], { env, maxBuffer: 1 << 24 });
    assert.match(stdout, /Done\./);
    await page.getByRole('button', { name: 'Look again now' }).click();
    await page.getByText('Confluent has used the key successfully.').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading(page, 'Check your answers');
  });
}

/** Vaults whose cause no change of the vault mends quickly: what the page says, before or after the grant. */
const NAMED = [
  ['kv-perimeter', /perimeter/],
  ['kv-access-policies', /whoever uses the vault today may rely on/],
  ['kv-subscription-moved', /the subscription was moved/],
  ['kv-deleted', /was deleted\. It can be recovered until/],
  ['kv-ec-hsm-key', /type is EC-HSM/],
  ['kv-hsm-standard', /which the vault’s tier, Standard, does not carry/],
  ['kv-deny-assignment', /The deny assignment `?System deny assignment/],
  ['kv-principal-off', /may not sign in/],
  ['kv-key-in-use', /Another cluster uses this key/],
  ['kv-key-held', /Another cluster uses this key/],
];

for (const [name, cause] of NAMED) {
  journey(`${name}: its cause is named before anything is billed`, async ({ page, server, sandbox, world }) => {
    await reachGrant(page, server, sandbox, world, name);
    await notMet(page, cause).first().waitFor();
    assert.equal((await world()).clusters.filter((cluster) => cluster.display_name === 'orders').length, 0);
  });
}

journey('what somebody may not read is asked for, and the pasted output of the commands answers it', { timeout: 120_000 }, async ({ page, server, sandbox, world, t, axe }) => {
  if (!AZ) {
    t.skip('the Azure CLI is not installed (cargo xtask setup)');
    return;
  }
  const vault = await reachGrant(page, server, sandbox, world, 'kv-no-purge');
  await page.getByText('See what is there already').click();
  const commands = await page.getByRole('region', { name: 'Commands that tell what there is' }).innerText();
  const { env } = await signedIn(world);
  const { stdout: told } = await run('bash', ['-c', commands], { env, maxBuffer: 1 << 24 });
  assert.ok(told.includes(vault.name), told);
  await page.getByLabel('What they printed').fill(told);
  await page.getByText('Taken into account below.').waitFor();
  await axe();

  // The same output, on the page that asks no server.
  await page.getByRole('link', { name: 'Check' }).click();
  await page.getByLabel('Text', { exact: true }).fill(told);
  await notMet(page, /purge protection is off/).first().waitFor();
  await axe();
});

journey('a wrong paste is told from the output of the commands', async ({ page, server, sandbox, world }) => {
  await reachGrant(page, server, sandbox, world, 'kv-kafka-prod');
  await page.getByText('See what is there already').click();
  await page.getByLabel('What they printed').fill('{"id": "/subscriptions/…"}');
  await page.getByText('This is not what the commands print').waitFor();
});

journey('tokens go with the next look, and are forgotten when asked to', async ({ page, server, sandbox, world }) => {
  await reachGrant(page, server, sandbox, world, 'kv-kafka-prod');
  await page.getByText('Look with your own Azure sign-in').click();
  const token = page.getByLabel('Token for Azure Resource Manager');
  await token.fill('not-a-token');
  await page.getByRole('button', { name: 'Look with these' }).click();
  await page.getByText(/Only Confluent’s own word is shown/).waitFor();
  assert.ok(!(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).includes('not-a-token'));
  await page.getByRole('button', { name: 'Forget them' }).click();
  assert.equal(await token.inputValue(), '');
  await page.getByText(/Only Confluent’s own word is shown/).waitFor({ state: 'detached' });
});

journey('a cloud that fails makes its own facts unknown and nothing else', async ({ page, server, sandbox, world }) => {
  await sandbox('reset', {});
  await sandbox('faults', { host: 'graph.microsoft.com', path: '*', kind: 'status', status: 503, times: 500 });
  await sandbox('world', QUICK);
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await registerKey(page, await vaultNamed(world, 'kv-kafka-prod'));
  await page.getByText(/^Not known: /).waitFor();
  await page.getByText(/^Right: /).waitFor();
  await page.getByText('Who could not be asked').click();
  await page.getByText(/^Microsoft Graph: /).waitFor();
});
