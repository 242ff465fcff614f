/** What `ssox help <topic>` is about, beside the commands; its text is in src/help. */
export const TOPICS = {
  environment: 'variables that ssox sets, unsets and reads',
  'exit-codes': 'what an exit code means',
  files: 'what is kept where, and who may change it',
  modes: 'keys, AWS_PROFILE or both: which one for which program',
  settings: 'every setting, with its choices and what it is without one',
  shells: 'what to type and what to load in each shell',
} as const

export type TopicName = keyof typeof TOPICS

export const TOPIC_NAMES = Object.keys(TOPICS) as TopicName[]
