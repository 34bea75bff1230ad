// A read through the server, and the same read sent straight to the simulated Confluent, by the same client.
//
//   node overhead.mjs <host:port of byok> <forward proxy of the sandbox> <rounds>
//
// An open loop: a request leaves every five milliseconds whether or not the ones before are answered, and its time counts
// from when it was due. The two take turns, a second each, so that a busy machine slows both alike. A line of JSON a round.
// COOKIE, API_KEY, API_SECRET and CA_FILE come from the environment.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { performance } from 'node:perf_hooks';
import tls from 'node:tls';

const [byok, proxy, rounds] = process.argv.slice(2);
const { COOKIE, API_KEY, API_SECRET, CA_FILE } = process.env;
const HOST = 'api.confluent.cloud';
const RATE = 200;
const TURNS = 5;
const ca = readFileSync(CA_FILE);

/** Reaches the host through the sandbox's tunnel, and keeps what it has opened. */
class Tunnels extends https.Agent {
  createConnection(options, done) {
    const { hostname, port } = new URL(proxy);
    const asking = http.request({ host: hostname, port, method: 'CONNECT', path: `${HOST}:443`, agent: false });
    asking.on('error', done);
    asking.on('connect', ({ statusCode }, socket) => {
      if (statusCode !== 200) return done(new Error(`the tunnel was refused with ${statusCode}`));
      const secure = tls.connect({ socket, servername: HOST, ca }, () => done(null, secure));
      secure.on('error', done);
    });
    asking.end();
  }
}

const contenders = {
  byok: {
    transport: http,
    options: {
      host: byok.split(':')[0],
      port: byok.split(':')[1],
      path: '/api/v1/environments',
      headers: { cookie: COOKIE },
      agent: new http.Agent({ keepAlive: true }),
    },
  },
  direct: {
    transport: https,
    options: {
      host: HOST,
      path: '/org/v2/environments?page_size=100',
      headers: { authorization: `Basic ${Buffer.from(`${API_KEY}:${API_SECRET}`).toString('base64')}` },
      agent: new Tunnels({ keepAlive: true }),
    },
  },
};

/** One read; milliseconds from when it was due until its last byte. */
function read({ transport, options }, due) {
  return new Promise((resolve, reject) => {
    const request = transport.get(options, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk) => (bytes += chunk.length));
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode !== 200 || bytes === 0) reject(new Error(`${options.path} answered ${answer.statusCode}`));
        else resolve(performance.now() - due);
      });
    });
    request.on('error', reject);
  });
}

/** A second of reads at the rate. */
function turn(contender) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const under = [];
    const tick = () => {
      while (under.length < RATE && start + (under.length * 1000) / RATE <= performance.now()) {
        under.push(read(contender, start + (under.length * 1000) / RATE));
      }
      if (under.length < RATE) setTimeout(tick, 1);
      else Promise.all(under).then(resolve, reject);
    };
    tick();
  });
}

function summary(times) {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50: at(0.5), p99: at(0.99) };
}

// Connections are opened and code is compiled before anything counts.
for (const contender of Object.values(contenders)) await turn(contender);
for (let round = 0; round < Number(rounds); round += 1) {
  const times = { byok: [], direct: [] };
  for (let at = 0; at < TURNS; at += 1) {
    for (const [name, contender] of Object.entries(contenders)) times[name].push(...(await turn(contender)));
  }
  console.log(JSON.stringify(Object.fromEntries(Object.entries(times).map(([name, all]) => [name, summary(all)]))));
}
process.exit(0);
