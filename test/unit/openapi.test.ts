/** The document of the whole program, as it is served, before anybody reads it. */
import { expect } from 'chai';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../../src/app.ts';
import type { App } from '../../src/infrastructure/compose.ts';
import { readConfig } from '../../src/infrastructure/config.ts';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { temporaryFolder } from '../support/folder.ts';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security: readonly unknown[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
  readonly 'x-error-codes'?: readonly string[];
}
interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

describe('the document of the API', () => {
  let app: App;
  let document: Document;
  let operations: readonly (readonly [string, string, Operation])[];

  before(() => {
    // Nothing connects before something is asked: no service is needed to put the program together.
    app = createApp(
      readConfig({
        DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
        MASTER_KEY: Buffer.alloc(32).toString('base64'),
        SANDBOX: 'true',
      }),
    );
    document = JSON.parse(JSON.stringify(app.openApi())) as Document;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [path, method, operation] as const),
    );
  });
  after(() => app.release());

  it('is OpenAPI 3.1, and without fault to redocly', () => {
    const folder = temporaryFolder();
    try {
      writeFileSync(join(folder.path, 'openapi.json'), JSON.stringify(document));
      const linted = spawnSync(
        join(projectRoot(), 'node_modules/.bin/redocly'),
        ['lint', '--config', join(projectRoot(), 'redocly.yaml'), join(folder.path, 'openapi.json')],
        { env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }, encoding: 'utf8' },
      );
      expect(linted.status, `${linted.stdout}${linted.stderr}`).to.equal(0);
    } finally {
      folder.remove();
    }
    expect(document.openapi).to.equal('3.1.0');
  });

  it('has schemas that are JSON Schema', () => {
    // Formats of our own (currency, program-id) only tell people what is meant.
    const ajv = new Ajv2020({ strictTypes: false, strictRequired: false, validateFormats: false });
    ajv.addVocabulary(['components']);
    ajv.addSchema({ $id: 'doc', components: document.components });
    for (const name of Object.keys(document.components.schemas)) {
      expect(() => ajv.compile({ $ref: `doc#/components/schemas/${name}` }), name).to.not.throw();
    }
  });

  it('promises every form that an answer may have: JSON, text, tables, papers', () => {
    const formsOf = (name: string, status = '200'): readonly string[] => {
      const [, , operation] = operations.find(([, , { operationId }]) => operationId === name) ?? [];
      return Object.keys(operation?.responses[status]?.content ?? {});
    };

    expect(formsOf('attest', '201')).to.deep.equal(['application/json', 'text/plain']);
    expect(formsOf('getAttestation')).to.deep.equal(['application/json', 'text/plain']);
    for (const name of ['getStatement', 'getStatementDocument'])
      expect(formsOf(name), name).to.deep.equal(['application/json', 'text/csv', 'application/pdf']);
    expect(formsOf('getInvoiceDocument')).to.deep.equal(['application/pdf']);
    expect(formsOf('getPaymentFile')).to.deep.equal(['application/xml', 'text/plain']);
    expect(formsOf('getTaxReportFile')).to.deep.equal(['text/csv', 'application/xml']);
    expect(formsOf('simulateAchReturns')).to.deep.equal(['text/plain']);
  });

  it('names each operation once, under a tag that exists', () => {
    const ids = operations.map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).to.equal(ids.length);
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const [path, , operation] of operations)
      expect(
        operation.tags.every((tag) => tags.has(tag)),
        path,
      ).to.equal(true);
  });

  it('declares every parameter of a path, and every error anybody may get', () => {
    for (const [path, method, { parameters, responses, security, requestBody }] of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((each) => each.in === 'path');
      expect(
        declared.map(({ name }) => name),
        path,
      ).to.have.members(named);
      expect(declared.every(({ required }) => required)).to.equal(true);
      const statuses = Object.keys(responses);
      expect(statuses, path).to.include.members(['400', '429', '500', '503']);
      if (security.length > 0) expect(statuses, path).to.include.members(['401', '403']);
      if (requestBody !== undefined) expect(statuses, path).to.include.members(['413', '415']);
      if (method !== 'get') expect(statuses, path).to.include.members(['409', '422']);
      expect(responses['500']?.content).to.have.key('application/problem+json');
    }
  });

  it('takes an Idempotency-Key at every write of somebody known, and insists where money moves', () => {
    const keyOf = ({ parameters }: Operation) => parameters.find(({ name }) => name === 'Idempotency-Key');
    for (const [path, method, operation] of operations) {
      const takesOne = method !== 'get' && operation.security.length > 0;
      expect(keyOf(operation) !== undefined, `${method} ${path}`).to.equal(takesOne);
    }
  });
});
