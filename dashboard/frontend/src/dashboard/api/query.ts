/** A query and the types of what it takes and gives. */
export interface Query<Data, Variables> {
  text: string
  /** Never there; it ties the types to the query. */
  types?: (variables: Variables) => Data
}
