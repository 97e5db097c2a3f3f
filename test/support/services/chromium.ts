/** A real browser without a window, driven by playwright-core. */
import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';
import { has, installDebian } from './ready.ts';

const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/** The one that CHROMIUM names, one in the PATH, or Debian's, installed now. */
const findChromium = (): string => {
  const given = process.env['CHROMIUM'];
  if (given) return given;
  const found = NAMES.find(has);
  if (found !== undefined) return found;
  installDebian(['chromium-headless-shell']);
  return 'chromium-headless-shell';
};

/** Playwright wants to know where it is, not what it is called. */
const pathOf = (command: string): string => execFileSync('sh', ['-c', 'command -v -- "$0"', command]).toString().trim();

/** For a `describe`: one browser for all its tests. */
export const withChromium = (): (() => Browser) => {
  let browser: Browser | undefined;
  before(async function () {
    this.timeout(180_000); // the first time on a machine it is installed
    const executablePath = pathOf(findChromium());
    // Its sandbox needs privileges that containers do not give; the pages are our own.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  });
  after(async () => {
    await browser?.close();
    browser = undefined;
  });
  return () => {
    if (browser === undefined) throw new Error('the browser runs only within a test');
    return browser;
  };
};
