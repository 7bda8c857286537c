import { isPublicAddress, mayReach, targetOf } from '../../functions/domain/transmission-target.ts';

const codeOf = (address: string, reach: 'public' | 'public-and-loopback' = 'public') => {
  try {
    return targetOf(address, reach).host;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('an upload address', () => {
  test.each([
    ['https://upload.example.org/in?sig=abc', 'upload.example.org'],
    ['https://UPLOAD.Example.ORG/', 'upload.example.org'],
    ['https://xn--e1afmkfd.example/x', 'xn--e1afmkfd.example'],
    ['https://bücher.example/x', 'xn--bcher-kva.example'],
    ['https://8.8.8.8/x', '8.8.8.8'],
    ['https://[2606:4700::1111]/x', '2606:4700::1111'],
    ['https://upload.example.org:443/x', 'upload.example.org'],
    ['https://a.local.example.org/x', 'a.local.example.org'],
    [`https://upload.example.org/${'x'.repeat(4096 - 27)}`, 'upload.example.org'],
  ])('%s is one, and its host is shown as %s', (address, host) => {
    expect(codeOf(address)).toBe(host);
  });

  test('is one also after it has been asked about often enough to be compiled', () => {
    const answers = new Set(Array.from({ length: 20_000 }, () => codeOf('https://bücher.example/x')));
    expect([...answers]).toEqual(['xn--bcher-kva.example']);
  });

  test.each([
    ['', 'not-an-address'],
    ['upload.example.org/x', 'not-an-address'],
    ['http://upload.example.org/', 'not-https'],
    ['ftp://upload.example.org/', 'not-https'],
    ['file:///etc/passwd', 'not-https'],
    ['data:text/plain,x', 'not-https'],
    ['https://ada:secret@upload.example.org/', 'address-with-login'],
    ['https://trusted.example.com@evil.example.org/', 'address-with-login'],
    ['https://:secret@upload.example.org/', 'address-with-login'],
    ['https://upload.example.org:8443/', 'port-not-allowed'],
    ['https://upload.example.org:22/', 'port-not-allowed'],
    [`https://upload.example.org/${'x'.repeat(4096)}`, 'not-an-address'],
    [`https://${'a.'.repeat(124)}example/`, 'not-an-address'],
    ['https://localhost/', 'host-not-public'],
    ['https://localhost./', 'host-not-public'],
    ['https://api.localhost/', 'host-not-public'],
    ['https://intranet/', 'host-not-public'],
    ['https://printer.local/', 'host-not-public'],
    ['https://db.internal/', 'host-not-public'],
    ['https://metadata.google.internal/', 'host-not-public'],
    ['https://127.0.0.1/', 'host-not-public'],
    ['https://127.1/', 'host-not-public'],
    ['https://0x7f000001/', 'host-not-public'],
    ['https://2130706433/', 'host-not-public'],
    ['https://0177.0.0.1/', 'host-not-public'],
    ['https://127.0.0.1./', 'host-not-public'],
    ['https://①②⑦.⓪.⓪.①/', 'host-not-public'],
    ['https://169.254.169.254/latest/meta-data/', 'host-not-public'],
    ['https://[fd00:ec2::254]/', 'host-not-public'],
    ['https://[::1]/', 'host-not-public'],
    ['https://[::]/', 'host-not-public'],
    ['https://[::ffff:169.254.169.254]/', 'host-not-public'],
    ['https://[::ffff:a9fe:a9fe]/', 'host-not-public'],
    ['https://[64:ff9b::a9fe:a9fe]/', 'host-not-public'],
    ['https://[2002:a9fe:a9fe::]/', 'host-not-public'],
    ['https://[fe80::1]/', 'host-not-public'],
    ['https://0.0.0.0/', 'host-not-public'],
    ['https://10.0.0.1/', 'host-not-public'],
    ['https://100.100.100.200/', 'host-not-public'],
    ['https://168.63.129.16/', 'host-not-public'],
  ])('%s is none: %s', (address, code) => {
    expect(codeOf(address)).toBe(code);
  });

  test('what is wrong with it is told of its field', () => {
    expect(() => targetOf('', 'public')).toThrow(
      expect.objectContaining({ code: 'not-an-address', field: 'url' }),
    );
  });

  test('loopback is an address only where the edition says so, and only as an address, never as a name', () => {
    expect(codeOf('http://127.0.0.1:4000/in', 'public-and-loopback')).toBe('127.0.0.1');
    expect(codeOf('http://[::1]:4000/in', 'public-and-loopback')).toBe('::1');
    expect(codeOf('http://localhost:4000/in', 'public-and-loopback')).toBe('not-https');
    expect(codeOf('http://127.0.0.2/', 'public-and-loopback')).toBe('not-https');
    expect(codeOf('https://10.0.0.1/', 'public-and-loopback')).toBe('host-not-public');
  });
});

describe('an IP address is public or not', () => {
  test.each(['1.1.1.1', '9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '223.255.255.255'])(
    '%s is',
    (one) => expect(isPublicAddress(one)).toBe(true),
  );
  test.each([
    '0.1.2.3',
    '10.255.255.255',
    '100.64.0.0',
    '100.127.255.255',
    '127.255.255.255',
    '169.254.0.1',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.1',
    '192.168.255.255',
    '198.18.0.1',
    '198.19.255.255',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    'fc00::1',
    'fdff::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001:0:1::1',
    '2001:db8::1',
    '2002:808:808::1',
    '3fff::1',
    '4000::1',
    '01.1.1.1',
    '1.1.1',
    '1.1.1.256',
    '2606::4700::1',
    '2606:4700',
    '1:2:3:4:5:6:7:8:9',
    '',
    'example.org',
  ])('%j is not', (one) => expect(isPublicAddress(one)).toBe(false));
  test.each(['2600::1', '2a00:1450:400e::200e', '2001:200::1', '2606:4700::8.8.8.8', '3ffe::1'])(
    '%s is',
    (one) => expect(isPublicAddress(one)).toBe(true),
  );

  test('and the wider reach adds this machine alone', () => {
    expect(
      ['127.0.0.1', '::1', '127.0.0.2', '10.0.0.1'].map((one) => mayReach(one, 'public-and-loopback')),
    ).toEqual([true, true, false, false]);
    expect(mayReach('127.0.0.1', 'public')).toBe(false);
  });
});
