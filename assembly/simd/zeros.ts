/** Zeros to read where nothing is to be added: a Y, columns, a text, eight planes. Never written. */
export const ZEROS: usize = memory.data(272, 16)
