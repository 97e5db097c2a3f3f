/*
 * Tributary in a web page. Its addresses lie beside its own: served from the customer's domain it speaks to that domain.
 *
 *   <script>window.tributary=window.tributary||function(){(tributary.q=tributary.q||[]).push(arguments)}</script>
 *   <script async src="https://go.example/t.js"></script>
 *
 * Attributes of the tag: data-param, where the click id stands in the query (click_id); data-via, where a link's code
 * stands for direct links (via); data-consent="granted", where the page was asked before. Without consent nothing is
 * kept beyond the page view. docs/tracking.md says more.
 */
(() => {
  const script = document.currentScript;
  if (!script || (window.tributary && window.tributary.version)) return;
  const { param = 'click_id', via = 'via', consent: asked } = script.dataset;
  const at = (path) => new URL(path, script.src).href;
  const KEY = 'tributary_click';
  const SECONDS = 400 * 86400;
  const CLICK_ID = /^clk_[0-7][0-9a-hjkmnp-tv-z]{25}(\.[\w-]{1,300})?$/;
  const query = new URLSearchParams(location.search);
  const waiting = [];
  let known = false;
  let clickId;
  // A word for everybody yields to the browser's no; a word of this visitor, who was asked, does not.
  let consent = navigator.globalPrivacyControl
    ? 'denied'
    : asked === 'granted' || asked === 'denied'
      ? asked
      : 'unknown';

  const attempt = (work) => {
    try {
      return work();
    } catch {
      return undefined; // storage may be forbidden: then there is none
    }
  };
  const cookie = (value, seconds) =>
    attempt(() => {
      const secure = location.protocol === 'https:' ? '; Secure' : '';
      document.cookie = `${KEY}=${value}; Path=/; Max-Age=${seconds}; SameSite=Lax${secure}`;
    });
  const keep = () => {
    // Looking at another page is no new click: what is kept does not live longer for it.
    if (consent !== 'granted' || !clickId || kept() === clickId) return;
    const until = Date.now() + SECONDS * 1000;
    attempt(() => localStorage.setItem(KEY, JSON.stringify([clickId, until])));
    cookie(clickId, SECONDS);
  };
  const forget = () => {
    attempt(() => localStorage.removeItem(KEY));
    if (document.cookie.includes(KEY + '=')) cookie('', 0);
  };
  const genuine = (text) => (CLICK_ID.test(text || '') ? text : undefined);
  const kept = () => {
    const [id, until] = attempt(() => JSON.parse(localStorage.getItem(KEY))) || [];
    if (until > Date.now()) return genuine(id);
    return genuine(
      (document.cookie.split('; ').find((each) => each.startsWith(KEY + '=')) || '').slice(KEY.length + 1),
    );
  };

  const settle = (id) => {
    clickId = id;
    known = true;
    keep();
    waiting.splice(0).forEach((tell) => tell());
  };
  const remembered = () => (consent === 'granted' ? kept() : undefined);
  // A text is a simple request: no browser asks first whether it may send one.
  const post = (path, body) =>
    fetch(at(path), { method: 'POST', body: JSON.stringify(body), credentials: 'omit', keepalive: true });
  const touch = (code) =>
    post('t/v/' + encodeURIComponent(code), { query: location.search, referrer: document.referrer, consent })
      .then((answer) => (answer.ok ? answer.json() : {}))
      .then(({ clickId: id }) => settle(genuine(id) || remembered()))
      .catch(() => settle(remembered()));

  const commands = {
    consent(granted) {
      consent = granted ? 'granted' : 'denied';
      if (!granted) return forget();
      if (known && !clickId) clickId = kept();
      keep();
    },
    clickId(tell) {
      if (tell && known) tell(clickId);
      else if (tell) waiting.push(() => tell(clickId));
      return clickId;
    },
    event(name, data) {
      if (!known) return void waiting.push(() => commands.event(name, data));
      if (!clickId) return;
      const body = { clickId, name, data, page: location.origin + location.pathname };
      const sent = attempt(() => navigator.sendBeacon(at('t/e'), JSON.stringify(body)));
      if (!sent) post('t/e', body).catch(() => undefined);
    },
  };
  const tributary = (name, ...args) => commands[name] && commands[name](...args);
  tributary.version = 1;

  const start = () => {
    const stub = window.tributary;
    window.tributary = tributary;
    const said = [...((stub && stub.q) || [])].map((args) => [...args]);
    // What was said of consent comes first: a touch must not be told without it.
    said.filter(([name]) => name === 'consent').forEach((args) => tributary(...args));
    if (consent === 'denied') forget();
    const [given, code] = [genuine(query.get(param)), query.get(via)];
    if (given) settle(given);
    else if (code) touch(code);
    else settle(remembered());
    said.filter(([name]) => name !== 'consent').forEach((args) => tributary(...args));
  };
  // A page that is made ahead has no visitor yet.
  if (document.prerendering) document.addEventListener('prerenderingchange', start, { once: true });
  else start();
})();
