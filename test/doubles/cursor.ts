export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}
