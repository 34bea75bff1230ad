// The clouds' own documents as judges of an exchange: Microsoft's validator for Azure, Prism's for Confluent.
//
// An exchange is `{ host, method, path, request: { headers, body }, response: { status, headers, body } }`. A judge answers
// `{ operation, objections }`, or null where its documents say nothing of such a request.

import { createRequire } from 'node:module';
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/** What we ask for, and the newest version that is at hand as a document; the shapes are the same in both. */
const VERSIONS = { '2026-02-01': '2023-02-01', '2025-07-01': '7.4' };

/** Both judges, from the folder that holds `azure` and `confluent`. */
export async function judges(folder) {
  // Microsoft's validator finds nothing behind a link.
  const documents = await realpath(folder);
  const [azure, confluent] = await Promise.all([ofAzure(join(documents, 'azure')), ofConfluent(join(documents, 'confluent'))]);
  return async (exchange) => (exchange.host === 'api.confluent.cloud' ? confluent(exchange) : azure(exchange));
}

async function ofAzure(root) {
  const { LiveValidator } = require('oav/dist/lib/liveValidation/liveValidator.js');
  const files = await readdir(join(root, 'specification'), { recursive: true });
  const documents = files.filter((name) => /\/stable\/[^/]+\/[^/]+\.json$/.test(name) && !name.endsWith('.with-examples.json'));
  const options = {
    directory: root,
    fileRoot: root,
    swaggerPaths: documents.map((name) => join(root, 'specification', name)),
    useRelativeSourceLocationUrl: true,
    git: { shouldClone: false },
  };
  // It tells its progress at length, which is nothing for a reader of test results.
  const validator = new LiveValidator(options, () => {});
  await validator.initialize();
  return async ({ host, method, path, request, response }) => {
    const url = new URL(`https://${host}${path}`);
    const asked = url.searchParams.get('api-version');
    if (asked in VERSIONS) url.searchParams.set('api-version', VERSIONS[asked]);
    // The document knows a key without version as one with an empty version, which its validator cannot match.
    url.pathname = url.pathname.replace(/^\/keys\/([^/]+)\/?$/, `/keys/$1/${'0'.repeat(32)}`);
    const body = structuredClone(response.body ?? undefined);
    // Newer than the newest document at hand: since 7.5 a key tells on what it stands.
    delete body?.attributes?.hsmPlatform;
    const query = Object.fromEntries(url.searchParams);
    const judged = await validator.validateLiveRequestResponse({
      liveRequest: { url: url.href, method, headers: request.headers, query, body: request.body ?? undefined },
      liveResponse: { statusCode: String(response.status), headers: response.headers, body },
    });
    const { operationId } = judged.requestValidationResult.operationInfo ?? {};
    if (!operationId || operationId === 'unknownOperationId') return null;
    const objections = [judged.requestValidationResult, judged.responseValidationResult].flatMap(({ errors = [], runtimeException }) => [
      // Azure itself writes both `rotate` and `Rotate`.
      ...errors.filter((error) => error.code !== 'ENUM_CASE_MISMATCH').map((error) => `${error.code}: ${error.message} (${error.pathsInPayload?.join(', ') ?? ''})`),
      ...(runtimeException ? [runtimeException.message] : []),
    ]);
    return { operation: `${method} ${new URL(`https://x${path}`).pathname.startsWith('/keys') ? 'vault' : 'arm'} ${operationId}`, objections };
  };
}

async function ofConfluent(folder) {
  const { getHttpOperationsFromSpec } = require('@stoplight/prism-cli/dist/operations.js');
  const { default: route } = require('@stoplight/prism-http/dist/router/index.js');
  const { validateInput, validateOutput } = require('@stoplight/prism-http/dist/validator/index.js');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  const operations = (await Promise.all(files.map((name) => getHttpOperationsFromSpec(join(folder, name))))).flat();
  return ({ host, method, path, request, response }) => {
    const url = new URL(`https://${host}${path}`);
    const query = {};
    for (const name of new Set(url.searchParams.keys())) {
      const values = url.searchParams.getAll(name);
      query[name] = values.length > 1 ? values : values[0];
    }
    const input = {
      method: method.toLowerCase(),
      url: { baseUrl: `https://${host}`, path: url.pathname, query },
      headers: request.headers,
      body: request.body ?? undefined,
    };
    const routed = route({ resources: operations, input });
    if (routed._tag !== 'Right') return null;
    const resource = routed.right;
    const body = structuredClone(response.body ?? undefined);
    for (const item of body?.data ?? [body]) asDocumented(item);
    const of = (judged) => (judged._tag === 'Left' ? judged.left.map((one) => `${one.message} (${one.path.join('.')})`) : []);
    const objections = [
      ...of(validateInput({ resource, element: input })),
      ...of(validateOutput({ resource, element: { statusCode: response.status, headers: response.headers, body } })),
    ];
    return { operation: `${method} confluent ${resource.path}`, objections };
  };
}

/** Where the live service is known to write something else than its document says: a kind by its whole name, and empty values for what is not there yet. */
function asDocumented(item) {
  if (item?.status?.cloud?.kind) item.status.cloud.kind = item.status.cloud.kind.replace('networking.v1.', '');
  if (item?.status?.active_connection_types?.length === 0) item.status.active_connection_types = item.status.supported_connection_types;
  for (const name of ['http_endpoint', 'kafka_bootstrap_endpoint', 'api_endpoint']) {
    if (item?.spec?.[name] === '') delete item.spec[name];
  }
}
