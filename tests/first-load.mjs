// Counts what a fresh browser receives from the first address of the wizard until an ID pasted on *Security* is judged,
// and prints the sum in bytes. Run by `cargo xtask bench`, which knows the limit.

import assert from 'node:assert/strict';
import { launch, serve } from './harness.mjs';
import { pick, reachSecurity } from './steps.mjs';

const server = await serve();
const browser = await launch();
try {
  const page = await browser.newPage();
  const network = await page.context().newCDPSession(page);
  const sizes = new Map();
  const addresses = new Map();
  await network.send('Network.enable');
  network.on('Network.responseReceived', ({ requestId, response }) => addresses.set(requestId, response.url));
  // What came over the wire, headers included, before anything is unpacked.
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));

  await page.goto(`${server.origin}/new/cluster`);
  await page.getByText('The page is loading').waitFor({ state: 'detached' });
  await reachSecurity(page);
  await pick(page, 'Create new');
  const identifier = page.getByRole('textbox', { name: /key identifier/i });
  await identifier.fill('https://kv-kafka-prod.vault.azure.net/secrets/kafka-cluster');
  await page.getByRole('button', { name: 'Continue' }).click();
  // Judged: the page says by name what was pasted instead of a key.
  await page.getByText(/secret/i).first().waitFor();
  await page.waitForLoadState('networkidle');

  assert.ok([...addresses.values()].some((address) => address.endsWith('.wasm')), 'the program was not counted');
  if (process.env.VERBOSE) {
    for (const [id, size] of sizes) console.log(`${String(size).padStart(8)}  ${addresses.get(id)}`);
  }
  console.log([...sizes.values()].reduce((sum, size) => sum + size, 0));
} finally {
  await browser.close();
  await server.stop();
}
