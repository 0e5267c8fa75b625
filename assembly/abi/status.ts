/** What exports answer. Lengths and handles are positive; 0 is a refusal: authentication failed. */

export const ACCEPTED: i32 = 1
/** The handle's secret was destroyed. */
export const GONE: i32 = -1
/** No slot is free. */
export const FULL: i32 = -2
/** The random generator repeats itself. */
export const STUCK: i32 = -3
