declare module 'asl-validator' {
  /** Writes its defaults into the definition, so give it a copy. */
  export default function validate(definition: unknown): { isValid: boolean; errorsText: () => string };
}
