// The server is killed in the middle of a creation and started again; the simulated clouds go on meanwhile.

import assert from 'node:assert/strict';
import { journeys } from '../harness.mjs';
import { createCluster, grantAccess, heading, reachReview, reachSecurity, registerKey, requests, vaultNamed } from '../steps.mjs';

const journey = journeys({ serve: { apart: true } });

journey('killed while the cluster is being built: the page waits, and the creation goes on', { timeout: 120_000 }, async ({ page, context, server, sandbox, world, call }) => {
  await sandbox('world', { role_propagation_seconds: 0.5, validation_seconds: 0.5, provisioning_seconds: 12 });
  await page.goto(`${server.origin}/new/cluster`);
  await reachSecurity(page);
  await registerKey(page, await vaultNamed(world, 'kv-kafka-prod'));
  await grantAccess(page);
  await reachReview(page);
  await createCluster(page);
  await heading(page, 'Creating orders');
  await page.getByText('Being built by Confluent: under way.').waitFor();
  await server.kill();
  await page.getByText('The server cannot be reached at the moment.').waitFor({ timeout: 20_000 });
  await server.again();
  // In a tab that knows nothing the creation is found by whoever looks at the clusters.
  const other = await context.newPage();
  await other.goto(server.address);
  await other.getByRole('link', { name: 'see how far it is' }).or(other.getByRole('rowheader', { name: /orders/ })).first().waitFor();
  await heading(page, 'orders is ready');
  await page.getByText(/SASL_SSL:\/\/pkc-/).waitFor();
  assert.equal(await requests(call), 1);
});
