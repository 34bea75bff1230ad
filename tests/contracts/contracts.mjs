// What we send to the clouds, and the answers that we accept, held against the clouds' own documents.
//
// Judged is the traffic of a walk through the whole API, made here, and that of the journeys if they have just run. The
// documents are not part of the project; where they are not at hand, this is skipped and says so.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { call, serve } from '../harness.mjs';
import { judges } from './documents.mjs';

const DOCUMENTS = process.env.BYOK_DOCUMENTS ?? '';
/** A folder with the traffic of the journeys, one file a server. */
const TRAFFIC = process.env.BYOK_CONTRACTS_OF ?? '';
const skip = existsSync(DOCUMENTS) ? false : 'the clouds’ own documents are not at hand (BYOK_DOCUMENTS names their folder)';

/**
 * What of the product's operations the documents know, and Microsoft's validator can tell apart: it takes a key's versions and its
 * rotation policy for versions of a key. Every one must have been seen; a name that no longer comes up is a test that no longer tests.
 */
const EXPECTED = [
  'GET confluent /byok/v1/keys',
  'GET confluent /byok/v1/keys/{id}',
  'POST confluent /byok/v1/keys',
  'DELETE confluent /byok/v1/keys/{id}',
  'GET confluent /cmk/v2/clusters',
  'GET confluent /cmk/v2/clusters/{id}',
  'POST confluent /cmk/v2/clusters',
  'GET confluent /networking/v1/networks',
  'GET confluent /org/v2/environments',
  'GET confluent /service-quota/v1/applied-quotas',
  'GET arm Vaults_Get',
  'GET arm Keys_Get',
  'GET arm Vaults_ListDeleted',
  'GET arm RoleAssignments_ListForResource',
  'GET vault GetKey',
];

let folder;
const seen = new Map();

async function read(file) {
  const text = await readFile(file, 'utf8');
  // The last line may still be in the writing when a server is stopped.
  return text.split('\n').flatMap((line) => {
    try {
      return line ? [JSON.parse(line)] : [];
    } catch {
      return [];
    }
  });
}

async function judgeAll(exchanges) {
  const judge = await judges(DOCUMENTS);
  const objections = [];
  for (const exchange of exchanges) {
    // What the Azure CLI says is not ours to answer for.
    if (!exchange.request.headers['user-agent']?.startsWith('byok-wizard/')) continue;
    const judged = await judge(exchange);
    if (!judged) continue;
    seen.set(judged.operation, (seen.get(judged.operation) ?? 0) + 1);
    for (const objection of judged.objections) {
      objections.push(`${exchange.method} ${exchange.host}${exchange.path} → ${exchange.response.status}: ${objection}`);
    }
  }
  return [...new Set(objections)];
}

/** Calls every route of ours that asks a cloud. */
async function walk(server) {
  const ask = async (method, path, body, headers) => (await call(server, method, `/api/v1/${path}`, body, headers)).body;
  const world = (await call(server, 'GET', '/_sandbox/world')).body;
  const environment = (await ask('GET', 'environments')).data[0].id;
  await ask('GET', `environments/${environment}/networks?region=westeurope`);
  await ask('GET', `environments/${environment}/clusters`);
  await ask('GET', `quotas?environment=${environment}`);
  for (const vault of world.vaults) {
    const { key_vault_id, key_id, tenant_id } = vault;
    await ask('POST', 'preflight', { key_vault_id, key_id, tenant_id, region: 'westeurope', environment });
  }
  const good = world.vaults.find((vault) => vault.name === 'kv-kafka-prod');
  const { key_vault_id, key_id, tenant_id } = good;
  const ids = { key_vault_id, key_id, tenant_id };
  const spare = await ask('POST', 'keys', { display_name: 'spare', ...ids });
  await ask('GET', 'keys');
  await ask('DELETE', `keys/${spare.id}`, {});
  const key = await ask('POST', 'keys', { display_name: 'kept', ...ids });
  await call(server, 'POST', '/_sandbox/grant', { key_vault_id, application_id: key.application_id });
  for (let tries = 0; (await ask('GET', `keys/${key.id}`)).validation.phase !== 'VALID'; tries += 1) {
    assert.ok(tries < 100, 'the key never became valid');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const wanted = { environment, display_name: 'contracts', region: 'westeurope', availability: 'SINGLE_ZONE', cku: 1, key: key.id };
  await ask('POST', 'preflight', { ...ids, ...wanted });
  const operation = await ask('POST', 'clusters', { ...wanted, waivers: [] }, { 'idempotency-key': 'contracts' });
  for (let tries = 0; (await ask('GET', `operations/${operation.id}`)).state !== 'provisioned'; tries += 1) {
    assert.ok(tries < 200, `the cluster was not provisioned: ${JSON.stringify(await ask('GET', `operations/${operation.id}`))}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'byok-contracts-'));
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a walk through the whole API keeps the contracts', { skip, timeout: 120_000 }, async (t) => {
  const file = join(folder, 'walk.jsonl');
  const server = await serve({ args: ['--sandbox-record', file] });
  try {
    await call(server, 'POST', '/_sandbox/world', { role_propagation_seconds: 0.1, provisioning_seconds: 0.5, validation_seconds: 0.1 });
    await walk(server);
  } finally {
    await server.stop();
  }
  assert.deepEqual(await judgeAll(await read(file)), []);
  const missing = EXPECTED.filter((operation) => !seen.has(operation));
  t.diagnostic(`operations covered: ${[...seen.keys()].sort().join(', ')}`);
  assert.deepEqual(missing, [], 'operations that were expected and not seen');
});

test('the traffic of the journeys keeps the contracts', { skip: skip || (existsSync(TRAFFIC) ? false : 'the journeys have left no traffic (BYOK_CONTRACTS_OF names its folder)'), timeout: 300_000 }, async (t) => {
  const files = (await readdir(TRAFFIC)).filter((name) => name.endsWith('.jsonl'));
  assert.ok(files.length > 0, 'there is traffic');
  const all = (await Promise.all(files.map((name) => read(join(TRAFFIC, name))))).flat();
  // What a journey made a cloud say wrongly on purpose is no contract.
  const honest = all.filter((exchange) => !exchange.fault);
  const objections = await judgeAll(honest);
  t.diagnostic(`${honest.length} exchanges; operations covered: ${[...seen.keys()].sort().join(', ')}`);
  assert.deepEqual(objections, []);
});

test('a broken exchange is objected to', { skip }, async () => {
  const exchange = (host, path, body) => ({
    host, method: 'GET', path, request: { headers: { authorization: 'Bearer x' } }, response: { status: 200, headers: { 'content-type': 'application/json' }, body },
  });
  const judge = await judges(DOCUMENTS);
  for (const broken of [
    exchange('api.confluent.cloud', '/byok/v1/keys?page_size=1000', { api_version: 'byok/v1', kind: 'KeyList', metadata: {}, data: [{}] }),
    exchange('management.azure.com', '/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-1?api-version=2026-02-01', { location: 5, properties: { sku: { family: 'B', name: 'gold' } } }),
    exchange('kv-1.vault.azure.net', '/keys/k?api-version=2025-07-01', { key: { kty: 7 }, attributes: { enabled: 'yes' } }),
  ]) {
    const judged = await judge(broken);
    assert.ok(judged && judged.objections.length > 0, `nobody objects to ${broken.host}${broken.path}`);
  }
});
