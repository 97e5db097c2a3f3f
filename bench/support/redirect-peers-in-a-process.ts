/**
 * What our redirect is held against, each in a process of its own:
 *
 *   bare      node:http, a Map of links, a redirect, and nothing else: no database, no headers that a redirect can do
 *             without. What Node itself can do.
 *   express   what one writes first: express, the same Map, a click row by knex, and then the redirect.
 */
import express from 'express';
import knex from 'knex';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v7 } from 'uuid';

export interface PeerOrder {
  readonly which: 'bare' | 'express';
  readonly codes: readonly string[];
  readonly page: string;
  /** For express. */
  readonly databaseUrl: string;
}

const POOL = 10;

const bare = (codes: readonly string[], page: string): ReturnType<typeof createServer> => {
  const pages = new Map(codes.map((code) => [code, `${page}?click_id=clk_01h455vb4pex5vsknk084sn02q`]));
  return createServer(({ url = '' }, response) => {
    const query = url.indexOf('?');
    const location = pages.get(url.slice('/r/'.length, query === -1 ? undefined : query));
    if (location === undefined) response.writeHead(404, { 'Content-Length': 0 }).end();
    else response.writeHead(302, { Location: location, 'Content-Length': 0 }).end();
  });
};

/** As many columns and indexes as one gives a table of clicks. */
const TABLE = `
  create schema if not exists peer;
  create table if not exists peer.clicks (
    click_id uuid primary key,
    program text not null,
    partner text not null,
    link_code text not null,
    occurred_at timestamptz not null,
    visitor_id text not null,
    user_agent text,
    referrer text,
    network text,
    sub1 text
  );
  create index if not exists clicks_by_partner on peer.clicks (partner, occurred_at)`;

const withExpress = async ({ codes, page, databaseUrl }: PeerOrder): Promise<express.Express> => {
  const db = knex({ client: 'pg', connection: databaseUrl, pool: { min: POOL, max: POOL } });
  await db.raw(TABLE);
  const links = new Map(codes.map((code) => [code, { program: 'prg', partner: `par-${code}`, page }]));
  const app = express();
  app.get('/r/:code', async ({ params, headers, query, ip }, response) => {
    const link = links.get(params.code);
    if (link === undefined) {
      response.sendStatus(404);
      return;
    }
    const [clickId, visitorId] = [v7(), v7()];
    await db('peer.clicks').insert({
      click_id: clickId,
      program: link.program,
      partner: link.partner,
      link_code: params.code,
      occurred_at: new Date(),
      visitor_id: visitorId,
      user_agent: headers['user-agent'],
      referrer: headers.referer,
      network: ip,
      sub1: query['sub1'],
    });
    response.cookie('visitor', visitorId, { httpOnly: true, sameSite: 'lax', maxAge: 365 * 86_400_000 });
    response.redirect(302, `${link.page}?click_id=${clickId}`);
  });
  return app;
};

process.once('message', (order: PeerOrder) => {
  const start = async (): Promise<void> => {
    const server =
      order.which === 'bare' ? bare(order.codes, order.page) : createServer((await withExpress(order)) as never);
    server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  };
  void start();
});
