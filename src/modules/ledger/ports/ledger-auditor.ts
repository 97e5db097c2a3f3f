/** Reads the whole journal for what contradicts its promises: a line each, a hundred at most. */
export abstract class LedgerAuditor {
  abstract unbalancedTransactions(): Promise<readonly string[]>;
  abstract wrongBalances(): Promise<readonly string[]>;
  abstract wrongHolds(): Promise<readonly string[]>;
  abstract unbalancedCurrencies(): Promise<readonly string[]>;
}
