/**
 * Everything secret-dependent that the core makes public, why it may, and in which functions alone. Each verdict has a
 * place of its own in memory (assembly/memory.ts), where assembly/ct.ts puts it: that is how the proof sees it in the
 * binary.
 */
export const verdicts = {
  TAG_ACCEPTED: {
    by: /gcm(Open|Verify)$/,
    reason: "whether a GCM tag held: the caller's answer, after all of it was compared",
  },
  SEAL_ACCEPTED: {
    by: /open(Content)?$/,
    reason: 'whether commitment and tag of a sealed message both held, never which',
  },
  KW_ACCEPTED: { by: /kwUnwrap$/, reason: 'whether the ICV of unwrapped KW data held, after all of it was unwrapped' },
  KWP_LENGTH: {
    by: /kwpUnwrap$/,
    reason: 'the length of unwrapped KWP data, or 0 whether ICV, length or padding is wrong',
  },
  SAME_BYTES: { by: /equal$/, reason: 'whether two byte strings are equal: what the caller asked' },
  SAME_SLOTS: { by: /slotEqual$/, reason: 'whether two slots hold the same secret: what the caller asked' },
  DRAW_REFUSED: {
    by: /drawAccept$/,
    reason: 'whether random bytes are all zero or repeat the last draw: the core then stops',
  },
}
