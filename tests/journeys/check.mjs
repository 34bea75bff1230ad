// Pastes of every kind: the page's own check of IDs, lists and errors, and what the Security step makes of them.

import assert from 'node:assert/strict';
import { journeys } from '../harness.mjs';
import { answerCluster, answerNetworking, answerRegion, heading, pick } from '../steps.mjs';

const journey = journeys();

const VAULT = '/subscriptions/5e7a1b3c-9d24-4f68-b0c5-2a8e6d1f4b97/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod';
const KEY = 'https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster';
const TENANT = '8d4f2c6a-51b7-4e0d-9c3a-7f1e5b2d9a60';
const JSON_VIEW = JSON.stringify({ id: VAULT, properties: { tenantId: TENANT, vaultUri: 'https://kv-kafka-prod.vault.azure.net/' } }, null, 2);

async function open(page, server) {
  await page.goto(`${server.origin}/check`);
  await heading(page, 'Check IDs and errors');
}

async function reachNewKey(page, server) {
  await page.goto(`${server.origin}/new/cluster`);
  await answerCluster(page);
  await answerRegion(page);
  await answerNetworking(page);
  await heading(page, /Who holds the encryption key/);
  await pick(page, 'Self-managed');
  await pick(page, 'Create new');
}

journey('a JSON View gives its IDs with where they came from, and they go into the wizard', async ({ page, server, axe }) => {
  await open(page, server);
  await axe();
  await page.getByLabel('Text').fill(`${JSON_VIEW}\nkey: ${KEY}/78deebed173b48e48f55abf87ed4cf71`);
  await page.getByRole('heading', { name: 'The IDs in it' }).waitFor();
  await page.getByText(/properties\.tenantId/).first().waitFor();
  await axe();
  await page.getByRole('button', { name: 'Use them in the wizard' }).click();
  // The steps before are not answered yet; the IDs wait for them.
  await heading(page, 'One thing at a time');
  await reachNewKey(page, server);
  assert.equal(await page.getByLabel('Key Vault Resource ID').inputValue(), VAULT);
  assert.equal(await page.getByLabel('Key identifier without version').inputValue(), KEY);
  assert.equal(await page.getByLabel('Tenant ID').inputValue(), TENANT);
});

journey('an error message is explained with its evidence, also without a network', async ({ page, context, server, axe }) => {
  await open(page, server);
  await page.getByLabel('Text').fill('Hello');
  await page.getByText(/none of the three IDs|no ID|not recognised/i).first().waitFor();
  await context.setOffline(true);
  await page.getByLabel('Text').fill("(Forbidden) Client address is not authorized and caller is not a trusted service.\nClient address: 198.51.100.25\nVault: kv-kafka-prod;location=westeurope");
  await page.getByRole('heading', { name: 'What the error means' }).waitFor();
  await page.getByText(/firewall of kv-kafka-prod refused 198\.51\.100\.25/).waitFor();
  await page.getByRole('region', { name: 'Command that decides cause 1' }).waitFor();
  await axe();
  await context.setOffline(false);
});

journey('characters that are not what they seem are shown one by one', async ({ page, server }) => {
  await open(page, server);
  await page.getByLabel('Text').fill('https://kv-kafka-prod.vault.azure.net/keys/k\u200Bafka\u2013cluster');
  const table = page.getByRole('region', { name: 'Characters that are not what they seem' });
  await table.getByText('U+200B').waitFor();
  await table.getByText('U+2013').waitFor();
  await page.getByText('https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster').first().waitFor();
});

journey('a secret is refused and never shown', async ({ page, server }) => {
  await open(page, server);
  const secret = ['abc', '8Q', '~', 'aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567'].join('');
  await page.getByLabel('Text').fill(`AZURE_CLIENT_SECRET=${secret}`);
  await page.getByText(/looks like a secret/).first().waitFor();
  assert.ok(!(await page.getByRole('main').innerText()).includes(secret), 'the secret is repeated');
});

journey('a hundred thousand lines are judged while the page answers', { timeout: 90_000 }, async ({ page, server }) => {
  await open(page, server);
  const lines = Array.from({ length: 100_000 }, (_, n) => (n % 10 === 9 ? `${KEY}-${n}/` : n % 1000 === 500 ? `nothing ${n}` : `${KEY}-${n}`));
  await page.getByLabel('Or a file, an ID a line').setInputFiles({ name: 'ids.txt', mimeType: 'text/plain', buffer: Buffer.from(lines.join('\n')) });
  await page.getByText('99900 of 100000 lines can be used: 89900 as they stand, 10000 after repairs. 100 cannot.').waitFor({ timeout: 60_000 });
  await page.getByRole('region', { name: 'Lines with something to tell' }).waitFor();
});

journey('one paste fills the three fields, and Undo takes it back', async ({ page, server, axe }) => {
  await reachNewKey(page, server);
  await page.getByText('Paste everything at once').click();
  await page.getByLabel('Everything at once').fill(`${JSON_VIEW}\n${KEY}`);
  await page.getByText('Filled from the paste:').waitFor();
  await axe();
  assert.equal(await page.getByLabel('Key Vault Resource ID').inputValue(), VAULT);
  assert.equal(await page.getByLabel('Key identifier without version').inputValue(), KEY);
  assert.equal(await page.getByLabel('Tenant ID').inputValue(), TENANT);
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.equal(await page.getByLabel('Tenant ID').inputValue(), '');
});

journey('IDs in each other’s fields are exchanged with one click', async ({ page, server }) => {
  await reachNewKey(page, server);
  await page.getByLabel('Key Vault Resource ID').fill(KEY);
  await page.getByLabel('Key identifier without version').fill(VAULT);
  await page.getByLabel('Tenant ID').fill(TENANT);
  await page.getByText(/stand in each other’s fields/).waitFor();
  await page.getByRole('button', { name: 'Do this for me' }).click();
  assert.equal(await page.getByLabel('Key Vault Resource ID').inputValue(), VAULT);
  assert.equal(await page.getByLabel('Key identifier without version').inputValue(), KEY);
  await page.getByText(/stand in each other’s fields/).waitFor({ state: 'detached' });
});

journey('whoever has no key gets the commands to make one, in every shell', async ({ page, server, axe }) => {
  await reachNewKey(page, server);
  await page.getByRole('link', { name: /Make a key/ }).click();
  await heading(page, 'Make a key');
  await page.getByText('can never be switched off').waitFor();
  await page.getByLabel('Subscription ID').fill('5e7a1b3c-9d24-4f68-b0c5-2a8e6d1f4b97');
  await page.getByLabel('Name of the vault').fill('kv-orders-1');
  const commands = page.getByRole('region', { name: 'Commands that make a vault and a key' });
  await commands.getByText(/enable-purge-protection/).first().waitFor();
  await axe();
  for (const [shell, mark] of [['Git Bash', /MSYS_NO_PATHCONV/], ['PowerShell', /function /], ['Command Prompt', /call az/]]) {
    await pick(page, shell);
    await commands.getByText(mark).first().waitFor();
  }
  await pick(page, 'bash');
  await page.getByRole('button', { name: 'Use these IDs in the wizard' }).click();
  await heading(page, /Who holds the encryption key/);
  assert.equal(await page.getByLabel('Key identifier without version').inputValue(), 'https://kv-orders-1.vault.azure.net/keys/kafka-cluster');
});
