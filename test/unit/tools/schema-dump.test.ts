import { expect } from 'chai';
import { normalised } from '../../../tools/schema-dump.ts';

const dumped = (version: string, word: string): string => `--
-- PostgreSQL database dump
--

\\restrict ${word}

-- Dumped from database version ${version}
-- Dumped by pg_dump version ${version}

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: refuse(); Type: FUNCTION; Schema: ledger; Owner: -
--

CREATE FUNCTION ledger.refuse() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
begin
  -- a reason
  return null;
end
$$;


SET default_tablespace = '';

CREATE TABLE ledger.accounts (
    id uuid NOT NULL
);


--
-- PostgreSQL database dump complete
--

\\unrestrict ${word}
`;

describe('the dump of the schema', () => {
  it('is the same from another version, at another time', () => {
    expect(normalised(dumped('15.18 (Debian)', 'a1'))).to.equal(normalised(dumped('15.9', 'b2')));
  });

  it('is the schema, and nothing of the session that dumped it', () => {
    expect(normalised(dumped('15.18', 'a1'))).to.equal(`CREATE FUNCTION ledger.refuse() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
begin
  -- a reason
  return null;
end
$$;

CREATE TABLE ledger.accounts (
    id uuid NOT NULL
);
`);
  });
});
