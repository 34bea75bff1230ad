// The page's two programs: what is fetched when, and that an answer given in one is known in the other.

import assert from 'node:assert/strict';
import { journeys } from '../harness.mjs';
import { heading, pick, reachSecurity, registerKey, vaultNamed } from '../steps.mjs';

const LATER = '**/byok-later-*';
const QUICK = { role_propagation_seconds: 0.5, provisioning_seconds: 1, validation_seconds: 0.3 };

const journey = journeys();

journey('the second program is fetched when Security is left, and not before', async ({ page, server, sandbox, world }) => {
  await sandbox('reset', {});
  await sandbox('world', QUICK);
  const fetched = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  const isFetched = () => fetched.some((path) => path.startsWith('/byok-later-'));
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await pick(page, 'Create new');
  await page.getByLabel('Key identifier without version').fill('https://kv-kafka-prod.vault.azure.net/secrets/kafka-cluster');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('This is the identifier of a secret').first().waitFor();
  assert.equal(isFetched(), false, 'the words for a mistyped ID need no second program');
  await registerKey(page, await vaultNamed(world, 'kv-kafka-prod'));
  assert.equal(isFetched(), true);
});

journey(
  'a part of the page that cannot be fetched says so, and another try helps',
  { console: [/Failed to load resource: net::ERR_FAILED/] },
  async ({ page, server, axe }) => {
    await page.route(LATER, (route) => route.abort());
    await page.goto(server.address);
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByText('A part of the page could not be loaded').waitFor();
    await axe();
    await page.unroute(LATER);
    await page.getByRole('button', { name: 'Try again' }).click();
    await heading(page, 'Registered keys');
    await page.getByText('A part of the page could not be loaded').waitFor({ state: 'detached' });
  },
);

journey('where the browser keeps nothing, no answer is lost on the way there and back', async ({ page, server, sandbox, world }) => {
  await sandbox('reset', {});
  await sandbox('world', QUICK);
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, 'sessionStorage', {
      get: () => {
        throw new DOMException('refused', 'SecurityError');
      },
    });
  });
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  const vault = await vaultNamed(world, 'kv-kafka-prod');
  await registerKey(page, vault);
  await page.goBack();
  await heading(page, 'Who holds the encryption key?');
  assert.equal(await page.getByLabel('Key Vault Resource ID').inputValue(), vault.key_vault_id);
  await page.goForward();
  await heading(page, 'Let Confluent use your key');
  // Deleted in the second program, and forgotten by the first.
  await page.getByRole('button', { name: 'Cancel and leave' }).click();
  await page.getByRole('button', { name: /^Delete cck-/ }).click();
  await page.getByRole('button', { name: /^Delete cck-/ }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Leave and keep the answers' }).click();
  await page.getByRole('link', { name: 'go on where you left' }).click();
  await heading(page, 'Who holds the encryption key?');
  assert.equal(await page.getByLabel('Key Vault Resource ID').inputValue(), vault.key_vault_id);
});

journey('a vault picked in the banner fills in the step that is shown', async ({ page, server, sandbox, world }) => {
  await sandbox('reset', {});
  await sandbox('world', QUICK);
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await page.getByText('Vaults to try').click();
  await page.getByRole('button', { name: 'Use kv-kafka-prod' }).click();
  const vault = await vaultNamed(world, 'kv-kafka-prod');
  await page.getByText('The three IDs of kv-kafka-prod are filled in').waitFor();
  assert.equal(await page.getByLabel('Key Vault Resource ID').inputValue(), vault.key_vault_id);
  assert.equal(await page.getByLabel('Tenant ID', { exact: true }).inputValue(), vault.tenant_id);
});
