import { expect } from 'chai';
import { type DriftFound, observeDrift } from '../../../src/infrastructure/telemetry/drift.ts';
import { startTelemetry } from '../../../src/infrastructure/telemetry/start.ts';

describe('the drift of decisions made again', () => {
  it('is a metric, by what they were made from, once somebody has looked', async () => {
    const telemetry = startTelemetry({});
    const looks: DriftFound[] = [];
    observeDrift('attribution', () => Promise.resolve(looks.at(-1)));
    observeDrift('elsewhere', () => Promise.reject(new Error('the database is away')));

    const before = await telemetry.scrape();
    looks.push({ checked: 12, drifted: { inputs: 0, touches: 3 } });
    const after = await telemetry.scrape();
    await telemetry.stop();

    expect(before).to.not.match(/^tributary_\w+_drift/m);
    expect(after).to.match(/^tributary_attribution_drift\{from="touches"[^}]*\} 3\b/m);
    expect(after).to.match(/^tributary_attribution_drift\{from="inputs"[^}]*\} 0\b/m);
    expect(after).to.match(/^tributary_attribution_drift_checked(\{[^}]*\})? 12\b/m);
    expect(after).to.not.match(/^tributary_elsewhere/m);
  });
});
