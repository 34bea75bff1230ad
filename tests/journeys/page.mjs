// The page as it is delivered: its first paint, its headers, its files.

import assert from 'node:assert/strict';
import http from 'node:http';
import { journeys } from '../harness.mjs';

const journey = journeys();

journey('the page starts and breaks none of its own rules', async ({ page, server, axe }) => {
  await page.goto(server.address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByText('The page is loading').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: /Create cluster|Add cluster/ }).or(page.getByRole('button', { name: /Create cluster|Add cluster/ })).first().waitFor();
  await axe();
});

journey('before the program arrives, the page says what it is', { context: { javaScriptEnabled: false } }, async ({ page, server }) => {
  await page.goto(`${server.origin}/new/cluster`);
  await page.getByRole('heading', { level: 1, name: /your own key/ }).waitFor();
});

journey('an address of the page answers with the page, one of the API with a problem', async ({ call }) => {
  for (const path of ['/', '/new/security', '/keys', '/operations/none']) {
    const { status, headers } = await call('GET', path);
    assert.equal(status, 200, path);
    assert.match(headers.get('content-type'), /^text\/html/, path);
    assert.equal(headers.get('cache-control'), 'no-store', path);
  }
  const missing = await call('GET', '/api/v1/nothing');
  assert.equal(missing.status, 404);
  assert.match(missing.headers.get('content-type'), /^application\/problem\+json/);
});

journey('every answer carries the headers that protect it', async ({ call }) => {
  for (const path of ['/', '/api/v1/session', '/api/v1/nothing', '/icon.svg']) {
    const { headers } = await call('GET', path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
    const policy = headers.get('content-security-policy');
    assert.match(policy, /default-src 'none'/, path);
    assert.match(policy, /frame-ancestors 'none'/, path);
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/, path);
  }
  const page = (await call('GET', '/')).headers.get('content-security-policy');
  assert.match(page, /script-src 'self' 'wasm-unsafe-eval' 'sha256-/);
  assert.match(page, /require-trusted-types-for 'script'/);
  assert.match(page, /trusted-types byok-wizard(;|$)/);
});

journey('files named by their content are kept for a year, and arrive compressed', async ({ call, server }) => {
  const names = [...(await call('GET', '/')).text.matchAll(/\/(byok-wizard-[0-9a-f]{16}\.(?:js|wasm))/g)].map((match) => match[1]);
  assert.ok(names.some((name) => name.endsWith('.js')) && names.some((name) => name.endsWith('.wasm')), `${names}`);
  for (const name of new Set(names)) {
    // Not `fetch`, which unpacks before anybody can look.
    const answer = await new Promise((resolve, reject) => {
      http.get(`${server.origin}/${name}`, { headers: { 'accept-encoding': 'gzip, br' } }, resolve).on('error', reject);
    });
    answer.resume();
    assert.equal(answer.statusCode, 200, name);
    assert.match(answer.headers['cache-control'], /max-age=31536000.*immutable/, name);
    assert.equal(answer.headers['content-encoding'], 'br', name);
    assert.match(answer.headers['content-type'], name.endsWith('.js') ? /javascript/ : /^application\/wasm$/, name);
  }
});

journey('a string that was put together at run time never becomes markup', { breaches: true }, async ({ page, server }) => {
  await page.goto(server.address);
  await page.getByText('The page is loading').waitFor({ state: 'detached' });
  const tried = await page.evaluate(async () => {
    const attempt = (run) => {
      try {
        run();
        return 'done';
      } catch (error) {
        return error.name;
      }
    };
    return {
      markup: attempt(() => { document.createElement('template').innerHTML = '<b>x</b>'; }),
      samePolicy: attempt(() => trustedTypes.createPolicy('byok-wizard', { createHTML: (text) => text })),
      otherPolicy: attempt(() => trustedTypes.createPolicy('other', { createHTML: (text) => text })),
      // Later, because the debugger's protocol may run strings as code while it evaluates this.
      code: await new Promise((resolve) => setTimeout(() => resolve(attempt(() => new Function('return 1')())))),
    };
  });
  assert.deepEqual(tried, { markup: 'TypeError', samePolicy: 'TypeError', otherPolicy: 'TypeError', code: 'EvalError' });
});
