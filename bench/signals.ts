/**
 * What the signals cost a click: `npx tsx bench/signals.ts [rounds]`. Every visit is another visitor, address and link of
 * a large set, and the lists hold half a million networks: caches help as little as they ever will.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileNetworkLists } from '../src/modules/attribution/adapters/file-network-lists.ts';
import { IsbotDetector } from '../src/modules/attribution/adapters/isbot-detector.ts';
import { MemoryVisitSignals } from '../src/modules/attribution/adapters/memory-visit-signals.ts';
import type { Visit } from '../src/modules/attribution/domain/traffic/visit.ts';
import type { Signpost } from '../src/modules/attribution/ports/link-directory.ts';
import { fromUuid } from '../src/shared/ids.ts';
import { instantAt } from '../src/shared/instant.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
const VISITS = 200_000;
const NETWORKS = 400_000;

const id = <Prefix extends string>(prefix: Prefix, n: number) =>
  fromUuid(prefix, `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`);

const signposts = Array.from(
  { length: 2_000 },
  (_, n) => ({ linkId: id('lnk', n), programId: id('prg', n % 20), partnerId: id('par', n % 500) }) as Signpost,
);

const headersOf = (n: number): Readonly<Record<string, string>> => ({
  'user-agent': `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${100 + (n % 50)}.0.${n % 300}.0 Safari/537.36`,
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'accept-language': 'en-GB,en;q=0.8',
  'accept-encoding': 'gzip, deflate, br',
  'sec-ch-ua': `"Not/A)Brand";v="8", "Chromium";v="${100 + (n % 50)}", "Google Chrome";v="${100 + (n % 50)}"`,
  'sec-ch-ua-mobile': '?0',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'cross-site',
  'sec-fetch-user': '?1',
  referer: `https://blog-${n % 1_000}.example/best-robots-of-the-year`,
});

const visits = Array.from({ length: VISITS }, (_, n): Visit => {
  const headers = headersOf(n);
  return {
    query: n % 2 === 0 ? '' : `sub1=newsletter&sub2=${n}&campaign=spring`,
    visitorId: n % 3 === 0 ? undefined : id('vis', n),
    address: n % 4 === 0 ? `2001:db8:${(n % 65_536).toString(16)}::1` : `${1 + (n % 200)}.${n % 251}.${n % 241}.9`,
    httpVersion: '1.1',
    header: (name) => headers[name],
  };
});

const folder = mkdtempSync(join(tmpdir(), 'signals-'));
writeFileSync(
  join(folder, 'hosting.txt'),
  Array.from({ length: NETWORKS }, (_, n) => `${1 + (n % 223)}.${(n >> 8) % 256}.${n % 256}.${(n % 16) * 16}/28`).join(
    '\n',
  ),
);
writeFileSync(join(folder, 'referers.txt'), 'coupons.example\n');

const signals = new MemoryVisitSignals(new IsbotDetector(), new FileNetworkLists(folder), 42);
rmSync(folder, { recursive: true });

const start = Date.parse('2026-01-01T00:00:00Z');
let found = 0;
for (let round = 1; round <= ROUNDS; round += 1) {
  const times = visits.map((_, n) => instantAt(start + (round * VISITS + n) * 2));
  const heapBefore = process.memoryUsage().heapUsed;
  const began = process.cpuUsage();
  visits.forEach((visit, n) => {
    found += signals.of(visit, signposts[n % signposts.length]!, times[n]!, 'click').length;
  });
  const { user, system } = process.cpuUsage(began);
  const kept = (process.memoryUsage().heapUsed - heapBefore) / VISITS;
  console.log(
    `round ${round}: ${((user + system) / VISITS).toFixed(2)} µs of processor a visit, ${kept.toFixed(0)} bytes of heap a visit`,
  );
}
console.log(`${found} signals in all, ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
