/** A Python beside Debian's. */
import { spawnSync } from 'node:child_process'

/** The endpoint variables that a boto3 understands begin with this botocore. */
const BOTO3_WITH_ENDPOINTS = `
import botocore, sys
sys.exit(0 if tuple(map(int, botocore.__version__.split('.')[:2])) >= (1, 31) else 1)`

/** A Python with a boto3 that honours AWS_ENDPOINT_URL_SSO, by its real path (no pyenv shim). */
export function modernPython(): string | undefined {
  const path = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  }).stdout?.trim()
  if (!path) return undefined
  return spawnSync(path, ['-c', BOTO3_WITH_ENDPOINTS]).status === 0 ? path : undefined
}
