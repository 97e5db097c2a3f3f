import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { PostgresAcceptances } from '../../../../src/modules/partners/adapters/postgres/postgres-acceptances.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import type { EnrolmentId, PartnerId, ProgramId } from '../../../../src/modules/partners/index.ts';
import { PartnersPort } from '../../../../src/modules/partners/index.ts';
import { partners } from '../../../../src/modules/partners/module.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';

interface PartnerJson {
  readonly id: PartnerId;
  readonly email: string;
  readonly enrolments: readonly { readonly id: EnrolmentId; readonly state: string }[];
}

interface PageJson {
  readonly data: readonly PartnerJson[];
  readonly nextCursor: string | null;
}

interface Faulty {
  readonly code: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string }[];
}

const terms = {
  name: 'Robots',
  currency: 'BRL',
  timeZone: 'America/Sao_Paulo',
  destination: 'https://shop.example.com/',
  allowedHosts: ['shop.example.com'],
  minimumPayout: { minor: '2000', currency: 'BRL' },
};

const profile = {
  holder: 'Ada Motors Ltda',
  account: { scheme: 'iban', number: 'BR18 0036 0305 0000 1000 9795 493C 1' },
  bank: { scheme: 'bic', code: 'BRASBRRJXXX' },
  town: 'São Paulo',
  country: 'BR',
};

