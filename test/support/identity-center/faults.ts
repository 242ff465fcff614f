/** Answers that are spoiled on purpose: which request gets which fault, and what it then gets. */
import {
  errorReply,
  type Protocol,
  type Reply,
  ServiceError,
} from '../../../src/demo/identity-center/protocol.ts'
import type { Fault } from './types.ts'

interface Planned {
  operation: string
  fault: Fault
  left: number
}

/** Faults wait in line; the first that fits a request is used up by it. */
export interface FaultPlan {
  add(operation: string, fault: Fault, times: number): () => void
  take(operation: string): Fault | undefined
}

export function faultPlan(): FaultPlan {
  const planned: Planned[] = []
  return {
    add(operation, fault, times) {
      const entry = { operation, fault, left: times }
      planned.push(entry)
      return () => {
        entry.left = 0
      }
    },
    take(operation) {
      const family = operation.split(':')[0]
      const entry = planned.find(
        ({ operation: wanted, left }) =>
          left > 0 && (wanted === '*' || wanted === operation || wanted === family),
      )
      if (!entry) return undefined
      entry.left--
      return entry.fault
    },
  }
}

/** The answer a fault puts in place of the real one, or undefined when it leaves that alone. */
export function replacedReply(fault: Fault | undefined, protocol: Protocol): Reply | undefined {
  if (fault === 'html') return CAPTIVE_PORTAL
  if (fault === 'garbage') return HALF_JSON
  if (typeof fault !== 'object') return undefined
  if ('type' in fault) {
    const error = new ServiceError(fault.status, fault.type, fault.message ?? '')
    const reply = errorReply(protocol, error)
    return { ...reply, headers: { ...reply.headers, ...fault.headers } }
  }
  if ('body' in fault)
    return { status: fault.status ?? 200, headers: fault.headers ?? {}, body: fault.body }
  return undefined
}

const CAPTIVE_PORTAL: Reply = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>Wi-Fi</title><h1>Welcome to the guest network</h1>',
}

const HALF_JSON: Reply = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: '{"accessToken":"aoaAAAAAG',
}
