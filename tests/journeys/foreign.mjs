// Pages of other people, opened in the same browser as the wizard: they can neither write nor read.

import assert from 'node:assert/strict';
import http from 'node:http';
import { after } from 'node:test';
import { journeys, launch } from '../harness.mjs';

const journey = journeys();

/** Serves an empty page on another port of loopback: another origin. */
async function foreignSite() {
  const site = http.createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>foreign</title>'));
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  after(() => site.close());
  return `http://127.0.0.1:${site.address().port}`;
}

/** A request with exactly these headers, `Host` among them. */
function raw(server, { method = 'GET', path = '/', headers = {}, body } = {}) {
  const { hostname, port } = new URL(server.origin);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method, path, headers, setHost: !('host' in headers) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('end', () => resolve({ status: answer.statusCode, text, headers: answer.headers }));
    });
    request.on('error', reject).end(body);
  });
}

const CONSOLE = [/CORS policy/, /Failed to load resource: net::ERR_FAILED/, /Failed to load resource.*(403|421)/, /ERR_BLOCKED_BY_RESPONSE/, /frame/i];

journey('a foreign page cannot write', { console: CONSOLE }, async ({ page, server, world }) => {
  const before = JSON.stringify(await world());
  await page.goto(await foreignSite());
  const attempts = await page.evaluate(async (origin) => {
    const attempt = (init) => fetch(`${origin}/_sandbox/reset`, { method: 'POST', ...init }).then((answer) => `answered ${answer.type} ${answer.status}`, () => 'refused');
    return [
      await attempt({ headers: { 'content-type': 'application/json', 'x-byok-wizard': '1' }, body: '{}' }),
      await attempt({ mode: 'no-cors', headers: { 'content-type': 'text/plain' }, body: '{}' }),
      await attempt({ mode: 'no-cors', credentials: 'include', body: new URLSearchParams({ a: '1' }) }),
    ];
  }, server.origin);
  assert.equal(attempts[0], 'refused');
  // Without CORS the browser sends these and hides the answer; that nothing happened is seen on our side.
  for (const attempt of attempts.slice(1)) assert.match(attempt, /^(answered opaque 0|refused)$/);
  assert.equal(JSON.stringify(await world()), before);
});

journey('a foreign page cannot register a key by a form', { console: CONSOLE }, async ({ page, server, call }) => {
  const before = (await call('GET', '/api/v1/keys')).text;
  await page.goto(await foreignSite());
  await page.evaluate((origin) => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'POST', action: `${origin}/api/v1/keys`, enctype: 'text/plain' });
    const field = document.createElement('input');
    Object.assign(field, { name: '{"key_id":"', value: '"}' });
    form.append(field);
    document.body.append(form);
    form.submit();
  }, server.origin);
  await page.waitForURL(`${server.origin}/**`);
  await page.getByText(/foreign-request|does not come from the wizard/).first().waitFor();
  assert.equal((await call('GET', '/api/v1/keys')).text, before);
});

journey('a foreign page cannot read', { console: CONSOLE }, async ({ page, server }) => {
  await page.goto(await foreignSite());
  for (const path of ['/api/v1/keys', '/api/v1/session', '/_sandbox/world', '/']) {
    const got = await page.evaluate((url) => fetch(url, { credentials: 'include' }).then((answer) => answer.text(), () => 'refused'), server.origin + path);
    assert.equal(got, 'refused', path);
  }
});

journey('a foreign page cannot frame the wizard', { console: CONSOLE }, async ({ page, server }) => {
  await page.goto(await foreignSite());
  await page.evaluate((origin) => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.onload = resolve;
    frame.src = origin;
    document.body.append(frame);
  }), server.origin);
  const [, frame] = page.frames();
  const text = await frame.evaluate(() => document.body?.innerText ?? '').catch(() => '');
  assert.doesNotMatch(text, /Kafka|Confluent/);
});

journey('a write needs our header, our origin and JSON, each of them', async ({ call, server }) => {
  const refused = async (headers, status) => {
    const answer = await call('POST', '/_sandbox/reset', {}, headers);
    assert.equal(answer.status, status, `${JSON.stringify(headers)}: ${answer.text}`);
  };
  await refused({ 'x-byok-wizard': '0' }, 403);
  await refused({ origin: 'http://127.0.0.1:1' }, 403);
  await refused({ origin: 'null' }, 403);
  await refused({ origin: server.origin.replace('http:', 'https:') }, 403);
  await refused({ 'content-type': 'text/plain' }, 415);
  await refused({ 'sec-fetch-site': 'cross-site' }, 403);
});

journey('a name that was pointed at loopback is not served', async ({ server }) => {
  const port = new URL(server.origin).port;
  for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, `localhost.evil.example`, '']) {
    for (const path of ['/', '/api/v1/session', '/_sandbox/world', '/livez']) {
      const answer = await raw(server, { path, headers: { host } });
      assert.ok([400, 421].includes(answer.status), `${host}${path} answered ${answer.status}`);
      assert.doesNotMatch(answer.text, /kv-kafka-prod|<main>/);
    }
  }
});

journey('a rebound name cannot write by claiming to be its own origin', async ({ server, world }) => {
  const before = JSON.stringify(await world());
  const host = `evil.example:${new URL(server.origin).port}`;
  const answer = await raw(server, {
    method: 'POST',
    path: '/_sandbox/reset',
    headers: { host, origin: `http://${host}`, 'content-type': 'application/json', 'x-byok-wizard': '1' },
    body: '{}',
  });
  assert.equal(answer.status, 421);
  assert.equal(JSON.stringify(await world()), before);
});

journey('a browser that was told that evil.example is here gets nothing', async ({ server }) => {
  const browser = await launch(['--host-resolver-rules=MAP evil.example 127.0.0.1']);
  try {
    const page = await browser.newPage();
    const answer = await page.goto(`http://evil.example:${new URL(server.origin).port}/`);
    assert.equal(answer.status(), 421);
    const got = await page.evaluate(() => fetch('/_sandbox/world').then((reply) => `answered ${reply.status}`, () => 'refused'));
    assert.match(got, /^(answered 421|refused)$/);
  } finally {
    await browser.close();
  }
});
