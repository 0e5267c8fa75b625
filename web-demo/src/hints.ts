/** What the errors mean that learners meet first. AWS's own words stand above; these say what to look at. */
const hints: Readonly<Record<string, string>> = {
  InvalidCiphertextException:
    'The ciphertext was changed or cut, or the encryption context is not exactly the one it was made with: names and values are case-sensitive. Which of them it was, nobody is told.',
  IncorrectKeyException: 'The ciphertext names the key that made it, and that is another one.',
  DisabledException:
    'A disabled key keeps its material and policy. Enable it, and everything made with it can be read again.',
  KMSInvalidStateException: 'What a key can do depends on its state.',
  AccessDeniedException:
    'Neither the key policy nor a grant, together with the identity policies where needed, allows this. The tab Access shows how such a request is judged.',
  NotFoundException: 'Keys are looked up in the account and Region of the call.',
  MalformedPolicyDocumentException:
    'A policy that would lock its author out is refused too, unless the safety check is bypassed.',
}

export const hint = (errorName: string): string | undefined => hints[errorName]
