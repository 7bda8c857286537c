/**
 * Names and secrets made of randomness, and how long they live. A code or link proves control of a mailbox and nothing more
 * (OWASP ASVS 5.0, 6.3.6).
 */

/** A typed code lives ten minutes (ASVS 6.5.5), allows five tries, and a submission allows twenty in its whole life (TRUST.md A8, A9). */
export const codeLivesMs = 10 * 60 * 1000;
export const linkLivesMs = 24 * 60 * 60 * 1000;
export const triesPerCode = 5;
export const triesInAll = 20;
/** Codes that may be sent without any of them being used; a proof of the mailbox starts the count anew, guesses never do. */
export const codesInAll = 10;
/**
 * A browser that has proved the mailbox before is known for this long, has codes and tries of its own for each request and day, and so is not
 * locked out by whoever uses up those above.
 */
export const knownBrowserMs = 120 * 24 * 60 * 60 * 1000;
export const ownCodesPerDay = 20;
export const ownTriesPerDay = 20;
export const sessionIdleMs = 30 * 60 * 1000;
export const sessionLivesMs = 8 * 60 * 60 * 1000;

type RandomBytes = (size: number) => Uint8Array;

/** Crockford's alphabet in lower case: no letter that is read as a digit. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** 26 characters of 5 bits over 128 bits of randomness (ASVS 11.5.1: at least 128, and a UUID does not qualify). */
export function newReference(randomBytes: RandomBytes): string {
  let bits = 0n;
  for (const byte of randomBytes(17)) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let at = 0; at < 26; at += 1) {
    text += alphabet[Number(bits & 31n)];
    bits >>= 5n;
  }
  return text;
}

/** Six digits, every one of the million equally likely: draws that would favour small numbers are thrown away (A11). */
export function newCode(randomBytes: RandomBytes): string {
  const limit = Math.floor(0x1_0000_0000 / 1_000_000) * 1_000_000;
  for (;;) {
    const drawn = Buffer.from(randomBytes(4)).readUInt32BE();
    if (drawn < limit) return String(drawn % 1_000_000).padStart(6, '0');
  }
}

/** 192 bits, base64url: the link's token, session cookies, CSRF tokens. */
export function newToken(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(24)).toString('base64url');
}

const zeroWidthOrControl = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** RFC 5321 sizes; dot-atom local part only: quoting, comments and lists are refused rather than understood (A28-A30). */
const mailbox = /^[^\s@"(),:;<>[\]\\]{1,64}@[^\s@"(),:;<>[\]\\]{1,189}$/u;
const domainName =
  /^(?=.{4,189}$)([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{0,61}[\p{L}\p{N}]$/u;

/** Whether a text is one plain mail address of at most 254 characters. */
export function isMailbox(text: string): boolean {
  if (text.length > 254 || zeroWidthOrControl.test(text) || !mailbox.test(text)) return false;
  if (becomesAscii(text)) return false;
  const at = text.indexOf('@');
  const local = text.slice(0, at);
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false;
  return domainName.test(text.slice(at + 1)) && !mixesScripts(text);
}

/** Some signs turn into plain letters when case and composition are folded (the Kelvin sign into k): they would pass for another address (A28). */
function becomesAscii(text: string): boolean {
  return [...text].some((sign) => beyondAscii.test(sign) && !beyondAscii.test(mailboxKey(sign)));
}

const beyondAscii = /^\P{ASCII}+$/u;

/** Letters of more than one alphabet in one label are how look-alike addresses are made (A28). */
export function mixesScripts(text: string): boolean {
  return text.split(/[@.]/u).some((label) => {
    const scripts = [
      /\p{Script=Latin}/u,
      /\p{Script=Cyrillic}/u,
      /\p{Script=Greek}/u,
      /\p{Script=Armenian}/u,
    ];
    return scripts.filter((script) => script.test(label)).length > 1;
  });
}

/** The form under which a mailbox is hashed for joining requests: case and composition folded, nothing that could name somebody else. */
export function mailboxKey(address: string): string {
  return address.trim().normalize('NFC').toLowerCase();
}

/** Folded further (plus tags, dots), for rate limits only: two people may share this key, so it never opens anything (A27). */
export function mailboxRateKey(address: string): string {
  return mailboxKey(address).replace(/^[^@]*/, (local) => local.replace(/\+.*/, '').replaceAll('.', ''));
}