describe('partners over HTTP', () => {
  const program = withRunningApp([identity, partners]);
  let admin: string;
  let programId: ProgramId;
  let count = 0;

  before(async () => {
    admin = await program().tokenWith();
    programId = (await send<{ id: ProgramId }>('POST', '/v1/programs', terms)).body.id;
  });

  const send = <Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    token = admin,
  ) => program().call<Body>(method, path, { token, body, headers });

  const application = (changes: object = {}) => {
    count += 1;
    return { programId, name: `Partner ${count}`, email: `p${count}@example.com`, kind: 'dealer', ...changes };
  };
  const applied = async (changes: object = {}): Promise<PartnerJson> =>
    (await send<PartnerJson>('POST', '/v1/partners', application(changes))).body;

  describe('programs', () => {
    it('are created once under one Idempotency-Key, listed in pages and shown', async () => {
      const key = { 'idempotency-key': 'program-1' };
      const [first, second] = [
        await send<{ id: ProgramId }>('POST', '/v1/programs', terms, key),
        await send<{ id: ProgramId }>('POST', '/v1/programs', terms, key),
      ];
      const page = await send<PageJson>('GET', '/v1/programs?limit=1');
      const shown = await send<typeof terms>('GET', `/v1/programs/${first.body.id}`);

      expect([first.status, second.status]).to.deep.equal([201, 201]);
      expect(second.body).to.deep.equal(first.body);
      expect(page.body.data).to.have.length(1);
      expect(page.body.nextCursor).to.be.a('string');
      expect(shown.body).to.deep.include({ ...terms, clickParameter: 'click_id' });
    });

    it('name what their pages are told the click as', async () => {
      const made = await send<{ id: ProgramId }>('POST', '/v1/programs', { ...terms, clickParameter: 'aff_ref' });

      const shown = await send<{ clickParameter: string }>('GET', `/v1/programs/${made.body.id}`);

      expect(shown.body.clickParameter).to.equal('aff_ref');
    });

    it('have the id that orders name already, once', async () => {
      const id = idOf('prg', 77);

      const made = await send<{ id: ProgramId }>('POST', '/v1/programs', { ...terms, id });
      const again = await send<{ code: string }>('POST', '/v1/programs', { ...terms, id });

      expect([made.status, made.body.id]).to.deep.equal([201, id]);
      expect([again.status, again.body.code]).to.deep.equal([409, 'partners.program_exists']);
    });

    const refused: readonly [string, object, number, string][] = [
      ['an id of something else', { id: idOf('par', 1) }, 400, '/id'],
      ['an unknown currency', { currency: 'XXX' }, 400, '/currency'],
      ['an unknown time zone', { timeZone: 'Mars/Olympus' }, 400, '/timeZone'],
      ['a destination that is no web address', { destination: 'javascript:alert(1)' }, 400, '/destination'],
      ['a destination elsewhere', { destination: 'https://evil.example.com' }, 422, '/allowedHosts'],
      ['two currencies', { minimumPayout: { minor: '1', currency: 'USD' } }, 422, '/minimumPayout/currency'],
      ['a negative minimum', { minimumPayout: { minor: '-1', currency: 'BRL' } }, 400, '/minimumPayout'],
      ['a name for the click that would end the query', { clickParameter: 'a&b' }, 400, '/clickParameter'],
      ['a name for the click in capitals', { clickParameter: 'Click' }, 400, '/clickParameter'],
      ['a field nobody knows', { rate: 0.5 }, 400, '/rate'],
    ];
    for (const [what, changes, status, pointer] of refused) {
      it(`are refused with ${what}`, async () => {
        const reply = await send<Faulty>('POST', '/v1/programs', { ...terms, ...changes });

        expect([reply.status, reply.body.errors[0]?.pointer]).to.deep.equal([status, pointer]);
      });
    }

    it('that do not exist are not found', async () => {
      expect((await send('GET', `/v1/programs/${idOf('prg', 9)}`)).status).to.equal(404);
    });
  });

  describe('groups and recruiters', () => {
    it('are said when applying, moved at once, listed, found, and told to other modules', async () => {
      const { id: recruiter, enrolments } = await applied({ externalRef: 'R-1' });
      await send('POST', `/v1/enrolments/${enrolments[0]!.id}/approve`, {});
      const recruit = await applied({ recruiterRef: 'R-1', groups: ['dealers'] });
      const path = `/v1/enrolments/${recruit.enrolments[0]!.id}/groups`;

      const moved = await send<object>('PUT', path, { groups: ['gold', 'dealers'] });
      const again = await send<object>('PUT', path, { groups: ['dealers', 'gold'] });
      const listed = await send<{ data: unknown }>('GET', `/v1/programs/${programId}/groups`);
      const found = await send<PageJson>('GET', `/v1/partners?programId=${programId}&group=gold`);
      const told = await program().app.ask(PartnersPort).enrolments(programId, [recruit.id]);

      expect([moved.status, again.status]).to.deep.equal([200, 200]);
      expect(again.body)
        .to.deep.equal(moved.body)
        .and.deep.include({ groups: ['dealers', 'gold'] });
      expect(listed.body.data).to.deep.equal([
        { name: 'dealers', partners: 1 },
        { name: 'gold', partners: 1 },
      ]);
      expect(found.body.data.map(({ id }) => id)).to.deep.equal([recruit.id]);
      expect(told[0]).to.deep.include({ groups: ['dealers', 'gold'], recruitedBy: recruiter });
    });

    it('of an import may stand in it in any order', async () => {
      const row = (n: number, more: object) => ({
        externalRef: `RI-${n}`,
        name: `Imported ${n}`,
        email: `ri${n}@example.com`,
        kind: 'dealer',
        approve: true,
        ...more,
      });
      const partners = [
        row(2, { recruiterRef: 'RI-1' }),
        row(1, { groups: ['imported'] }),
        row(3, { recruiterRef: '?' }),
      ];

      const reply = await send<{ created: number; results: readonly { faults: readonly object[] }[] }>(
        'POST',
        '/v1/partners/import',
        { programId, partners },
      );

      expect([reply.status, reply.body.created]).to.deep.equal([207, 2]);
      expect(reply.body.results[2]?.faults).to.deep.include({
        pointer: '/recruiterRef',
        code: 'partners.unknown_recruiter',
        detail: 'is nobody who is approved in the program',
      });
    });
  });

  describe('acceptance of terms', () => {
    const termsId = idOf('trm', 1);
    const hash = 'a'.repeat(64);

    before(async () => {
      const { knex } = program().database.as('partners');
      await new PostgresAcceptances(knex).hear([
        {
          termsId,
          programId,
          version: 1,
          hash,
          effectiveFrom: instant('2026-01-01T00:00:00Z'),
          publishedAt: instant('2025-12-01T00:00:00Z'),
        },
      ]);
    });

    it('is the partner’s own, by the hash it has read, once, and shown to it and to staff', async () => {
      const { id } = await applied();
      const token = await program().tokenWith(['terms:accept', 'partners:read'], id);
      const path = `/v1/terms/${termsId}/acceptances`;

      const other = await send<Faulty>('POST', path, { hash: 'b'.repeat(64) }, {}, token);
      const staff = await send<Faulty>('POST', path, { hash });
      const key = { 'idempotency-key': 'accept-1' };
      const first = await send<{ acceptedAt: string }>('POST', path, { hash }, key, token);
      const repeated = await send<object>('POST', path, { hash }, key, token);
      const second = await send<object>('POST', path, { hash }, {}, token);
      const own = await send<{ data: readonly object[] }>('GET', path, undefined, {}, token);

      expect([other.status, other.body.code]).to.deep.equal([422, 'partners.other_words']);
      expect([staff.status, staff.body.code]).to.deep.equal([403, 'partners.partner_only']);
      expect([first.status, repeated.body]).to.deep.equal([201, first.body]);
      expect(second.body).to.deep.equal(first.body);
      expect(own.body.data).to.deep.equal([first.body]);
      expect(await program().app.ask(PartnersPort).acceptances(programId, [id])).to.deep.equal([
        { programId, partnerId: id, termsId, hash, acceptedAt: first.body.acceptedAt },
      ]);
    });

    it('is asked for by the programs that say so', async () => {
      const path = `/v1/programs/${programId}/terms-acceptance`;

      const key = { 'idempotency-key': 'require-1' };
      const required = await send<object>('PUT', path, { required: true }, key);
      expect(required.body).to.include({ id: programId, requiresAcceptance: true });
      expect((await send<object>('PUT', path, { required: true }, key)).body).to.deep.equal(required.body);
      expect((await program().app.ask(PartnersPort).program(programId))?.requiresAcceptance).to.equal(true);
      expect((await send<object>('PUT', path, { required: false })).body).to.include({ requiresAcceptance: false });
      expect(
        (await send('PUT', `/v1/programs/${idOf('prg', 9)}/terms-acceptance`, { required: true })).status,
      ).to.equal(404);
    });
  });

  describe('applications', () => {
    it('make a partner that waits, and are answered the same when repeated with the same key', async () => {
      const body = application({ externalRef: 'A-1' });
      const key = { 'idempotency-key': 'apply-1' };

      const first = await send<PartnerJson>('POST', '/v1/partners', body, key);
      const second = await send<PartnerJson>('POST', '/v1/partners', body, key);

      expect(first.status).to.equal(201);
      expect(first.headers.get('location')).to.equal(`/v1/partners/${first.body.id}`);
      expect(first.body.enrolments.map(({ state }) => state)).to.deep.equal(['applied']);
      expect(second.body).to.deep.equal(first.body);
    });

    it('with an address or a name that is taken are conflicts, and unknown programs are pointed at', async () => {
      const body = application({ externalRef: 'B-1' });
      await send('POST', '/v1/partners', body);

      const sameAddress = await send<Faulty>('POST', '/v1/partners', { ...body, externalRef: 'B-2' });
      const sameName = await send<Faulty>('POST', '/v1/partners', application({ externalRef: 'B-1' }));
      const nowhere = await send<Faulty>('POST', '/v1/partners', application({ programId: idOf('prg', 9) }));

      expect([sameAddress.status, sameAddress.body.code]).to.deep.equal([409, 'partners.already_enrolled']);
      expect([sameName.status, sameName.body.code]).to.deep.equal([409, 'partners.ref_taken']);
      expect([nowhere.status, nowhere.body.errors[0]?.pointer]).to.deep.equal([422, '/programId']);
    });

    it('sent twice at once make one partner', async () => {
      const body = application();

      const replies = await Promise.all([1, 2, 3, 4].map(() => send('POST', '/v1/partners', body)));

      expect(replies.map(({ status }) => status).toSorted()).to.deep.equal([201, 409, 409, 409]);
    });

    for (const [what, changes, pointer] of [
      ['an address that is none', { email: 'ada' }, '/email'],
      ['a kind nobody knows', { kind: 'bot' }, '/kind'],
      ['a state of their own choice', { state: 'approved' }, '/state'],
    ] as const) {
      it(`are refused with ${what}`, async () => {
        const reply = await send<Faulty>('POST', '/v1/partners', application(changes));

        expect([reply.status, reply.body.errors[0]?.pointer]).to.deep.equal([400, pointer]);
      });
    }

    it('to another program keep the partner one', async () => {
      const partner = await applied();
      const other = (await send<{ id: ProgramId }>('POST', '/v1/programs', terms)).body.id;

      const reply = await send<{ state: string }>('POST', `/v1/partners/${partner.id}/enrolments`, {
        programId: other,
        invite: true,
      });

      const shown = await send<PartnerJson>('GET', `/v1/partners/${partner.id}`);
      expect([reply.status, reply.body.state]).to.deep.equal([201, 'invited']);
      expect(shown.body.enrolments).to.have.length(2);
    });
  });

  describe('enrolments', () => {
    it('go through their life, each step told once', async () => {
      const partner = await applied();
      const path = `/v1/enrolments/${partner.enrolments[0]!.id}`;
      const move = async (action: string, body?: object) => {
        const { status, body: view } = await send<{ state?: string; code?: string }>('POST', `${path}/${action}`, body);
        return [status, view.state ?? view.code];
      };

      const steps = [
        await move('suspend', { reason: 'too early' }),
        await move('approve'),
        await move('approve'),
        await move('suspend'),
        await move('suspend', { reason: 'bids on the brand' }),
        await move('reinstate', { reason: 'stopped' }),
        await move('suspend', { reason: 'again' }),
        await move('terminate', { reason: 'enough' }),
        await move('reinstate'),
      ];

      expect(steps).to.deep.equal([
        [409, 'partners.illegal_move'],
        [200, 'approved'],
        [409, 'partners.illegal_move'],
        [400, 'input.invalid'],
        [200, 'suspended'],
        [200, 'approved'],
        [200, 'suspended'],
        [200, 'terminated'],
        [409, 'partners.illegal_move'],
      ]);
      const told = await rowsOf<{ type: string; partition_key: string }>(
        program().database.owner.knex,
        'select type, partition_key from partners.outbox where partition_key = :key order by id',
        { key: partner.id },
      );
      expect(told.map(({ type }) => type)).to.deep.equal([
        'partners.partner_enrolled',
        'partners.enrolment_suspended',
        'partners.partner_enrolled',
        'partners.enrolment_suspended',
      ]);
      expect((await send<{ reason: string }>('GET', path)).body.reason).to.equal('enough');
    });

    it('are approved once when the approval is repeated with its key', async () => {
      const partner = await applied();
      const path = `/v1/enrolments/${partner.enrolments[0]!.id}/approve`;
      const key = { 'idempotency-key': `approve ${partner.id}` };

      const [first, second] = [await send('POST', path, {}, key), await send('POST', path, {}, key)];

      expect([first.status, second.status]).to.deep.equal([200, 200]);
      expect(second.headers.get('idempotency-replayed')).to.equal('true');
    });

    it('that were invited are declined or accepted, and applications turned down for a reason', async () => {
      const invited = await applied({ invite: true });
      const declined = await applied({ invite: true });
      const rejected = await applied();
      const state = async (partner: PartnerJson, action: string) =>
        (
          await send<{ state: string }>('POST', `/v1/enrolments/${partner.enrolments[0]!.id}/${action}`, {
            reason: 'x',
          })
        ).body.state;

      expect([
        await state(invited, 'approve'),
        await state(declined, 'decline'),
        await state(rejected, 'reject'),
      ]).to.deep.equal(['approved', 'declined', 'rejected']);
    });
  });

  describe('a partner’s own token', () => {
    it('sees itself and nobody else', async () => {
      const [own, other] = [await applied(), await applied()];
      const token = await program().tokenWith(['partners:read', 'programs:read', 'payout_profiles:write'], own.id);
      const get = async (path: string) => (await program().call('GET', path, { token })).status;

      const page = await program().call<PageJson>('GET', '/v1/partners', { token });

      expect(page.body.data.map(({ id }) => id)).to.deep.equal([own.id]);
      expect(page.body.data[0]?.email).to.equal(own.email);
      expect(
        await Promise.all([
          get(`/v1/partners/${own.id}`),
          get(`/v1/enrolments/${own.enrolments[0]!.id}`),
          get(`/v1/programs/${programId}`),
        ]),
      ).to.deep.equal([200, 200, 200]);
      expect(
        await Promise.all([
          get(`/v1/partners/${other.id}`),
          get(`/v1/partners/${other.id}/payout-profile`),
          get(`/v1/enrolments/${other.enrolments[0]!.id}`),
          get(`/v1/enrolments/${idOf('enr', 1)}`),
        ]),
      ).to.deep.equal([404, 404, 404, 404]);
    });

    it('says where its own money goes, and nobody else’s', async () => {
      const [own, other] = [await applied(), await applied()];
      const token = await program().tokenWith(['partners:read', 'payout_profiles:write'], own.id);
      const first = { 'if-none-match': '*' };

      const mine = await send('PUT', `/v1/partners/${own.id}/payout-profile`, profile, first, token);
      const theirs = await send('PUT', `/v1/partners/${other.id}/payout-profile`, profile, first, token);

      expect([mine.status, theirs.status]).to.deep.equal([200, 404]);
    });

    it('cannot decide about itself, whatever its scopes', async () => {
      const own = await applied();
      const client = await send('POST', '/v1/clients', { name: 'x', scopes: ['partners:write'], partnerId: own.id });
      const token = await program().tokenWith(['partners:read'], own.id);

      const approve = await send('POST', `/v1/enrolments/${own.enrolments[0]!.id}/approve`, {}, {}, token);

      expect([client.status, approve.status]).to.deep.equal([422, 403]);
    });
  });

  describe('a payout profile', () => {
    it('is changed by who saw the version before, shown masked, and opened for settlement alone', async () => {
      const partner = await applied();
      const path = `/v1/partners/${partner.id}/payout-profile`;
      const put = (headers: Record<string, string>, changes: object = {}) =>
        send<{ version: number; account: object; code?: string }>('PUT', path, { ...profile, ...changes }, headers);

      const none = await send<Faulty>('GET', path);
      const blind = await put({});
      const first = await put({ 'if-none-match': '*' });
      const tooLate = await put({ 'if-none-match': '*' });
      const second = await put({ 'if-match': first.headers.get('etag') ?? '' }, { town: 'Rio de Janeiro' });
      const stale = await put({ 'if-match': first.headers.get('etag') ?? '' });
      const shown = await send<{ town: string }>('GET', path);

      expect([none.status, none.body.code]).to.deep.equal([404, 'partners.no_payout_profile']);
      expect([blind, first, tooLate, second, stale].map(({ status }) => status)).to.deep.equal([
        428, 200, 412, 200, 412,
      ]);
      expect([first.headers.get('etag'), second.headers.get('etag')]).to.deep.equal(['"1"', '"2"']);
      expect(first.body.account).to.deep.equal({ scheme: 'iban', lastFour: '93C1' });
      expect(shown.body.town).to.equal('Rio de Janeiro');
      expect(await program().app.ask(PartnersPort).payoutProfiles([partner.id])).to.deep.equal([
        {
          ...profile,
          version: 2,
          partnerId: partner.id,
          account: { scheme: 'iban', number: 'BR1800360305000010009795493C1' },
          town: 'Rio de Janeiro',
        },
      ]);
    });

    it('sent twice with one key is written once', async () => {
      const partner = await applied();
      const path = `/v1/partners/${partner.id}/payout-profile`;
      const headers = { 'if-none-match': '*', 'idempotency-key': `profile ${partner.id}` };

      const [first, second] = [await send('PUT', path, profile, headers), await send('PUT', path, profile, headers)];

      expect([first.status, second.status]).to.deep.equal([200, 200]);
      expect(second.headers.get('etag')).to.equal('"1"');
    });

    it('of two who change it at once lets one', async () => {
      const partner = await applied();
      const path = `/v1/partners/${partner.id}/payout-profile`;

      const replies = await Promise.all([1, 2, 3].map(() => send('PUT', path, profile, { 'if-none-match': '*' })));

      expect(replies.map(({ status }) => status).toSorted()).to.deep.equal([200, 412, 412]);
    });

    it('that no bank would pay to is refused, each fault pointed at', async () => {
      const partner = await applied();
      const body = { ...profile, account: { scheme: 'iban', number: 'BR00' }, country: 'ZZ' };

      const reply = await send<Faulty>('PUT', `/v1/partners/${partner.id}/payout-profile`, body, {
        'if-none-match': '*',
      });

      expect([reply.status, reply.body.code]).to.deep.equal([422, 'partners.profile_refused']);
      expect(reply.body.errors.map(({ pointer, code }) => [pointer, code])).to.deep.equal([
        ['/account/number', 'partners.malformed_account'],
        ['/country', 'partners.unknown_country'],
      ]);
    });

    it('holds names on one line, as files and papers have them: nothing in them ends it, or is not seen', async () => {
      const { id } = await applied();
      const put = (what: string, body: object) =>
        send<Faulty>('PUT', `/v1/partners/${id}/${what}`, body, { 'if-none-match': '*' });
      const address = { street: 'Rua 1\r\n', town: 'São\u0007Paulo', country: 'BR' };
      const form = { form: 'self_certified', entity: 'company', country: 'BR', signedOn: '2018-01-01' };

      const bank = await put('payout-profile', { ...profile, holder: 'Ada\u0000Motors', town: 'São\nPaulo' });
      const turned = await put('payout-profile', { ...profile, holder: 'Ada \u202eLtda' });
      const tax = await put('tax-profile', { ...form, legalName: 'Ada\tMotors', address });

      const pointers = ({ body }: typeof bank) => body.errors.map(({ pointer }) => pointer).toSorted();
      expect([bank.status, turned.status, tax.status]).to.deep.equal([400, 400, 400]);
      expect(pointers(bank)).to.deep.equal(['/holder', '/town']);
      expect(pointers(turned)).to.deep.equal(['/holder']);
      expect(pointers(tax)).to.deep.equal(['/address/street', '/address/town', '/legalName']);
      expect(await applied({ name: 'Ada\nMotors' })).to.include({ code: 'input.invalid' });
    });
  });

  describe('an import', () => {
    const item = (n: number, changes: object = {}) => ({
      externalRef: `seller-${n}`,
      name: `Seller ${n}`,
      email: `seller${n}@example.com`,
      kind: 'dealer',
      approve: true,
      payoutProfile: profile,
      ...changes,
    });
    const freshProgram = async () => (await send<{ id: ProgramId }>('POST', '/v1/programs', terms)).body.id;

    it('of 1,610 partners in batches of 200 puts none there twice', async () => {
      const into = await freshProgram();
      const all = Array.from({ length: 1_610 }, (_, n) => item(n));
      const batches = Array.from({ length: 9 }, (_, n) => all.slice(n * 200, (n + 1) * 200));

      for (const batch of batches) {
        const { status } = await send('POST', '/v1/partners/import', { programId: into, partners: batch });
        expect(status).to.equal(200);
      }
      const again = await send<{ unchanged: number }>('POST', '/v1/partners/import', {
        programId: into,
        partners: batches[0],
      });

      const [counted] = await rowsOf<{ enrolments: bigint; told: bigint }>(
        program().database.owner.knex,
        `select
           (select count(*) from partners.enrolments where state = 'approved' and external_ref like 'seller-%') as enrolments,
           (select count(*) from partners.outbox where type = 'partners.partner_enrolled'
              and payload->>'programId' = :into) as told`,
        { into },
      );
      expect(again.body.unchanged).to.equal(200);
      expect(counted).to.deep.equal({ enrolments: 1_610n, told: 1_610n });
    });

    it('sent twice at once creates each partner once', async () => {
      const into = await freshProgram();
      const body = { programId: into, partners: [item(1), item(2), item(3)] };

      const replies = await Promise.all(
        [1, 2, 3].map(() => send<{ created: number; unchanged: number }>('POST', '/v1/partners/import', body)),
      );

      expect(replies.map(({ body: { created } }) => created).toSorted()).to.deep.equal([0, 0, 3]);
      const listed = await send<PageJson>('GET', `/v1/partners?programId=${into}&state=approved`);
      expect(listed.body.data).to.have.length(3);
    });

    it('says what became of each, and does what it can', async () => {
      const into = await freshProgram();
      const body = { programId: into, partners: [item(1), item(2, { payoutProfile: { ...profile, country: 'ZZ' } })] };

      const reply = await send<{ created: number; refused: number; results: { partnerId: string | null }[] }>(
        'POST',
        '/v1/partners/import',
        body,
      );

      expect(reply.status).to.equal(207);
      expect(reply.body).to.include({ created: 1, refused: 1 });
      expect(reply.body.results[1]?.partnerId).to.equal(null);
    });

    it('is refused whole when it cannot be read, with a pointer, and nothing is changed', async () => {
      const into = await freshProgram();
      const partnersOf = [item(1), item(2, { email: 'nobody' })];

      const reply = await send<Faulty>('POST', '/v1/partners/import', { programId: into, partners: partnersOf });

      expect([reply.status, reply.body.errors[0]?.pointer]).to.deep.equal([400, '/partners/1/email']);
      expect((await send<PageJson>('GET', `/v1/partners?programId=${into}`)).body.data).to.be.empty;
    });

    it('is staff’s alone', async () => {
      const token = await program().tokenWith(['partners:read'], idOf('par', 1));

      const reply = await send('POST', '/v1/partners/import', { programId, partners: [item(1)] }, {}, token);

      expect(reply.status).to.equal(403);
    });
  });

  it('are listed in pages, each once', async () => {
    const into = (await send<{ id: ProgramId }>('POST', '/v1/programs', terms)).body.id;
    const made = [];
    for (let n = 0; n < 5; n += 1) made.push((await applied({ programId: into })).id);

    const seen: PartnerId[] = [];
    for (let after: string | null = ''; after !== null;) {
      const query = new URLSearchParams({ programId: into, limit: '2', ...(after && { after }) });
      const page: PageJson = (await send<PageJson>('GET', `/v1/partners?${query.toString()}`)).body;
      seen.push(...page.data.map(({ id }) => id));
      after = page.nextCursor;
    }

    expect(seen).to.deep.equal(made.toSorted());
  });
});
