import * as errors from '../../functions/domain/errors.ts';

const { codedErrors, ...families } = errors;

// The state machine's Retry and Catch match on these names, which a minifier must not change.
test.each(Object.entries(families))(
  '%s carries its name and its code, and nothing else to read',
  (name, Family) => {
    const error = new Family('some-code');
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.message]).toEqual([name, 'some-code', 'some-code']);
  },
);

test('what the other side asked for, and the field that is wrong, come along', () => {
  expect(new errors.TransientError('throttled', 1500).retryAfterMs).toBe(1500);
  expect(new errors.TransientError('throttled').retryAfterMs).toBeUndefined();
  expect(new errors.InvalidInput('too-long', 'name').field).toBe('name');
  expect(new errors.InvalidInput('too-long').field).toBeUndefined();
});

test('the list of names leaves none out', () => {
  expect([...codedErrors].sort()).toEqual(Object.keys(families).sort());
});
