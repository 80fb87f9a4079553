// Asks a server everything that the GraphQL over HTTP specification asks of it:
// node audit/graphql-http.mjs http://127.0.0.1:8000/graphql/
import { serverAudits } from 'graphql-http'

const url = process.argv[2]
if (url === undefined) throw new Error('Name the address of the server.')

const failures = []
const audits = serverAudits({ url, fetchFn: fetch })
for (const audit of audits) {
  const result = await audit.fn()
  if (result.status !== 'ok') {
    failures.push({ id: audit.id, name: audit.name, status: result.status, reason: result.reason })
  }
}
console.log(JSON.stringify({ audits: audits.length, failures }, null, 2))
