/** uvu reads this when it is first imported: suites are collected, then run by `suite.ts`. */
Object.assign(globalThis, { UVU_DEFER: 1, UVU_QUEUE: [[null]], UVU_INDEX: 0 })
