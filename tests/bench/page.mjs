// What `cargo xtask bench` measures inside the browser: key identifiers read by the rules as Wasm, by Microsoft's
// parser and by a regular expression. Bundled with Microsoft's parser and imported by a blank page.
//
// Everybody gets the same text of many lines and answers how many of them hold a key identifier, having taken apart
// each into vault, name and version. The rules also make their findings. What the rules pay for crossing from
// JavaScript to Wasm is inside their figures: once for a thousand lines, which the browser encodes, or, called text by
// text, every time.

import { parseKeyVaultKeyIdentifier } from '@azure/keyvault-keys';

const COUNT = 50_000;
/** So many lines are handed over at once: as much text as a cache of the processor holds. */
const AT_ONCE = 1_000;
const VERSION = '78deebed173b48e48f55abf87ed4cf71';

const key = (n) => `https://kv-${n}.vault.azure.net/keys/kafka-${n}`;
const lines = (write) => Array.from({ length: COUNT }, (_, n) => write(n));

/** The same as in `crates/core/examples/rate.rs`. */
const INPUTS = {
  'key identifiers': lines(key),
  'key identifiers with version': lines((n) => `${key(n)}/${VERSION}`),
  'broken key identifiers': lines(
    (n) =>
      [
        `${key(n)}/`,
        `"${key(n)}"`,
        key(n).replace('.net/', '.net:443/'),
        key(n).replace('/keys/', '/secrets/'),
      ][n % 4],
  ),
};

/** Microsoft's parser: throws at what it does not take. */
function sdk(text) {
  try {
    const { vaultUrl, name, version } = parseKeyVaultKeyIdentifier(text);
    return { vault: vaultUrl, name, version };
  } catch {
    return null;
  }
}

/** The grammar that the rules accept as it stands, in the words of a regular expression. */
const GRAMMAR =
  /^https:\/\/(?=[a-z0-9-]{3,24}\.)([a-z](?:-?[a-z0-9])*)\.vault\.azure\.net\/keys\/([a-z0-9-]{1,127})(?:\/([0-9a-f]{32}))?$/i;

function regex(text) {
  const match = GRAMMAR.exec(text);
  return match && { vault: match[1].toLowerCase(), name: match[2], version: match[3]?.toLowerCase() };
}

const encoder = new TextEncoder();
const room = new Uint8Array(1 << 18);

/** The bytes of a text, all of which are ASCII, in room that is used again and again. */
const encoded = (text) => room.subarray(0, encoder.encodeInto(text, room).written);

/** Whoever answers is looked at, so that no compiler leaves out the work. */
let seen = 0;

function countBy(parse) {
  return (text) => {
    let count = 0;
    for (const line of text.split('\n')) {
      const id = parse(line);
      if (id !== null) {
        count += 1;
        seen += id.vault.length + id.name.length + (id.version?.length ?? 0);
      }
    }
    return count;
  };
}

/** One call a line across the border. */
function countOneByOne(judge) {
  return (text) => {
    let count = 0;
    for (const line of text.split('\n')) count += judge(line) ? 1 : 0;
    return count;
  };
}

/**
 * Lets all take turns, so that whatever else the machine does slows all of them; `programs` are the rules' builds by
 * name. Returns, for each who and input, how many lines a second in each round, and how many lines were taken.
 */
export function measure(programs, rounds) {
  const contenders = { sdk: countBy(sdk), regex: countBy(regex) };
  for (const [name, program] of Object.entries(programs)) {
    contenders[name] = (text) => program.judge_lines(encoded(text));
    contenders[`${name}, one call a text`] = countOneByOne(program.judge);
  }
  const results = [];
  for (const [input, texts] of Object.entries(INPUTS)) {
    const pieces = [];
    for (let from = 0; from < COUNT; from += AT_ONCE) pieces.push(texts.slice(from, from + AT_ONCE).join('\n'));
    const rates = new Map(Object.keys(contenders).map((who) => [who, []]));
    const taken = new Map();
    for (let round = -2; round < rounds; round += 1) {
      for (const [who, count] of Object.entries(contenders)) {
        const started = performance.now();
        let all = 0;
        for (const piece of pieces) all += count(piece);
        const seconds = (performance.now() - started) / 1000;
        taken.set(who, all);
        // The first rounds are the browser's, to compile what it sees called often.
        if (round >= 0) rates.get(who).push(COUNT / seconds);
      }
    }
    for (const [who, all] of rates) results.push({ who, input, rates: all, taken: taken.get(who), of: COUNT });
  }
  if (seen === 0) throw new Error('nobody read anything');
  return results;
}
