#!/usr/bin/env node
// Signs texts with Ed25519. In: {"key": PKCS#8 in base64 or null for a new one, "texts": […]}.
// Out: {"key", "public_key": its 32 bytes in base64, "signatures": […in base64]}.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const { key: given, texts } = JSON.parse(readFileSync(0, 'utf8'));
const key = given
  ? createPrivateKey({ key: Buffer.from(given, 'base64'), format: 'der', type: 'pkcs8' })
  : generateKeyPairSync('ed25519').privateKey;
const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
console.log(JSON.stringify({
  key: key.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  public_key: spki.subarray(-32).toString('base64'),
  signatures: texts.map((text) => sign(null, Buffer.from(text, 'utf8'), key).toString('base64')),
}));
