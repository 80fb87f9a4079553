import { readFileSync, readdirSync, mkdirSync, writeFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'

import { codegen } from '@graphql-codegen/core'
import * as operations from '@graphql-codegen/typescript-operations'
import { type OperationDefinitionNode, Kind, parse, print, stripIgnoredCharacters } from 'graphql'
import type { Plugin } from 'vite'

const HERE = import.meta.dirname
const SCHEMA = join(HERE, '../../docs/api/schema.graphql')
const QUERIES = join(HERE, 'src/dashboard/queries')
const GENERATED = join(HERE, 'src/dashboard/generated')

const CONFIG = {
  scalars: { DateTime: 'string', BigInt: 'number', UUID: 'string' },
  defaultScalarType: 'unknown',
  skipTypename: true,
}

/** Types of every query and of its answer, made from the API's schema before each build. */
export function queries(): Plugin {
  return {
    name: 'queries',
    async buildStart() {
      this.addWatchFile(SCHEMA)
      for (const name of readdirSync(QUERIES)) this.addWatchFile(join(QUERIES, name))
      await generate()
    },
  }
}

/** Write `queries.ts`: types, and for each query its shortest text. */
export async function generate(): Promise<void> {
  const documents = readdirSync(QUERIES).map((name) => ({
    location: name,
    document: parse(readFileSync(join(QUERIES, name), 'utf8')),
  }))
  const types = await codegen({
    filename: 'queries.ts',
    schema: parse(readFileSync(SCHEMA, 'utf8')),
    documents,
    plugins: [{ operations: {} }],
    pluginMap: { operations },
    config: CONFIG,
  })
  const texts = documents.flatMap(({ document }) =>
    document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION).map(text),
  )
  write('queries.ts', ["import type { Query } from '../api/query'", types, ...texts].join('\n\n'))
}

function text(operation: OperationDefinitionNode): string {
  const name = operation.name?.value
  if (name === undefined) throw new Error('Every query needs a name.')
  const short = JSON.stringify(stripIgnoredCharacters(print(operation)))
  return `export const ${name}: Query<${name}Query, ${name}QueryVariables> = { text: ${short} }`
}

function write(name: string, content: string): void {
  mkdirSync(GENERATED, { recursive: true })
  const file = join(GENERATED, name)
  if (!existsSync(file) || readFileSync(file, 'utf8') !== content) writeFileSync(file, content)
}
