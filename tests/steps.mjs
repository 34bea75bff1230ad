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
