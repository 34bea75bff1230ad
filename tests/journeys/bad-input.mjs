// Requests that no page of ours would send: each is refused with a problem that says what is wrong, and the server
// stays up.

import assert from 'node:assert/strict';
import { journeys } from '../harness.mjs';

const journey = journeys();

const KEY = {
  display_name: 'bad input',
  key_vault_id:
    '/subscriptions/0b9a0d5c-7a53-4a5e-9d43-3f0d8c0e7b11/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod',
  key_id: 'https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster',
  tenant_id: '6a4b1c8e-2f0d-4f5b-8f6e-0c1d2e3f4a5b',
};

function isProblem(answer, status, kind) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
  assert.equal(answer.body.status, status);
  assert.match(answer.body.type, new RegExp(`${kind}$`));
  for (const part of ['title', 'detail', 'request_id']) assert.ok(answer.body[part], `no ${part} in ${answer.text}`);
}

async function isUp(call) {
  assert.equal((await call('GET', '/livez')).status, 200, 'the server does not answer any more');
}

journey('an unknown route', async ({ call }) => {
  isProblem(await call('GET', '/api/v1/clutsers'), 404, 'unknown-route');
  isProblem(await call('POST', '/api/v2/keys', {}), 404, 'unknown-route');
});

journey('a method that the address does not take', async ({ call }) => {
  const answer = await call('PUT', '/api/v1/keys', {});
  isProblem(answer, 405, 'wrong-method');
  assert.match(answer.headers.get('allow'), /GET/);
});

journey('a body of 10 MB', async ({ call }) => {
  isProblem(await call('POST', '/api/v1/keys', { ...KEY, display_name: 'x'.repeat(10_000_000) }), 413, 'too-large');
  await isUp(call);
});

journey('JSON that breaks off', async ({ call }) => {
  isProblem(await call('POST', '/api/v1/keys', '{"key_vault_id": "/subscr'), 400, 'bad-body');
  await isUp(call);
});

journey('a body that is not JSON at all', async ({ call }) => {
  isProblem(await call('POST', '/api/v1/keys', 'key_id=x', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'not-json');
});

journey('a missing field is named', async ({ call }) => {
  for (const field of ['key_vault_id', 'key_id', 'tenant_id']) {
    const { [field]: _, ...rest } = KEY;
    const answer = await call('POST', '/api/v1/keys', rest);
    assert.ok([400, 422].includes(answer.status), answer.text);
    assert.ok(answer.text.includes(field), `${field} is not named in ${answer.text}`);
  }
});

journey('a value that is none of the choices is named with its field', async ({ call }) => {
  const cluster = { environment: 'env-00001', display_name: 'x', region: 'westeurope', availability: 'TRIPLE_ZONE', cku: 1, key: 'cck-00001' };
  const answer = await call('POST', '/api/v1/clusters', cluster, { 'idempotency-key': '7e0c0b5e-7c0f-4f6e-9a51-000000000001' });
  assert.ok([400, 422].includes(answer.status), answer.text);
  assert.ok(answer.body.findings.some((finding) => finding.field === 'availability'), answer.text);
});

journey('a number where text belongs', async ({ call }) => {
  const answer = await call('POST', '/api/v1/keys', { ...KEY, tenant_id: 5 });
  isProblem(answer, 400, 'bad-body');
  assert.match(answer.text, /tenant_id/);
});

journey('JSON nested a hundred thousand deep', async ({ call }) => {
  isProblem(await call('POST', '/api/v1/keys', '['.repeat(30_000)), 400, 'bad-body');
  await isUp(call);
});
