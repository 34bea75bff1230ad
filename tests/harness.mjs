// What every journey stands on: the release binary on simulated clouds, a fresh browser, and what no journey may do.
//
// A journey fails on any breach of the content security policy, any error in the console and any uncaught error, even
// if all that it looked at was right. Traffic stays on loopback. Things on the page are found by role and label only.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const BYOK = process.env.BYOK ?? fileURLToPath(new URL('../target/release/byok', import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const RESULTS = fileURLToPath(new URL('results', import.meta.url));
/** Where the traffic with the simulated clouds is kept, for those who hold it against the clouds' documents afterwards. */
const TRAFFIC = process.env.BYOK_TRAFFIC ?? '';
const READY = /is ready: (http:\/\/\S+)/;
const CLOUDS_READY = /are ready: (http:\/\/\S+)/;
const PATIENCE = 30_000;
let servers = 0;

/** The Azure CLI that `cargo xtask setup` installed, for journeys that run the page's own snippet. */
export const AZ = process.env.BYOK_AZ;

/** Starts the binary with these arguments and waits until it says where it is ready. */
async function start(args, env, ready) {
  const child = spawn(BYOK, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let output = '';
  const address = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`byok was not ready in time and said:\n${output}`)), PATIENCE);
    const listen = (chunk) => {
      output += chunk;
      const found = ready.exec(output);
      if (found) {
        clearTimeout(late);
        resolve(found[1]);
      }
    };
    child.stdout.setEncoding('utf8').on('data', listen);
    child.stderr.setEncoding('utf8').on('data', listen);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`byok ended with ${code} and said:\n${output}`)));
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  return {
    address,
    output: () => output,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 8_000);
      await ended;
      clearTimeout(late);
    },
    /** Ends it as a crash or a power cut does: nothing is said, written or closed. */
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * Starts the server on simulated clouds. With `apart` these run in a process of their own and the ledger in a file, so
 * that the server can be killed and started again in the middle of anything.
 */
export async function serve({ args = [], env = {}, apart = false } = {}) {
  servers += 1;
  // Journeys look far more often than one person does.
  const settings = { BYOK_PREFLIGHTS_PER_MINUTE: '6000', BYOK_VAULTS_PER_TEN_MINUTES: '1000', ...env };
  const folder = apart ? await mkdtemp(path.join(tmpdir(), 'byok-journey-')) : undefined;
  const ca = folder && path.join(folder, 'ca.pem');
  const record = TRAFFIC && !args.includes('--sandbox-record') ? `${TRAFFIC}/${process.pid}-${servers}.jsonl` : undefined;
  const clouds = folder && (await start(['sandbox', '--listen', '127.0.0.1:0', '--ca-out', ca, ...(record ? ['--record', record] : [])], {}, CLOUDS_READY));
  const own = clouds
    ? ['--sandbox-at', clouds.address, '--sandbox-ca', ca, '--ledger', path.join(folder, 'ledger.sqlite'), ...args]
    : [...(record ? ['--sandbox-record', record] : []), ...args];
  const begin = (listen) => start(['serve', '--sandbox', '--open', 'no', '--listen', listen, ...own], settings, READY);
  let running;
  try {
    running = await begin('127.0.0.1:0');
  } catch (error) {
    await clouds?.stop();
    throw error;
  }
  const { address } = running;
  const { origin, host } = new URL(address);
  return {
    address,
    origin,
    /** Host and port, as the header `Host` names them. */
    host,
    /** Everything it printed so far. */
    output: () => running.output(),
    isRunning: () => running.isRunning(),
    kill: () => running.kill(),
    /** Starts it again at the same address, after `kill`. */
    async again() {
      running = await begin(host);
    },
    async stop() {
      await running.stop();
      await clouds?.stop();
      if (folder) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts the browser with a profile of its own; `--disable-…` keeps it from asking for things outside this machine. */
export function launch(args = []) {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}

/** A call to the server as the page itself would make it. */
export async function call(server, method, path, body, headers = {}) {
  const isRead = method === 'GET' || method === 'HEAD';
  const own = isRead ? {} : { 'content-type': 'application/json', 'x-byok-wizard': '1', origin: server.origin };
  const answer = await fetch(server.origin + path, {
    method,
    headers: { ...own, ...headers },
    body: isRead ? undefined : typeof body === 'string' ? body : JSON.stringify(body ?? {}),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

let axeSource;

/** Expects that axe finds nothing to object to on the page as it is now. */
export async function axe(page) {
  axeSource ??= await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // Evaluated by the debugger's protocol, which the page's policy rightly says nothing about.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const told = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.html}\n    ${node.failureSummary}`).join('\n')}`,
  );
  assert.equal(told.join('\n'), '', 'axe objects');
}

/**
 * Prepares server and browser for the journeys of one file, and returns the function that declares a journey.
 *
 * A journey gets `{ page, context, browser, server, axe, call, world, sandbox, signal, t }`. Options beside those of
 * node:test: `breaches: true` for journeys that try what the policy forbids, `context` for the browser's context,
 * `console: [/…/]` for errors that the journey is about.
 */
export function journeys({ serve: serveOptions, browser: browserArgs } = {}) {
  let server;
  let browser;
  before(async () => {
    [server, browser] = await Promise.all([serve(serveOptions), launch(browserArgs)]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  return function journey(name, options, run) {
    if (typeof options === 'function') [options, run] = [{}, options];
    const { breaches = false, context: contextOptions, console: allowed = [], ...testOptions } = options;
    test(name, testOptions, async (t) => {
      const context = await browser.newContext(contextOptions);
      context.setDefaultTimeout(15_000);
      const objections = [];
      await context.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          console.error(`BREACH ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
        });
      });
      context.on('weberror', (error) => objections.push(`uncaught: ${error.error().stack ?? error.error()}`));
      context.on('console', (message) => {
        if (message.type() !== 'error') return;
        const text = message.text();
        // The console also reports each answer of 400 and above. An API's refusal is for the journey to judge.
        const isRefusal = /^Failed to load resource/.test(text) && /\/(api|_sandbox)\//.test(message.location().url);
        const isBreach = /^BREACH|Content Security Policy|This document requires 'Trusted|TrustedTypePolicy/.test(text);
        if (isRefusal || (breaches && isBreach) || allowed.some((pattern) => pattern.test(text))) return;
        objections.push(`console: ${text} (${message.location().url})`);
      });
      const page = await context.newPage();
      try {
        await run({
          page,
          context,
          browser,
          server,
          t,
          axe: () => axe(page),
          call: (...request) => call(server, ...request),
          world: async () => (await call(server, 'GET', '/_sandbox/world')).body,
          sandbox: async (what, body) => {
            const answer = await call(server, 'POST', `/_sandbox/${what}`, body);
            assert.ok(answer.status < 300, `the sandbox answered ${answer.status} to ${what}: ${answer.text}`);
            return answer.body;
          },
        });
        assert.deepEqual(objections, []);
        assert.ok(server.isRunning(), `the server is gone:\n${server.output()}`);
      } catch (error) {
        await mkdir(RESULTS, { recursive: true });
        const file = `${RESULTS}/${name.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 80)}.png`;
        await page.screenshot({ path: file, fullPage: true }).catch(() => {});
        if (objections.length > 0) t.diagnostic(`objections: ${objections.join('\n')}`);
        t.diagnostic(`screenshot: ${file}`);
        t.diagnostic(`the server said last: ${server.output().slice(-2000)}`);
        throw error;
      } finally {
        await context.close();
      }
    });
  };
}
