import { addressOf, isIn, rangeOf } from '../../functions/domain/ip-address.ts';

describe('an IP address', () => {
  test.each([
    ['0.0.0.0', 4, 0n],
    ['255.255.255.255', 4, 0xffff_ffffn],
    ['1.2.3.4', 4, 0x0102_0304n],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['1::', 6, 1n << 112n],
    ['1:2:3:4:5:6:7:8', 6, 0x0001_0002_0003_0004_0005_0006_0007_0008n],
    ['1::8', 6, (1n << 112n) | 8n],
    ['1:2::7:8', 6, (0x0001_0002n << 96n) | 0x0007_0008n],
    ['1:2:3:4:5:6:7::', 6, 0x0001_0002_0003_0004_0005_0006_0007_0000n],
    ['FFFF::abcd', 6, (0xffffn << 112n) | 0xabcdn],
    ['::1.2.3.4', 6, 0x0102_0304n],
    ['::16.32.48.64', 6, 0x1020_3040n],
    ['::ffff:1.2.3.4', 6, 0xffff_0102_0304n],
    ['1:2:3:4:5:6:1.2.3.4', 6, 0x0001_0002_0003_0004_0005_0006_0102_0304n],
  ] as const)('%s is of family %i', (text, family, value) => {
    expect(addressOf(text)).toEqual({ family, value });
  });

  test.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.3.04',
    '1.2.3.-1',
    '1.2.3.4x',
    'x1.2.3.4',
    '1.2.3.1000',
    '1.2.3.',
    'example.org',
    ':',
    ':::',
    '1',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '1:2:3:4::5:6:7:8',
    '::12345',
    '::g',
    ':1:2:3:4:5:6:7',
    '::x1',
    '::1x',
    '::1.2.3',
    '::1.2.3.256',
    '::a1.2.3.4',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1.2.3.4::',
    '::1.2.3.4:5',
  ])('%j is none', (text) => expect(addressOf(text)).toBeUndefined());
});

describe('a network', () => {
  const isWithin = (text: string, ...networks: string[]) => {
    const address = addressOf(text);
    if (address === undefined) throw new Error('an address was expected');
    return isIn(address, networks.map(rangeOf));
  };

  test('holds what begins with its bits', () => {
    expect(rangeOf('10.0.0.0/8')).toEqual({ start: 10n, free: 24n });
    expect(rangeOf('2001:db8::/32')).toEqual({ start: 0x2001_0db8n, free: 96n });
    const inside = ['172.16.0.0', '172.31.255.255'].map((one) =>
      isWithin(one, '10.0.0.0/8', '172.16.0.0/12'),
    );
    const outside = ['172.15.255.255', '172.32.0.0'].map((one) =>
      isWithin(one, '10.0.0.0/8', '172.16.0.0/12'),
    );
    expect([inside, outside]).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(isWithin('2001:db8:ffff::1', '2001:db8::/32')).toBe(true);
    expect(isWithin('2001:db9::', '2001:db8::/32')).toBe(false);
    expect(isWithin('168.63.129.16', '168.63.129.16/32')).toBe(true);
    expect(isWithin('168.63.129.17', '168.63.129.16/32')).toBe(false);
    expect(isWithin('1.2.3.4')).toBe(false);
  });

  test.each(['', '10.0.0/8', 'x/8'])('%j is a mistake of ours', (network) => {
    expect(() => rangeOf(network)).toThrow(new TypeError('not a network'));
  });
});
