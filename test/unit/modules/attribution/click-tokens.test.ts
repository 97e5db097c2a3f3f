import { expect } from 'chai';
import { createHmac, hkdfSync } from 'node:crypto';
import { HmacClickSigner } from '../../../../src/modules/attribution/adapters/hmac-click-signer.ts';
import { ClickTokens } from '../../../../src/modules/attribution/application/traffic/click-tokens.ts';
import { keyAt, partsOf } from '../../../../src/modules/attribution/domain/traffic/click-token.ts';
import { bareClickId } from '../../../../src/shared/click-id.ts';
import { at, idOf } from '../../../support/clock.ts';

const DAY_MS = 86_400_000;
const made = Date.parse('2018-01-10T12:00:00Z');
const click = { clickId: idOf('clk', 1), programId: idOf('prg', 2), partnerId: idOf('par', 3), linkId: idOf('lnk', 4) };

const tokensAt = (moment: string, master = 1): ClickTokens =>
  new ClickTokens(new HmacClickSigner(Buffer.alloc(32, master)), at(moment), 400);

describe('a signed click id', () => {
  const token = tokensAt('2018-01-10T12:00:00Z').mint(click, made);

  it('says whose click it was, to whoever has the key and asks nobody', () => {
    const verdict = tokensAt('2018-06-01T00:00:00Z').verify(token);

    expect(verdict).to.deep.equal({
      kind: 'genuine',
      claims: { ...click, expiresAt: made / 1_000 + 400 * 86_400, key: keyAt(made) },
    });
    expect(bareClickId(token)).to.equal(click.clickId);
  });

  it('needs no escaping in an address', () => {
    expect(encodeURIComponent(token)).to.equal(token);
    expect(token).to.have.length(141);
  });

  it('is valid for as long as it says, and no longer', () => {
    expect(tokensAt('2019-02-14T11:59:59Z').verify(token).kind).to.equal('genuine');
    expect(tokensAt('2019-02-14T12:00:00Z').verify(token).kind).to.equal('expired');
  });

  it('is nobody else’s: one character changed anywhere, and it is not genuine', () => {
    const tokens = tokensAt('2018-01-10T12:00:00Z');
    for (let index = 0; index < token.length; index += 1) {
      const other = token.charAt(index) === '7' ? '6' : '7';
      const changed = token.slice(0, index) + other + token.slice(index + 1);
      expect(tokens.verify(changed).kind, `character ${index}`).to.be.oneOf(['forged', 'malformed']);
    }
  });

  it('bears an HMAC-SHA256 under a key of its own, as anybody else would make it', () => {
    const signer = new HmacClickSigner(Buffer.alloc(32, 1));
    for (const text of ['', 'a', 'x'.repeat(119), 'é'.repeat(300), 'a'])
      for (const name of ['00', '6e']) {
        const key = Buffer.from(hkdfSync('sha256', Buffer.alloc(32, 1), '', `tributary click id ${name}`, 32));
        const mac = createHmac('sha256', key).update(text).digest('base64url').slice(0, 22);
        expect(signer.mac(name, text)).to.equal(mac);
      }
  });

  it('made with another key is forged', () => {
    expect(tokensAt('2018-01-10T12:00:00Z', 2).verify(token).kind).to.equal('forged');
  });

  it('of another form is malformed, whatever it is', () => {
    const tokens = tokensAt('2018-01-10T12:00:00Z');
    for (const text of [
      '',
      'x',
      click.clickId,
      token.slice(0, -1),
      `${token}A`,
      token.replace('.1', '.2'),
      'é'.repeat(141),
    ])
      expect(tokens.verify(text).kind, text).to.equal('malformed');
  });

  it('of another form is malformed in each of its parts, whoever signed it', () => {
    const parts = partsOf(token);
    expect(parts?.claims).to.include(click);
    expect(`${parts?.signed}${parts?.mac}`).to.equal(token);
    const replaced = (from: number, digits: number, digit: string): string =>
      token.slice(0, from) + digit.repeat(digits) + token.slice(from + digits);
    for (const [what, from, digits] of [
      ['click', 4, 26],
      ['dot', 30, 1],
      ['form', 31, 1],
      ['expiry', 34, 7],
      ['program', 41, 26],
      ['partner', 67, 26],
      ['link', 93, 26],
    ] as const)
      expect(partsOf(replaced(from, digits, '!')), what).to.equal(undefined);
    expect(partsOf(`lnk_${token.slice(4)}`)).to.equal(undefined);
  });

  it('names its key by two digits, also the first one there ever was', () => {
    expect([0, 90 * DAY_MS - 1, 90 * DAY_MS, 36 * 90 * DAY_MS].map(keyAt)).to.deep.equal(['00', '00', '01', '10']);
  });

  it('is signed with a new key every 90 days, and the old ones go on being understood', () => {
    const later = made + 91 * DAY_MS;
    expect(keyAt(later)).not.to.equal(keyAt(made));
    const tokens = tokensAt('2018-05-01T00:00:00Z');
    expect([token, tokens.mint(click, later)].map((each) => tokens.verify(each).kind)).to.deep.equal([
      'genuine',
      'genuine',
    ]);
  });
});
