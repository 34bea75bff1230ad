// Measures the rules as Wasm beside other parsers in Chromium, and prints a line of JSON for each who and input.
// Run by `cargo xtask bench`, which builds what is in the folder: `page.js`, and a folder for each build of the rules.
//
//   node tests/bench/rules.mjs FOLDER ROUNDS BUILD…

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { launch } from '../harness.mjs';

const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

const [folder, rounds, ...builds] = process.argv.slice(2);

const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname;
  if (path === '/') return response.setHeader('content-type', 'text/html').end('<!doctype html><title>bench</title>');
  try {
    const bytes = await readFile(join(folder, normalize(path)));
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream').end(bytes);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await launch();
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const results = await page.evaluate(
    async ([builds, rounds]) => {
      const { measure } = await import('/page.js');
      const programs = {};
      for (const build of builds) {
        programs[build] = await import(`/${build}/rules.js`);
        await programs[build].default();
      }
      return measure(programs, rounds);
    },
    [builds, Number(rounds)],
  );
  for (const result of results) console.log(JSON.stringify(result));
} finally {
  await browser.close();
  server.close();
}
