/** A package of the lock file, as far as its origin, licence and habits are concerned. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  /** Subresource integrity of the archive; absent for what lies inside another package's archive. */
  readonly integrity?: string;
  readonly insideAnother: boolean;
  readonly runsOnInstall: boolean;
  /** Needed by the product itself, not only by its tools. */
  readonly shipped: boolean;
}

interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

export interface LockFile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockEntry>>;
}

/** Packages that run a program when they are installed, and why that is accepted. */
export const installScripts: Readonly<Record<string, string>> = {
  '@parcel/watcher': 'chooses its prebuilt binary; comes with a tool and is not used',
  '@swc/core': 'checks its prebuilt binary; the tests are translated with it',
  esbuild: 'chooses its prebuilt binary; programs and Lambda bundles are made with it',
};

/** Licences that ask for no more than their text in what we ship. Anything else is for a person to read first. */
export const acceptedLicences: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
];

/** Read by a person and accepted for tools alone, by package. */
export const acceptedForTools: Readonly<Record<string, string>> = {
  'axe-core': 'MPL-2.0',
  'caniuse-lite': 'CC-BY-4.0',
};

/** Every package of the lock file, each version once, by name. */
export function lockedPackages(lock: LockFile): LockedPackage[] {
  const known = new Map<string, LockedPackage>();
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '') continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const version = entry.version ?? '';
    const key = `${name}@${version}`;
    const shipped = entry.dev !== true && entry.devOptional !== true;
    const before = known.get(key);
    known.set(key, {
      name,
      version,
      licence: entry.license ?? '',
      ...(entry.integrity === undefined ? {} : { integrity: entry.integrity }),
      insideAnother: entry.inBundle === true && before?.insideAnother !== false,
      runsOnInstall: entry.hasInstallScript === true,
      shipped: shipped || before?.shipped === true,
    });
  }
  return [...known.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whether one of the alternatives of an SPDX expression asks for nothing unknown. */
export function isAccepted(expression: string): boolean {
  return expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((alternative) => alternative.split(' AND ').every((one) => acceptedLicences.includes(one.trim())));
}

/** What a person must look at before this lock file is used, one line each. */
export function supplyProblems(lock: LockFile): string[] {
  const problems: string[] = [];
  if (lock.lockfileVersion < 3) problems.push(`lock file of version ${lock.lockfileVersion}`);
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (entry.resolved !== undefined && !/^https:\/\//.test(entry.resolved))
      problems.push(`${path} does not come over https`);
  }
  for (const one of lockedPackages(lock)) {
    const label = `${one.name}@${one.version}`;
    if (!one.insideAnother && !/^sha512-/.test(one.integrity ?? ''))
      problems.push(`${label} has no sha512 integrity`);
    if (one.runsOnInstall && !(one.name in installScripts))
      problems.push(`${label} runs a script when installed`);
    const isKnownTool = !one.shipped && acceptedForTools[one.name] === one.licence;
    if (!isAccepted(one.licence) && !isKnownTool)
      problems.push(`${label} has licence ${one.licence || 'none'}`);
  }
  const running = new Set(
    lockedPackages(lock)
      .filter((one) => one.runsOnInstall)
      .map((one) => one.name),
  );
  for (const name of Object.keys(installScripts))
    if (!running.has(name)) problems.push(`${name} is allowed an install script and has none`);
  return problems;
}

/** docs/licences.md. */
export function licencesDocument(lock: LockFile): string {
  const packages = lockedPackages(lock);
  const shipped = packages.filter((one) => one.shipped);
  const tools = packages.filter((one) => !one.shipped);
  const licences = [...new Set(tools.map((one) => one.licence))].sort(compare);
  const toolsUnder = (licence: string) =>
    tools.filter((one) => one.licence === licence).map((one) => `${one.name} ${one.version}`);
  return [
    '# Licences and origin of what we use',
    '',
    'Made from the lock file by `node local/run.mjs local/commands/sbom.ts`; a test fails when this page is stale, when a package has no',
    'SHA-512 integrity, a licence that nobody has read, or an install script that is not named here.',
    '`node local/run.mjs local/commands/sbom.ts --cyclonedx` prints the same as a CycloneDX 1.6 bill of materials.',
    '',
    `## Shipped (${shipped.length})`,
    '',
    '| Package | Version | Licence |',
    '|---|---|---|',
    ...shipped.map((one) => `| ${one.name} | ${one.version} | ${one.licence} |`),
    '',
    `## Tools only (${tools.length})`,
    '',
    '| Licence | Packages |',
    '|---|---|',
    ...licences.map((licence) => `| ${licence} | ${toolsUnder(licence).join(', ')} |`),
    '',
    '## Install scripts',
    '',
    '| Package | Why it is accepted |',
    '|---|---|',
    ...Object.entries(installScripts).map(([name, why]) => `| ${name} | ${why} |`),
    '',
  ].join('\n');
}

/** CycloneDX 1.6. Without serial number and time, so that the same lock file gives the same bytes. */
export function cycloneDx(
  lock: LockFile,
  product: { readonly name: string; readonly version: string },
): string {
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name: product.name, version: product.version } },
    components: lockedPackages(lock).map((one) => {
      const sha512 = /^sha512-(.+)$/.exec(one.integrity ?? '')?.[1];
      const purl = `pkg:npm/${one.name.replace(/^@/, '%40')}@${one.version}`;
      return {
        type: 'library',
        'bom-ref': purl,
        name: one.name,
        version: one.version,
        purl,
        scope: one.shipped ? 'required' : 'excluded',
        licenses: [
          / (?:OR|AND) /.test(one.licence) ? { expression: one.licence } : { license: { id: one.licence } },
        ],
        ...(sha512 === undefined
          ? {}
          : { hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }] }),
      };
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
