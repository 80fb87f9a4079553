const given = document.getElementById('dashboard')?.dataset ?? {}

/** Where other pages are, as the server has it. */
export const links = {
  mark: given['mark'] ?? '',
  graphql: given['graphql'] ?? '/graphql/',
  rest: given['rest'] ?? '',
  health: given['health'] ?? '',
  about: given['about'] ?? '',
  admin: given['admin'] ?? '',
}
