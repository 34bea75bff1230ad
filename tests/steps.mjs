// The steps of the wizard as a user takes them, for journeys that are about what comes after.

/** Picks one answer of a group. The label lies over the button, so that all of it can be clicked. */
export function pick(page, name) {
  return page.getByRole('radio', { name, exact: true }).check({ force: true });
}

/** Answers *Cluster* in the first environment there is. */
export async function answerCluster(page, { name = 'orders' } = {}) {
  const environment = page.getByRole('combobox', { name: 'Environment' });
  await environment.locator('option:not([value=""])').first().waitFor({ state: 'attached' });
  if ((await environment.inputValue()) === '') await environment.selectOption({ index: 1 });
  await page.getByRole('textbox', { name: 'Cluster name' }).fill(name);
  await pick(page, 'Dedicated');
  await page.getByRole('button', { name: 'Begin configuration' }).click();
}

/** Answers *Region* with the smallest cluster. */
export async function answerRegion(page, { region = 'westeurope' } = {}) {
  await page.getByRole('combobox', { name: 'Azure region' }).selectOption(region);
  await pick(page, 'Single zone');
  await page.getByLabel('Confluent Units for Kafka (CKU)').fill('1');
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Answers *Networking* with the public internet. */
export async function answerNetworking(page) {
  await pick(page, 'Public internet');
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** From the wizard's first step to *Security*, where *Self-managed* is picked. */
export async function reachSecurity(page) {
  await answerCluster(page);
  await answerRegion(page);
  await answerNetworking(page);
  await pick(page, 'Self-managed');
}

/** The vault of the sandbox with this name, with the three IDs that a user would paste. */
export async function vaultNamed(world, name) {
  const { vaults } = await world();
  const vault = vaults.find((each) => each.name === name);
  if (!vault) throw new Error(`the sandbox has no vault ${name}`);
  return vault;
}

/** Fills in the three IDs of a new key. */
export async function fillKey(page, { key_vault_id, key_id, tenant_id }) {
  await page.getByLabel('Key Vault Resource ID').fill(key_vault_id);
  await page.getByLabel('Key identifier without version').fill(key_id);
  await page.getByLabel('Tenant ID', { exact: true }).fill(tenant_id);
}

/** From *Security* to *Grant access* with a new key. */
export async function registerKey(page, vault) {
  await pick(page, 'Create new');
  await fillKey(page, vault);
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Let Confluent use your key');
}

/** From *Grant access*, once Confluent can use the key, to *Review* with everything checked. */
export async function reachReview(page) {
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Check your answers');
  await page.getByText(/^All \d+ checks are met\.$/).waitFor();
}

/** The one button that costs money. */
export function createButton(page) {
  return page.getByRole('button', { name: /^Create 1-CKU Dedicated cluster/ });
}

/** Types the cluster's name once more, as *Review* asks before it does anything. */
export function confirmName(page, name = 'orders') {
  return page.getByLabel('Name of the cluster, to confirm').fill(name);
}

/** Asks for the cluster as a user does: the name once more, and the button. */
export async function createCluster(page, name = 'orders') {
  await confirmName(page, name);
  await createButton(page).click();
}

/** Waits for the heading of a page. */
export function heading(page, name) {
  return page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Has the sandbox grant access and waits until Confluent can use the key. */
export async function grantAccess(page) {
  await page.getByRole('button', { name: 'Grant it for me' }).click();
  await page.getByText('Confluent has used the key successfully.').waitFor({ timeout: 30_000 });
}

/** How often Confluent was asked for a cluster. */
export async function requests(call) {
  const { body } = await call('GET', '/_sandbox/calls');
  return body.filter(({ method, path }) => method === 'POST' && path.startsWith('/cmk/v2/clusters')).length;
}
